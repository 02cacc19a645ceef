import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import Audience, SignUpRequest, User
from tests.address_plan import patterns_of
from tests.conftest import PASSWORD, client_of
from tests.portal_server import PROJECT_DIR


def test_people_log_in_by_their_address_however_they_write_it(as_nobody, raadslid):
    response = as_nobody.post("/account/login/", {"login": "RAADSLID@Voorbeeldstad.example", "password": PASSWORD})
    assert response.status_code == 302
    assert as_nobody.get("/").status_code == 200


def test_an_account_that_was_made_with_capitals_in_its_address_can_be_logged_in_to(as_nobody, beheerder, client):
    client.force_login(beheerder)
    form = {"email": "Rian.Raad@Voorbeeldstad.example", "name": "Rian", "usable_password": "true"}
    client.post("/admin/accounts/user/add/", {**form, "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(name="Rian").email == "rian.raad@voorbeeldstad.example"
    assert as_nobody.post("/account/login/", {"login": form["email"], "password": PASSWORD}).url == "/"


def test_an_address_belongs_to_one_member_however_it_is_written(raadslid):
    with pytest.raises(ValidationError):
        User.objects.create_user("Raadslid@voorbeeldstad.example", PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="RAADSLID@voorbeeldstad.example")])


def test_a_member_who_may_no_longer_come_in_cannot_log_in(as_nobody, raadslid):
    raadslid.is_active = False
    raadslid.save()
    as_nobody.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    assert as_nobody.get("/").status_code == 302


def test_the_first_account_is_made_by_a_command(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="beheerder@voorbeeldstad.example", verbosity=0)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.check_password(PASSWORD)) == (True, True, True)


def test_nobody_signs_up_by_themselves(as_nobody, db):
    form = {"email": "vreemde@elders.example", "password1": PASSWORD, "password2": PASSWORD}
    as_nobody.post("/account/signup/", form)
    assert not User.objects.exists()


def test_guessing_passwords_is_slowed_down(as_nobody, raadslid):
    for _ in range(12):
        response = as_nobody.post("/account/login/", {"login": raadslid.email, "password": "verkeerd-wachtwoord"})
    assert "U probeerde te vaak in te loggen." in response.content.decode()
    response = as_nobody.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    assert response.status_code == 200


