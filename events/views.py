"""The pages of one event that need nothing but the agenda: its calendar file and its bookmark."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify

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
    """POST with aan=1 keeps the event, aan=0 lets it go. A GET (after logging in again) only leads to the event."""
    event = get_object_or_404(Event.objects.published(), pk=pk)
    if request.method != "POST":
        return redirect(event)
    is_on = request.POST.get("aan")
    if is_on not in {"0", "1"}:
        return HttpResponse("aan moet 1 of 0 zijn", status=400, content_type="text/plain; charset=utf-8")
    back = request.POST.get("volgende", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = event.get_absolute_url()
    set_bookmark(event, user=request.user, is_on=is_on == "1")
    if request.htmx:
        context = {
            "view": "event_bookmark",
            "kind": "agendapunt",
            "pk": pk,
            "title": event.title,
            "is_on": is_on == "1",
            "next_url": back.partition("#")[0],
        }
        return render(request, "components/bookmark_button.html", context)
    return redirect(back)
