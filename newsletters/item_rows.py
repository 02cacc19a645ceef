"""Items as rows of a list: what all members see is made once for each state of what is published.

A row is rendered with holes in it. What is this member's own, or of this request, is filled in each time.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Value
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from accounts.models import User
from newsletters.kept import kept_each
from newsletters.marking import cut_out, marked
from newsletters.models import Item, ItemBookmark, ItemRead, Newsletter, SavedSearch, Theme
from newsletters.search import Term

SUMMARY_WORDS = 32
# Nothing that comes from outside can hold these: they differ in each process and are never sent to anybody.
_SECRET = secrets.token_hex(12)


def hole(letter: str) -> SafeString:
    """Stands in what is kept for what comes later."""
    return mark_safe(f"{_SECRET}{letter}")  # noqa: S308


TOKEN, BACK, HEADING, SUMMARY = hole("t"), hole("b"), hole("h"), hole("s")


@dataclass(frozen=True, slots=True)
class Look:
    """How rows look on a page."""

    level: int  # of their headings
    shows_theme: bool = True
    shows_origin: bool = True
    is_compact: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in newest_first(); as text it is what na in a query string holds."""

    day: date | None
    newsletter: int
    position: int

    def __str__(self) -> str:
        return f"{self.day or ''}.{self.newsletter}.{self.position}"

    @classmethod
    def of(cls, text: str) -> "Place | None":
        """From the text; None where it is no place."""
        day, *numbers = text.split(".")
        if len(numbers) != 2 or not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in numbers):
            return None
        try:
            return cls(date.fromisoformat(day) if day else None, int(numbers[0]), int(numbers[1]))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class SharedItem:
    """What all members see of an item."""

    item: Item  # with its origin and events
    tellings: tuple[int, ...]  # all items that tell its story, whether members may see them or not
    also_in: tuple[Item, ...]  # published items that told it again
    told_at: datetime | None  # when members could first see the story
    heading: SafeString
    summary: SafeString
    looks: dict[Any, str] = field(default_factory=dict)

    def render(self, look: Look, *, is_read: bool, is_bookmarked: bool) -> str:
        """The row, with holes; two threads at once make the same."""
        key = look, is_read, is_bookmarked
        if key not in self.looks:
            context = {
                "item": self.item,
                "also_in": self.also_in,
                "heading": HEADING,
                "summary": SUMMARY,
                "level": look.level,
                "show_theme": look.shows_theme,
                "show_origin": look.shows_origin,
                "is_compact": look.is_compact,
                "is_read": is_read,
                "is_bookmarked": is_bookmarked,
                "next_url": BACK,
                "csrf_token": TOKEN,
            }
            self.looks[key] = render_to_string("components/item_row.html", context)
        return self.looks[key]


@dataclass(slots=True)
class ItemRow:
    """An item as one member sees it in a list."""

    item: Item
    is_read: bool
    is_bookmarked: bool
    html: SafeString
    kept_words: Any = None  # what the member wrote at the bookmark, where that is shown

    def __str__(self) -> str:
        return str(self.item)

    @property
    def pk(self) -> int:
        return self.item.pk

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def shown_theme(self) -> Theme | None:
        return self.item.shown_theme

    @property
    def place(self) -> Place:
        return Place(self.item.newsletter.published_on, self.item.newsletter_id, self.item.position)


@dataclass(frozen=True, slots=True)
class Own:
    """What is one member's own at items."""

    marks: dict[int, tuple[bool, bool]]  # of each whether its story was read, and is kept: as with_read() and
    # with_bookmark() of the QuerySet say
    saved_as: str  # the name of the search; empty where it is not kept


def item_rows(
    stories: Mapping[int, int | None],
    *,
    request: HttpRequest,
    user: User,
    stamp: str,
    look: Look,
) -> tuple[ItemRow, ...]:
    """The rows of these items, in this order, each with what it is the same as.

    Whoever asks has looked already that this member may see them.
    """
    shared = shared_items(stories, stamp=stamp)
    return own_rows(shared, own_marks(shared.values(), user=user), request=request, look=look)


