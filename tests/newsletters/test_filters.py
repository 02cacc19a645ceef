"""The list of items and its query string."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from events.models import Event
from newsletters.filters import ItemFilter
from newsletters.models import ItemBookmark, ItemEvent, Newsletter, Source, Theme


@pytest.fixture
def find(as_raadslid):
    """The titles that a query string finds."""

    def titles(query="", **values):
        page = as_raadslid.get("/berichten/?" + (query or urlencode(values, doseq=True)))
        assert page.status_code == 200
        return [item.title for item in page.context["page"]]

    return titles


@pytest.fixture
def shelf(make_item, newsletter, theme, raadslid, ander_raadslid):
    """Three items: A and B of June under Wonen, C of another source in July without a theme."""
    july = Newsletter.objects.create(
        source=Source.objects.create(name="Raadsbrief", slug="raadsbrief"),
        published_on=date(2026, 7, 1),
        published_on_basis=Newsletter.Basis.BY_HAND,
        state=Newsletter.State.PUBLISHED,
        published_at=newsletter.published_at,
    )
    a, b = make_item(title="A dorp", theme=theme), make_item(title="B dorp", theme=theme)
    c = make_item(title="C stad", newsletter=july, summary="Over het dorp.")
    dated = Event.objects.create(title="Dag", starts_on=date(2026, 8, 1), state=Event.State.PUBLISHED)
    undated = Event.objects.create(title="Ooit", state=Event.State.PUBLISHED)
    ItemEvent.objects.create(item=a, event=dated)
    ItemEvent.objects.create(item=b, event=undated)
    ItemBookmark.objects.create(user=raadslid, item=b)
    ItemBookmark.objects.create(user=ander_raadslid, item=c)
    return a, b, c


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["C stad", "A dorp", "B dorp"]),
        ("q=stad", ["C stad"]),
        ("thema=wonen", ["A dorp", "B dorp"]),
        ("bron=raadsbrief", ["C stad"]),
        ("bron=raadsbrief&bron=radenpost", ["C stad", "A dorp", "B dorp"]),
        ("van=2026-06-02", ["C stad"]),
        ("van=2026-06-01", ["C stad", "A dorp", "B dorp"]),
        ("tot=2026-06-01", ["A dorp", "B dorp"]),
        ("tot=31-5-2026", []),
        ("van=2026-07-01&tot=2026-07-01", ["C stad"]),
        ("met_datum=1", ["A dorp"]),
        ("met_datum=on", ["A dorp"]),
        ("met_datum=0", ["C stad", "A dorp", "B dorp"]),
        ("bladwijzers=1", ["B dorp"]),
        ("q=dorp&sorteer=datum", ["C stad", "A dorp", "B dorp"]),
        ("q=dorp&sorteer=relevantie", ["A dorp", "B dorp", "C stad"]),
        ("sorteer=relevantie", ["C stad", "A dorp", "B dorp"]),
        ("q=dorp&thema=wonen&bron=radenpost&van=2026-06-01&tot=2026-06-30&bladwijzers=1", ["B dorp"]),
        ("thema=wonen&bron=raadsbrief", []),
        ("q=&van=&tot=&sorteer=datum&met_datum=&bladwijzers=", ["C stad", "A dorp", "B dorp"]),
    ],
)
def test_filters_apart_and_together(find, shelf, query, titles):
    assert find(query) == titles


def test_themes_add_up(find, make_item, shelf):
    make_item(title="D", theme=Theme.objects.create(name="Zorg", slug="zorg"))
    assert find("thema=wonen&thema=zorg") == ["A dorp", "B dorp", "D"]


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("q=" + "a" * 201, "q", "Gebruik hoogstens 200 tekens."),
        ("q=***", "q", "Typ ten minste één letter of cijfer."),
        ("q=a%00b", "q", "Gebruik alleen letters, cijfers en leestekens."),
        ("thema=onzin", "thema", "Het thema “onzin” kennen wij niet."),
        ("thema=%00", "thema", "kennen wij niet"),
        ("bron=onzin", "bron", "De bron “onzin” kennen wij niet."),
        ("van=gisteren", "van", "Vul een dag in, zoals 30-6-2026."),
        ("van=2026-02-30", "van", "Vul een dag in, zoals 30-6-2026."),
        ("tot=%00", "tot", "Vul een dag in, zoals 30-6-2026."),
        ("van=2026-06-02&tot=2026-06-01", "tot", "Deze dag ligt vóór de eerste dag."),
        ("met_datum=misschien", "met_datum", "Kies aan (1) of uit (0)."),
        ("bladwijzers=%F0%9F%97%B3", "bladwijzers", "Kies aan (1) of uit (0)."),
        ("sorteer=kleur", "sorteer", "De volgorde “kleur” kennen wij niet."),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_filters_nothing(as_raadslid, shelf, query, field, message):
    page = as_raadslid.get("/berichten/?" + query)
    assert page.status_code == 200
    [problem] = page.context["filter"].form.errors[field]
    assert message in problem
    assert f'id="id_{field}_error"' in page.text
    # where the last day lies before the first, the first holds
    assert page.context["page"].total.value == (1 if "van=2026-06-02" in query else 3)


def test_a_wrong_value_leaves_the_others_at_work(find, shelf):
    assert find("van=onzin&thema=wonen") == ["A dorp", "B dorp"]


def test_a_theme_of_which_nothing_is_published_is_not_named(as_raadslid, make_item):
    make_item(state="draft", theme=Theme.objects.create(name="Geheim", slug="geheim"))
    make_item()
    assert "Geheim" not in as_raadslid.get("/berichten/").text
    assert "Geheim" not in as_raadslid.get("/berichten/?thema=geheim").text


def test_what_is_on_is_named_with_a_way_to_take_it_off(as_raadslid, shelf):
    query = "q=dorp&thema=wonen&bron=radenpost&van=2026-06-01&met_datum=1&pagina=2"
    page = as_raadslid.get("/berichten/?" + query)
    chips = page.context["filter"].chips
    assert [(chip.label, chip.without) for chip in chips] == [
        ("“dorp”", "thema=wonen&bron=radenpost&van=2026-06-01&met_datum=1"),
        ("Wonen", "q=dorp&bron=radenpost&van=2026-06-01&met_datum=1"),
        ("Radenpost", "q=dorp&thema=wonen&van=2026-06-01&met_datum=1"),
        ("vanaf 1 juni 2026", "q=dorp&thema=wonen&bron=radenpost&met_datum=1"),
        ("met een datum voor de agenda", "q=dorp&thema=wonen&bron=radenpost&van=2026-06-01"),
    ]
    assert 'href="/berichten/?q=dorp&amp;bron=radenpost&amp;van=2026-06-01&amp;met_datum=1"' in page.text


def test_the_number_of_results_is_told(as_raadslid, shelf):
    assert "3 berichten" in as_raadslid.get("/berichten/").text
    assert "1 bericht<" in as_raadslid.get("/berichten/?q=stad").text.replace("\n", "")


def test_nothing_found_is_explained_with_a_way_out(as_raadslid, shelf):
    page = as_raadslid.get("/berichten/?q=olifant").text
    assert "Geen berichten gevonden." in page
    assert "Typ minder woorden" in page
    assert 'href="/berichten/">bekijk alle berichten' in page


def test_pages_keep_the_query_string(as_raadslid, make_item, theme):
    for _ in range(45):
        make_item(theme=theme)
    page = as_raadslid.get("/berichten/?thema=wonen&q=gemeente&pagina=2")
    assert len(page.context["page"]) == 20
    assert 'href="?thema=wonen&amp;q=gemeente&amp;pagina=1"' in page.text
    last = page.context["page"].items[-1].place
    assert f'href="?thema=wonen&amp;q=gemeente&amp;pagina=3&amp;na={last}"' in page.text
    assert "Bladzijde 2 van 3" in page.text
    seen = [item.pk for number in (1, 2, 3) for item in as_raadslid.get(f"/berichten/?pagina={number}").context["page"]]
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize(("asked", "shown"), [("0", 3), ("99", 3), ("-1", 3), ("drie", 1), ("%00", 1), ("9" * 30, 3)])
def test_a_page_that_is_not_there_becomes_one_that_is(as_raadslid, make_item, asked, shown):
    for _ in range(41):
        make_item()
    assert as_raadslid.get(f"/berichten/?pagina={asked}").context["page"].number == shown


def test_htmx_loads_the_whole_page_when_a_value_is_wrong(as_raadslid, item):
    response = as_raadslid.get("/berichten/?van=onzin", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/berichten/?van=onzin"
    response = as_raadslid.get("/berichten/?van=2026-01-01", headers={"HX-Request": "true"})
    assert 'id="resultaten"' in response.text


def test_reading_writes_nothing(as_raadslid, shelf, django_capture_on_commit_callbacks, django_assert_num_queries):
    as_raadslid.get("/")  # the visit is kept
    with django_assert_num_queries(8) as queries:
        as_raadslid.get("/berichten/?thema=wonen")
    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries.captured_queries)


# What a process asks that has kept nothing yet, of a member who begins a new visit.
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 11),
        ("thema=wonen", 11),
        ("ongelezen=1", 10),
        ("bladwijzers=1&met_datum=1", 10),
        ("q=gemeenteraad", 11),
        ("q=gemeenteraad&thema=wonen&sorteer=relevantie", 12),
        ("q=olifant", 10),
        ("q=gemeenterad", 11),
        ("q=gemeenterad+olifantt+woningbouw+bericht", 10),
        ("thema=wonen&ongelezen=1&q=gemeenteraad", 11),
    ],
)
def test_a_list_takes_at_most_twelve_queries(
    as_raadslid, raadslid, make_item, theme, django_assert_num_queries, query, queries, rows
):
    for number in range(rows):
        item = make_item(theme=theme)
        event = Event.objects.create(title=f"Dag {number}", starts_on=date(2030, 1, 1), state=Event.State.PUBLISHED)
        ItemEvent.objects.create(item=item, event=event)
        ItemBookmark.objects.create(user=raadslid, item=item)
    with django_assert_num_queries(queries):
        assert as_raadslid.get(f"/berichten/?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["q=dorp", "q=dorp&thema=wonen", "q=dorp&tot=2026-06-30", "ongelezen=1", "ongelezen=1&bron=raadsbrief"]
)
@pytest.mark.parametrize("sample", [0, 3, 5, 1101])
def test_a_story_is_listed_once_however_its_tellings_were_found(
    as_raadslid, raadslid, shelf, make_item, theme, monkeypatch, query, sample
):
    """Whether all that is found was looked at or was too much for that."""
    a, _, c = shelf
    make_item(title="A dorp weer", theme=theme, newsletter=c.newsletter, same_as=a)
    make_item(title="A dorp nog eens", newsletter=c.newsletter, same_as=a)
    make_item(title="D dorp", theme=theme, newsletter=c.newsletter)
    make_item(title="A dorp toch", theme=theme, same_as=a)
    monkeypatch.setattr("newsletters.facets.SAMPLE", sample)
    monkeypatch.setattr("newsletters.pages.PAGE_SIZE", 1)
    page = as_raadslid.get(f"/berichten/?{query}")
    found = ItemFilter(QueryDict(query), user=raadslid)
    numbers = range(1, page.context["page"].pages + 1)
    pages = [as_raadslid.get(f"/berichten/?{query}&pagina={number}").context["page"] for number in numbers]
    assert [row.item for page in pages for row in page] == list(found.qs)
    assert [page.has_next for page in pages] == [number != numbers[-1] for number in numbers]
    assert page.context["page"].total.value == found.qs.count()
    counted = {option.label: option.number.value for option in page.context["facets"].themes}
    expected = found.narrowed(without={"thema"}).filter(theme=theme).shown_once().count()
    assert counted == {"Wonen": expected}
