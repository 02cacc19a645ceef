"""Turns what was recognised into rows: newsletter, items, links and events, all as drafts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import groupby

from django.db import transaction
from django.db.models import Max, Q
from django.utils.text import slugify

from events.models import Event
from newsletters import search
from newsletters.models import ADDRESS_LENGTH, Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.drafts import DraftEvent, DraftItem, DraftNewsletter
from newsletters.services import naming
from newsletters.stories import Words, pair_up

TITLE_LENGTH = 300
MAX_EVENTS_AN_ITEM = 50
MOST_COMPARED = 400  # items of earlier newsletters that a new one is compared with, and as many of its own
MOST_NEWSLETTERS = 100  # that came last, whose titles a new one is compared with
MOST_TITLES, NEARLY_ALL_TITLES = 0.6, 0.8  # shares of the titles that two formats of one mail have in common


def same_newsletter(draft: DraftNewsletter) -> Newsletter | None:
    """The newsletter that came in earlier as the same mail: by its ids, or by its day and titles."""
    same = Q(pk__in=[])
    if draft.message_id:
        same |= Q(message_id=draft.message_id)
    if draft.outlook_id:
        same |= Q(outlook_id=draft.outlook_id)
    if newsletter := Newsletter.objects.filter(same).order_by("pk").first():
        return newsletter
    titles = {_slug(item.title) for item in draft.items if item.title}
    rows = Newsletter.objects.order_by("-pk")
    if draft.published_on:  # another day tells another newsletter
        rows = rows.filter(Q(published_on=draft.published_on) | Q(published_on=None))
    days = dict(rows.values_list("pk", "published_on")[:MOST_NEWSLETTERS])
    known: dict[int, set[str]] = {pk: set() for pk in days}
    for pk, title in Item.objects.filter(newsletter__in=days).exclude(title="").values_list("newsletter", "title"):
        known[pk].add(_slug(title))
    for pk, day in days.items():
        if _has_same_titles(titles, known[pk], days={draft.published_on, day}):
            return Newsletter.objects.get(pk=pk)
    return None


_slug = lru_cache(maxsize=2_000)(slugify)  # one import after the other is compared with the same titles


def _has_same_titles(titles: set[str], known: set[str], *, days: set[date | None]) -> bool:
    """Whether two newsletters have most titles in common; nearly all of them where the day of either is not known."""
    common = len(titles & known)
    if None in days:
        return common >= max(3, NEARLY_ALL_TITLES * max(len(titles), len(known)))
    return len(days) == 1 and common >= max(2, MOST_TITLES * min(len(titles), len(known)))


def store(draft: DraftNewsletter, *, is_second: bool = False) -> Newsletter:
    """The draft as a new newsletter with state draft. Runs in the caller's transaction, or in one of its own.

    is_second: the griffier keeps it beside one of the same mail, which alone bears the mail's ids.
    """
    with transaction.atomic():
        newsletter = Newsletter.objects.create(
            source=naming.source_of(draft),
            sender_address=naming.sender_address(draft),
            title=(draft.title or "")[:TITLE_LENGTH],
            published_on=draft.published_on,
            published_on_basis=draft.published_on_basis or "",
            next_issue_on=draft.next_issue_on,
            message_id="" if is_second else (draft.message_id or "")[:998],
            outlook_id="" if is_second else (draft.outlook_id or "")[:64],
        )
        store_items(newsletter, draft, range(len(draft.items)))
    return newsletter


def store_items(newsletter: Newsletter, draft: DraftNewsletter, indexes: Iterable[int]) -> dict[int, Item]:
    """Some of the draft's items with their links and events, behind those that the newsletter has; by index."""
    themes = {name: naming.theme_named(name) for name in {item.theme for item in draft.items} if name}
    first = (newsletter.items.aggregate(last=Max("position"))["last"] or 0) + 1 if newsletter.items.exists() else 0
    is_first_file = first == 0  # only its lines are those of the original that the review page shows
    rows = {
        index: Item(
            newsletter=newsletter,
            position=first + number,
            theme=themes.get(draft.items[index].theme or ""),
            title=(draft.items[index].title or "")[:TITLE_LENGTH],
            summary=draft.items[index].summary,
            first_line=draft.items[index].first_line if is_first_file else None,
            last_line=draft.items[index].last_line if is_first_file else None,
        )
        for number, index in enumerate(indexes)
    }
    made = list(rows.values())
    search.set_stems(made)
    _find_first_tellings(newsletter, made)
    search.create(made)
    ItemLink.objects.bulk_create(link for index, row in rows.items() for link in links_of(draft.items[index], row))
    store_events(draft, rows)
    return rows


def _find_first_tellings(newsletter: Newsletter, rows: list[Item]) -> None:
    """Note of each new item whether an item of an earlier newsletter told its story, sooner one that members see."""
    others = Item.objects.exclude(newsletter=newsletter).order_by("-pk")
    left = rows[:MOST_COMPARED]
    for state in (Item.State.PUBLISHED, Item.State.DRAFT):
        known = list(
            others.filter(state=state).values_list("pk", "same_as", "search_title", "search_text")[:MOST_COMPARED]
        )
        pairs = pair_up(
            [_words(row.search_title, row.search_text) for row in left], [_words(*stems) for _, _, *stems in known]
        )
        for index, number in pairs.items():
            pk, first, *_ = known[number]
            left[index].same_as_id = first or pk
        left = [row for index, row in enumerate(left) if index not in pairs]


