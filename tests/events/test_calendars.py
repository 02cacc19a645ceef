"""Calendar files, read back by the library."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from events.models import Event

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def read(as_raadslid):
    """Makes a published event and reads its file back: the calendar and its one event."""

    def make_and_read(**fields):
        event = Event.objects.create(**{"title": "Raadsavond", "state": Event.State.PUBLISHED, **fields})
        calendar = icalendar.Calendar.from_ical(as_raadslid.get(f"/agenda/{event.pk}.ics").content)
        [component] = calendar.walk("VEVENT")
        return event, calendar, component

    return make_and_read


def test_a_day_is_a_date_with_an_exclusive_end(read):
    _, calendar, component = read(starts_on=date(2026, 6, 30))
    assert component.decoded("dtstart") == date(2026, 6, 30)
    assert component.decoded("dtend") == date(2026, 7, 1)
    assert component["dtstart"].params["VALUE"] == "DATE"
    assert calendar.walk("VTIMEZONE") == []


def test_several_days_end_after_the_last(read):
    _, _, component = read(starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 2))
    assert (component.decoded("dtstart"), component.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 3))


def test_several_days_with_only_a_begin_time_are_whole_days_that_tell_the_time(read):
    _, _, component = read(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), starts_at=time(9, 5))
    assert (component.decoded("dtstart"), component.decoded("dtend")) == (date(2026, 6, 1), date(2026, 6, 3))
    assert "Begint op de eerste dag om 9.05 uur." in str(component["description"])


def test_a_time_without_an_end_has_no_end(read):
    _, calendar, component = read(starts_on=date(2026, 6, 30), starts_at=time(19, 30))
    assert component.decoded("dtstart") == datetime(2026, 6, 30, 19, 30, tzinfo=AMSTERDAM)
    assert component["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert "dtend" not in component
    assert len(calendar.walk("VTIMEZONE")) == 1


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 1),
        (date(2026, 3, 29), 2),  # summer time began that night
        (date(2026, 10, 24), 2),
        (date(2026, 10, 25), 1),  # and ended that night
    ],
)
def test_times_are_right_on_both_sides_of_the_change_of_the_clock(read, day, hours):
    _, _, component = read(starts_on=day, starts_at=time(9, 30), ends_at=time(17, 0))
    start, end = component.decoded("dtstart"), component.decoded("dtend")
    assert start.astimezone(UTC) == datetime.combine(day, time(9 - hours, 30), tzinfo=UTC)
    assert end - start == timedelta(hours=7, minutes=30)
    assert start.utcoffset() == timedelta(hours=hours)


def test_an_event_over_the_night_of_the_change_keeps_its_clock_times(read):
    _, _, component = read(
        starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 25), starts_at=time(20, 0), ends_at=time(10, 0)
    )
    start, end = component.decoded("dtstart"), component.decoded("dtend")
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=15)
    assert (start.hour, end.hour) == (20, 10)


def test_the_small_time_zone_says_the_same_as_the_real_one(read):
    _, calendar, _ = read(starts_on=date(2026, 6, 30), starts_at=time(19, 30))
    [zone] = calendar.walk("VTIMEZONE")
    for year in (2026, 2027, 2030):
        for month, day in ((1, 15), (3, 28), (3, 31), (7, 1), (10, 24), (10, 31)):
            moment = datetime(year, month, day, 12)  # noqa: DTZ001
            own = moment.replace(tzinfo=zone.to_tz(lookup_tzid=False)).utcoffset()
            assert own == moment.replace(tzinfo=AMSTERDAM).utcoffset(), moment
    assert len(zone.to_ical()) < 500


def test_the_file_has_a_lasting_uid_a_version_and_the_address_of_the_page(read, as_raadslid):
    event, calendar, component = read(
        title="Café, thee; en\nméér 🗳", starts_on=date(2026, 6, 30), location="Stadhuis, zaal 1", sequence=3
    )
    again = icalendar.Calendar.from_ical(as_raadslid.get(f"/agenda/{event.pk}.ics").content)
    assert str(component["uid"]) == str(event.uid) == str(again.walk("VEVENT")[0]["uid"])
    assert component.decoded("sequence") == 3
    assert component.decoded("dtstamp") == event.updated_at.replace(microsecond=0)
    assert str(component["summary"]) == "Café, thee; en\nméér 🗳"
    assert str(component["location"]) == "Stadhuis, zaal 1"
    assert str(component["url"]) == f"http://testserver/agenda/{event.pk}/"
    assert str(calendar["version"]) == "2.0"


def test_the_file_has_a_type_and_a_name(as_raadslid, event):
    response = as_raadslid.get(f"/agenda/{event.pk}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="bijeenkomst-woningbouw.ics"'
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_an_undated_event_has_no_file(as_raadslid):
    event = Event.objects.create(title="Ooit", state=Event.State.PUBLISHED)
    assert as_raadslid.get(f"/agenda/{event.pk}.ics").status_code == 404
    assert ".ics" not in as_raadslid.get(f"/agenda/{event.pk}/").text
