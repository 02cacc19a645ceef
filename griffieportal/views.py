"""Pages that look at several apps: home, the agenda with the items behind it, and bookmarks."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.requests import MemberRequest
from events.models import Event
from newsletters.models import Item, ItemQuerySet

PAGE_SIZE = 20
HOME_ITEMS = 6
HOME_EVENTS = 5
HOME_BOOKMARKS = 3


def home(request: MemberRequest) -> HttpResponse:
    """The newest items, what comes in the agenda, and what the member kept last."""
    today = timezone.localdate()
    items = Item.objects.published()
    context = {
        "today": today,
        "items": items.shown_once().with_context().with_bookmark(request.user).newest_first()[:HOME_ITEMS],
        "events": Event.objects.published().upcoming(today)[:HOME_EVENTS],
        "bookmarks": items.with_origin().bookmarked_by(request.user)[:HOME_BOOKMARKS],
    }
    return render(request, "griffieportal/home.html", context)


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
    context = {
        "upcoming": events.upcoming(today),
        "past": events.past(today),
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("pagina")),
    }
    return render(request, "griffieportal/bookmark_list.html", context)


def _announcing() -> "Prefetch[str, ItemQuerySet, str]":
    """The published items that announce an event, newest first."""
    return Prefetch("items", queryset=Item.objects.published().with_origin().newest_first())
