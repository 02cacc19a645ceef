import pytest

from events.models import Event
from newsletters import search
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.services import reviewing
from tests.newsletters.letters import wrapped


@pytest.fixture
def draft(source):
    newsletter = Newsletter.objects.create(source=source, title="Concept")
    for position in range(2):
        Item.objects.create(newsletter=newsletter, position=position, title=f"Bericht {position}", summary="Tekst.")
    return newsletter


@pytest.fixture
def first(draft):
    return draft.items.get(position=0)


def announce(item, **fields):
    event = Event.objects.create(title="Bijeenkomst", **fields)
    ItemEvent.objects.create(item=item, event=event)
    return event


def test_publishing_shows_kept_items_and_their_events_only(draft, first, griffier):
    second = draft.items.get(position=1)
    shown, hidden, put_aside = announce(first), announce(second), announce(first, state=Event.State.DISMISSED)
    reviewing.edit_item(second, is_kept=False, by=griffier)
    reviewing.publish(draft, by=griffier)
    assert list(Item.objects.published()) == [first]
    assert set(Event.objects.published()) == {shown}
    assert hidden not in Event.objects.published()
    assert put_aside not in Event.objects.published()
    assert (draft.state, draft.published_by) == (Newsletter.State.PUBLISHED, griffier)


def test_publishing_twice_keeps_the_first_moment(draft, griffier, beheerder):
    reviewing.publish(draft, by=griffier)
    moment = draft.published_at
    reviewing.publish(draft, by=beheerder)
    draft.refresh_from_db()
    assert (draft.published_at, draft.published_by) == (moment, griffier)


def test_a_newsletter_without_kept_items_is_not_published(draft, griffier):
    for item in draft.items.all():
        reviewing.edit_item(item, is_kept=False, by=griffier)
    with pytest.raises(reviewing.CannotPublish):
        reviewing.publish(draft, by=griffier)
    draft.refresh_from_db()
    assert draft.state == Newsletter.State.DRAFT


def test_taking_back_hides_the_newsletter_and_its_events(draft, first, griffier):
    event = announce(first)
    reviewing.publish(draft, by=griffier)
    reviewing.withdraw(draft, by=griffier)
    assert not Item.objects.published().exists()
    assert not Event.objects.published().exists()
    reviewing.publish(draft, by=griffier)
    assert list(Event.objects.published()) == [event]


def test_an_event_that_another_newsletter_announces_too_stays(draft, first, item, griffier):
    event = announce(first)
    ItemEvent.objects.create(item=item, event=event)
    reviewing.publish(draft, by=griffier)
    reviewing.withdraw(draft, by=griffier)
    assert list(Event.objects.published()) == [event]


def test_putting_an_item_aside_and_back_in_a_published_newsletter_takes_effect_at_once(draft, first, griffier):
    event = announce(first)
    reviewing.publish(draft, by=griffier)
    first.refresh_from_db()
    reviewing.edit_item(first, is_kept=False, by=griffier)
    assert first not in Item.objects.published()
    assert event not in Event.objects.published()
    reviewing.edit_item(first, is_kept=True, by=griffier)
    assert first in Item.objects.published()
    assert event in Event.objects.published()


def test_an_edited_item_says_by_whom_and_is_found_by_its_new_words(draft, first, griffier):
    first.title = "Zwembad heropend"
    reviewing.edit_item(first, is_kept=True, by=griffier)
    first.refresh_from_db()
    assert first.edited_by == griffier
    assert first.edited_at is not None
    assert list(search.search(Item.objects.all(), "zwembad")) == [first]


