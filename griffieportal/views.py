"""Pages that look at several apps: home, the agenda with the items behind it, and bookmarks."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import User
from accounts.requests import MemberRequest
from events.models import Event
from newsletters.capped import count_each
from newsletters.filters import Choices, ItemFilter
from newsletters.kept import stamp
from newsletters.models import Item, ItemQuerySet, SavedSearch
from newsletters.search import Question

PAGE_SIZE = 20
HOME_ITEMS = 6
HOME_EVENTS = 5
HOME_BOOKMARKS = 3
MOST_SAVED = 25


def home(request: MemberRequest) -> HttpResponse:
    """What is new since the visit before, what comes in the agenda, and what the member kept.

    Who is here for the first time, or finds nothing new, sees the newest items.
    """
    user, today = request.user, timezone.localdate()
    published = Item.objects.published()
    new = published.published_since(user.visited_before_at)
    searches = list(SavedSearch.objects.of(user)[:MOST_SAVED])
    numbers = count_each({"new": new, "unread": published.unread_by(user), **_new_of(searches, user=user)})
    shows_new = user.visited_before_at is not None and bool(numbers["new"])
    items = (new if shows_new else published).shown_once().with_context().with_bookmark(user).with_read(user)
    context = {
        "today": today,
        "shows_new": shows_new,
        "since": user.visited_before_at,
        "new_count": numbers["new"],
        "unread_count": numbers["unread"],
        "items": items.newest_first()[:HOME_ITEMS],
        "searches": [(search, numbers[search.pk]) for search in searches],
        "events": Event.objects.published().upcoming(today)[:HOME_EVENTS],
        "bookmarks": published.with_origin().bookmarked_by(user)[:HOME_BOOKMARKS],
    }
    return render(request, "griffieportal/home.html", context)


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


def event_list(request: MemberRequest) -> HttpResponse:
    """What comes, undated events last; with ?periode=voorbij what has been."""
    today = timezone.localdate()
    is_past = request.GET.get("periode") == "voorbij"
    events = Event.objects.published().with_bookmark(request.user).prefetch_related(_announcing())
    events = events.past(today) if is_past else events.upcoming(today)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "griffieportal/event_list.html", {"page": page, "is_past": is_past})


def event_detail(request: MemberRequest, pk: int) -> HttpResponse:
    events = Event.objects.published().with_bookmark(request.user).prefetch_related(_announcing())
    event = get_object_or_404(events, pk=pk)
    last_day = event.ends_on or event.starts_on
    is_past = last_day is not None and last_day < timezone.localdate()
    return render(request, "griffieportal/event_detail.html", {"event": event, "is_past": is_past})


def bookmark_list(request: MemberRequest) -> HttpResponse:
    """What this member keeps, and nobody else sees: events by day, items by when they were kept."""
    today = timezone.localdate()
    events = Event.objects.published().bookmarked_by(request.user).with_bookmark(request.user)
    events = events.prefetch_related(_announcing())
    items = Item.objects.published().with_context().bookmarked_by(request.user).with_bookmark(request.user)
    items = items.with_read(request.user)
    context = {
        "upcoming": events.upcoming(today),
        "past": events.past(today),
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("pagina")),
    }
    return render(request, "griffieportal/bookmark_list.html", context)


def _announcing() -> "Prefetch[str, ItemQuerySet, str]":
    """The published items that announce an event, newest first."""
    return Prefetch("items", queryset=Item.objects.published().with_origin().newest_first())
