"""One story in several newsletters: found by its words, shown once, kept once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from newsletters.models import Item, ItemBookmark, Newsletter
from newsletters.parsing.blocks import FileFormat
from newsletters.parsing.drafts import DraftEvent, DraftItem, DraftNewsletter
from newsletters.services import drafts, reviewing
from newsletters.services.reading import set_bookmark
from newsletters.stories import Words, pair_up
from tests.filled_form import form_on

TITLE = "Meer geld voor jeugdzorg in kleine gemeenten"
TEXT = (
    "Het kabinet trekt vanaf volgend jaar tweehonderd miljoen euro extra uit voor de jeugdzorg. Kleine gemeenten "
    "krijgen daarvan een groter deel, omdat zij de afgelopen jaren het meest tekortkwamen. De raad stelt in het "
    "najaar zelf vast waaraan het geld wordt besteed. De wethouder komt daarvoor met een voorstel."
)
REWORDED = (
    "Tweehonderd miljoen euro extra gaat er vanaf volgend jaar naar de jeugdzorg. Kleine gemeenten krijgen een groter "
    "deel omdat die de afgelopen jaren het meest tekortkwamen. In het najaar stelt de raad vast waaraan het geld "
    "besteed wordt."
)
OTHER = (
    "Het zwembad aan de Dorpsstraat is na een verbouwing van acht maanden weer open voor alle inwoners. Op zaterdag "
    "is er een feestelijke opening met muziek, taart en gratis zwemmen voor kinderen tot en met twaalf jaar."
)


VISIT = "Op dinsdag {} juni brengt de raad een werkbezoek aan {}, van 13.30 tot 16.00 uur in het oude raadhuis."
LONG_VISIT = VISIT + (
    " Raadsleden spreken er met bewoners, ondernemers en vrijwilligers over verkeer, groen en voorzieningen. Wie "
    "meegaat verzamelt om een uur bij de bushalte. Na afloop schrijft de griffie een verslag voor de commissie."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((9, "Heuvelstad"), (9, "Rivierstad")),
        ((9, "Heuvelstad"), (16, "Heuvelstad")),
        ((9, "Heuvelstad"), (16, "Rivierstad")),
    ],
)
def test_announcements_in_the_same_words_of_other_things_are_other_stories(one, other):
    assert not Words.of("Werkbezoek", VISIT.format(*one)).likeness(Words.of("Werkbezoek", VISIT.format(*other)))
    assert Words.of("Werkbezoek", VISIT.format(*one)).likeness(Words.of("Werkbezoek", VISIT.format(*one)))
    if one[0] != other[0]:
        long = Words.of("Werkbezoek", LONG_VISIT.format(*one))
        assert not long.likeness(Words.of("Werkbezoek", LONG_VISIT.format(*other)))


@pytest.mark.parametrize(
    ("other_title", "other_text", "is_same"),
    [
        (TITLE, TEXT, True),
        (TITLE, REWORDED, True),
        ("Jeugdzorg krijgt tweehonderd miljoen erbij", REWORDED, True),
        ("", TEXT, True),
        (TITLE, OTHER, False),
        (TITLE.upper(), "", False),
        ("Zwembad weer open", OTHER, False),
        ("Meer geld voor jeugdzorg in grote gemeenten", OTHER, False),
    ],
)
def test_a_story_is_known_by_title_and_text_together(other_title, other_text, is_same):
    likeness = Words.of(TITLE, TEXT).likeness(Words.of(other_title, other_text))
    assert (likeness > 0) is is_same
    assert likeness == Words.of(other_title, other_text).likeness(Words.of(TITLE, TEXT))


def test_stories_are_paired_once_and_the_most_alike_first():
    ones = [Words.of(TITLE, REWORDED), Words.of(TITLE, TEXT), Words.of("Zwembad", OTHER)]
    assert pair_up(ones, [Words.of(TITLE, TEXT)]) == {1: 0}
    assert pair_up(ones, []) == {}


def store(*stories, day=date(2026, 6, 1), publish_by=None):
    """A newsletter of these titles and texts, each with an event where a day stands behind them."""
    events = tuple(
        DraftEvent(title=title, starts_on=on[0], item=index) for index, (title, _, *on) in enumerate(stories) if on
    )
    items = tuple(DraftItem(title=title, theme=None, summary=text) for title, text, *_ in stories)
    newsletter = drafts.store(
        DraftNewsletter(
            format=FileFormat.TEXT,
            text="",
            title=f"Brief van {day}",
            published_on=day,
            published_on_basis="mail_header",
            items=items,
            events=events,
        )
    )
    if publish_by:
        reviewing.publish(newsletter, by=publish_by)
    return newsletter


@pytest.fixture
def told_twice(griffier):
    """The first and the second telling of one story, published; beside each another story."""
    first = store((TITLE, TEXT), ("Zwembad weer open", OTHER), publish_by=griffier)
    second = store(("Jeugdzorg", REWORDED), ("Agenda", "Niets."), day=date(2026, 6, 8), publish_by=griffier)
    return first.items.get(position=0), second.items.get(position=0)


def test_readers_see_a_story_once_with_who_else_told_it(as_raadslid, told_twice):
    first, second = told_twice
    assert (first.same_as, second.same_as) == (None, first)
    assert Item.objects.exclude(same_as=None).count() == 1
    for address in ("/", "/berichten/"):
        page = as_raadslid.get(address).text
        assert f'id="bericht-{first.pk}"' in page
        assert f'id="bericht-{second.pk}"' not in page
        assert f'ook in <a href="/berichten/{second.pk}/">Brief van 2026-06-08</a>' in page
    assert f'id="bericht-{second.pk}"' in as_raadslid.get(f"/nieuwsbrieven/{second.newsletter_id}/").text
    assert "Ook in" in as_raadslid.get(f"/berichten/{first.pk}/").text


def test_a_filter_that_only_the_second_telling_meets_finds_it(as_raadslid, told_twice):
    first, second = told_twice
    page = as_raadslid.get("/berichten/?van=2026-06-08").text
    assert f'id="bericht-{second.pk}"' in page
    assert f'id="bericht-{first.pk}"' not in page


def test_the_second_telling_is_shown_when_the_first_is_gone(as_raadslid, told_twice, griffier):
    first, second = told_twice
    reviewing.withdraw(first.newsletter, by=griffier)
    page = as_raadslid.get("/berichten/").text
    assert f'id="bericht-{second.pk}"' in page
    assert "ook in" not in page


def test_a_bookmark_goes_with_the_story(as_raadslid, raadslid, ander_raadslid, told_twice, griffier):
    first, second = told_twice
    set_bookmark(second, user=raadslid, is_on=True)
    kept = Item.objects.published().bookmarked_by(raadslid)
    assert list(kept) == [first]
    assert Item.objects.published().with_bookmark(raadslid).get(pk=first.pk).is_bookmarked
    assert not Item.objects.published().with_bookmark(ander_raadslid).get(pk=first.pk).is_bookmarked
    reviewing.withdraw(first.newsletter, by=griffier)
    assert list(kept.all()) == [second]
    set_bookmark(second, user=ander_raadslid, is_on=True)
    set_bookmark(first, user=raadslid, is_on=False)
    assert [mark.user for mark in ItemBookmark.objects.all()] == [ander_raadslid]


def test_a_third_telling_belongs_to_the_first(told_twice, griffier):
    first, _ = told_twice
    third = store((TITLE, REWORDED), day=date(2026, 6, 15))
    assert third.items.get().same_as == first


def test_the_event_of_a_story_told_twice_stands_in_the_agenda_once(griffier):
    one = store((TITLE, TEXT, date(2026, 9, 1)), publish_by=griffier)
    two = store((TITLE, REWORDED, date(2026, 9, 1)), day=date(2026, 6, 8), publish_by=griffier)
    assert Event.objects.get().items.count() == 2
    reviewing.withdraw(one, by=griffier)
    assert Event.objects.published().exists()
    reviewing.withdraw(two, by=griffier)
    assert not Event.objects.published().exists()


def queries_of_storing(number):
    """How many queries it takes to store the newsletter with this number, none of which tell the same."""
    stories = [
        (f"Plan {number}00{place} voor de wijk", f"{OTHER} Het was plan {number}00{place}.") for place in range(3)
    ]
    with CaptureQueriesContext(connection) as captured:
        draft = DraftNewsletter(
            format=FileFormat.TEXT,
            text="",
            items=tuple(DraftItem(title=title, theme="Sport", summary=text) for title, text in stories),
        )
        assert drafts.same_newsletter(draft) is None
        newsletter = drafts.store(draft)
    assert set(newsletter.items.values_list("same_as", flat=True)) == {None}
    return len(captured)


def test_storing_takes_as_many_queries_however_much_is_stored(griffier):
    queries_of_storing(0)
    first = queries_of_storing(1)
    for number in range(2, 30):
        last = queries_of_storing(number)
    assert (first, last) == (last, first)
    assert last <= 17


def test_a_story_is_known_again_among_many_others(griffier):
    first = store((TITLE, TEXT), publish_by=griffier)
    for number in range(100):
        store(*[(f"Plan {number}00{place}", f"{OTHER} Plan {number}00{place}.") for place in range(3)])
    again = store(("Zwembad", "Dicht."), (TITLE, REWORDED), day=date(2026, 6, 8))
    assert [item.same_as for item in again.items.order_by("position")] == [None, first.items.get()]


def test_what_was_put_aside_is_no_first_telling(griffier):
    one = store((TITLE, TEXT), ("Zwembad weer open", OTHER))
    reviewing.edit_item(one.items.get(position=0), is_kept=False, by=griffier)
    assert store((TITLE, TEXT), day=date(2026, 6, 8)).items.get().same_as is None


def test_a_griffier_can_say_that_it_is_another_story(as_griffier, told_twice):
    _, second = told_twice
    url = f"/admin/newsletters/newsletter/{second.newsletter_id}/change/"
    page = as_griffier.get(url)
    assert "Dit bericht lijkt op <a" in page.text
    data = form_on(page)
    del data["items-0-is_retelling"]
    assert "Uw wijzigingen zijn bewaard." in as_griffier.post(url, data, follow=True).text
    second.refresh_from_db()
    assert second.same_as is None
    assert Newsletter.objects.get(pk=second.newsletter_id).state == Newsletter.State.PUBLISHED
