"""The griffier's review page: open points, what can be done with items, and two who do so at once."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Change
from events.models import Event
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter
from newsletters.services import imports
from tests.filled_form import form_on
from tests.newsletters.letters import letter

LOOSE = "https://www.voorbeeld.example/los"


@pytest.fixture
def ready(griffier, source):
    """A newsletter with three drafts, nothing of which is in doubt."""
    row = imports.receive_text(letter(3), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    Newsletter.objects.update(source=source)
    row.newsletter.refresh_from_db()
    return row


@pytest.fixture
def call(ready):
    """A call to action without an address at the first item, and a link without a place."""
    ready.unplaced_links = [{"text": "", "url": LOOSE, "kind": "direct"}]
    ready.save()
    return ItemLink.objects.create(item=at(ready, 0), text="Lees het plan", position=9)


def at(row, position):
    return row.newsletter.items.get(position=position)


def url_of(row):
    return reverse("admin:newsletters_newsletter_change", args=[row.newsletter_id])


def done(client, row, page, **changes):
    """Send the page with one button; the page that comes."""
    return client.post(url_of(row), form_on(page, **changes), follow=True)


def told(page):
    return " ".join(str(message) for message in page.context["messages"])


def kinds(page):
    return [point.kind.value for point in page.context["points"]]


def value(page, start):
    """The value of the one button that begins like this."""
    values = [part.split('"')[0] for part in page.content.decode().split('name="doe" value="')[1:]]
    [found] = {value for value in values if value.startswith(start)}
    return found


def test_a_clean_newsletter_has_no_points_and_one_button_publishes_it(as_griffier, ready):
    page = as_griffier.get(url_of(ready))
    assert kinds(page) == []
    assert "Alles klopt: publiceer" in page.content.decode()
    done(as_griffier, ready, page, publish="")
    assert Newsletter.objects.published().count() == 1


def test_a_point_that_is_waved_through_stays_away_and_the_next_takes_the_focus(as_griffier, ready, call):
    page = as_griffier.get(url_of(ready))
    assert kinds(page) == ["call", "unplaced"]
    page = done(as_griffier, ready, page, doe=f"seen:call:{call.pk}")
    assert kinds(page) == ["unplaced"]
    assert page.redirect_chain[-1][0].endswith(f"?naar={page.context['points'][0].anchor}")
    assert page.content.decode().count(" autofocus") == 1
    page = done(as_griffier, ready, page, doe=value(page, "seen:unplaced"))
    assert page.redirect_chain[-1][0].endswith("?naar=publiceer")
    assert kinds(as_griffier.get(url_of(ready))) == []
    assert Change.objects.filter(words__startswith="Gezien:").count() == 2
    page = done(as_griffier, ready, page, doe=f"again:call:{call.pk}")
    assert kinds(page) == ["call"]


def test_what_is_typed_at_a_point_settles_it(as_griffier, ready, call):
    page = as_griffier.get(url_of(ready))
    number = next(n for n, form in enumerate(page.context["review"].links) if form.instance == call)
    address = {f"links-{number}-address": "www.voorbeeld.example/plan", "items-1-title": "Ook bewaard"}
    page = done(as_griffier, ready, page, doe=f"seen:call:{call.pk}", **address)
    call.refresh_from_db()
    assert (call.href, at(ready, 1).title) == ("https://www.voorbeeld.example/plan", "Ook bewaard")
    assert not Newsletter.objects.get().seen_points.exists()


def test_a_call_is_filled_from_the_links_without_a_place(as_griffier, ready, call):
    page = as_griffier.get(url_of(ready))
    number, form = next((n, form) for n, form in enumerate(page.context["review"].links) if form.instance == call)
    chosen = form.fields["chosen"].widget.choices[1][0]
    page = done(as_griffier, ready, page, doe=f"seen:call:{call.pk}", **{f"links-{number}-chosen": chosen})
    call.refresh_from_db()
    assert (call.href, kinds(page)) == (LOOSE, [])


def test_a_link_that_two_griffiers_choose_goes_to_the_first(as_griffier, ready, call):
    other = ItemLink.objects.create(item=at(ready, 1), text="Bekijk de kaart", position=9)
    page = as_griffier.get(url_of(ready))
    forms = {form.instance.pk: (n, form) for n, form in enumerate(page.context["review"].links)}
    for link in (call, other):
        number, form = forms[link.pk]
        chosen = form.fields["chosen"].widget.choices[1][0]
        last = done(as_griffier, ready, page, save="", **{f"links-{number}-chosen": chosen})
    assert "had intussen al een plaats" in told(last)
    call.refresh_from_db()
    other.refresh_from_db()
    assert (call.href, other.href) == (LOOSE, "")


def test_a_call_is_removed_and_all_loose_links_are_left_out(as_griffier, ready, call):
    ready.unplaced_links = [*ready.unplaced_links, {"text": "Los", "url": LOOSE + "/2", "kind": "direct"}]
    ready.save()
    page = done(as_griffier, ready, as_griffier.get(url_of(ready)), doe=f"drop:{call.pk}")
    assert not ItemLink.objects.filter(pk=call.pk).exists()
    page = done(as_griffier, ready, page, doe="leave")
    assert (kinds(page), told(page)) == ([], "2 links zijn weggelaten.")


def test_each_kind_of_doubt_is_told_with_its_reason(as_griffier, ready, item):
    first, second, third = ready.newsletter.items.order_by("position")
    Newsletter.objects.filter(pk=ready.newsletter_id).update(published_on=date(2026, 6, 2), source=None)
    Item.objects.filter(pk=first.pk).update(title="")
    Item.objects.filter(pk=second.pk).update(same_as=item)
    for position, fields in enumerate(
        [
            {},
            {"starts_on": "2026-06-20", "weekday_agrees": False},
            {"starts_on": "2036-06-20"},
            {"starts_on": "2026-07-01"},
        ]
    ):
        event = Event.objects.create(title=f"Avond {position}", **fields)
        ItemEvent.objects.create(item=third, event=event)
    page = as_griffier.get(url_of(ready))
    assert kinds(page) == ["source", "title", "retelling", "undated", "weekday", "far"]
    # one that is waved through comes back when its date becomes another one that is far away
    page = done(as_griffier, ready, page, doe=value(page, "seen:far"))
    assert "far" not in kinds(page)
    Event.objects.filter(title="Avond 2").update(starts_on="2037-06-20")
    assert "far" in kinds(as_griffier.get(url_of(ready)))


def test_every_field_stands_on_the_page_once(as_griffier, ready, call):
    event = Event.objects.create(title="Avond", weekday_agrees=False, starts_on="2036-06-20")
    ItemEvent.objects.create(item=at(ready, 1), event=event)
    page = as_griffier.get(url_of(ready)).content.decode()
    for name in ("links-3-address", "events-0-is_kept", "events-0-starts_on", "items-0-title", "items-0-is_kept"):
        assert (name, page.count(f' name="{name}"')) == (name, 1)


def test_an_item_is_dismissed_at_its_point_and_taken_back(as_griffier, ready, call):
    page = as_griffier.get(url_of(ready))
    first = at(ready, 0)
    page = done(as_griffier, ready, page, doe=value(page, f"dismiss:{first.pk}:"))
    assert (kinds(page), page.context["kept"][0]) == (["unplaced"], 2)
    assert "Ongedaan maken" in page.content.decode()
    page = done(as_griffier, ready, page, doe=value(page, f"restore:{first.pk}"))
    assert (kinds(page), page.context["kept"][0]) == (["call", "unplaced"], 3)


def test_split_merge_and_move_keep_what_else_was_typed(as_griffier, ready):
    first, second, _ = ready.newsletter.items.order_by("position")
    page = as_griffier.get(url_of(ready))
    page = done(as_griffier, ready, page, doe=value(page, f"split:{first.pk}:"), **{"items-2-title": "Getypt"})
    assert ready.newsletter.items.count() == 4
    assert at(ready, 1).summary.startswith("Het college werkt het plan nu uit")
    assert at(ready, 3).title == "Getypt"
    assert page.redirect_chain[-1][0].endswith("?naar=bericht-1")
    new = at(ready, 1)
    page = done(as_griffier, ready, page, doe=value(page, f"merge:{new.pk}:{first.pk}:"), **{"items-3-title": "Weer"})
    assert (page.context["kept"][0], ready.newsletter.items.filter(title="Weer").count()) == (3, 1)
    page = done(as_griffier, ready, page, doe=value(page, f"up:{second.pk}:"), **{"items-0-title": "Eerst"})
    kept = ready.newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position")
    assert list(kept.values_list("title", flat=True)) == [second.title, "Eerst", "Weer"]
    assert page.content.decode().count(" autofocus") == 1


def test_an_item_is_made_of_lines_and_an_event_is_typed_in(as_griffier, ready):
    page = as_griffier.get(url_of(ready))
    line = at(ready, 1).first_line
    page = done(as_griffier, ready, page, doe="item", **{"regel-van": str(line + 1), "regel-tot": str(line + 1)})
    assert page.context["kept"][0] == 4
    item = at(ready, 0)
    fields = {f"new-event-{item.pk}-starts_on": "2026-07-01", f"new-event-{item.pk}-starts_at": "20:00"}
    page = done(as_griffier, ready, page, doe=f"card:{item.pk}", **fields)
    assert [(event.title, str(event.starts_on)) for event in item.events.all()] == [(item.title, "2026-07-01")]
    wrong = {f"new-event-{item.pk}-starts_at": "20:00", "items-1-title": "Getypt"}
    page = as_griffier.post(url_of(ready), form_on(page, doe=f"card:{item.pk}", **wrong))
    assert "Vul bij een tijd ook de dag in." in page.content.decode()
    assert 'value="Getypt"' in page.content.decode()


@pytest.mark.parametrize(
    "verb", ["item", "split:{pk}:x", "merge:{pk}", "up:{pk}:999", "drop:x", "again:x", "restore:x", "?"]
)
def test_what_no_button_says_does_nothing(as_griffier, ready, verb):
    before = list(Item.objects.values())
    page = as_griffier.get(url_of(ready))
    page = done(as_griffier, ready, page, doe=verb.format(pk=at(ready, 0).pk))
    assert (page.status_code, list(Item.objects.values())) == (200, before)


def test_an_action_on_an_item_that_somebody_else_changed_is_not_done_and_is_told(as_griffier, ready):
    first, second, _ = ready.newsletter.items.order_by("position")
    old = as_griffier.get(url_of(ready))
    done(as_griffier, ready, old, save="", **{"items-0-summary": "Nieuw.\nAnders.", "items-1-title": "Nieuw"})
    typed = {"title": f"split:{first.pk}:", "summary": f"dismiss:{first.pk}:", "new_link": f"merge:{second.pk}:"}
    for field, start in typed.items():
        page = done(as_griffier, ready, old, doe=value(old, start), **{f"items-2-{field}": "getypt.example"})
        assert "Een ander heeft dit intussen gewijzigd." in told(page)
    third = at(ready, 2)
    assert (third.title, third.summary, third.links.last().href) == (*["getypt.example"] * 2, "https://getypt.example")
    assert page.context["kept"][0] == 3
    assert at(ready, 0).summary == "Nieuw.\nAnders."


def test_a_newsletter_that_somebody_else_changed_is_not_published_before_it_was_seen(as_griffier, ready):
    old = as_griffier.get(url_of(ready))
    done(as_griffier, ready, old, save="", **{"items-0-title": "Van een ander"})
    page = done(as_griffier, ready, old, publish="", **{"items-1-title": "Getypt"})
    assert "nog niet gepubliceerd" in told(page)
    assert (Newsletter.objects.published().count(), at(ready, 1).title) == (0, "Getypt")
    done(as_griffier, ready, page, publish="")
    assert Newsletter.objects.published().count() == 1


def test_what_was_typed_at_a_row_that_is_gone_is_shown_and_not_lost(as_griffier, ready, call):
    old = as_griffier.get(url_of(ready))
    number = next(n for n, form in enumerate(old.context["review"].links) if form.instance == call)
    done(as_griffier, ready, old, doe=f"drop:{call.pk}")
    # who touched nothing there notices nothing
    page = done(as_griffier, ready, old, save="", **{"items-0-title": "Nieuw"})
    assert "Uw wijzigingen zijn bewaard." in told(page)
    data = form_on(old, save="", **{f"links-{number}-address": "https://getypt.example/", "items-1-title": "Ook"})
    page = as_griffier.post(url_of(ready), data)
    assert "https://getypt.example/" in page.content.decode()
    assert at(ready, 1).title != "Ook"
    page = as_griffier.post(url_of(ready), form_on(page, save=""), follow=True)
    assert at(ready, 1).title == "Ook"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_as_many_queries_for_three_items_as_for_one(
    as_griffier, griffier, source, theme, count, django_assert_num_queries
):
    row = imports.receive_text(letter(3), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    row.newsletter.items.filter(position__gte=count).delete()
    for item in row.newsletter.items.all():
        ItemEvent.objects.create(item=item, event=Event.objects.create(title="Avond"))
        ItemLink.objects.create(item=item, text="Lees meer")
    with django_assert_num_queries(32):
        as_griffier.get(url_of(row))
