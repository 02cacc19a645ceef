"""What a griffier still has to look at in a newsletter: told by the rows as they are, so it shrinks with the work."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.formats import date_format

from events.models import Event
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.drafts import ENCLOSED_CODE
from newsletters.parsing.links import holds_address

# An event of a newsletter is soon after it. A date that is further away may be a slip of the sender or of the reader.
LONG_BEFORE, LONG_AFTER = timedelta(days=62), timedelta(days=400)


class PointKind(StrEnum):
    """What a point is about."""

    SOURCE = "source"
    DAY = "day"
    ENCLOSED = "enclosed"
    TITLE = "title"
    CALL = "call"
    ADDRESS = "address"
    RETELLING = "retelling"
    UNDATED = "undated"
    WEEKDAY = "weekday"
    FAR = "far"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A Dutch sentence about the newsletter or about one of its items, and the row or link that it is about.

    key names the point for as long as its reason is the same; ref is the id of the link or event, or the url of a link
    without a place.
    """

    kind: PointKind
    key: str
    message: str
    item: Item | None = None
    ref: int | str | None = None

    @property
    def position(self) -> int | None:
        return self.item.position if self.item else None

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return f"punt-{self.key.replace(':', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of a newsletter: open, and those that a griffier has waved through."""

    open: list[OpenPoint]
    seen: list[OpenPoint]


def points_of(newsletter: Newsletter, row: Import | None) -> Points:
    """All points: those of the newsletter, of each item that is kept in its order, and the links without a place."""
    seen = set(newsletter.seen_points.values_list("key", flat=True))
    points = [*_of_newsletter(newsletter), *_of_file(row), *_of_items(newsletter), *_of_links(row)]
    return Points(
        open=[point for point in points if point.key not in seen],
        seen=[point for point in points if point.key in seen],
    )


def open_points(newsletter: Newsletter, row: Import | None) -> list[OpenPoint]:
    return points_of(newsletter, row).open


def unsure_in(newsletter: Newsletter, row: Import | None) -> list[OpenPoint]:
    """The open points of what publishing would show; none where it would show nothing.

    What members see already is no longer asked about.
    """
    drafts = set(newsletter.items.filter(state=Item.State.DRAFT).values_list("position", flat=True))
    points = open_points(newsletter, row)
    if newsletter.state == Newsletter.State.PUBLISHED:
        return [point for point in points if point.position in drafts]
    return points if kept_counts(newsletter)[0] else []


def kept_counts(newsletter: Newsletter) -> tuple[int, int]:
    """How many items, and how many of their events, readers will see."""
    items = newsletter.items.exclude(state=Item.State.DISMISSED)
    events = Event.objects.exclude(state=Event.State.DISMISSED).filter(
        pk__in=ItemEvent.objects.filter(item__in=items).values("event")
    )
    return items.count(), events.count()


def digest_of(url: str) -> str:
    """A short name of an address or a sentence, for fields and keys."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def _of_newsletter(newsletter: Newsletter) -> Iterator[OpenPoint]:
    if newsletter.source_id is None:
        yield OpenPoint(
            kind=PointKind.SOURCE,
            key="source",
            message="Van wie deze nieuwsbrief komt, is niet bekend. Kies de bron.",
        )
    if newsletter.published_on is None:
        yield OpenPoint(
            kind=PointKind.DAY,
            key="day",
            message="De datum van de nieuwsbrief is niet bekend. Vul hem in als u hem weet.",
        )


def _of_file(row: Import | None) -> Iterator[OpenPoint]:
    for warning in row.warnings if row else []:
        if warning["code"] == ENCLOSED_CODE:
            yield OpenPoint(
                kind=PointKind.ENCLOSED, key=f"enclosed:{digest_of(warning['message'])}", message=warning["message"]
            )


def _of_items(newsletter: Newsletter) -> Iterator[OpenPoint]:
    items = newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position")
    links = defaultdict(list)
    for link in ItemLink.objects.filter(item__in=items).order_by("position", "pk"):
        links[link.item_id].append(link)
    told: set[int] = set()
    for item in items.select_related("same_as__newsletter__source").prefetch_related("item_events__event"):
        yield from _of_item(item, links[item.pk])
        for event in _events_first_told_by(item, told):
            yield from _of_event(event, item, newsletter)


def _of_item(item: Item, links: list[ItemLink]) -> Iterator[OpenPoint]:
    if not item.title:
        yield OpenPoint(
            kind=PointKind.TITLE,
            key=f"title:{item.pk}",
            item=item,
            message="Er is geen titel gevonden. Vul een titel in.",
        )
    for link in links:
        if not link.url:
            yield OpenPoint(
                kind=PointKind.CALL,
                key=f"call:{link.pk}",
                item=item,
                ref=link.pk,
                message=f"Het adres van de link '{link.text}' is niet bekend.",
            )
        elif holds_address(link.href):
            yield OpenPoint(
                kind=PointKind.ADDRESS,
                key=f"address:{link.pk}:{digest_of(link.href)}",
                item=item,
                ref=link.pk,
                message="In een link staat een e-mailadres. Is het dat van de griffie? Haal de link dan weg.",
            )
    if item.same_as is not None:
        yield OpenPoint(
            kind=PointKind.RETELLING,
            key=f"retelling:{item.pk}:{item.same_as_id}",
            item=item,
            message=f"Dit lijkt op een bericht uit {item.same_as.newsletter}: '{item.same_as.heading}'.",
        )


def _events_first_told_by(item: Item, told: set[int]) -> list[Event]:
    events = [row.event for row in item.item_events.all() if row.event_id not in told]
    told.update(event.pk for event in events)
    return [event for event in events if event.state != Event.State.DISMISSED]


def _of_event(event: Event, item: Item, newsletter: Newsletter) -> Iterator[OpenPoint]:
    if event.starts_on is None:
        yield OpenPoint(
            kind=PointKind.UNDATED,
            key=f"undated:{event.pk}",
            item=item,
            ref=event.pk,
            message=f"De dag van '{event.title}' is niet bekend. Vul hem in als u hem weet.",
        )
        return
    if event.weekday_agrees is False:
        yield OpenPoint(
            kind=PointKind.WEEKDAY,
            key=f"weekday:{event.pk}:{event.starts_on}",
            item=item,
            ref=event.pk,
            message=f"De weekdag in de tekst past niet bij de datum van '{event.title}'. Kijk welke klopt.",
        )
    day = newsletter.published_on  # the day of an upload tells nothing: an archive may be years old
    if day and not day - LONG_BEFORE <= event.starts_on <= day + LONG_AFTER:
        yield OpenPoint(
            kind=PointKind.FAR,
            key=f"far:{event.pk}:{event.starts_on}",
            item=item,
            ref=event.pk,
            message=f"De datum van '{event.title}' ligt ver weg: {date_format(event.starts_on, 'j F Y')}. Klopt dat?",
        )


def _of_links(row: Import | None) -> Iterator[OpenPoint]:
    for link in row.unplaced_links if row else []:
        yield OpenPoint(
            kind=PointKind.UNPLACED,
            key=f"unplaced:{digest_of(link['url'])}",
            ref=link["url"],
            message="Deze link hoort nog bij geen bericht. Kies bij welk bericht, of laat hem weg.",
        )
