"""Events as rows of a list, with holes for what is one member's own, as rows of items are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from events.models import Event, EventBookmark
from newsletters.item_rows import BACK, TOKEN
from newsletters.kept import kept_each
from newsletters.models import Item, ItemQuerySet


@dataclass(frozen=True, slots=True)
class SharedEvent:
    """What all members see of an event."""

    event: Event  # with the published items that announce it
    looks: dict[Any, str] = field(default_factory=dict)

    def render(self, *, is_past: bool, is_bookmarked: bool) -> str:
        """The row, with holes; two threads at once make the same."""
        key = is_past, is_bookmarked
        if key not in self.looks:
            context = {
                "event": self.event,
                "level": 3,
                "is_past": is_past,
                "is_bookmarked": is_bookmarked,
                "next_url": BACK,
                "csrf_token": TOKEN,
            }
            self.looks[key] = render_to_string("components/event_row.html", context)
        return self.looks[key]


@dataclass(slots=True)
class EventRow:
    """An event as one member sees it in a list."""

    event: Event
    is_past: bool
    html: SafeString
    kept_words: Any = None  # what the member wrote at the bookmark, where that is shown

    def __str__(self) -> str:
        return str(self.event)

    @property
    def pk(self) -> int:
        return self.event.pk

    @property
    def title(self) -> str:
        return self.event.title

    @property
    def starts_on(self) -> date | None:
        return self.event.starts_on


def event_rows(
    keys: Sequence[int], *, request: HttpRequest, stamp: str, bookmarked: Collection[int], is_past: bool | date
) -> list[EventRow]:
    """The rows of these published events, in this order; bookmarked are those that this member keeps.

    is_past: all or none of them, or those that were over before a day.
    """
    shared = kept_each(stamp, "events", keys, _made)
    token, back = get_token(request), escape(request.get_full_path())
    rows = []
    for pk, one in shared.items():
        is_over = is_past if isinstance(is_past, bool) else _is_over(one.event, is_past)
        html = one.render(is_past=is_over, is_bookmarked=pk in bookmarked).replace(TOKEN, token).replace(BACK, back)
        rows.append(EventRow(one.event, is_over, mark_safe(html)))  # noqa: S308 - made by a template
    return rows


def bookmarked_of(keys: Collection[int], *, user: User) -> set[int]:
    """Those of these events that this member keeps."""
    return set(EventBookmark.objects.filter(user=user, event__in=keys).values_list("event", flat=True))


def _made(keys: list[int]) -> dict[int, SharedEvent]:
    events = Event.objects.published().filter(pk__in=keys).prefetch_related(announcing())
    return {event.pk: SharedEvent(event) for event in events}


def _is_over(event: Event, today: date) -> bool:
    last_day = event.ends_on or event.starts_on
    return last_day is not None and last_day < today


def announcing() -> "Prefetch[str, ItemQuerySet, str]":
    """The published items that announce an event, newest first."""
    return Prefetch("items", queryset=Item.objects.published().with_origin().newest_first())
