"""Reading a newsletter's file again: first what would change, then the change; what people touched stays."""

import pytest
from django.urls import reverse

from accounts.models import Change
from events.models import Event, EventBookmark
from newsletters.models import Import, Item, ItemBookmark, ItemEvent, ItemLink, Newsletter
from newsletters.services import imports, making, rearranging, rereading, reviewing, uploads
from tests.filled_form import form_on
from tests.newsletters.letters import letter, story, wrapped

DATED = story("Werkbezoek", "Zorg", "Op dinsdag 9 juni brengt de raad een werkbezoek, van 13.30 tot 16.00 uur.")
LINK = wrapped("https://www.voorbeeld.example/werkbezoek") + "\n\n\n"


@pytest.fixture
def row(griffier):
    """Five items of which the first announces an event."""
    row = imports.receive_text(DATED + LINK + letter(4), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    assert row.newsletter.items.count() == 5
    assert row.unplaced_links == []
    assert Event.objects.count() == 1
    return row


def facts():
    """All that members could see, and what the griffier works with; not the keys of rows."""
    items = [
        (item.position, item.title, item.summary, item.theme and item.theme.name, item.state, item.first_line)
        for item in Item.objects.order_by("position")
    ]
    links = list(ItemLink.objects.order_by("item__position", "position").values_list("text", "url", "kind"))
    events = list(Event.objects.order_by("title").values_list("title", "starts_on", "starts_at", "ends_at", "state"))
    return items, links, events


def as_if_read_otherwise(item, **fields):
    """The row as an earlier version of the reader may have left it; nobody has touched it."""
    Item.objects.filter(pk=item.pk).update(**fields)


def page_of(row):
    return reverse("admin:newsletters_newsletter_read_again", args=[row.newsletter_id])


def read_again(row, griffier):
    found = rereading.look(row.newsletter)
    return rereading.read_again(row.newsletter, fingerprint=found.fingerprint, by=griffier)


def test_the_same_reading_changes_nothing(as_griffier, row):
    before = facts()
    page = as_griffier.get(page_of(row)).content.decode()
    assert "Er zou niets veranderen" in page
    assert "Zo doen" not in page
    as_griffier.post(page_of(row), form_on(as_griffier.get(page_of(row))))
    assert facts() == before


def test_looking_changes_nothing_and_tells_all_that_would(as_griffier, row):
    first, second, third, *_ = row.newsletter.items.order_by("position")
    wanted = facts()
    as_if_read_otherwise(second, title="Verkeerd gelezen", theme=None)
    second.links.update(url="", kind="")
    third.delete()
    gone = Item.objects.create(newsletter=row.newsletter, position=99, title="Regel uit de voettekst", first_line=900)
    Event.objects.update(starts_at=None, ends_at=None)
    before = facts()
    page = " ".join(as_griffier.get(page_of(row)).content.decode().split())
    assert facts() == before
    assert f"<li>{third.title}</li>" in page
    assert f"Verkeerd gelezen wordt {second.title}: titel, thema, links" in page
    assert f"{first.title}: agendapunten" in page
    assert "<li>Regel uit de voettekst</li>" in page

    as_griffier.post(page_of(row), form_on(as_griffier.get(page_of(row))))
    assert not Item.objects.filter(pk=gone.pk).exists()
    items, links, events = facts()
    assert sorted(item[1:] for item in items) == sorted(item[1:] for item in wanted[0])
    assert items[-1][1] == third.title
    assert sorted(links) == sorted(wanted[1])
    assert events == wanted[2]
    second.refresh_from_db()
    assert second.title == wanted[0][1][1]
    words = list(Change.objects.values_list("words", flat=True))
    assert "Opnieuw gelezen: 1 nieuw, 2 gewijzigd, 1 weg, 0 gehouden." in words
    assert "Weggehaald bij opnieuw lezen: staat niet meer zo in het bestand." in words


def test_reading_again_twice_is_the_same_as_once(row, griffier):
    row.newsletter.items.first().delete()
    read_again(row, griffier)
    once = facts()
    assert rereading.look(row.newsletter).changes_nothing
    read_again(row, griffier)
    assert facts() == once


def test_what_people_touched_stays(row, griffier, raadslid):
    edited, dismissed, published, kept, announcing = items = list(row.newsletter.items.order_by("-position"))
    for item in items:
        as_if_read_otherwise(item, summary="Verkeerd gelezen.")
    edited.refresh_from_db()
    reviewing.edit_item(edited, is_kept=True, by=griffier)
    dismissed.refresh_from_db()
    reviewing.edit_item(dismissed, is_kept=False, by=griffier)
    Item.objects.filter(pk=dismissed.pk).update(edited_at=None)
    as_if_read_otherwise(published, state=Item.State.PUBLISHED)
    ItemBookmark.objects.create(user=raadslid, item=kept)
    EventBookmark.objects.create(user=raadslid, event=Event.objects.get())
    making.make_item(row.newsletter, title="Van mij", theme=None, summary="", address="", by=griffier)
    before = facts()
    found = rereading.look(row.newsletter)
    assert found.changes_nothing
    assert {kept.item.pk: kept.reason for kept in found.kept} == {
        edited.pk: "met de hand gewijzigd",
        dismissed.pk: "weggelegd",
        published.pk: "gepubliceerd",
        kept.pk: "door een lid bewaard",
        announcing.pk: "agendapunt met de hand gewijzigd of bewaard",
        row.newsletter.items.get(title="Van mij").pk: "met de hand gemaakt",
    }
    read_again(row, griffier)
    assert facts() == before


def test_touched_items_that_the_file_no_longer_tells_stay_too(row, griffier):
    item = row.newsletter.items.order_by("position").last()
    item.title, item.summary = "Heel anders", "Helemaal zelf geschreven door de griffier."
    reviewing.edit_item(item, is_kept=True, by=griffier)
    Import.objects.filter(pk=row.pk).update(text="de lezer telde de regels toen anders")
    found = rereading.look(row.newsletter)
    assert [kept.item for kept in found.kept] == [item]
    assert found.gone == []
    read_again(row, griffier)
    item.refresh_from_db()
    assert item.title == "Heel anders"


def test_an_event_that_was_changed_by_hand_keeps_its_item_as_it_is(row, griffier):
    event = Event.objects.get()
    event.location = "Raadzaal"
    reviewing.edit_event(event, is_kept=True, by=griffier)
    read_again(row, griffier)
    assert Event.objects.get().location == "Raadzaal"


def test_items_that_were_put_together_or_split_stay_so(row, griffier):
    items = list(row.newsletter.items.order_by("position"))
    rearranging.merge_into_above(items[2], above=items[1], by=griffier)
    at = rearranging.paragraphs(items[3].summary)[1]
    rearranging.split_item(items[3], at=1, begins=at, by=griffier)
    as_if_read_otherwise(items[4], title="Verkeerd gelezen")
    for _ in range(2):
        found = read_again(row, griffier)
        assert (found.new, found.gone) == ([], [])
    items[4].refresh_from_db()
    assert items[4].title != "Verkeerd gelezen"
    merged = row.newsletter.items.get(pk=items[1].pk)
    assert items[2].summary in merged.summary


def test_when_something_else_would_change_than_was_shown_nothing_does(as_griffier, row):
    item = row.newsletter.items.first()
    as_if_read_otherwise(item, title="Verkeerd gelezen")
    data = form_on(as_griffier.get(page_of(row)))
    as_if_read_otherwise(row.newsletter.items.last(), title="Ook verkeerd")
    response = as_griffier.post(page_of(row), data, follow=True)
    assert "Er is intussen iets veranderd." in " ".join(str(message) for message in response.context["messages"])
    item.refresh_from_db()
    assert item.title == "Verkeerd gelezen"


def test_a_link_that_was_placed_or_left_out_does_not_come_back(row, griffier):
    urls = [f"https://www.voorbeeld.example/los/{number}" for number in range(3)]
    text = story("Plan", "Zorg", "De raad heeft het plan besproken en aangenomen.") + "\n".join(urls) + "\n\n"
    other = imports.receive_text(text + story("Nog een plan", "Wonen", "De raad praat erover."), by=griffier)
    imports.read_import(other.pk)
    other.refresh_from_db()
    unplaced = [link["url"] for link in other.unplaced_links]
    assert len(unplaced) >= 2
    reviewing.leave_link_out(other, unplaced[0], by=griffier)
    reviewing.place_link(other, unplaced[1], other.newsletter.items.first(), by=griffier)
    other.refresh_from_db()
    left = other.unplaced_links
    read_again(other, griffier)
    other.refresh_from_db()
    assert other.unplaced_links == left


def test_an_event_that_another_newsletter_announces_too_is_not_removed(row, griffier, make_item):
    event = Event.objects.get()
    ItemEvent.objects.create(item=make_item(), event=event)
    Event.objects.update(title="Anders")
    read_again(row, griffier)
    assert Event.objects.get().pk == event.pk


def test_a_day_that_was_filled_in_by_hand_stays_and_settles_the_years(griffier):
    text = DATED + story("Plan", "Zorg", "De raad heeft het plan besproken en aangenomen.")
    row = imports.receive_text(text, by=griffier)
    imports.read_import(row.pk)
    newsletter = Newsletter.objects.get()
    assert (newsletter.published_on, Event.objects.get().starts_on) == (None, None)
    newsletter.published_on, newsletter.published_on_basis = "2026-06-01", Newsletter.Basis.BY_HAND
    newsletter.save()
    newsletter.refresh_from_db()
    row.refresh_from_db()
    read_again(row, griffier)
    newsletter.refresh_from_db()
    assert (str(newsletter.published_on), newsletter.published_on_basis) == ("2026-06-01", "by_hand")
    assert str(Event.objects.get().starts_on) == "2026-06-09"


def test_a_newsletter_without_a_file_or_with_one_that_cannot_be_read_says_so(as_griffier, griffier, db):
    newsletter = making.make_newsletter(source=None, title="Eigen", published_on=None, by=griffier)
    failed = imports.receive_text("\n", by=griffier)
    imports.read_import(failed.pk)
    by_hand = uploads.fill_in_by_hand(failed, by=griffier)
    for one, words in [(newsletter, "is geen bestand om te lezen"), (by_hand, "leeg")]:
        url = reverse("admin:newsletters_newsletter_read_again", args=[one.pk])
        response = as_griffier.get(url, follow=True)
        assert words in " ".join(str(message) for message in response.context["messages"])
