"""The agenda with the items behind it: what comes, what was, a month, and one event."""

from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from events.models import Event
from griffieportal.agenda_filter import AgendaFilter, Month
from griffieportal.event_rows import announcing, bookmarked_of, event_rows
from newsletters.kept import KeptList, stamp

PAGE_SIZE = 20
MONTH_EVENTS = 300  # more than a month of one council ever has


@require_safe
def event_list(request: MemberRequest) -> HttpResponse:
    """What comes, undated events last; with ?periode=voorbij what has been, with ?weergave=maand a month."""
    now = stamp()
    chosen = AgendaFilter(request.GET, stamp=now)
    if request.GET.get("weergave") == "maand":
        return _month(request, chosen)
    today = timezone.localdate()
    is_past = request.GET.get("periode") == "voorbij"
    events = chosen.narrow(Event.objects.published())
    events = events.past(today) if is_past else events.upcoming(today)
    keys = KeptList(now, f"agenda:{today}:{is_past}:{chosen.kept}", events.values_list("pk", flat=True))
    page: Page[Any] = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("pagina"))
    bookmarked = bookmarked_of(list(page), user=request.user)
    page.object_list = event_rows(list(page), request=request, stamp=now, bookmarked=bookmarked, is_past=is_past)
    context = {"page": page, "is_past": is_past, "filter": chosen}
    return render(request, "griffieportal/event_list.html", context)


def _month(request: MemberRequest, chosen: AgendaFilter) -> HttpResponse:
    today = timezone.localdate()
    month = Month.asked(request.GET.get("maand", ""), today=today)
    events = list(chosen.narrow(Event.objects.published()).within(month.first, month.last)[:MONTH_EVENTS])
    context = {
        "filter": chosen,
        "month": month,
        "weekdays": month.days[7 - month.first.weekday() :][:7],
        "days": [(day, [event for event in events if _is_on(event, day)]) for day in month.days],
        "today": today,
        "count": len(events),
        "undated": list(chosen.narrow(Event.objects.published()).undated()[:PAGE_SIZE]),
    }
    return render(request, "griffieportal/event_month.html", context)


def _is_on(event: Event, day: date) -> bool:
    return event.starts_on is not None and event.starts_on <= day <= (event.ends_on or event.starts_on)


@require_safe
def event_detail(request: MemberRequest, pk: int) -> HttpResponse:
    events = Event.objects.published().with_bookmark(request.user).prefetch_related(announcing())
    event = get_object_or_404(events, pk=pk)
    last_day = event.ends_on or event.starts_on
    is_past = last_day is not None and last_day < timezone.localdate()
    return render(request, "griffieportal/event_detail.html", {"event": event, "is_past": is_past})
