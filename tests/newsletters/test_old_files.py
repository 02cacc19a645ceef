"""The files of newsletters, erased after their term; what is lost then, and what stays."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from newsletters.models import Import
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
