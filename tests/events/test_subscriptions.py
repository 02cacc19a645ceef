"""Personal addresses for a calendar: their secret, what comes of them, and when they stop."""

import logging
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import vobject
from django.conf import settings
from django.utils import timezone

from accounts.limits import count
from accounts.models import SecretAddress
from accounts.secret_addresses import find_address, make_address
from accounts.secret_views import MAX_RIGHT, MAX_WRONG
from events.models import Event, EventBookmark
from events.services import change_event
from griffieportal.logs import HideSecrets
from newsletters.services import reviewing

ALL, OWN = "agenda", "mijn-agenda"


def address_of(user, kind=ALL):
    return f"/agenda/abonnement/{make_address(user, kind=kind)}.ics"


def read(client, address):
    """The events by title, as icalendar reads them."""
    response = client.get(address)
    assert response.status_code == 200
    return {str(each["summary"]): each for each in icalendar.Calendar.from_ical(response.content).walk("VEVENT")}


def published(**fields):
    return Event.objects.create(**{"title": "Raadsavond", "state": Event.State.PUBLISHED, **fields})


@pytest.mark.parametrize("kind", [ALL, OWN])
def test_an_address_is_made_shown_once_and_kept_as_a_hash(as_raadslid, raadslid, as_nobody, kind):
    page = as_raadslid.post("/agenda/abonneren/", {"wat": kind, "doe": "maak"})
    assert page.status_code == 200
    address = page.context["made"]
    assert address.startswith(f"{settings.SITE_URL}/agenda/abonnement/")
    assert address in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"  # its own address holds no secret
    row = SecretAddress.objects.get()
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert (row.user, row.kind) == (raadslid, kind)
    assert secret[12:] not in str(row.__dict__)
    assert secret not in as_raadslid.get("/agenda/abonneren/").text
    assert as_nobody.get(address.removeprefix(settings.SITE_URL)).status_code == 200


def test_a_get_makes_nothing_and_other_wishes_are_refused(as_raadslid):
    as_raadslid.get("/agenda/abonneren/?wat=agenda&doe=maak")
    for wish in ({"wat": "alles", "doe": "maak"}, {"wat": ALL, "doe": "wis"}, {}):
        assert as_raadslid.post("/agenda/abonneren/", wish).status_code == 400
    assert SecretAddress.objects.count() == 0


def test_a_new_address_ends_the_old_one_and_leaves_that_of_others(as_nobody, raadslid, ander_raadslid):
    old, own, others = address_of(raadslid), address_of(raadslid, OWN), address_of(ander_raadslid)
    new = address_of(raadslid)
    assert [as_nobody.get(address).status_code for address in (old, new, own, others)] == [404, 200, 200, 200]


def test_an_address_stops_when_its_member_says_so(as_raadslid, as_ander_raadslid, as_nobody, raadslid):
    address = address_of(raadslid)
    as_ander_raadslid.post("/agenda/abonneren/", {"wat": ALL, "doe": "stop"})
    assert as_nobody.get(address).status_code == 200
    assert as_raadslid.post("/agenda/abonneren/", {"wat": ALL, "doe": "stop"}).status_code == 302
    assert as_nobody.get(address).status_code == 404


def test_an_address_stops_with_the_account(as_nobody, raadslid):
    address = address_of(raadslid)
    raadslid.is_active = False
    raadslid.save()
    refused = as_nobody.get(address)
    assert refused.status_code == 404
    assert refused.content == as_nobody.get("/agenda/abonnement/zomaar.ics").content
    raadslid.delete()
    assert as_nobody.get(address).status_code == 404


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "A", lambda s: s[:12] + s[12:][::-1], lambda s: "é" * 55]
)
def test_a_secret_that_is_nearly_right_opens_nothing(raadslid, change):
    secret = make_address(raadslid, kind=ALL)
    assert find_address(secret).user == raadslid
    assert find_address(change(secret)) is None


