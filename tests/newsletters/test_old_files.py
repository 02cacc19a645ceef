"""The files of newsletters, erased after their term or where no row names them; what is lost then, and what stays."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from newsletters.models import Import
from newsletters.models.imports import FOLDER
from newsletters.services import imports, old_files, originals, rereading, uploads
from tests.newsletters.letters import letter


def in_days(days):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def row(griffier, settings):
    """A file that was read, with a term of ten days."""
    settings.ORIGINALS_KEPT_DAYS = 10
    row = imports.receive_text(letter(3), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    assert row.state == Import.State.READY
    return row


def test_nothing_goes_without_a_term_or_before_it(row, settings):
    assert old_files.erase_old(in_days(9)) == 0
    settings.ORIGINALS_KEPT_DAYS = 0
    assert old_files.erase_old(in_days(36500)) == 0
    assert default_storage.exists(row.file.name)


def test_after_its_term_the_file_is_gone_and_what_was_read_stays(row, as_griffier):
    name, text = row.file.name, row.text
    originals.view_of(row)
    assert default_storage.listdir(originals.FOLDER)[1] != []
    assert old_files.erase_old(in_days(11)) == 1
    assert old_files.erase_old(in_days(11)) == 0
    row = Import.objects.get(pk=row.pk)
    assert (bool(row.file), default_storage.exists(name), row.text) == (False, False, text)
    assert default_storage.listdir(originals.FOLDER)[1] == []
    assert row.newsletter.items.count() == 3
    page = as_griffier.get(f"/admin/newsletters/newsletter/{row.newsletter_id}/change/").text
    assert "Het bestand is na de bewaartermijn gewist. De tekst staat er nog." in page
    assert "Bestand opnieuw lezen" not in page
    assert "Origineel ophalen" not in as_griffier.get("/admin/newsletters/import/").text
    with pytest.raises(rereading.CannotReread, match="bestand is er niet meer"):
        rereading.look(row.newsletter)


def test_the_addresses_of_a_file_that_is_gone_are_not_found(row, as_griffier):
    page = as_griffier.get(f"/admin/newsletters/newsletter/{row.newsletter_id}/change/")
    assert page.status_code == 200
    old_files.erase_old(in_days(11))
    for name in ("original", "shown"):
        assert as_griffier.get(reverse(f"admin:newsletters_import_{name}", args=[row.pk])).status_code == 404


def test_what_failed_or_is_double_cannot_be_read_again_without_its_file(row, griffier):
    failed = imports.receive_text("Niets.", by=griffier)
    Import.objects.filter(pk=failed.pk).update(state="failed", problem="Stuk.", failure="damaged")
    double = imports.receive_text(letter(3), by=griffier)
    Import.objects.filter(pk=double.pk).update(kind="text")
    assert old_files.erase_old(in_days(11)) == 3
    for pk in (failed.pk, double.pk):
        one = Import.objects.get(pk=pk)
        assert (one.may_be_read_again, one.may_be_added) == (False, False)
    with pytest.raises(uploads.CannotDo, match="na de bewaartermijn gewist"):
        uploads.retry_import(Import.objects.get(pk=failed.pk))
    with pytest.raises(uploads.CannotDo, match="na de bewaartermijn gewist"):
        uploads.settle_duplicate(Import.objects.get(pk=double.pk), choice=Import.Double.ADD)
    assert uploads.retry_failed(Import.objects.all()) == []
    assert uploads.fill_in_by_hand(Import.objects.get(pk=failed.pk), by=griffier) is not None


@pytest.mark.parametrize("state", ["queued", "parsing"])
def test_a_file_that_is_still_to_be_read_stays(griffier, settings, state):
    settings.ORIGINALS_KEPT_DAYS = 10
    row = imports.receive_text(letter(3), by=griffier)
    now = timezone.now()
    Import.objects.filter(pk=row.pk).update(state=state, started_at=now, heartbeat_at=now)
    assert old_files.erase_old(in_days(11)) == 0


def test_a_file_that_somebody_took_away_already_is_forgotten_all_the_same(row):
    default_storage.delete(row.file.name)
    assert old_files.erase_old(in_days(11)) == 1


def test_a_file_that_no_row_names_goes_after_an_hour(row):
    name = default_storage.save(f"{FOLDER}/los.txt", ContentFile(b"van een upload die afbrak"))
    now = timezone.now()
    assert old_files.erase_ownerless(now + timedelta(minutes=59)) == 0
    assert default_storage.exists(name)
    assert old_files.erase_ownerless(now + timedelta(minutes=61)) == 1
    assert old_files.erase_ownerless(now + timedelta(minutes=61)) == 0
    assert not default_storage.exists(name)
    assert default_storage.exists(row.file.name)


def test_files_of_days_ago_stay_on_a_portal_that_knows_none_of_their_rows(row):
    Import.objects.all().delete()
    assert old_files.erase_ownerless(in_days(3)) == 0
    assert default_storage.exists(row.file.name)


def test_without_an_upload_there_is_nothing_to_erase(db):
    assert old_files.erase_ownerless(timezone.now()) == 0


def test_an_upload_whose_commit_nobody_can_tell_of_keeps_its_file(griffier, monkeypatch):
    """The database restarts between storing the row and saying so; the page sends the file again."""
    batch, data = uuid.uuid4(), letter(3).encode()

    def send():
        file = ContentFile(data, name="brief.txt")
        return imports.receive_upload(file, filename="brief.txt", by=griffier, batch=batch)

    keep = imports._keep

    def keep_and_lose_the_connection(row):
        keep(row)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(imports, "_keep", keep_and_lose_the_connection)
    with pytest.raises(OperationalError):
        send()
    monkeypatch.setattr(imports, "_keep", keep)
    row = send()
    assert row == Import.objects.get()
    imports.read_import(row.pk)
    row.refresh_from_db()
    assert row.state == Import.State.READY
    assert len(default_storage.listdir(FOLDER)[1]) == 1
