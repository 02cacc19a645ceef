"""The pages that need nothing but the agenda: an event's calendar file and bookmark, and the personal addresses."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.bookmarks import answer_bookmark
from accounts.models import SecretAddress
from accounts.requests import MemberRequest
from accounts.secret_addresses import make_address, stop_address
from accounts.secret_views import keep_secret, open_secret
from events.calendars import write_calendar, write_subscription
from events.models import Event
from events.services import set_bookmark

Kind = SecretAddress.Kind
CALENDARS = (Kind.ALL_EVENTS, Kind.OWN_EVENTS)
KEPT = timedelta(days=365)  # how long a subscribed calendar keeps what is over


@require_safe
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
        bookmarks=event.bookmarks.filter(user=request.user),
    )


def calendar_addresses(request: MemberRequest) -> HttpResponse:
    """The member's own addresses for a calendar program. What POST makes is shown in its answer, and never again."""
    made, made_kind = "", ""
    if request.method == "POST":
        kind, wish = request.POST.get("wat"), request.POST.get("doe")
        if kind not in CALENDARS or wish not in {"maak", "stop"}:
            return HttpResponse("wat en doe kloppen niet", status=400, content_type="text/plain; charset=utf-8")
        if wish == "stop":
            stop_address(request.user, kind=kind)
            return redirect("calendar_addresses")
        secret = make_address(request.user, kind=kind)
        made, made_kind = settings.SITE_URL + reverse("calendar_subscription", args=[secret]), kind
    rows = {address.kind: address for address in SecretAddress.objects.filter(user=request.user)}
    context = {
        "kinds": [(kind.value, kind.label, rows.get(kind.value)) for kind in CALENDARS],
        "made": made,
        "made_kind": made_kind,
        "made_webcal": "webcal" + made.removeprefix("https").removeprefix("http"),
    }
    # not keep_secret: without a referrer a browser tells no origin either, and the next form would be refused
    return render(request, "events/calendar_addresses.html", context)


@login_not_required
@require_safe
def calendar_subscription(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a personal address: all events or its member's own, those of the last year too."""
    address = open_secret(request, secret, kinds=CALENDARS)
    if isinstance(address, HttpResponse):
        return address
    events = Event.objects.in_calendars(timezone.localdate() - KEPT)
    name = "Agenda van de raad"
    if address.kind == Kind.OWN_EVENTS:
        events, name = events.bookmarked_by(address.user), "Mijn agenda van de raad"
    answer = HttpResponse(
        write_subscription(events, name=name, site_url=settings.SITE_URL), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return keep_secret(answer)
