import pytest

from accounts.models import Change
from events.models import Event
from newsletters import search
from newsletters.models import Import, Item, ItemBookmark, ItemEvent, ItemLink, Newsletter
from newsletters.services import rearranging, reviewing
from newsletters.services.rearranging import CannotDo

TEXT = """Fietspad langs de vaart

Het fietspad langs de vaart wordt breder.

Lees over de vaart

Markt verhuist

Vanaf maandag 6 juli staat de markt op het plein.

Bekijk het plein
"""


@pytest.fixture
def draft(source, griffier):
    """Three items, the first of which tells two stories."""
    newsletter = Newsletter.objects.create(source=source, title="Concept")
    two = "Het fietspad langs de vaart wordt breder.\nMarkt verhuist\nVanaf maandag 6 juli staat de markt op het plein."
    texts = [("Fietspad langs de vaart", two), ("Zwembad", "Het zwembad gaat open."), ("Bieb", "De bieb gaat dicht.")]
    for position, (title, summary) in enumerate(texts):
        item = Item.objects.create(newsletter=newsletter, position=position, title=title, summary=summary)
        search.index([item.pk])
    newsletter.items.filter(position=0).update(first_line=0, last_line=11)
    Import.objects.create(
        filename="a.txt", sha256="0" * 64, size=1, state=Import.State.READY, newsletter=newsletter, text=TEXT
    )
    return newsletter


def titles(newsletter):
    rows = newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position")
    return [row.title for row in rows]


def at(newsletter, position):
    return newsletter.items.get(position=position)


def announce(item, **fields):
    event = Event.objects.create(**fields)
    ItemEvent.objects.create(item=item, event=event)
    return event


def test_an_item_is_split_at_a_paragraph_and_what_belongs_to_the_new_part_goes_along(draft, griffier):
    first = at(draft, 0)
    stays = ItemLink.objects.create(
        item=first, text="Het fietspad", url="https://www.voorbeeld.example/a", kind="direct"
    )
    goes = ItemLink.objects.create(item=first, text="de markt", url="https://www.voorbeeld.example/b", kind="direct")
    market = announce(first, title="Markt", sentence="Vanaf maandag 6 juli staat de markt op het plein.")
    new = rearranging.split_item(first, at=1, begins="Markt verhuist", by=griffier)
    assert titles(draft) == ["Fietspad langs de vaart", "Markt verhuist", "Zwembad", "Bieb"]
    first.refresh_from_db()
    assert first.summary == "Het fietspad langs de vaart wordt breder."
    assert new.summary == "Vanaf maandag 6 juli staat de markt op het plein."
    assert [list(first.links.all()), list(new.links.all())] == [[stays], [goes]]
    assert [list(first.events.all()), list(new.events.all())] == [[], [market]]
    assert (first.first_line, first.last_line, new.first_line, new.last_line) == (0, 5, 6, 11)
    assert list(search.search(Item.objects.all(), "plein")) == [new]
    assert Change.objects.filter(part_of=f"newsletters.newsletter:{draft.pk}").count() == 2


def test_a_part_that_begins_with_a_sentence_gets_no_title(draft, griffier):
    new = rearranging.split_item(
        at(draft, 0), at=2, begins="Vanaf maandag 6 juli staat de markt op het plein.", by=griffier
    )
    assert (new.title, new.summary) == ("", "Vanaf maandag 6 juli staat de markt op het plein.")


@pytest.mark.parametrize(
    ("number", "begins"), [(0, "Het fietspad langs de vaart wordt breder."), (1, "Anders"), (9, "")]
)
def test_a_paragraph_that_is_another_by_now_splits_nothing(draft, griffier, number, begins):
    with pytest.raises(CannotDo):
        rearranging.split_item(at(draft, 0), at=number, begins=begins, by=griffier)
    assert draft.items.count() == 3


def test_a_part_of_a_published_item_stays_public(draft, griffier):
    reviewing.publish(draft, by=griffier)
    new = rearranging.split_item(at(draft, 0), at=1, begins="Markt verhuist", by=griffier)
    assert new in Item.objects.published()


