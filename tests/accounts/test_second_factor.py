"""The second step of logging in: an app, recovery codes, and who cannot do without."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.mails import password_link
from accounts.models import Change, SignIn
from tests.accounts.app_codes import ACTIVATE, code_of, committed, secret_on, set_up_app
from tests.conftest import PASSWORD, client_of

pytestmark = pytest.mark.django_db
SECOND = "/account/2fa/authenticate/"


def log_in(user, client=None):
    client = client or Client()
    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client, response


def is_in(client, address="/"):
    return client.get(address).status_code == 200


def test_who_has_an_app_needs_its_code_to_log_in(raadslid):
    client, _ = log_in(raadslid)
    secret = set_up_app(client)
    other, response = log_in(raadslid)
    assert response["Location"] == SECOND
    assert not is_in(other)
    page = other.post(SECOND, {"code": "000000"}).content.decode()
    assert "Dit klopt niet. Probeer het nog een keer." in page
    assert not is_in(other)
    assert other.post(SECOND, {"code": code_of(secret)})["Location"] == "/"
    assert is_in(other)


def test_a_code_of_the_app_works_once_though_it_is_right_for_longer(raadslid):
    secret = set_up_app(log_in(raadslid)[0])
    code = code_of(secret, steps=1)
    assert log_in(raadslid)[0].post(SECOND, {"code": code}).status_code == 302
    assert log_in(raadslid)[0].post(SECOND, {"code": f"{code[:3]} {code[3:]}"}).status_code == 200


def test_a_recovery_code_stands_in_for_the_app_once(raadslid):
    client, _ = log_in(raadslid)
    set_up_app(client)
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\d{8})</code></li>", page)
    assert len(codes) == 10
    file = client.get("/account/2fa/recovery-codes/download/")
    assert file["Content-Type"].startswith("text/plain")
    assert all(code in file.content.decode() for code in codes)
    other, _ = log_in(raadslid)
    assert other.post(SECOND, {"code": codes[0]}).status_code == 302
    again, _ = log_in(raadslid)
    assert again.post(SECOND, {"code": codes[0]}).status_code == 200
    assert "nog 9 van de 10" in other.get("/account/2fa/recovery-codes/").content.decode()
    other.post("/account/2fa/recovery-codes/generate/")
    assert not set(codes) & set(re.findall(r"\d{8}", other.get("/account/2fa/recovery-codes/").content.decode()))


def test_setting_an_app_up_ends_the_sessions_that_began_without_it(raadslid):
    elsewhere, _ = log_in(raadslid)
    here, _ = log_in(raadslid)
    set_up_app(here)
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert SignIn.objects.count() == 1


def test_a_new_password_by_mail_does_not_do_without_the_second_step(raadslid):
    secret = set_up_app(log_in(raadslid)[0])
    client = Client()
    raadslid.refresh_from_db()
    chosen = client.get(password_link(raadslid).removeprefix(settings.SITE_URL), follow=True)
    new = "paard batterij nietje juist"
    client.post(chosen.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not is_in(client)
    response = client.post("/account/login/", {"login": raadslid.email, "password": new})
    assert response["Location"] == SECOND
    assert not is_in(client)
    client.post(SECOND, {"code": code_of(secret)})
    assert is_in(client)


def test_guessing_codes_is_slowed_down(raadslid):
    secret = set_up_app(log_in(raadslid)[0])
    client, _ = log_in(raadslid)
    for _ in range(6):
        response = client.post(SECOND, {"code": "000000"})
    assert "U probeerde te vaak in te loggen." in response.content.decode()
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 200


def test_the_secret_of_an_app_is_not_readable_in_the_database(raadslid, settings):
    secret = set_up_app(log_in(raadslid)[0])
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    assert len(rows) > 100
    client, _ = log_in(raadslid)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "een-nieuwe-sleutel" * 4
    client, _ = log_in(raadslid)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302


def test_an_old_key_can_go_once_the_secrets_are_encrypted_anew(raadslid, settings, capsys):
    secret = set_up_app(log_in(raadslid)[0])
    seeds = {row.pk: row.wrap().generate_codes() for row in Authenticator.objects.filter(type="recovery_codes")}
    before = dict(Authenticator.objects.values_list("pk", "data"))
    assert [sorted(data) for data in before.values()] == [["secret"], ["seed", "used_mask"]]
    call_command("encrypt_anew")
    assert dict(Authenticator.objects.values_list("pk", "data")) == before
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "een-nieuwe-sleutel" * 4
    call_command("encrypt_anew")
    call_command("encrypt_anew")
    settings.SECRET_KEY_FALLBACKS = []
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "0 encrypted anew, 2 were so already.",
        "2 encrypted anew, 0 were so already.",
        "0 encrypted anew, 2 were so already.",
    ]
    client, _ = log_in(raadslid)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302
    assert {row.pk: row.wrap().generate_codes() for row in Authenticator.objects.filter(pk__in=seeds)} == seeds


def test_secrets_that_no_key_reads_are_left_as_they_are_and_told(raadslid, settings):
    set_up_app(log_in(raadslid)[0])
    before = dict(Authenticator.objects.values_list("pk", "data"))
    settings.SECRET_KEY = "een-heel-andere-sleutel" * 4
    with pytest.raises(CommandError, match="2 can be read with no key"):
        call_command("encrypt_anew")
    assert dict(Authenticator.objects.values_list("pk", "data")) == before


def test_with_another_key_of_the_portal_no_code_is_right(raadslid, settings):
    secret = set_up_app(log_in(raadslid)[0])
    settings.SECRET_KEY = "een-heel-andere-sleutel" * 4
    client, response = log_in(raadslid)
    assert response["Location"] == SECOND
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 200


def test_an_app_is_set_up_by_a_picture_that_stands_in_the_page_or_by_its_key(raadslid):
    client, _ = log_in(raadslid)
    response = client.get(ACTIVATE)
    page = response.content.decode()
    assert "<svg" in page
    assert "data:" not in page
    assert "<?xml" not in page
    assert len(secret_on(response)) == 32
    page = client.post(ACTIVATE, {"code": "000000"}).content.decode()
    assert "Dit klopt niet." in page
    assert not Authenticator.objects.exists()


def test_the_app_is_put_off_again_and_its_recovery_codes_with_it(raadslid):
    client, _ = log_in(raadslid)
    set_up_app(client)
    assert client.post("/account/2fa/totp/deactivate/")["Location"] == "/account/2fa/"
    assert not Authenticator.objects.exists()
    assert is_in(log_in(raadslid)[0])


def test_whoever_logged_in_long_ago_is_asked_again_who_it_is(raadslid):
    client, _ = log_in(raadslid)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 400
    session.save()
    response = client.get(ACTIVATE)
    assert response["Location"].startswith("/account/reauthenticate/")
    assert "Vul voor de zekerheid uw wachtwoord" in client.get(response["Location"]).content.decode()
    assert client.post(response["Location"], {"password": PASSWORD}).status_code == 302
    assert client.get(ACTIVATE).status_code == 200


def test_changes_to_the_second_step_are_told_by_mail(raadslid, mailbox, run_worker):
    client, _ = log_in(raadslid)
    set_up_app(client)
    with committed():
        client.post("/account/2fa/recovery-codes/generate/")
        client.post("/account/2fa/totp/deactivate/")
    run_worker()
    assert mailbox.told == [([raadslid.email], "Er is iets veranderd aan uw inloggen")] * 3
    assert "staat aan" in mailbox.text(0)
    assert "staat uit" in mailbox.text(1)
    assert "nieuwe herstelcodes" in mailbox.text(2)


@pytest.fixture
def _required(settings):
    settings.SECOND_FACTOR_FOR_STAFF = True


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("role", ["griffier", "beheerder"])
def test_who_works_for_the_griffie_sets_a_second_step_up_before_anything_else(request, role):
    client, _ = log_in(request.getfixturevalue(role))
    for address in ("/", "/berichten/", "/agenda/", "/admin/", "/admin/newsletters/import/", "/account/sessies/"):
        assert client.get(address)["Location"] == "/account/2fa/", address
        assert client.post(address)["Location"] == "/account/2fa/", address
    assert "Stel daarom eerst een tweede stap in." in client.get("/account/2fa/").content.decode()
    set_up_app(client)
    assert is_in(client)
    assert is_in(client, "/admin/")


@pytest.mark.usefixtures("_required")
def test_members_may_do_without(raadslid):
    client, _ = log_in(raadslid)
    assert is_in(client)
    assert "Stel een app in" in client.get("/account/2fa/").content.decode()


def test_a_municipality_may_ask_it_of_members_too(raadslid, settings):
    settings.SECOND_FACTOR_FOR_MEMBERS = True
    client, _ = log_in(raadslid)
    assert client.get("/berichten/")["Location"] == "/account/2fa/"
    assert "Uw griffie vraagt een tweede stap van iedereen." in client.get("/account/2fa/").content.decode()
    set_up_app(client)
    assert is_in(client, "/berichten/")


@pytest.mark.usefixtures("_required")
def test_a_code_by_mail_is_no_second_step_for_the_griffie(griffier, mailbox, run_worker):
    client = Client()
    client.post("/account/login/code/", {"email": griffier.email})
    run_worker()
    code = re.search(r"^(\d{4}-\d{4})$", mailbox.text(), re.MULTILINE)[1]
    client.post("/account/login/code/confirm/", {"code": code})
    assert client.get("/admin/")["Location"] == "/account/2fa/"


@pytest.mark.usefixtures("_required")
def test_who_puts_the_only_second_step_off_must_set_up_another(griffier):
    client, _ = log_in(griffier)
    set_up_app(client)
    client.post("/account/2fa/totp/deactivate/")
    assert client.get("/admin/")["Location"] == "/account/2fa/"


def test_on_this_machine_itself_a_second_step_is_only_offered(griffier, settings):
    assert settings.SECOND_FACTOR_FOR_STAFF is False
    client, _ = log_in(griffier)
    assert is_in(client, "/admin/")
    assert "Stel een app in" in client.get("/account/2fa/").content.decode()


def test_a_beheerder_takes_away_a_second_step_that_was_lost(raadslid, beheerder, mailbox, run_worker):
    client, _ = log_in(raadslid)
    set_up_app(client)
    desk = client_of(beheerder)
    page = f"/admin/accounts/user/{raadslid.pk}/change/"
    assert "Haal de tweede stap weg" in desk.get(page).content.decode()
    answer = desk.post(f"/admin/accounts/user/{raadslid.pk}/tweede-stap/", follow=True).content.decode()
    assert "De tweede stap van Rian Raadslid is weggehaald." in answer
    assert "Haal de tweede stap weg" not in answer
    assert not is_in(client)
    assert is_in(log_in(raadslid)[0])
    change = Change.objects.get(about=f"accounts.user:{raadslid.pk}")
    assert (change.who, change.words) == ("Bas Beheer", "Tweede stap van het inloggen weggehaald.")
    run_worker()
    assert "De beheerder heeft de tweede stap van uw account weggehaald" in mailbox.text()
    desk.post(f"/admin/accounts/user/{raadslid.pk}/tweede-stap/")
    assert Change.objects.filter(about=f"accounts.user:{raadslid.pk}").count() == 1


def test_a_griffier_takes_no_second_step_away(raadslid, griffier):
    client, _ = log_in(raadslid)
    set_up_app(client)
    response = client_of(griffier).post(f"/admin/accounts/user/{raadslid.pk}/tweede-stap/")
    assert response.status_code == 403
    assert Authenticator.objects.exists()


def test_a_command_takes_the_second_step_of_the_last_beheerder_away(beheerder, capsys):
    client, _ = log_in(beheerder)
    set_up_app(client)
    call_command("reset_second_factor", beheerder.email.upper())
    assert "logs in without a second step" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert Change.objects.get().who == "iemand zonder account"
    with pytest.raises(CommandError, match="has no second step"):
        call_command("reset_second_factor", beheerder.email)
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "niemand@voorbeeldstad.example")


def test_the_secrets_of_second_steps_are_no_pages_of_the_desk(beheerder):
    page = client_of(beheerder).get("/admin/").content.decode()
    assert "/admin/mfa/" not in page
    assert "/admin/account/" not in page  # a second address to log in with
    assert "/admin/socialaccount/" not in page


NOT_SIGNED = {"id": "AA", "rawId": "AA", "type": "public-key"}
DATA = ("clientDataJSON", "authenticatorData", "signature", "attestationObject")
ANSWERS = [
    "",
    "geen JSON",
    "null",
    "1",
    "[]",
    "{}",
    '{"response": []}',
    '{"response": {}}',
    '{"response": {"userHandle": 5}}',
    json.dumps(NOT_SIGNED | {"response": {"userHandle": "MQ", "clientDataJSON": "e30", "attestationObject": "AA"}}),
    json.dumps(NOT_SIGNED | {"response": {"userHandle": "MQ", **dict.fromkeys(DATA, "e30")}}),
    json.dumps(NOT_SIGNED | {"response": {"userHandle": "enp6" * 9, **dict.fromkeys(DATA, "A" * 80)}}),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_a_browser_says_about_a_passkey_lets_nobody_in_and_breaks_nothing(raadslid, answer):
    client = Client()
    login = "/account/2fa/webauthn/login/"
    options = client.get(login, headers={"x-requested-with": "XMLHttpRequest"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    assert client.post(login, {"credential": answer}).status_code == 302
    assert not is_in(client)
    member, _ = log_in(raadslid)
    member.get("/account/2fa/webauthn/add/")
    assert member.post("/account/2fa/webauthn/add/", {"credential": answer, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()
