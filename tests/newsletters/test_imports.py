import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from newsletters.models import Import, Item, ItemLink, Newsletter
from newsletters.services import imports, uploads
from tests.newsletters.letters import OUTLOOK_ID, RECIPIENT, TENANT, TICKS, letter, story

State = Import.State


def upload(data, by, filename="nieuwsbrief.txt"):
    data = data.encode() if isinstance(data, str) else data
    return imports.receive_upload(ContentFile(data, name=filename), filename=filename, by=by)


def read(row):
    imports.read_import(row.pk)
    row.refresh_from_db()
    return row


def content(row):
    with row.file.open("rb") as file:
        return file.read()


def test_an_upload_is_kept_as_it_came_under_a_random_name(griffier):
    row = upload(b"abc\r\n", griffier, "Nieuws van juni.txt")
    assert row.state == State.QUEUED
    assert (row.filename, row.size, row.uploaded_by) == ("Nieuws van juni.txt", 5, griffier)
    assert "juni" not in row.file.name
    assert content(row) == b"abc\r\n"


def test_a_newsletter_becomes_drafts(griffier):
    row = read(upload(letter(3), griffier))
    assert (row.state, row.problem, row.kind, row.attempts, row.progress) == (State.READY, "", "text", 1, 100)
    newsletter = row.newsletter
    assert newsletter.state == Newsletter.State.DRAFT
    assert str(newsletter.published_on) == "2026-06-02"
    assert newsletter.published_on_basis == Newsletter.Basis.LINK_RECEIPT
    items = list(newsletter.items.order_by("position"))
    assert [item.title for item in items] == [f"Plan 0-{n} over voorbeeld aangenomen" for n in range(3)]
    assert [item.theme.name for item in items] == ["Zorg", "Verkeer", "Zorg"]
    assert {item.state for item in items} == {Item.State.DRAFT}
    assert [link.url for item in items for link in item.links.all()] == [
        f"https://www.voorbeeld.example/plan/0/{n}" for n in range(3)
    ]


def test_nothing_of_the_mailbox_is_stored_but_the_id_that_tells_doubles(griffier):
    row = read(upload(letter(3), griffier))
    texts = [row.text, str(row.warnings), str(row.unplaced_links), str(row.newsletter)]
    texts += [item.title + item.summary for item in Item.objects.all()]
    texts += [link.text + link.url for link in ItemLink.objects.all()]
    for secret in (RECIPIENT, TENANT, OUTLOOK_ID.format(TICKS >> 16), "safelinks"):
        assert not [text for text in texts if secret in text]
    assert row.newsletter.outlook_id.replace("-", "") == OUTLOOK_ID.format(TICKS >> 16)


def test_reading_twice_leaves_as_many_rows_as_once(griffier):
    row = read(upload(letter(3), griffier))
    read(row)
    assert (Newsletter.objects.count(), Item.objects.count(), row.attempts) == (1, 3, 1)


def test_the_same_file_again_is_a_duplicate_that_says_of_what(griffier):
    first = read(upload(letter(3), griffier))
    second = upload(letter(3), griffier, "nog eens.txt")
    assert second.state == State.DUPLICATE
    assert second.newsletter == first.newsletter
    assert second.problem.startswith("Dit bestand is al geüpload op ")
    assert read(second).state == State.DUPLICATE


def test_the_same_mail_in_another_file_is_a_duplicate(griffier):
    first = read(upload(letter(3), griffier))
    second = read(upload(letter(3) + "\n\n", griffier))
    assert second.state == State.DUPLICATE
    assert second.newsletter == first.newsletter
    assert second.problem.startswith("Dit lijkt op ")
    assert Newsletter.objects.count() == 1


def without_ids(text):
    """The same newsletter out of another programme: no wrapped links, so no ids of the mail."""
    return re.sub(r"https://eur05\S+", "", text)


def test_the_same_newsletter_without_ids_is_known_by_source_day_and_titles(griffier):
    first = read(upload(letter(3), griffier))
    header = "Van: Gemeentekoepel <nieuws@koepel.example>\nVerzonden: dinsdag 2 juni 2026 14:00\nAan: Griffie\n"
    text = header + "Onderwerp: Nieuws\n\n" + without_ids(letter(3))
    second = read(upload(text, griffier))
    assert (second.state, second.newsletter) == (State.DUPLICATE, first.newsletter)
    other_day = read(upload(text.replace("dinsdag 2 juni", "woensdag 3 juni"), griffier))
    assert other_day.state == State.READY