def test_joining_with_the_item_above_keeps_text_links_events_and_bookmarks(draft, griffier, raadslid):
    above, item = at(draft, 0), at(draft, 1)
    link = ItemLink.objects.create(item=item, text="Lees meer", url="https://www.voorbeeld.example/z", kind="direct")
    opening = announce(item, title="Opening")
    ItemBookmark.objects.create(user=raadslid, item=item)
    above_before = above.summary
    rearranging.merge_into_above(item, above=above, by=griffier)
    above.refresh_from_db()
    assert titles(draft) == ["Fietspad langs de vaart", "Bieb"]
    assert above.summary == f"{above_before}\n\nZwembad\n\nHet zwembad gaat open."
    assert (list(above.links.all()), list(above.events.all())) == ([link], [opening])
    reviewing.publish(draft, by=griffier)
    assert opening in Event.objects.published()
    assert list(Item.objects.published().bookmarked_by(raadslid)) == [above]


def test_an_item_that_was_joined_can_come_back_on_its_own(draft, griffier):
    item = at(draft, 1)
    rearranging.merge_into_above(item, above=at(draft, 0), by=griffier)
    item.refresh_from_db()
    reviewing.edit_item(item, is_kept=True, by=griffier)
    item.refresh_from_db()
    assert (item.state, item.same_as, item.summary) == (Item.State.DRAFT, None, "Het zwembad gaat open.")


def test_joining_goes_past_what_was_put_aside_and_never_with_what_is_no_neighbour(draft, griffier):
    reviewing.edit_item(at(draft, 1), is_kept=False, by=griffier)
    with pytest.raises(CannotDo):
        rearranging.merge_into_above(at(draft, 2), above=at(draft, 1), by=griffier)
    rearranging.merge_into_above(at(draft, 2), above=at(draft, 0), by=griffier)
    assert titles(draft) == ["Fietspad langs de vaart"]


def test_items_change_places_with_their_neighbours_only(draft, griffier):
    first, second, third = draft.items.order_by("position")
    rearranging.move_item(second, past=first, is_up=True, by=griffier)
    assert titles(draft) == ["Zwembad", "Fietspad langs de vaart", "Bieb"]
    rearranging.move_item(second, past=first, is_up=False, by=griffier)
    assert titles(draft) == ["Fietspad langs de vaart", "Zwembad", "Bieb"]
    with pytest.raises(CannotDo):
        rearranging.move_item(third, past=first, is_up=True, by=griffier)
    with pytest.raises(CannotDo):
        rearranging.move_item(second, past=first, is_up=False, by=griffier)
    reviewing.edit_item(second, is_kept=False, by=griffier)
    rearranging.move_item(third, past=first, is_up=True, by=griffier)
    assert titles(draft) == ["Bieb", "Fietspad langs de vaart"]


def test_an_item_is_made_of_lines_of_the_original_once(draft, griffier):
    row = draft.imports.get()
    new = rearranging.add_item_of_lines(row, first=6, last=8, by=griffier)
    assert (new.title, new.summary) == ("Markt verhuist", "Vanaf maandag 6 juli staat de markt op het plein.")
    assert titles(draft) == ["Fietspad langs de vaart", "Markt verhuist", "Zwembad", "Bieb"]
    assert rearranging.add_item_of_lines(row, first=6, last=8, by=griffier) == new
    assert draft.items.count() == 4


@pytest.mark.parametrize(("first", "last"), [(3, 2), (0, 99), (-1, 2), (1, 1)])
def test_lines_that_are_not_there_or_say_nothing_make_no_item(draft, griffier, first, last):
    with pytest.raises(CannotDo):
        rearranging.add_item_of_lines(draft.imports.get(), first=first, last=last, by=griffier)
    assert draft.items.count() == 3


def test_a_call_without_an_address_is_removed_and_one_that_got_an_address_is_not(draft, griffier):
    call = ItemLink.objects.create(item=at(draft, 0), text="Lees meer")
    known = ItemLink.objects.create(item=at(draft, 0), text="Ook", url="https://www.voorbeeld.example/", kind="direct")
    removed = [reviewing.drop_call(link, by=griffier) for link in (call, known, ItemLink(pk=call.pk))]
    assert removed == [True, False, False]
    assert list(at(draft, 0).links.all()) == [known]


def test_an_event_that_is_typed_in_twice_is_one(draft, griffier):
    for _ in range(2):
        event = reviewing.add_event(at(draft, 1), Event(title="Opening", starts_on="2026-07-06"), by=griffier)
    assert list(at(draft, 1).events.all()) == [event]
    reviewing.publish(draft, by=griffier)
    assert event in Event.objects.published()
