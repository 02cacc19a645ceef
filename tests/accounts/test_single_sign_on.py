"""Logging in with the account of the municipality, at a real OpenID Connect server that runs beside the test."""

import json
import subprocess
import sys
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from accounts.single_sign_on import SocialAdapter
from tests.accounts.app_codes import set_up_app
from tests.conftest import PASSWORD
from tests.portal_server import PROJECT_DIR, free_port, wait_for

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/gemeente/login/"
CALLBACK = f"http://testserver{LOGIN}callback/"


VERIFIED = {"email_verified": True}
PEOPLE = [
    {"sub": "rian", "email": "Raadslid@Voorbeeldstad.example", "name": "Rian", **VERIFIED},
    {"sub": "gerrie", "email": "griffier@voorbeeldstad.example", **VERIFIED},
    {"sub": "onzeker", "email": "raadslid@voorbeeldstad.example", "email_verified": False},
    {"sub": "zonder-claim", "email": "raadslid@voorbeeldstad.example"},
    {"sub": "tekst", "email": "raadslid@voorbeeldstad.example", "email_verified": "false"},
    {"sub": "zonder-adres"},
    {"sub": "vreemde", "email": "vreemde@elders.example", **VERIFIED},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with people, in a process of its own; whoever asks it must have registered and know the secret."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    people = [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-r", "true", *people]
    with (
        pytest.MonkeyPatch.context() as patch,
        (tmp_path_factory.mktemp("server") / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        try:
            wait_for(lambda: answers(issuer) or process.poll() is not None)
            yield issuer
        finally:
            process.kill()


def answers(issuer):
    with suppress(requests.ConnectionError):
        return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).ok


@pytest.fixture
def offered(server, settings):
    """The portal's settings for that server, registered there."""
    wanted = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
    known = requests.post(f"{server}/oauth2/clients", json=wanted, timeout=10).json()
    offer(settings, server, known["client_id"], known["client_secret"])
    return known


def offer(settings, issuer, client_id, secret):
    settings.OIDC_ISSUER = issuer
    [app] = [
        {
            "provider_id": "gemeente",
            "name": "",
            "client_id": client_id,
            "secret": secret,
            "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


def go(client, sub, *, next_page=""):
    """Press the button, log in at the server as this person, and come back."""
    started = client.get(LOGIN + (f"?next={next_page}" if next_page else ""))
    assert started.status_code == 302
    answer = requests.post(started["Location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    return client.get(answer.headers["Location"].removeprefix("http://testserver"))


def is_in(client, address="/"):
    return client.get(address).status_code == 200


@pytest.mark.usefixtures("offered")
def test_a_member_logs_in_with_the_account_of_the_municipality(raadslid):
    client = Client()
    page = client.get("/account/login/?next=/agenda/").content.decode()
    assert f'href="{LOGIN}?next=/agenda/"' in page
    assert "Ga verder met het account van uw gemeente" in page
    assert go(client, "rian", next_page="/agenda/")["Location"] == "/agenda/"
    assert is_in(client)
    raadslid.refresh_from_db()
    assert raadslid.check_password(PASSWORD)  # nothing about the account has changed
    assert raadslid.name == "Rian Raadslid"
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.filter(user=raadslid).exists()


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize(("site", "is_sent_on"), [("none", True), ("same-origin", True), ("cross-site", False)])
def test_another_site_cannot_send_somebody_in_without_their_knowing(site, is_sent_on):
    response = Client().get(LOGIN, headers={"sec-fetch-site": site})
    assert (response["Location"] == "/account/login/") is not is_sent_on


@pytest.mark.usefixtures("offered")
def test_a_server_that_calls_itself_otherwise_lets_nobody_in(raadslid, settings):
    settings.OIDC_ISSUER = "https://login.elders.example"
    client = Client()
    assert go(client, "rian").status_code == 403
    assert not is_in(client)


def test_what_the_portal_asks_the_server_leads_nowhere_else():
    assert SocialAdapter().get_requests_session().max_redirects == 0


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize("sub", ["onzeker", "zonder-claim", "tekst", "zonder-adres", "vreemde"])
def test_whoever_cannot_be_matched_for_sure_is_told_so_and_gets_no_account(raadslid, sub):
    client = Client()
    response = go(client, sub)
    assert response.status_code == 403
    assert "U hebt hier geen account" in response.content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1


@pytest.mark.usefixtures("offered")
def test_an_account_that_ended_is_not_let_in(raadslid):
    raadslid.is_active = False
    raadslid.save()
    client = Client()
    assert go(client, "rian").status_code == 403
    assert not is_in(client)


@pytest.mark.usefixtures("offered")
def test_a_server_of_one_tenant_may_be_trusted_with_its_addresses(raadslid, settings):
    settings.OIDC_TRUST_EMAIL = True
    client = Client()
    assert go(client, "zonder-claim")["Location"] == "/"
    assert is_in(client)


@pytest.mark.usefixtures("offered")
def test_who_is_found_anew_each_time_follows_the_address(raadslid, ander_raadslid):
    assert is_in_as(go_in("rian"), "Rian Raadslid")
    raadslid.email, raadslid.is_active = "oud@voorbeeldstad.example", True
    raadslid.save()
    ander_raadslid.email = "raadslid@voorbeeldstad.example"
    ander_raadslid.save()
    assert is_in_as(go_in("rian"), "Anne Ander")


def go_in(sub):
    client = Client()
    go(client, sub)
    return client


def is_in_as(client, name):
    return name in client.get("/").content.decode()


@pytest.mark.usefixtures("offered")
def test_the_second_step_of_the_portal_is_asked_too_unless_the_server_asks_one(griffier, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    assert go_in("gerrie").get("/admin/")["Location"] == "/account/2fa/"
    settings.OIDC_IS_SECOND_FACTOR = True
    assert is_in(go_in("gerrie"), "/admin/")
    by_password = Client()
    by_password.post("/account/login/", {"login": griffier.email, "password": PASSWORD})
    assert by_password.get("/admin/")["Location"] == "/account/2fa/"


@pytest.mark.usefixtures("offered")
def test_who_has_an_app_of_the_portal_is_asked_for_its_code_here_too(raadslid):
    client = go_in("rian")
    set_up_app(client)
    other = Client()
    assert go(other, "rian")["Location"] == "/account/2fa/authenticate/"
    assert not is_in(other)


@pytest.mark.usefixtures("offered")
def test_who_stops_at_the_server_is_not_in(raadslid):
    client = Client()
    started = client.get(LOGIN)
    answer = requests.post(started["Location"], data={"action": "deny"}, allow_redirects=False, timeout=10)
    state = parse_qs(urlsplit(started["Location"]).query)["state"][0]  # this server forgets to give it back
    address = f"{answer.headers['Location'].removeprefix('http://testserver')}&state={state}"
    response = client.get(address, follow=True)
    assert "U bent niet ingelogd" in response.content.decode()
    assert not is_in(client)


@pytest.mark.usefixtures("offered")
def test_an_answer_that_was_not_asked_for_lets_nobody_in(raadslid):
    started = Client().get(LOGIN)
    answer = requests.post(started["Location"], data={"sub": "rian"}, allow_redirects=False, timeout=10)
    other = Client()  # an answer of somebody else's browser
    response = other.get(answer.headers["Location"].removeprefix("http://testserver"))
    assert "Inloggen is niet gelukt" in response.content.decode()
    assert not is_in(other)


def test_a_wrong_secret_is_told_as_a_failure(raadslid, offered, server, settings):
    offer(settings, server, offered["client_id"], "een-ander-geheim")
    client = Client()
    assert "Inloggen is niet gelukt" in go(client, "rian").content.decode()
    assert not is_in(client)


def test_a_server_that_does_not_answer_is_told_as_a_failure(db, settings):
    offer(settings, f"http://localhost:{free_port()}", "portaal", "geheim")
    response = Client().get(LOGIN)
    assert response.status_code == 502
    assert "Inloggen is niet gelukt" in response.content.decode()


@pytest.mark.usefixtures("offered")
def test_nothing_is_ever_tied_to_an_account(raadslid):
    client = Client()
    client.force_login(raadslid)
    started = client.get(f"{LOGIN}?process=connect")
    answer = requests.post(started["Location"], data={"sub": "rian"}, allow_redirects=False, timeout=10)
    client.get(answer.headers["Location"].removeprefix("http://testserver"))
    assert not SocialAccount.objects.exists()


def test_the_request_carries_what_keeps_it_from_being_stolen(offered):
    query = parse_qs(urlsplit(Client().get(LOGIN)["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 16
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}
    assert query["redirect_uri"] == [CALLBACK]


def test_without_settings_there_is_no_such_log_in(db):
    client = Client()
    assert "/oidc/" not in client.get("/account/login/").content.decode()
    assert client.get(LOGIN).status_code == 404
    assert client.get(f"{LOGIN}callback/?code=x&state=y").status_code == 404
    assert client.get("/account/3rdparty/").status_code == 404
    assert client.get("/account/3rdparty/signup/").status_code == 404


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"OIDC_ISSUER": "http://login.gemeente.example"}, "OIDC_ISSUER must begin with https://"),
        ({"OIDC_ISSUER": "https://login.gemeente.example"}, "needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"),
        (
            {
                "OIDC_ISSUER": "https://login.microsoftonline.com/common/v2.0",
                "OIDC_CLIENT_ID": "portaal",
                "OIDC_CLIENT_SECRET": "geheim",
                "OIDC_TRUST_EMAIL": "true",
            },
            "OIDC_TRUST_EMAIL trusts one tenant",
        ),
    ],
)
def test_settings_that_are_wrong_stop_the_start(env, words, tmp_path):
    command = [sys.executable, "manage.py", "check"]
    env = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path), **env}
    answer = subprocess.run(command, cwd=PROJECT_DIR, env=env, capture_output=True, text=True)
    assert answer.returncode != 0
    assert words in answer.stderr
