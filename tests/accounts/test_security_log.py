"""What the log tells of logging in: each try, who it was by number, and never what was typed."""

import logging

import pytest
from django.test import Client

from tests.accounts.app_codes import code_of, set_up_app
from tests.conftest import PASSWORD, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(caplog):
    """The lines of the portal's own loggers."""
    caplog.set_level(logging.INFO)
    mine = ("accounts", "griffieportal.requests")
    return lambda: [record.getMessage() for record in caplog.records if record.name.startswith(mine)]


def log_in(user, password=PASSWORD):
    client = Client()
    client.post("/account/login/", {"login": getattr(user, "email", user), "password": password})
    return client


def test_logging_in_and_out_is_told(raadslid, told):
    log_in(raadslid).post("/account/logout/")
    assert f"user {raadslid.pk}: logged in by password" in told()
    assert f"user {raadslid.pk}: logged out" in told()


def test_a_wrong_password_is_told_and_nothing_of_what_was_typed(raadslid, told):
    log_in(raadslid, "een heel verkeerd wachtwoord")
    log_in("mijn-wachtwoord-in-het-verkeerde-veld@elders.example", "ook verkeerd")
    lines = told()
    assert f"user {raadslid.pk}: wrong password" in lines
    assert "user unknown: wrong password" in lines
    whole = " ".join(lines)
    assert not [word for word in ("verkeerd", raadslid.email, "elders") if word in whole]


def test_too_many_tries_are_told(raadslid, told):
    for _ in range(6):
        log_in(raadslid, "verkeerd")
    assert "refused: too_many_login_attempts" in told()


def test_the_second_step_is_told(raadslid, told):
    secret = set_up_app(log_in(raadslid))
    client = log_in(raadslid)
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert f"user {raadslid.pk}: totp_activated" in told()
    assert f"user {raadslid.pk}: wrong code as the second step" in told()
    assert f"user {raadslid.pk}: logged in by password, mfa" in told()


def test_who_is_refused_a_page_is_told(griffier, told):
    assert client_of(griffier).get("/admin/accounts/user/").status_code == 403
    assert f"user {griffier.pk}: refused GET admin:accounts_user_changelist" in told()


def test_a_machine_that_asks_for_access_is_told(as_nobody, told):
    as_nobody.post("/toegang/", {"website": "https://elders.example"})
    assert "a machine asked for access" in told()
