"""What the log of the portal itself tells of who is refused; test_audit.py has the log of what matters for safety."""

import logging

import pytest
from django.test import Client

from tests.accounts.app_codes import set_up_app
from tests.conftest import PASSWORD, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(caplog):
    """The lines of the portal's own loggers."""
    caplog.set_level(logging.INFO)
    mine = ("accounts", "griffieportal.requests")
    return lambda: [record.getMessage() for record in caplog.records if record.name.startswith(mine)]


def log_in(user):
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_a_wrong_code_as_the_second_step_is_told(raadslid, told):
    set_up_app(log_in(raadslid))
    log_in(raadslid).post("/account/2fa/authenticate/", {"code": "000000"})
    assert f"user {raadslid.pk}: wrong code as the second step" in told()


def test_who_is_refused_a_page_is_told(griffier, told):
    assert client_of(griffier).get("/admin/accounts/user/").status_code == 403
    assert f"user {griffier.pk}: refused GET admin:accounts_user_changelist" in told()


def test_a_machine_that_asks_for_access_is_told(as_nobody, told):
    as_nobody.post("/toegang/", {"website": "https://elders.example"})
    assert "a machine asked for access" in told()