def test_without_a_day_nearly_all_titles_tell_that_it_is_the_same_newsletter(griffier):
    first = read(upload(letter(4), griffier))
    undated = read(upload(without_ids(letter(4)), griffier))
    assert (undated.state, undated.newsletter) == (State.DUPLICATE, first.newsletter)
    assert read(upload(without_ids(letter(7)), griffier)).state == State.READY
    assert read(upload(without_ids(letter(4, name="elders")), griffier)).state == State.READY


def settled(row, choice):
    uploads.settle_duplicate(row, choice=choice)
    return read(row)


def test_a_duplicate_can_be_kept_beside_the_first(griffier):
    first = read(upload(letter(3), griffier))
    second = settled(read(upload(letter(3) + "\n\n", griffier)), Import.Double.BOTH)
    assert second.state == State.READY
    assert second.newsletter != first.newsletter
    assert [newsletter.items.count() for newsletter in Newsletter.objects.all()] == [3, 3]
    assert Newsletter.objects.exclude(outlook_id="").get() == first.newsletter


def test_what_a_duplicate_tells_more_can_be_added(griffier):
    first = read(upload(letter(2), griffier))
    newsletter = first.newsletter
    kept = newsletter.items.get(position=0)
    Item.objects.filter(pk=kept.pk).update(title="PLAN 0-0 OVER VOORBEELD", state=Item.State.PUBLISHED)
    ItemLink.objects.filter(item=kept).update(url="", kind="")
    first.unplaced_links = [{"text": "", "url": "https://www.voorbeeld.example/plan/0/0", "kind": "direct"}]
    first.save()
    more = story("Zwembad weer open", "Sport", "Het zwembad aan de Dorpsstraat gaat na de verbouwing weer open.", "")
    second = read(upload(more + letter(2), griffier))
    assert second.state == State.DUPLICATE
    second = settled(second, Import.Double.ADD)
    assert (second.state, second.newsletter) == (State.READY, newsletter)
    assert [(item.title, item.state) for item in newsletter.items.order_by("position")] == [
        ("PLAN 0-0 OVER VOORBEELD", "published"),
        ("Plan 0-1 over voorbeeld aangenomen", "draft"),
        ("Zwembad weer open", "draft"),
    ]
    assert kept.links.get().url == "https://www.voorbeeld.example/plan/0/0"
    first.refresh_from_db()
    assert first.unplaced_links == []
    assert Item.objects.get(title="Zwembad weer open").first_line is None


def test_only_a_duplicate_that_was_read_can_be_settled(griffier):
    first = read(upload(letter(3), griffier))
    same_file = upload(letter(3), griffier)
    for row in (first, same_file):
        with pytest.raises(uploads.CannotDo):
            uploads.settle_duplicate(row, choice=Import.Double.ADD)


def test_a_file_may_come_again_when_its_newsletter_is_gone(griffier):
    first = read(upload(letter(3), griffier))
    first.newsletter.delete()
    assert read(upload(letter(3), griffier)).state == State.READY


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "leeg.txt"),
        (b" \r\n \t\n", "wit.txt"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, "foto.jpg"),
        (b"PK\x03\x04" + b"[Content_Types].xml word/document.xml" * 10, "brief.docx"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "print.pdf"),
        (b"melk\nbrood\nkaas\n", "boodschappen.txt"),
        ("De kat krabt de krullen van de trap. " * 200, "lap.txt"),
    ],
)
def test_what_is_no_newsletter_fails_with_a_sentence_and_keeps_its_file(griffier, data, filename):
    row = read(upload(data, griffier, filename))
    assert row.state == State.FAILED
    assert row.problem.endswith(".")
    assert len(row.problem.split()) > 4
    assert content(row) == (data.encode() if isinstance(data, str) else data)
    assert not Newsletter.objects.exists()
    assert not Item.objects.exists()


def test_a_file_that_is_too_large_is_not_even_opened(griffier, settings):
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    row = read(upload(b"a" * (3 * 1024 * 1024 + 1), griffier))
    assert row.state == State.FAILED
    assert row.problem == "Dit bestand is groter dan 3 MB. Upload alleen de nieuwsbrief zelf, zonder bijlagen."


def test_only_one_worker_gets_an_import(griffier):
    row = upload(letter(1), griffier)
    first = imports.claim(row.pk)
    assert first == imports.Claim(row.pk, 1)
    assert imports.claim(row.pk) is None


