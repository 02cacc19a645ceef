"""Two at the same moment, on real connections: what the database settles, not the code's good luck."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connections

from accounts.models import User
from newsletters.models import Import, Item, ItemBookmark, Newsletter
from newsletters.services import imports, reading, reviewing
from tests.newsletters.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*functions):
    """Run them in threads that start together; what each returned or raised."""
    barrier = Barrier(len(functions))

    def run(function):
        barrier.wait()
        try:
            return function()
        except Exception as error:  # noqa: BLE001 - the test looks at what it was
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))


@pytest.fixture
def user():
    return User.objects.create_user("iemand@voorbeeldstad.example", "een-lang-wachtwoord-voor-tests")


def receive(text, user):
    return imports.receive_upload(ContentFile(text.encode(), name="a.txt"), filename="a.txt", by=user)


def test_two_workers_never_get_the_same_import(user):
    row = receive(letter(1), user)
    claims = at_once(*[lambda: imports.claim(row.pk)] * 4)
    assert sorted(claims, key=str) == sorted([imports.Claim(row.pk, 1), None, None, None], key=str)


def test_the_same_file_uploaded_twice_at_once_is_read_once(user):
    rows = at_once(*[lambda: receive(letter(1), user)] * 3)
    assert sorted(row.state for row in rows) == ["duplicate", "duplicate", "queued"]


def test_the_same_mail_in_two_files_read_at_once_is_one_newsletter(user):
    rows = [receive(letter(2) + "\n" * count, user) for count in range(3)]
    assert at_once(*[lambda pk=row.pk: imports.read_import(pk) for row in rows]) == [None] * 3
    assert sorted(Import.objects.values_list("state", flat=True)) == ["duplicate", "duplicate", "ready"]
    assert (Newsletter.objects.count(), Item.objects.count()) == (1, 2)


def test_two_clicks_are_one_bookmark(user):
    newsletter = Newsletter.objects.create(title="Nieuws")
    item = Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    assert at_once(*[lambda: reading.set_bookmark(item, user=user, is_on=True)] * 4) == [None] * 4
    assert ItemBookmark.objects.count() == 1


def test_two_griffiers_who_publish_at_once_publish_once(user):
    newsletter = Newsletter.objects.create(title="Nieuws")
    Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    assert at_once(*[lambda: reviewing.publish(Newsletter.objects.get(), by=user)] * 3) == [None] * 3
    assert Newsletter.objects.get().state == Newsletter.State.PUBLISHED
