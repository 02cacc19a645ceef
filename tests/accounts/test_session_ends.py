"""How long a session lasts, that its key is new after each proof of who it is, and who may end it."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Change, SignIn
from tests.conftest import PASSWORD, client_of

pytestmark = pytest.mark.django_db
PAGE = "/account/sessies/"
HOUR, DAY = 3600, 24 * 3600
AT, BEGAN = 2, 3  # places in what the session holds


def log_in(user):
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/").status_code == 200


def as_if_ago(client, *, began=0, used=0):
    """The session as it would be had it begun and been used so many seconds sooner."""
    session = client.session
    session["sign_in"][BEGAN] -= began
    session["sign_in"][AT] -= used
    session.save()
    row = SignIn.objects.get(session_key=session.session_key)
    row.began_at -= timedelta(seconds=began)
    row.seen_at -= timedelta(seconds=used)
    row.save()


def as_if_proved_ago(client, seconds):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("who", "began", "used", "lasts"),
    [
        ("raadslid", 29 * DAY, 13 * DAY, True),
        ("raadslid", 30 * DAY, 0, False),
        ("griffier", 13 * DAY, 71 * HOUR, True),
        ("griffier", 14 * DAY, 0, False),
        ("griffier", 72 * HOUR, 72 * HOUR, False),
        ("beheerder", 72 * HOUR, 72 * HOUR, False),
    ],
)
def test_a_session_lasts_as_long_as_one_may(request, who, began, used, lasts):
    user = request.getfixturevalue(who)
    client = log_in(user)
    assert is_in(client)
    other = log_in(user)
    as_if_ago(client, began=began, used=used)
    assert (b"Log hier uit" in other.get(PAGE).content) is lasts
    assert is_in(client) is lasts
    assert SignIn.objects.filter(user=user).count() == 1 + lasts


def test_after_it_the_page_that_was_asked_for_comes_after_logging_in(griffier):
    client = log_in(griffier)
    as_if_ago(client, used=73 * HOUR)
    assert client.get("/agenda/")["Location"] == "/account/login/?next=/agenda/"


def test_a_session_gets_another_key_when_somebody_proves_again_who_it_is(raadslid):
    client = log_in(raadslid)
    as_if_proved_ago(client, 400)
    key = client.session.session_key
    old = Client()
    old.cookies = client.cookies.copy()
    client.post("/account/reauthenticate/", {"password": "fout wachtwoord"})
    assert client.session.session_key == key
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.session.session_key != key
    assert SignIn.objects.get().session_key == client.session.session_key
    assert is_in(client)
    assert not is_in(old)


def test_whose_log_in_is_a_while_ago_gives_the_password_before_ending_another_session(raadslid):
    here, telephone = log_in(raadslid), log_in(raadslid)
    as_if_proved_ago(here, 400)
    asked = here.post(PAGE, {"sessie": "andere"})
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert is_in(telephone)
    ended = here.post(asked["Location"], {"password": PASSWORD})
    assert ended["Location"] == PAGE
    assert "U bent op alle andere apparaten uitgelogd." in here.get(PAGE).content.decode()
    assert [is_in(here), is_in(telephone)] == [True, False]


def test_a_beheerder_logs_somebody_out_everywhere(raadslid, beheerder):
    telephone, desk = log_in(raadslid), client_of(beheerder)
    address = f"/admin/accounts/user/{raadslid.pk}/uitloggen/"
    page = f"/admin/accounts/user/{raadslid.pk}/change/"
    assert address in desk.get(page).content.decode()
    assert "is overal uitgelogd." in desk.post(address, follow=True).content.decode()
    assert not is_in(telephone)
    assert Change.objects.get(words="Overal uitgelogd.").by == beheerder
    assert "is nergens ingelogd." in desk.post(address, follow=True).content.decode()
    assert is_in(log_in(raadslid))
