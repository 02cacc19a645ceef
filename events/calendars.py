"""Events as iCalendar (RFC 5545), for the calendars of members."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar

from events.models import Event

TZID = "Europe/Amsterdam"
ZONE = ZoneInfo(TZID)
REFRESH = timedelta(hours=4)  # how often a program should come back
TAKEN_BACK = "Vervallen agendapunt"


def write_calendar(event: Event, *, url: str) -> bytes:
    """A calendar with this one event. It must have a day; url is the address of its page."""
    return _written(_calendar(), [(event, url)])


def write_subscription(events: Iterable[Event], *, name: str, site_url: str) -> bytes:
    """A calendar of all these events, for programs that come back for it; site_url is the portal's own address."""
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)  # what Outlook, Google and Apple read instead
    calendar.add("x-wr-timezone", TZID)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return _written(calendar, [(event, site_url + event.get_absolute_url()) for event in events])


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Griffieportal//Agenda//NL")
    calendar.add("version", "2.0")
    return calendar


def _written(calendar: icalendar.Calendar, events: Sequence[tuple[Event, str]]) -> bytes:
    for event, url in events:
        calendar.add_component(_component(event, url))
    if any(event.starts_at for event, _ in events):
        calendar.add_component(_amsterdam())  # behind the events, so that readers keep their own rules for the zone
    written: bytes = calendar.to_ical()
    return written


def _component(event: Event, url: str) -> icalendar.Event:
    """The event; of one that was taken back only that it is off, as its words are no longer for members."""
    if event.starts_on is None:
        raise ValueError("An event without a day does not fit in a calendar")
    start, end = _span(event, event.starts_on)
    is_shown = event.state == Event.State.PUBLISHED
    component = icalendar.Event()
    component.add("uid", str(event.uid))
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.updated_at.astimezone(UTC))
    component.add("last-modified", event.updated_at.astimezone(UTC))
    component.add("summary", _summary(event) if is_shown else TAKEN_BACK)
    component.add("dtstart", start)
    if end is not None:
        component.add("dtend", end)
    if event.is_called_off:
        component.add("status", "CANCELLED")
        component.add("transp", "TRANSPARENT")
    if is_shown:
        if event.location:
            component.add("location", event.location)
        component.add("description", _description(event, start, url))
        component.add("url", url)
    return component


def _summary(event: Event) -> str:
    return f"Gaat niet door: {event.title}" if event.is_cancelled else event.title


def _span(event: Event, first: date) -> tuple[date | datetime, date | datetime | None]:
    """Begin and end as iCalendar counts: an end day is exclusive, and a time without an end has none.

    Several days that name only the time they begin become whole days: there is no honest end time to give.
    """
    last = event.ends_on or first
    if event.starts_at is None or (event.ends_on and event.ends_at is None):
        return first, last + timedelta(days=1)
    return _moment(first, event.starts_at), _moment(last, event.ends_at) if event.ends_at else None


def _moment(day: date, clock: time) -> datetime:
    """In the night when summer time begins an hour is skipped, and readers differ on what a time in it means."""
    return datetime.combine(day, clock, tzinfo=ZONE).astimezone(UTC).astimezone(ZONE)


def _description(event: Event, start: date | datetime, url: str) -> str:
    lines = [f"Meer in het Griffieportal: {url}"]
    if event.url:
        lines.insert(0, f"Website: {event.url}")
    if event.starts_at and not isinstance(start, datetime):
        lines.insert(0, f"Begint op de eerste dag om {_words(event.starts_at)}.")
    return "\n".join(lines)


def _words(moment: time) -> str:
    return f"{moment.hour}.{moment.minute:02} uur"


def _amsterdam() -> icalendar.Timezone:
    """The rules that hold since 1996; the library's own would write decades of single changes."""
    zone = icalendar.Timezone()
    zone.add("tzid", TZID)
    for part, name, month, offset_from, offset_to in (
        (icalendar.TimezoneDaylight(), "CEST", 3, 1, 2),
        (icalendar.TimezoneStandard(), "CET", 10, 2, 1),
    ):
        # the last Sunday of the month, at 1.00 UTC
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, 1 + offset_from))  # noqa: DTZ001
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", timedelta(hours=offset_from))
        part.add("tzoffsetto", timedelta(hours=offset_to))
        part.add("tzname", name)
        zone.add_component(part)
    return zone
