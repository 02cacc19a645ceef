"""What a member's kept searches find, as an Atom feed for a program that comes back for it.

It holds nothing of that member: no name, no bookmarks or read marks, not the names of the searches.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator

from accounts.models import User
from newsletters.filters import OWN, Choices, ItemFilter
from newsletters.kept import kept, stamp
from newsletters.models import Item, ItemQuerySet, SavedSearch
from newsletters.search import Question

NEWEST = 50  # entries
WORDS = 60  # of a text
TITLE = "Zoekvragen, Griffieportal"
_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


class Feed(Atom1Feed):
    """An Atom feed that is the same when nothing in it changed, also when it is empty."""

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["moment"] if not self.items else super().latest_post_date()
        return moment

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Griffieportal")


def write_feed(items: Sequence[Item], *, moment: datetime, site_url: str) -> tuple[bytes, datetime]:
    """The feed of these items, and when the last of them was published or edited; moment: where there are none."""
    home = site_url + reverse("item_list")
    feed = Feed(title=TITLE, link=home, description="", language="nl", author_name="Griffieportal", moment=moment)
    for item in items:
        published = item.published_at or moment
        source, theme = item.newsletter.source, item.shown_theme
        feed.add_item(
            title=_clean(item.heading),
            link=site_url + item.get_absolute_url(),
            description=Truncator(_clean(item.summary)).words(WORDS, truncate=" …"),
            unique_id=site_url + item.get_absolute_url(),
            author_name=_clean(str(source)) if source else None,
            categories=[_clean(theme.name)] if theme else (),
            pubdate=published,
            updateddate=max(published, item.edited_at or published),
        )
    return feed.writeString("utf-8").encode(), feed.latest_post_date()


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)


def newest_found(user: User) -> list[Item]:
    """The newest stories that this user's kept searches find, each once, those published last first.

    A feed reader knows by itself what was read in it, so the switches for that do not count; a search among
    bookmarks is left out. As many queries for many searches as for one.
    """
    searches = [search for search in SavedSearch.objects.of(user) if not search.values.get("bladwijzers")]
    if not searches:
        return []
    now = stamp()
    asked = sorted({search.query for search in searches})
    # the same for whoever asks the same
    keys = kept(now, f"feed:{asked}", lambda: _newest(searches, user=user, choices=Choices.known(now)))
    rows = Item.objects.published().with_origin().in_bulk(keys)
    return [rows[pk] for pk in keys if pk in rows]


def _newest(searches: Iterable[SavedSearch], *, user: User, choices: Choices) -> list[int]:
    questions = Question.of_each({search.values.get("q", "").strip() for search in searches})
    found = [ItemFilter(search.values, user=user, choices=choices, questions=questions) for search in searches]
    rows = _first_of_each([one.narrowed(without=OWN).order_by("-published_at", "-pk") for one in found])
    stories: dict[int, int] = {}
    for pk, story, _ in sorted(set(rows), key=lambda row: (row[2], row[0]), reverse=True):
        if story not in stories and len(stories) < NEWEST:
            stories[story] = pk
    return list(stories.values())


def _first_of_each(querysets: Iterable[ItemQuerySet]) -> list[tuple[int, int, Any]]:
    """The first items of each, with their story and when they were published; one query."""
    statements: list[str] = []
    values: list[Any] = []
    for queryset in querysets:
        rows = queryset.with_story().values_list("pk", F("story"), "published_at")[: 2 * NEWEST]
        sql, params = rows.query.sql_with_params()
        statements.append(f"SELECT * FROM ({sql}) AS found")  # noqa: S608
        values += params
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return list(cursor.fetchall())


def tag_of(content: bytes) -> str:
    """An ETag."""
    return f'"{sha256(content).hexdigest()[:32]}"'
