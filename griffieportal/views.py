"""The first page, which looks at several apps."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from events.models import Event
from newsletters.capped import count_each
from newsletters.facets import OWN_CAP
from newsletters.filters import Choices, ItemFilter
from newsletters.item_rows import Look, item_rows
from newsletters.kept import kept_each, stamp
from newsletters.models import Item, ItemQuerySet, SavedSearch
from newsletters.search import Question

HOME_ITEMS = 6
HOME_EVENTS = 5
HOME_BOOKMARKS = 3
MOST_SAVED = 25


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """What is new since the visit before, what comes in the agenda, and what the member kept.

    Who is here for the first time, or finds nothing new, sees the newest items.
    """
    user, today = request.user, timezone.localdate()
    published = Item.objects.published()
    searches = list(SavedSearch.objects.of(user)[:MOST_SAVED])
    asked: dict[Any, ItemQuerySet] = {"unread": published.unread_by(user), **_new_of(searches, user=user)}
    if user.visited_before_at is not None:
        asked["new"] = published.published_since(user.visited_before_at)
    numbers = count_each(asked, caps={"unread": OWN_CAP})
    now, new_count = stamp(), numbers.get("new")
    items = _newest(asked["new"]) if new_count else kept_each(now, "newest", [0], _newest_of_all)[0]
    context = {
        "today": today,
        "shows_new": bool(new_count),
        "since": user.visited_before_at,
        "new_count": new_count,
        "unread_count": numbers["unread"],
        "items": item_rows(items, request=request, user=user, stamp=now, look=Look(level=3)),
        "searches": [(search, numbers[search.pk]) for search in searches],
        "events": kept_each(now, "soon", [today], _soon)[today],
        "bookmarks": published.with_origin().bookmarked_by(user)[:HOME_BOOKMARKS],
    }
    return render(request, "griffieportal/home.html", context)


def _newest(items: ItemQuerySet) -> dict[int, int | None]:
    """The first items, with the item that told the same before."""
    newest: dict[int, int | None] = dict(items.shown_once().newest_first().values_list("pk", "same_as")[:HOME_ITEMS])
    return newest


def _newest_of_all(keys: list[int]) -> dict[int, dict[int, int | None]]:
    """The same for all members; there is one key only."""
    newest = _newest(Item.objects.published())
    return dict.fromkeys(keys, newest)


def _soon(days: list[date]) -> dict[date, list[Event]]:
    """The first events that are not over on each day."""
    return {day: list(Event.objects.published().upcoming(day)[:HOME_EVENTS]) for day in days}


def _new_of(searches: list[SavedSearch], *, user: User) -> dict[int, ItemQuerySet]:
    """What each search finds that is new since the visit before; as many queries for many as for one."""
    if not searches:
        return {}
    choices = Choices.known(stamp())
    questions = Question.of_each({search.values.get("q", "").strip() for search in searches})
    found = {
        search.pk: ItemFilter(search.values, user=user, choices=choices, questions=questions) for search in searches
    }
    return {pk: one.narrowed().published_since(user.visited_before_at) for pk, one in found.items()}
