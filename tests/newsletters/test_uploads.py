"""What a griffier decides about uploads, and how far the reading of them is."""

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletters import sign_of_life
from newsletters.models import Import, Newsletter
from newsletters.parsing.blocks import UnreadableFileCode
from newsletters.progress import Progress, Standstill, being_read, progress_of, standstill
from newsletters.services import imports, uploads
from tests.newsletters.letters import letter
from tests.newsletters.test_imports import content, read, upload

State = Import.State


@pytest.fixture
def failed(griffier):
    """An upload of which reading took too much; it may go better the next time."""
    row = upload("niets\n", griffier)
    Import.objects.filter(pk=row.pk).update(
        state=State.FAILED, problem="Dit kost te veel tijd.", failure=UnreadableFileCode.TOO_COSTLY
    )
    row.refresh_from_db()
    return row


def silence(row):
    """The worker that reads this one has died."""
    Import.objects.filter(pk=row.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))


def test_a_file_that_is_sent_again_after_a_lost_answer_is_one_upload(griffier, settings):
    batch = uuid.uuid4()
    text = letter(2)
    rows = [imports.receive_text(text, by=griffier, batch=batch, number=number) for number in (0, 0, 1, 1)]
    assert [row.pk for row in rows] == [rows[0].pk, rows[0].pk, rows[2].pk, rows[2].pk]
    assert [row.state for row in rows] == [State.QUEUED, State.QUEUED, State.DUPLICATE, State.DUPLICATE]
    assert len(list((settings.STORAGES["default"]["OPTIONS"]["location"] / "imports").iterdir())) == 2


def test_another_file_at_a_place_that_is_taken_gets_a_place_of_its_own(griffier):
    batch = uuid.uuid4()
    one = imports.receive_text("een", by=griffier, batch=batch, number=0)
    other = imports.receive_text("ander", by=griffier, batch=batch, number=0)
    double = imports.receive_text("een", by=griffier, batch=batch, number=1)
    assert [(row.number, row.state) for row in (one, other, double)] == [
        (0, State.QUEUED),
        (1, State.QUEUED),
        (2, State.DUPLICATE),
    ]


def test_a_double_of_a_file_that_waits_knows_the_newsletter_once_that_is_read(griffier):
    first = upload(letter(2), griffier, "eerste.txt")
    double = upload(letter(2), griffier, "tweede.txt")
    assert double.problem.endswith("met de naam 'eerste.txt'.")
    assert double.resembles is None
    read(first)
    double = Import.objects.for_list().get(pk=double.pk)
    assert double.resembles == first.newsletter


def test_what_failed_is_put_in_the_queue_once(failed):
    assert uploads.retry_import(failed) is True
    assert uploads.retry_import(failed) is False
    failed.refresh_from_db()
    assert (failed.state, failed.problem, failed.failure, failed.attempts) == (State.QUEUED, "", "", 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + b"[Content_Types].xml word/document.xml" * 10])
def test_reading_a_hopeless_file_again_is_refused_with_what_to_do(griffier, data):
    row = read(upload(data, griffier))
    with pytest.raises(uploads.CannotDo) as refusal:
        uploads.retry_import(row)
    assert row.problem in str(refusal.value)
    assert uploads.retry_failed(Import.objects.all()) == []


def test_all_that_failed_and_may_go_better_is_read_again(griffier, failed):
    hopeless = read(upload(b"", griffier))
    other = read(upload("melk\nbrood\nkaas\n", griffier))
    assert other.failure == UnreadableFileCode.NO_TEXT
    again = read(upload("niets meer\n", griffier))
    upload("niets meer\n", griffier)  # waits, so its first upload cannot
    assert uploads.retry_failed(Import.objects.all()) == [failed.pk, other.pk]
    states = Import.objects.in_bulk()
    assert [states[row.pk].state for row in (hopeless, again)] == [State.FAILED, State.FAILED]
    assert uploads.retry_failed(Import.objects.all()) == []


def test_what_waits_can_be_put_aside_and_read_after_all(griffier):
    row = upload(letter(1), griffier)
    assert (uploads.set_aside(row), uploads.set_aside(row)) == (True, False)
    row.refresh_from_db()
    assert row.state == State.SET_ASIDE
    assert read(row).state == State.SET_ASIDE  # its message may still come
    assert content(row) == letter(1).encode()
    uploads.retry_import(row)
    assert read(row).state == State.READY


def test_what_is_being_read_is_not_put_aside_unless_its_worker_died(griffier):
    row = upload(letter(1), griffier)
    held = imports.claim(row.pk)
    with pytest.raises(uploads.CannotDo):
        uploads.set_aside(row)
    silence(row)
    uploads.set_aside(row)
    with pytest.raises(imports.ClaimLost):
        held.update(progress=70)
    row.refresh_from_db()
    assert row.state == State.SET_ASIDE