def test_an_event_put_aside_stays_so_after_publishing_and_can_come_back(draft, first, griffier):
    event = announce(first)
    reviewing.edit_event(event, is_kept=False, by=griffier)
    reviewing.publish(draft, by=griffier)
    assert event not in Event.objects.published()
    event.refresh_from_db()
    reviewing.edit_event(event, is_kept=True, by=griffier)
    assert event in Event.objects.published()
    event.refresh_from_db()
    assert event.sequence == 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://www.voorbeeld.example/a?utm_source=mail", "https://www.voorbeeld.example/a"),
        (wrapped("https://www.voorbeeld.example/b"), "https://www.voorbeeld.example/b"),
        ("www.voorbeeld.example/c", "https://www.voorbeeld.example/c"),
        ("griffie@voorbeeld.example", "mailto:griffie@voorbeeld.example"),
        ("javascript:alert(1)", ""),
        ("data:text/html,hallo", ""),
        ("https://naam:geheim@voorbeeld.example/", ""),
        ("ftp://voorbeeld.example/", ""),
        ("geen link hoor", ""),
        ("raadsinformatie", ""),
        ("http://localhost/", ""),
        ("https://intranet/stuk", ""),
        ("mailto:griffie", ""),
        ("https://", ""),
        ("https://www.voorbeeld.example:8443/a?b=c#d", "https://www.voorbeeld.example:8443/a?b=c#d"),
        ("", ""),
    ],
)
def test_an_address_that_a_griffier_types_is_cleaned(typed, stored):
    assert reviewing.clean_address(typed) == stored


def test_the_true_address_of_a_tracked_link_stands_beside_it(first, griffier):
    link = ItemLink.objects.create(item=first, text="Lees meer", url="https://klik.example/x", kind="tracked")
    reviewing.set_address(link, "https://www.voorbeeld.example/echt", by=griffier)
    link.refresh_from_db()
    assert (link.href, link.url, link.is_tracked) == (
        "https://www.voorbeeld.example/echt",
        "https://klik.example/x",
        False,
    )


def test_an_unknown_link_gets_its_address_and_kind(first, griffier):
    link = ItemLink.objects.create(item=first, text="Lees meer")
    reviewing.set_address(link, "https://www.voorbeeld.example/a", by=griffier)
    link.refresh_from_db()
    assert (link.url, link.kind) == ("https://www.voorbeeld.example/a", ItemLink.Kind.DIRECT)
    reviewing.set_address(link, "", by=griffier)
    link.refresh_from_db()
    assert (link.url, link.kind) == ("", "")


def imported(draft, *links):
    return Import.objects.create(
        filename="a.txt", sha256="0" * 64, size=1, state=Import.State.READY, newsletter=draft, unplaced_links=links
    )


def test_a_link_that_is_taken_from_an_item_waits_for_another_place(draft, first, griffier):
    row = imported(draft)
    url = "https://klik.example/x"
    named = ItemLink.objects.create(item=first, text="Lees meer", url=url, kind="tracked", resolved_url="https://a.nl/")
    nameless = ItemLink.objects.create(item=first, url="https://www.voorbeeld.example/b", kind="direct")
    for link in (named, nameless):
        reviewing.set_address(link, "", by=griffier)
    assert [(link.text, link.href) for link in first.links.all()] == [("Lees meer", "")]
    row.refresh_from_db()
    assert row.unplaced_links == [
        {"text": "Lees meer", "url": url, "kind": "tracked"},
        {"text": "", "url": "https://www.voorbeeld.example/b", "kind": "direct"},
    ]
    reviewing.place_link(row, url, first, by=griffier)
    assert [(link.text, link.url, link.kind) for link in first.links.all()] == [("Lees meer", url, "tracked")]


def test_a_link_that_belongs_to_no_item_can_be_left_out(draft, griffier):
    row = imported(draft, {"text": "", "url": "https://www.voorbeeld.example/los", "kind": "direct"})
    for _ in range(2):
        reviewing.leave_link_out(row, "https://www.voorbeeld.example/los", by=griffier)
    row.refresh_from_db()
    assert row.unplaced_links == []


def test_what_can_be_no_link_is_never_added(first, griffier):
    with pytest.raises(ValueError, match="no address"):
        reviewing.add_link(first, "geen link hoor", by=griffier)
    assert not first.links.exists()


def test_placing_a_link_fills_the_call_to_action_that_had_none_and_twice_is_once(draft, first, griffier):
    url = "https://www.voorbeeld.example/los"
    row = imported(draft, {"text": "", "url": url, "kind": "direct"})
    ItemLink.objects.create(item=first, text="Lees het plan")
    reviewing.place_link(row, url, first, by=griffier)
    reviewing.place_link(row, url, first, by=griffier)
    row.refresh_from_db()
    assert row.unplaced_links == []
    assert [(link.text, link.url) for link in first.links.all()] == [("Lees het plan", url)]