def test_answers_are_kept_by_nobody_and_nothing_is_posted(as_nobody, raadslid):
    address = address_of(raadslid)
    for wanted in (address, "/agenda/abonnement/zomaar.ics"):
        answer = as_nobody.get(wanted)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "sessionid" not in answer.cookies
    assert as_nobody.post(address).status_code == 405
    assert as_nobody.head(address).status_code == 200


def test_guessing_and_asking_too_often_are_stopped(as_nobody, raadslid):
    right = address_of(raadslid)
    pk = SecretAddress.objects.get().pk
    for _ in range(MAX_RIGHT):
        count(f"secret-right:{pk}", seconds=600)
    assert as_nobody.get(right).status_code == 429
    for _ in range(MAX_WRONG):
        assert as_nobody.get("/agenda/abonnement/zomaar.ics").status_code == 404
    refused = as_nobody.get("/agenda/abonnement/zomaar.ics")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    elsewhere = as_nobody.get("/agenda/abonnement/zomaar.ics", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 404


def test_no_secret_is_written_to_the_log(as_nobody, raadslid):
    address = address_of(raadslid)
    raadslid.is_active = False
    raadslid.save()
    lines = []
    filters = [one for each in logging.getLogger().handlers for one in each.filters]
    logger = logging.getLogger("django.request")
    watcher = logging.Handler()
    watcher.addFilter(next(one for one in filters if isinstance(one, HideSecrets)))
    watcher.emit = lambda record: lines.append(record.getMessage())
    logger.addHandler(watcher)
    as_nobody.get(address)
    logger.removeHandler(watcher)
    assert lines == ["Not Found: /agenda/abonnement/…"]


def test_all_events_or_only_my_own(as_nobody, raadslid, ander_raadslid):
    mine = published(title="Van mij", starts_on=date(2030, 1, 1))
    other = published(title="Van een ander", starts_on=date(2030, 1, 2))
    published(title="Zonder dag")
    Event.objects.create(title="Concept", starts_on=date(2030, 1, 3))
    published(title="Lang geleden", starts_on=timezone.localdate() - timedelta(days=400))
    published(title="Vorige maand", starts_on=timezone.localdate() - timedelta(days=30))
    EventBookmark.objects.create(user=raadslid, event=mine)
    EventBookmark.objects.create(user=ander_raadslid, event=other)
    assert set(read(as_nobody, address_of(raadslid))) == {"Van mij", "Van een ander", "Vorige maand"}
    assert set(read(as_nobody, address_of(raadslid, OWN))) == {"Van mij"}


def test_a_change_is_a_new_version_under_the_same_uid(as_nobody, raadslid):
    event = published(starts_on=date(2030, 1, 1))
    address = address_of(raadslid)
    before = read(as_nobody, address)["Raadsavond"]
    event.title = "Raadsavond over wonen"
    change_event(event, changed=["title"])
    after = read(as_nobody, address)["Raadsavond over wonen"]
    assert str(before["uid"]) == str(after["uid"]) == str(event.uid)
    assert (before.decoded("sequence"), after.decoded("sequence")) == (0, 1)


def test_what_does_not_go_on_is_cancelled_and_still_told(as_nobody, as_raadslid, raadslid):
    event = published(title="Werkbezoek", starts_on=date(2030, 1, 1))
    event.is_cancelled = True
    change_event(event, changed=["is_cancelled"])
    component = read(as_nobody, address_of(raadslid))["Gaat niet door: Werkbezoek"]
    assert (str(component["status"]), component.decoded("sequence")) == ("CANCELLED", 1)
    assert "gaat niet door" in as_raadslid.get("/agenda/").text


def test_what_is_taken_back_is_cancelled_without_its_words_and_comes_back(as_nobody, raadslid, griffier, item, event):
    event.location = "geheime zaal"
    event.save()
    address = address_of(raadslid)
    assert "status" not in read(as_nobody, address)[event.title]
    reviewing.withdraw(item.newsletter, by=griffier)
    component = read(as_nobody, address)["Vervallen agendapunt"]
    assert (str(component["status"]), str(component["uid"])) == ("CANCELLED", str(event.uid))
    assert component.decoded("sequence") == 1
    assert b"geheime zaal" not in as_nobody.get(address).content
    assert event.title.encode() not in as_nobody.get(address).content
    reviewing.publish(item.newsletter, by=griffier)
    component = read(as_nobody, address)[event.title]
    assert ("status" in component, component.decoded("sequence")) == (False, 2)


def test_a_draft_that_never_was_published_is_told_to_nobody(as_nobody, raadslid, griffier, item, event):
    Event.objects.update(state="draft")
    assert read(as_nobody, address_of(raadslid)) == {}
    reviewing.settle_events(item.newsletter)
    assert read(as_nobody, address_of(raadslid))[event.title].decoded("sequence") == 0


# The days on which the clock changes, and the days around them: local begin -> the same in UTC.
MOMENTS = [
    (date(2026, 3, 28), time(19, 30), datetime(2026, 3, 28, 18, 30, tzinfo=UTC)),
    (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
    (date(2026, 3, 29), time(3, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    (date(2026, 7, 1), time(19, 30), datetime(2026, 7, 1, 17, 30, tzinfo=UTC)),
    (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
    (date(2026, 10, 25), time(9, 0), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
]


def test_two_readers_read_the_same_moments_around_the_change_of_the_clock(as_nobody, raadslid):
    for number, (day, begin, _) in enumerate(MOMENTS):
        end = time(begin.hour + 1, begin.minute)
        published(title=f"Moment {number}", starts_on=day, starts_at=begin, ends_at=end)
    published(title="Hele dag", starts_on=date(2026, 3, 29))
    published(title="Drie dagen; in oktober, hoor", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 26))
    address = address_of(raadslid)
    by_icalendar = read(as_nobody, address)
    text = as_nobody.get(address).content.decode()
    by_vobject = {event.summary.value: event for event in vobject.readOne(text).vevent_list}
    assert set(by_vobject) == set(by_icalendar)
    for number, (_, _, moment) in enumerate(MOMENTS):
        name = f"Moment {number}"
        assert by_icalendar[name].decoded("dtstart").astimezone(UTC) == moment
        assert by_vobject[name].dtstart.value.astimezone(UTC) == moment
        assert by_vobject[name].dtend.value.astimezone(UTC) == moment + timedelta(hours=1)
        assert by_vobject[name].uid.value == str(by_icalendar[name]["uid"])
    for events, value in ((by_icalendar, lambda e, n: e.decoded(n)), (by_vobject, lambda e, n: getattr(e, n).value)):
        assert value(events["Hele dag"], "dtstart") == date(2026, 3, 29)
        assert value(events["Hele dag"], "dtend") == date(2026, 3, 30)
        assert value(events["Drie dagen; in oktober, hoor"], "dtend") == date(2026, 10, 27)


def test_the_calendar_has_a_name_and_says_how_often_to_come_back(as_nobody, raadslid):
    published(starts_on=date(2030, 1, 1), starts_at=time(19, 30))
    content = as_nobody.get(address_of(raadslid)).content
    calendar = icalendar.Calendar.from_ical(content)
    assert str(calendar["x-wr-calname"]) == "Agenda van de raad"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in content
    assert b"X-PUBLISHED-TTL:PT4H\r\n" in content
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert b"URL:http://127.0.0.1:8000/agenda/" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("kind", [ALL, OWN])
def test_a_calendar_takes_two_queries_however_many_events(as_nobody, raadslid, django_assert_num_queries, rows, kind):
    for number in range(rows):
        event = published(title=f"Avond {number}", starts_on=date(2030, 1, 1))
        EventBookmark.objects.create(user=raadslid, event=event)
    address = address_of(raadslid, kind)
    with django_assert_num_queries(2):
        assert len(read(as_nobody, address)) == rows
