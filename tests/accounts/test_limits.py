"""Limits on guessing: they hold in every web process, as they are counted in the cache that all share."""

import subprocess
import sys

import pytest
from django.core.cache import caches
from django.test import Client

from tests.conftest import PASSWORD
from tests.portal_server import PROJECT_DIR

pytestmark = pytest.mark.django_db
GUESS = """
from django.conf import settings
settings.CACHES["default"]["KEY_PREFIX"] = {prefix!r}
from django.test import RequestFactory
from allauth.core import ratelimit
from django.contrib.auth.models import AnonymousUser
request = RequestFactory().post("/account/login/code/", REMOTE_ADDR="127.0.0.1")
request.user = AnonymousUser()
print(bool(ratelimit.consume(request, action="request_login_code", key={key!r})))
"""


@pytest.mark.parametrize(
    ("address", "form", "times"),
    [
        ("/account/login/", {"login": "raadslid@voorbeeldstad.example", "password": "verkeerd-wachtwoord"}, 5),
        ("/account/login/code/", {"email": "raadslid@voorbeeldstad.example"}, 3),
    ],
)
def test_guessing_is_limited_for_an_account_whoever_guesses(raadslid, address, form, times):
    for number in range(times):
        page = Client(REMOTE_ADDR=f"10.0.0.{number}").post(address, form).content.decode()
        assert "te vaak" not in page
    assert "te vaak" in Client(REMOTE_ADDR="10.0.9.9").post(address, form).content.decode()


def test_asking_for_codes_is_limited_for_a_network(db):
    answers = [Client().post("/account/login/code/", {"email": f"lid{n}@elders.example"}) for n in range(41)]
    assert {answer.status_code for answer in answers[:40]} == {302}
    assert "te vaak" in answers[40].content.decode()


def test_passkeys_are_limited_for_a_network(db):
    answers = [Client().post("/account/2fa/webauthn/login/", {"credential": "{}"}) for _ in range(61)]
    assert [answer.status_code for answer in answers[59:]] == [302, 429]


def test_the_password_is_asked_again_only_so_often(raadslid):
    client = Client()
    client.force_login(raadslid)
    for _ in range(11):
        answer = client.post("/account/reauthenticate/", {"password": "verkeerd-wachtwoord"})
    assert answer.status_code == 429
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 429


@pytest.mark.postgresql
def test_limits_hold_in_another_process_too(raadslid, settings):
    """Only with Redis: the embedded default has one web process."""
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    for _ in range(3):
        Client().post("/account/login/code/", {"email": raadslid.email})
    script = GUESS.format(prefix=caches["default"].key_prefix, key=raadslid.email)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", script]
    answer = subprocess.run(command, cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
    assert answer.stdout.split() == ["False"]
