"""What one member keeps, with the note and the labels at it. Every read here begins with that member."""

import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import Value

from accounts.models import User
from events.models import Event, EventBookmark
from newsletters.models import Item, ItemBookmark
from newsletters.search import fold, stem
from newsletters.services.reading import bookmarks_of

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What a member wrote at a bookmark."""

    note: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The keys of what is kept: events as they were kept, items the last kept first; and the words at each."""

    events: dict[int, Words]
    items: dict[int, Words]
    stories: dict[int, int | None]  # of each item what it is the same as
    labels: list[tuple[str, int]]  # of all that is kept, with how often, whatever is asked for


def read_kept(user: User, *, query: str = "", label: str = "") -> Kept:
    """What this user keeps of what is published, with all the words of query in it, under this label; three queries."""
    of_items, of_events = _words(user)
    fields = ["pk", "same_as", "bookmark", *(["title", "summary"] if query else [])]
    rows = list(Item.objects.published().bookmarked_by(user).values_list(*fields))
    nothing = Words("", ())
    items = {pk: of_items.get(bookmark, nothing) for pk, _, bookmark, *_ in rows}
    named = Event.objects.published().filter(pk__in=of_events).values_list("pk", "title", "location")
    names = {pk: f"{title} {location}" for pk, title, location in named} if of_events else {}
    events = {pk: words for pk, words in of_events.items() if pk in names}
    labels = Counter(name for words in [*events.values(), *items.values()] for name in words.labels)
    if label:
        items = {pk: words for pk, words in items.items() if label in words.labels}
        events = {pk: words for pk, words in events.items() if label in words.labels}
    if query:
        texts = {pk: " ".join(text) for pk, _, _, *text in rows}
        items = {pk: words for pk, words in items.items() if _matches(query, texts[pk], words)}
        events = {pk: words for pk, words in events.items() if _matches(query, names[pk], words)}
    return Kept(events, items, {pk: same_as for pk, same_as, *_ in rows}, sorted(labels.items()))


def _words(user: User) -> tuple[dict[int, Words], dict[int, Words]]:
    """What this user wrote at each bookmark at an item, and at each event that is kept."""
    at_items = ItemBookmark.objects.filter(user=user).values_list(Value(0), "pk", "note", "labels__name")
    at_events = EventBookmark.objects.filter(user=user).values_list(Value(1), "event", "note", "labels__name")
    found: tuple[dict[int, Words], dict[int, Words]] = ({}, {})
    for kind, key, note, label in at_items.union(at_events, all=True):  # one row for each label, or one without
        labels = found[kind][key].labels if key in found[kind] else ()
        found[kind][key] = Words(note, tuple(sorted((*labels, label))) if label else labels)
    return found


def _matches(query: str, text: str, words: Words) -> bool:
    """Whether each word of query stands in text, note or labels: by its stem, or as the beginning of a word."""
    there = set(_WORD.findall(fold(" ".join([text, words.note, *words.labels]))))
    stems = {stem(word) for word in there}
    asked = _WORD.findall(fold(query))
    return all(stem(word) in stems or any(each.startswith(word) for each in there) for word in asked)


def find_bookmark(user: User, *, kind: str, pk: int) -> tuple[Item | Event, ItemBookmark | EventBookmark] | None:
    """The published item or event with this key and this user's bookmark at it; None where one of them is not there."""
    if kind == "agendapunt":
        mark = EventBookmark.objects.select_related("event").filter(user=user, event__in=Event.objects.published())
        found = mark.filter(event=pk).first()
        return (found.event, found) if found else None
    item = Item.objects.published().with_origin().filter(pk=pk).first()
    if kind != "bericht" or item is None:
        return None
    kept = bookmarks_of(item, user=user).order_by("-pk").first()
    return (item, kept) if kept else None
