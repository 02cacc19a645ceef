"""The pages of one event that need nothing but the agenda: its calendar file and its bookmark."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify

from accounts.bookmarks import answer_bookmark
from accounts.requests import MemberRequest
from events.calendars import write_calendar
from events.models import Event
from events.services import set_bookmark


def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The event as a file for a calendar; an event without a day has none."""
    event = get_object_or_404(Event.objects.published(), pk=pk)
    if event.starts_on is None:
        raise Http404("no day")
    name = slugify(event.title)[:60].strip("-") or "agendapunt"
    return HttpResponse(
        write_calendar(event, url=request.build_absolute_uri(event.get_absolute_url())),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
    )


def event_bookmark(request: MemberRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.published(), pk=pk)
    return answer_bookmark(
        request,
        event,
        kind="agendapunt",
        set_bookmark=lambda is_on: set_bookmark(event, user=request.user, is_on=is_on),
    )