def test_an_import_whose_worker_died_is_taken_over_and_the_dead_one_stores_nothing(griffier, settings):
    row = upload(letter(3), griffier)
    dead = imports.claim(row.pk)
    Import.objects.filter(pk=row.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    read(row)
    assert (row.state, row.attempts) == (State.READY, 2)
    with pytest.raises(imports.ClaimLost):
        dead.update(progress=70)
    assert Item.objects.count() == 3


def test_the_sweep_takes_back_what_a_dead_worker_left(griffier):
    row = upload(letter(1), griffier)
    imports.claim(row.pk)
    assert imports.sweep_imports() == []
    Import.objects.filter(pk=row.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert imports.sweep_imports() == [row.pk]
    row.refresh_from_db()
    assert row.state == State.QUEUED


def test_the_sweep_sends_a_lost_message_again_but_not_each_time(griffier):
    row = upload(letter(1), griffier)
    assert imports.sweep_imports() == []
    Import.objects.filter(pk=row.pk).update(queued_at=timezone.now() - timedelta(seconds=imports.MESSAGE_SECONDS + 1))
    assert imports.sweep_imports() == [row.pk]
    assert imports.sweep_imports() == []


def test_a_lost_message_is_sent_again_soon_where_the_worker_has_nothing_else_to_do(griffier):
    row, other = upload(letter(1), griffier), upload(letter(2), griffier)
    lately = timezone.now() - timedelta(seconds=imports.IDLE_SECONDS + 1)
    Import.objects.update(queued_at=lately)
    imports.claim(other.pk)
    assert imports.sweep_imports() == []
    Import.objects.filter(pk=other.pk).update(started_at=lately, finished_at=lately, state=State.READY)
    assert imports.sweep_imports() == [row.pk]
    assert imports.sweep_imports() == []


def test_what_a_worker_with_a_fast_clock_left_is_taken_back(griffier):
    row = upload(letter(1), griffier)
    imports.claim(row.pk)
    Import.objects.filter(pk=row.pk).update(heartbeat_at=timezone.now() + timedelta(hours=1))
    assert imports.sweep_imports() == [row.pk]
    Import.objects.filter(pk=row.pk).update(queued_at=timezone.now() + timedelta(hours=1))
    assert imports.sweep_imports() == [row.pk]
    assert read(row).state == State.READY


def test_what_was_read_beside_a_file_that_kills_its_worker_is_not_given_up_with_it(griffier):
    poison, beside = upload(letter(1), griffier), upload(letter(2), griffier)
    assert imports.claim(poison.pk)
    assert imports.claim(beside.pk)
    for _ in range(2):
        Import.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
        assert imports.sweep_imports() == [poison.pk]
        assert imports.sweep_imports() == []
        assert imports.claim(poison.pk)
        assert imports.sweep_imports() == []
    Import.objects.filter(pk=poison.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert imports.sweep_imports() == [beside.pk]
    poison.refresh_from_db()
    assert (poison.state, read(beside).state) == (State.FAILED, State.READY)


def test_after_three_attempts_the_import_fails_with_a_sentence_and_can_be_tried_again(griffier):
    row = upload(letter(1), griffier)
    for _ in range(3):
        assert imports.claim(row.pk)
        Import.objects.filter(pk=row.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert imports.claim(row.pk) is None
    assert imports.sweep_imports() == []
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert row.problem.startswith("Het lezen is 3 keer afgebroken.")
    uploads.retry_import(row)
    assert read(row).state == State.READY


def test_only_a_failed_import_can_be_tried_again(griffier):
    row = read(upload(letter(1), griffier))
    with pytest.raises(uploads.CannotDo):
        uploads.retry_import(row)


def test_a_failed_file_cannot_be_tried_again_beside_a_newer_upload_of_it(griffier):
    row = read(upload("niets\n", griffier))
    upload("niets\n", griffier)
    with pytest.raises(uploads.CannotDo):
        uploads.retry_import(row)


def test_pasted_text_is_an_upload_like_any_other(griffier):
    row = read(imports.receive_text(letter(2), by=griffier))
    assert row.state == State.READY
    assert row.filename.startswith("Geplakte tekst")


def test_a_link_that_is_too_long_costs_its_address_only(griffier):
    long = "https://www.voorbeeld.example/" + "a" * 5000
    text = f"Lees het plan <{long}>\n"
    row = read(upload(letter(3).replace("\n\n", f"\n\n{text}\n", 1), griffier))
    assert row.state == State.READY
    assert not ItemLink.objects.filter(url__contains="aaaa").exists()
    assert "aaaa" not in str(row.unplaced_links)
