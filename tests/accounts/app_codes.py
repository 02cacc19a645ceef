"""A telephone's app for codes, and setting it up."""

import re
import time
from contextlib import contextmanager

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import TestCase

ACTIVATE = "/account/2fa/totp/activate/"


@contextmanager
def committed():
    """What follows a commit happens, but for the messages to a worker; run_worker does its work."""
    with TestCase.captureOnCommitCallbacks() as callbacks:
        yield
    for callback in callbacks:
        if "_queue_later" not in callback.__qualname__:
            callback()


def code_of(secret, *, steps=0):
    """What the app shows now, or so many steps of half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def secret_on(page):
    return re.search(r'<code class="secret">(\w+)</code>', page.content.decode())[1]


def set_up_app(client):
    """Sets an app up in this session; its secret."""
    secret = secret_on(client.get(ACTIVATE))
    with committed():
        response = client.post(ACTIVATE, {"code": code_of(secret)})
    assert response["Location"] == "/account/2fa/recovery-codes/"
    return secret
