"""The agenda: its filters, its months and what does not go on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from events.models import Event
from griffieportal.agenda_filter import Month
from newsletters.models import ItemEvent, Newsletter, Source, Theme, ThemeSynonym

YEAR = timezone.localdate().year + 1


@pytest.fixture
def announce(make_item):
    """Makes an event that a published item with this theme, from this source, announces."""

    def make(title, *, theme=None, source=None, **fields):
        letter = Newsletter.objects.create(source=source, title="Brief", state="published", published_at=timezone.now())
        item = make_item(theme=theme, newsletter=letter)
        event = Event.objects.create(title=title, state="published", **{"starts_on": date(YEAR, 2, 3), **fields})
        ItemEvent.objects.create(item=item, event=event)
        return event

    return make


def titles(client, query=""):
    return [event.title for event in client.get(f"/agenda/{query}").context["page"]]


def test_theme_and_source_narrow_the_agenda_and_can_be_taken_off(as_raadslid, announce, theme, source):
    zorg, other = Theme.objects.create(name="Zorg", slug="zorg"), Source.objects.create(name="Waterbrief", slug="water")
    announce("A", theme=theme, source=source)
    announce("B", theme=zorg, source=source)
    announce("C", theme=zorg, source=other)
    announce("D", starts_on=None)
    assert titles(as_raadslid) == ["A", "B", "C", "D"]
    assert titles(as_raadslid, "?thema=zorg") == ["B", "C"]
    assert titles(as_raadslid, "?thema=zorg&thema=wonen&bron=radenpost") == ["A", "B"]
    page = as_raadslid.get("/agenda/?thema=zorg&bron=water")
    assert [(chip.label, chip.without) for chip in page.context["filter"].chips] == [
        ("Zorg", "bron=water"),
        ("Waterbrief", "thema=zorg"),
    ]
    assert 'href="/agenda/?weergave=maand&amp;thema=zorg&amp;bron=water"' in page.text


def test_an_item_must_have_both_the_theme_and_the_source(as_raadslid, announce, theme, source, make_item):
    other = Source.objects.create(name="Waterbrief", slug="water")
    event = announce("A", theme=theme, source=source)
    letter = Newsletter.objects.create(source=other, title="Water", state="published", published_at=timezone.now())
    ItemEvent.objects.create(item=make_item(newsletter=letter), event=event)
    assert titles(as_raadslid, "?thema=wonen&bron=water") == []
    assert "Geen activiteiten gevonden" in as_raadslid.get("/agenda/?thema=wonen&bron=water").text


def test_an_unknown_value_is_told_and_filters_nothing(as_raadslid, announce, theme):
    announce("A", theme=theme)
    page = as_raadslid.get("/agenda/?thema=<b>&bron=%00")
    assert "kennen wij niet" in page.text
    assert "<b>" not in page.text
    assert [event.title for event in page.context["page"]] == ["A"]


def test_a_name_of_before_finds_what_took_its_place(as_raadslid, announce, theme):
    ThemeSynonym.objects.create(theme=theme, name="Huizen", slug="huizen")
    announce("A", theme=theme)
    announce("B")
    assert titles(as_raadslid, "?thema=huizen") == ["A"]


def test_a_hidden_theme_is_no_choice(as_raadslid, announce, theme):
    theme.is_hidden = True
    theme.save()
    announce("A", theme=theme)
    assert "Wonen" not in as_raadslid.get("/agenda/").text


def month(client, query):
    response = client.get(f"/agenda/?weergave=maand&{query}")
    assert response.status_code == 200
    return {day.day: [event.title for event in events] for day, events in response.context["days"] if events}


def test_a_month_shows_each_event_on_each_of_its_days(as_raadslid, announce):
    announce("Over de maand heen", starts_on=date(YEAR, 1, 30), ends_on=date(YEAR, 2, 2))
    announce("Laat", starts_on=date(YEAR, 2, 2), starts_at="20:00")
    announce("Vroeg", starts_on=date(YEAR, 2, 2), starts_at="9:00")
    announce("Volgende maand", starts_on=date(YEAR, 3, 1))
    announce("Ooit", starts_on=None)
    assert month(as_raadslid, f"maand={YEAR}-02") == {
        1: ["Over de maand heen"],
        2: ["Over de maand heen", "Vroeg", "Laat"],
    }
    page = as_raadslid.get(f"/agenda/?weergave=maand&maand={YEAR}-02")
    assert [event.title for event in page.context["undated"]] == ["Ooit"]
    assert f"maand={YEAR}-01" in page.text
    assert f"maand={YEAR}-03" in page.text


def test_a_month_can_be_filtered(as_raadslid, announce, theme):
    announce("A", theme=theme)
    announce("B")
    assert month(as_raadslid, f"maand={YEAR}-02&thema=wonen") == {3: ["A"]}


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "９９９９-01", "1-000-1", "2200-01", "x"]
)
def test_what_is_no_month_shows_this_one(as_raadslid, text):
    today = date(2026, 11, 23)
    assert Month.asked(text, today=today) == Month(date(2026, 11, 1))
    assert as_raadslid.get("/agenda/", {"weergave": "maand", "maand": text}).status_code == 200


def test_months_end_where_the_agenda_ends():
    first, last = Month(date(1970, 1, 1)), Month(date(2099, 12, 1))
    assert (first.before, str(first.after)) == (None, "1970-02")
    assert (str(last.before), last.after) == ("2099-11", None)
    assert Month(date(2028, 2, 1)).last == date(2028, 2, 29)


def test_what_does_not_go_on_is_told_and_not_offered_for_a_calendar(as_raadslid, announce):
    event = announce("Werkbezoek", is_cancelled=True)
    page = as_raadslid.get(f"/agenda/{event.pk}/").text
    assert "gaat niet door" in page
    assert f"/agenda/{event.pk}.ics" not in page


def test_the_griffier_says_that_an_event_does_not_go_on(as_griffier, event):
    form = as_griffier.get(f"/admin/events/event/{event.pk}/change/").context["adminform"].form
    values = {name: value for name, value in form.initial.items() if value is not None}
    as_griffier.post(f"/admin/events/event/{event.pk}/change/", {**values, "is_cancelled": "on"})
    event.refresh_from_db()
    assert (event.is_cancelled, event.sequence) == (True, 1)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("query", ["?weergave=maand", "?thema=wonen&bron=radenpost"])
def test_a_filtered_agenda_takes_as_many_queries_for_three_rows_as_for_one(
    as_raadslid, announce, theme, source, django_assert_num_queries, query, rows
):
    for number in range(rows):
        announce(f"A{number}", theme=theme, source=source, starts_on=timezone.localdate() + timedelta(days=number))
    with django_assert_num_queries(8 if "maand" in query else 10):
        as_raadslid.get(f"/agenda/{query}")
