"""What the tests about people share: a real mail server, and work that a test does itself instead of a worker."""

import pytest

from accounts import mails
from accounts.models import Audience, Mail, SignUpRequest
from accounts.services import asking
from tests import mailbox as mail_server


@pytest.fixture
def mailbox(settings):
    """A server that the portal of this test sends its mail to."""
    with mail_server.receiving() as (mailbox, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield mailbox


@pytest.fixture
def run_worker(db):
    """Does what waits, as a worker would."""

    def run():
        for pk in SignUpRequest.objects.filter(state="received").values_list("pk", flat=True).order_by("pk"):
            asking.weigh(pk)
        for pk in Mail.objects.filter(state="waiting").values_list("pk", flat=True).order_by("pk"):
            mails.send(pk)

    return run


@pytest.fixture
def make_request(db):
    """A request that was received and weighed; confirmed unless told otherwise."""

    def make(email="kandidaat@voorbeeldstad.example", *, is_confirmed=True, **fields):
        asked = {"name": "Kim Kandidaat", "audience": Audience.RAADSLID, **fields}
        pk = asking.receive(asking.Asked(email=email, **asked))
        asking.weigh(pk)
        row = SignUpRequest.objects.get(pk=pk)
        if is_confirmed:
            asking.confirm(row)
            row.refresh_from_db()
        return row

    return make