def test_a_beheerder_makes_a_griffier_who_can_then_upload(client, beheerder):
    client.force_login(beheerder)
    page = "/admin/accounts/user/add/"
    form = {
        "email": "nieuw@voorbeeldstad.example",
        "name": "Nieuw",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post(page, form).status_code == 302
    user = User.objects.get(email="nieuw@voorbeeldstad.example")
    change = client.get(f"/admin/accounts/user/{user.pk}/change/")
    group = change.context["adminform"].form.fields["groups"].queryset.get(name="Griffie")
    form = {"email": user.email, "name": user.name, "is_active": "on", "is_staff": "on", "groups": [group.pk]}
    assert client.post(f"/admin/accounts/user/{user.pk}/change/", form).status_code == 302
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/admin/newsletters/import/add/").status_code == 200


def test_an_address_has_one_open_request_for_access_and_may_ask_again_after_a_decision(db):
    def ask(email="kandidaat@voorbeeldstad.example"):
        with transaction.atomic():
            return SignUpRequest.objects.create(name="Kandidaat", email=email, audience=Audience.RAADSLID)

    first = ask()
    with pytest.raises(IntegrityError):
        ask("KANDIDAAT@voorbeeldstad.example")
    first.state, first.decided_at = SignUpRequest.State.REJECTED, timezone.now()
    first.save()
    assert ask().state == SignUpRequest.State.NEW


def test_a_decision_on_a_request_has_a_moment(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUpRequest.objects.create(
            name="K", email="k@voorbeeldstad.example", audience=Audience.RAADSLID, state=SignUpRequest.State.APPROVED
        )


def test_a_forgotten_password_goes_over_a_real_mail_server_and_only_to_members(
    as_nobody, raadslid, mailbox, run_worker
):
    for address in (raadslid.email, "vreemde@elders.example"):
        response = as_nobody.post("/account/password/reset/", {"email": address}, follow=True)
        assert response.redirect_chain[-1][0] == "/account/password/reset/done/"
    assert mailbox.told == []
    run_worker()
    assert mailbox.told == [([raadslid.email], "Kies een nieuw wachtwoord")]
    link = re.search(r"http://127.0.0.1:8000(/account/password/reset/key/\S+/)", mailbox.text())
    page = as_nobody.get(link[1], follow=True)
    form = {"password1": "nog-een-lang-wachtwoord", "password2": "nog-een-lang-wachtwoord"}
    assert as_nobody.post(page.redirect_chain[-1][0], form).status_code == 302
    raadslid.refresh_from_db()
    assert raadslid.check_password("nog-een-lang-wachtwoord")


def test_every_address_but_those_for_logging_in_is_closed_to_strangers(as_nobody, db):
    """Walks the whole address plan, so that a page that is added later is not forgotten."""
    open_addresses = {
        "/account/login/",
        "/account/logout/",
        "/account/login/code/",
        "/account/oidc/gestopt/",
        "/account/inactive/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/confirm-email/",
        "/admin/login/",
        "/robots.txt",
        "/toegang/",
        "/toegang/verstuurd/",
        "/toegang/bevestigd/",
        "/account/adres-bevestigd/",
        "/account/gewist/",
        "/account/mandaat-voorbij/",
        "/privacy/",
        "/toegankelijkheid/",
        "/gezondheid/",
        "/gezondheid/leeft/",
        "/gezondheid/metingen/",
        "/.well-known/security.txt",
    }
    seen = 0
    for address in addresses(get_resolver().url_patterns):
        response = as_nobody.get(address)
        seen += 1
        if address in open_addresses or address.startswith(("/account/password/reset/key/", "/account/confirm-email/")):
            continue
        assert response.status_code in (302, 404), address
        if response.status_code == 302:
            assert response["Location"].startswith(("/account/login/", "/admin/login/")), (
                address,
                response["Location"],
            )
    assert seen > 40


def addresses(patterns, prefix="/"):
    """Each address of the plan once, with 1 for every argument."""
    for pattern in patterns:
        route = prefix + re.sub(r"<[^>]+>", "1", str(pattern.pattern)).replace("^", "").replace("$", "").replace(
            "\\Z", ""
        )
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        elif "(" not in route:
            yield route


def test_a_password_that_is_too_short_is_told_in_dutch(as_raadslid):
    page = "/account/password/change/"
    response = as_raadslid.post(page, {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"})
    assert "Dit wachtwoord is te kort. Gebruik ten minste 12 tekens." in response.content.decode()
    response = as_raadslid.post(page, {"oldpassword": "onjuist", "password1": PASSWORD, "password2": PASSWORD})
    assert "Vul het wachtwoord in dat u nu gebruikt." in response.content.decode()


def test_no_page_of_logging_in_is_one_that_allauth_drew():
    """Theirs hold scripts and pictures that our policy forbids. Nobody signs up or confirms an address with allauth."""
    theirs, never_shown = set(), {"account/signup.html", "account/email_confirm.html"}
    for address, pattern in patterns_of(get_resolver().url_patterns):
        name = getattr(getattr(pattern.callback, "view_class", None), "template_name", None)
        if address.startswith("/account/") and name and name not in never_shown:
            origin = get_template(name).origin.name
            if not origin.startswith(str(PROJECT_DIR / "templates")):
                theirs.add((address, name))
    assert theirs == set()


def test_the_groups_of_an_account_are_ticked(beheerder, griffier):
    page = client_of(beheerder).get(f"/admin/accounts/user/{griffier.pk}/change/").content.decode()
    assert re.search(r'<input type="checkbox" name="groups" value="\d+"[^>]* checked', page)
    assert "werkt op het bureau" in page
