"""The first page, which looks at several apps."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import MemberRequest
from events.models import Event
from newsletters.models import Item

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