def test_what_was_read_is_not_put_aside(griffier):
    row = read(upload(letter(1), griffier))
    with pytest.raises(uploads.CannotDo):
        uploads.set_aside(row)


def test_all_that_waits_is_put_aside_and_nothing_else(griffier):
    done = read(upload(letter(1, name="a"), griffier))
    reading = upload(letter(1, name="b"), griffier)
    imports.claim(reading.pk)
    left = upload(letter(1, name="c"), griffier)
    imports.claim(left.pk)
    silence(left)
    waiting = upload(letter(1, name="d"), griffier)
    assert uploads.set_waiting_aside(Import.objects.all()) == [left.pk, waiting.pk]
    states = Import.objects.in_bulk()
    assert [states[row.pk].state for row in (done, reading)] == [State.READY, State.PARSING]
    assert uploads.set_waiting_aside(Import.objects.all()) == []


def test_a_file_that_could_not_be_read_becomes_a_newsletter_by_hand_once(griffier):
    row = read(upload(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", griffier, "print.pdf"))
    newsletter = uploads.fill_in_by_hand(row, by=griffier)
    assert uploads.fill_in_by_hand(row, by=griffier) == newsletter
    row.refresh_from_db()
    assert (row.state, row.newsletter, row.progress) == (State.READY, newsletter, 100)
    assert content(row).startswith(b"%PDF")
    assert (newsletter.state, newsletter.items.count(), Newsletter.objects.count()) == (Newsletter.State.DRAFT, 0, 1)
    assert upload(content(row), griffier, "nog eens.pdf").resembles == newsletter


def test_only_what_failed_is_filled_in_by_hand(griffier, failed):
    done = read(upload(letter(1), griffier))
    upload("niets\n", griffier)  # the failed file again
    for row in (done, failed):
        with pytest.raises(uploads.CannotDo):
            uploads.fill_in_by_hand(row, by=griffier)
    assert Newsletter.objects.count() == 1


def test_the_numbers_of_the_progress_add_up(griffier, failed):
    read(upload(letter(1), griffier))
    upload(letter(1), griffier)
    for number in range(3):
        waiting = upload(letter(1, name=f"naam{number}"), griffier)
    imports.claim(waiting.pk)
    left = upload(letter(1, name="weg"), griffier)
    imports.claim(left.pk)
    silence(left)
    progress = progress_of(Import.objects.all(), now=timezone.now())
    assert progress == Progress(waiting=3, reading=1, ready=1, failed=1, double=1, aside=0)
    assert (progress.total, progress.ended) == (7, 3)
    assert progress.words == "1 van 7 gelezen, 1 mislukt, 1 dubbel, 1 wordt nu gelezen, 3 wachten"


def test_the_progress_is_of_all_that_was_sent_with_what_still_waits(griffier):
    old, new = uuid.uuid4(), uuid.uuid4()
    for batch in (old, new):
        for number in range(2):
            read(imports.receive_text(f"{batch} {number}", by=griffier, batch=batch, number=number))
    waiting = imports.receive_text(letter(1), by=griffier, batch=new, number=2)
    assert set(being_read().values_list("batch", flat=True)) == {new}
    assert (being_read().count(), being_read(old).count()) == (3, 2)
    read(waiting)
    assert being_read().count() == 0


NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)


def signed(at):
    sign_of_life.give()
    os.utime(sign_of_life.settings.WORKER_SIGN_OF_LIFE, (at.timestamp(), at.timestamp()))


@pytest.mark.django_db
def test_the_reading_stands_still_since_the_last_sign_of_a_worker():
    assert standstill(NOW) == Standstill(since=None)
    last = NOW - timedelta(seconds=60)
    signed(last)
    assert standstill(NOW) == Standstill(since=last)
    signed(NOW - timedelta(seconds=5))
    assert standstill(NOW) is None


def test_the_reading_stands_still_when_nobody_sends_what_waits(griffier):
    row = upload(letter(1), griffier)
    signed(NOW)
    since = NOW - timedelta(minutes=4)
    Import.objects.filter(pk=row.pk).update(queued_at=since)
    assert standstill(NOW) == Standstill(since=since)
    Import.objects.filter(pk=row.pk).update(queued_at=NOW - timedelta(minutes=2))
    assert standstill(NOW) is None


def test_a_sign_that_cannot_be_given_ends_no_worker(settings, tmp_path, caplog):
    settings.WORKER_SIGN_OF_LIFE = tmp_path / "weg" / "worker-alive"
    sign_of_life.give()
    assert sign_of_life.last_given() is None
    assert "no sign of life" in caplog.text