@lru_cache(maxsize=2 * MOST_COMPARED + 400)  # one import after the other is compared with nearly the same items
def _words(search_title: str, search_text: str) -> Words:
    return Words.of_stems(search_title.split(), search_text.split())


def add_new(newsletter: Newsletter, draft: DraftNewsletter) -> None:
    """Add to a newsletter what another format of its mail tells more: items, and addresses of links.

    What a griffier has changed, put aside or published stays as it is; new items are drafts.
    """
    with transaction.atomic():
        rows = list(Newsletter.objects.select_for_update().get(pk=newsletter.pk).items.order_by("position"))
        same = pair_up(
            [Words.of(item.title or "", item.summary) for item in draft.items],
            [Words.of(row.title, row.summary) for row in rows],
        )
        for index, number in same.items():
            if rows[number].edited_by_id is None:
                _add_links(rows[number], draft.items[index])
        new = [index for index in range(len(draft.items)) if index not in same]
        store_items(newsletter, draft, new)


def _add_links(row: Item, item: DraftItem) -> None:
    """Give the row's calls to action the addresses that this format tells; all its links where the row has none."""
    links = list(row.links.all())
    found = links_of(item, row)
    if not links:
        ItemLink.objects.bulk_create(found)
        return
    calls = Counter(slugify(link.text) for link in [*links, *found])
    told = {slugify(link.text): link for link in found if link.url}
    for link in links:
        words = slugify(link.text)
        if not link.url and words in told and calls[words] == len((links, found)):  # once in each: no doubt
            link.url, link.kind = told[words].url, told[words].kind
            link.save(update_fields=["url", "kind"])


def links_of(item: DraftItem, row: Item) -> list[ItemLink]:
    """The rows, not saved yet, of all its links: those that are sure, and those whose address is not known."""
    # an address that is longer than any browser takes counts as one that we do not know
    known = [
        (link.text, link.url, str(link.kind)) if len(link.url) <= ADDRESS_LENGTH else (link.text, "", "")
        for link in item.links
    ]
    unknown = [(text, "", "") for text in item.missing_links]
    return [
        ItemLink(item=row, position=position, text=text[:TITLE_LENGTH], url=url, kind=kind)
        for position, (text, url, kind) in enumerate([*known, *unknown])
    ]


def store_events(draft: DraftNewsletter, items: Mapping[int, Item]) -> None:
    """The events of the items with these indexes."""
    events: list[Event] = []
    announcements: list[ItemEvent] = []
    of_items = sorted((event for event in draft.events if event.item in items), key=lambda event: event.item)
    for index, group in groupby(of_items, key=lambda event: event.item):
        known = _events_of_first_telling(items[index])
        for drafted in list(group)[:MAX_EVENTS_AN_ITEM]:
            event = known.pop(drafted.starts_on, None)
            if event is None:
                event = event_of(drafted)
                events.append(event)
            announcements.append(ItemEvent(item=items[index], event=event))
    Event.objects.bulk_create(events)
    ItemEvent.objects.bulk_create(announcements)


def _events_of_first_telling(item: Item) -> dict[date | None, Event]:
    """The events that the story announced before, by the day that they begin; a retelling announces the same."""
    if item.same_as_id is None:
        return {}
    events = Event.objects.filter(items=item.same_as_id, starts_on__isnull=False)
    return {event.starts_on: event for event in events.order_by("-pk")}


def event_of(draft: DraftEvent) -> Event:
    """The row of a drafted event. An end before its start is left out: a wrong time is worse than none."""
    has_later_day = draft.starts_on is not None and draft.ends_on is not None and draft.ends_on > draft.starts_on
    starts_at = draft.starts_at if draft.starts_on else None
    ends_at = draft.ends_at if starts_at else None
    if starts_at and ends_at and not has_later_day and ends_at <= starts_at:
        ends_at = None
    return Event(
        title=draft.title[:TITLE_LENGTH],
        starts_on=draft.starts_on,
        ends_on=draft.ends_on if has_later_day else None,
        starts_at=starts_at,
        ends_at=ends_at,
        location=(draft.location or "")[:TITLE_LENGTH],
        sentence=draft.sentence,
        weekday_agrees=draft.weekday_agrees,
    )


def warnings(draft: DraftNewsletter) -> list[dict[str, object]]:
    """What the griffier must look at, as kept with the import."""
    return [{"code": warning.code, "message": warning.message, "item": warning.item} for warning in draft.warnings]


def unplaced_links(draft: DraftNewsletter) -> list[dict[str, str]]:
    """The links that could not be placed, as kept with the import."""
    links = [link for link in draft.unplaced_links if len(link.url) <= ADDRESS_LENGTH]
    return [{"text": link.text, "url": link.url, "kind": str(link.kind)} for link in links]