def own_rows(
    shared: Mapping[int, SharedItem],
    own: Own,
    *,
    request: HttpRequest,
    look: Look,
    terms: Collection[Term] = (),
) -> tuple[ItemRow, ...]:
    """What all members see with what is this one's own filled in, and the words of terms marked."""
    token, back = get_token(request), escape(request.get_full_path())
    rows = []
    for pk, one in shared.items():
        is_read, is_bookmarked = own.marks[pk]
        heading, summary = one.heading, one.summary
        if terms:
            heading = marked(one.item.heading, terms)
            summary = summary and cut_out(one.item.summary, terms, words=SUMMARY_WORDS)
        html = one.render(look, is_read=is_read, is_bookmarked=is_bookmarked)
        html = html.replace(HEADING, heading).replace(SUMMARY, summary).replace(TOKEN, token).replace(BACK, back)
        rows.append(ItemRow(one.item, is_read, is_bookmarked, mark_safe(html)))  # noqa: S308 - made by a template
    return tuple(rows)


def shared_items(stories: Mapping[int, int | None], *, stamp: str) -> dict[int, SharedItem]:
    """What all members see of these items, each with what it is the same as."""
    return kept_each(stamp, "items", stories, lambda missing: _made({pk: stories[pk] or pk for pk in missing}))


def _made(stories: Mapping[int, int]) -> dict[int, SharedItem]:
    tellings: dict[int, list[Item]] = defaultdict(list)
    every = Item.objects.telling_any(stories.values()).with_origin().with_events()
    for item in every.order_by("pk"):
        tellings[item.same_as_id or item.pk].append(item)
    made = {}
    for pk, story in stories.items():
        told = {item.pk: item for item in tellings[story]}
        if pk in told:
            made[pk] = _shared(told[pk], list(told.values()))
    return made


def _shared(item: Item, tellings: Sequence[Item]) -> SharedItem:
    first = next((one for one in tellings if one.pk == item.same_as_id), item)
    return SharedItem(
        item=item,
        tellings=tuple(one.pk for one in tellings),
        also_in=tuple(one for one in tellings if one.same_as_id == item.pk and is_shown(one)),
        told_at=first.published_at or item.published_at,
        heading=mark_safe(escape(item.heading)),  # noqa: S308
        summary=mark_safe(escape(Truncator(item.summary).words(SUMMARY_WORDS, truncate=" …"))),  # noqa: S308
    )


def is_shown(item: Item) -> bool:
    """Members may see it, as ItemQuerySet.published() says."""
    return item.state == Item.State.PUBLISHED and item.newsletter.state == Newsletter.State.PUBLISHED


def own_marks(shared: Iterable[SharedItem], *, user: User, query: str = "") -> Own:
    """What these items are to this member; and under which name this query string is kept. One query for all."""
    items = list(shared)
    pks = [pk for one in items for pk in one.tellings]
    no, yes = (Value(answer, output_field=BooleanField()) for answer in (False, True))
    marks = ItemRead.objects.filter(user=user, item__in=pks).values_list("item", "is_read", no, Value(""))
    kept = ItemBookmark.objects.filter(user=user, item__in=pks).values_list("item", no, yes, Value(""))
    searches = SavedSearch.objects.filter(user=user, query=query).values_list(Value(0), no, no, "name")
    asked = ([marks, kept] if pks else []) + ([searches] if query else [])
    read: set[int] = set()
    unread: set[int] = set()
    bookmarked: set[int] = set()
    saved_as = ""
    for pk, is_read, is_bookmark, name in asked[0].union(*asked[1:], all=True) if asked else ():
        if name:
            saved_as = min(name, saved_as or name)
            continue
        (bookmarked if is_bookmark else read if is_read else unread).add(pk)
    until = user.read_until
    own = {
        one.item.pk: (
            not read.isdisjoint(one.tellings)
            or (
                until is not None
                and one.told_at is not None
                and one.told_at <= until
                and unread.isdisjoint(one.tellings)
            ),
            not bookmarked.isdisjoint(one.tellings),
        )
        for one in items
    }
    return Own(own, saved_as)
