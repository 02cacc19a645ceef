"""The history: who did what and when, on the thing itself and in a list, and kept whatever goes."""

from datetime import date, time

import pytest

from accounts import history
from accounts.models import Change
from events.models import Event
from newsletters.models import Item, Newsletter
from newsletters.services import imports, reviewing
from tests.filled_form import form_on
from tests.newsletters.letters import letter

LIST = "/admin/accounts/change/"


@pytest.fixture
def draft(griffier):
    row = imports.receive_text(letter(2), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    return row.newsletter


def told(thing):
    return [(change.about_name, change.words) for change in history.changes_of(history.key_of(thing))]


def test_everything_that_a_griffier_does_on_the_review_page_is_told_on_the_newsletter(as_griffier, griffier, draft):
    url = f"/admin/newsletters/newsletter/{draft.pk}/change/"
    item, other = draft.items.order_by("position")
    data = form_on(
        as_griffier.get(url),
        **{
            "newsletter-title": "Brief van juni",
            "items-0-title": "Nieuwe titel",
            "items-0-summary": "Een lange tekst. " * 10,
            "links-0-address": "https://www.voorbeeld.example/anders",
            "publish": "",
        },
    )
    before, link = item.title, item.links.first().href
    del data["items-1-is_kept"]
    as_griffier.post(url, data)
    draft.refresh_from_db()
    assert sorted(told(draft)) == sorted(
        [
            ("Brief van juni", "Titel: leeg werd “Brief van juni”."),
            ("Nieuwe titel", f"Titel: “{before}” werd “Nieuwe titel”. Samenvatting gewijzigd."),
            ("Nieuwe titel", f"Link “Lees meer”: “{link}” werd “https://www.voorbeeld.example/anders”."),
            (other.title, "Weggelegd."),
            ("Brief van juni", "Gepubliceerd, met 1 bericht."),
        ]
    )
    assert set(Change.objects.values_list("by", flat=True)) == {griffier.pk}
    page = as_griffier.get(f"/admin/newsletters/newsletter/{draft.pk}/history/").content.decode()
    assert "Gepubliceerd, met 1 bericht." in page
    assert "Gerrie Griffier" in page
    as_griffier.post(url, {**form_on(as_griffier.get(url)), "withdraw": ""})
    assert told(draft)[0] == ("Brief van juni", "Teruggetrokken.")


def test_saving_without_a_change_tells_nothing(as_griffier, draft):
    url = f"/admin/newsletters/newsletter/{draft.pk}/change/"
    as_griffier.post(url, {**form_on(as_griffier.get(url)), "save": ""})
    assert not Change.objects.exists()


def test_an_upload_and_a_second_reading_are_told(as_griffier, griffier):
    as_griffier.post("/admin/newsletters/import/add/", {"text": "\n \n."})
    row = griffier.imports.get()
    imports.read_import(row.pk)
    as_griffier.post(f"/admin/newsletters/import/{row.pk}/opnieuw/")
    assert [words for _, words in told(row)] == ["Opnieuw in de wachtrij gezet.", "Geüpload."]


def test_an_event_tells_what_its_fields_were(as_griffier, griffier, event):
    url = f"/admin/events/event/{event.pk}/change/"
    changes = {"title": "Raadsdag", "starts_at": "19:30", "starts_on": "2030-09-15"}
    response = as_griffier.post(url, form_on(as_griffier.get(url), **changes))
    assert response.status_code == 302
    event.refresh_from_db()
    [(name, words)] = told(event)
    assert (name, words.split(". ")) == (
        "Raadsdag",
        [
            "Titel: “Bijeenkomst woningbouw” werd “Raadsdag”",
            "Begint op: 14 september 2030 werd 15 september 2030",
            "Begintijd: leeg werd 19.30 uur.",
        ],
    )
    reviewing.edit_event(event, is_kept=False, by=griffier)
    newsletter = Newsletter.objects.get()
    assert told(event)[0] == told(newsletter)[0] == ("Raadsdag", "Weggelegd.")


def test_the_history_stays_when_the_thing_and_the_account_go(as_griffier, as_raadslid, griffier, draft, beheerder):
    reviewing.publish(draft, by=beheerder)
    gone, url = draft.pk, f"/admin/newsletters/newsletter/{draft.pk}/history/"
    draft.imports.all().delete()
    draft.delete()
    beheerder.delete()
    page = as_griffier.get(url).content.decode()
    assert "Gepubliceerd, met 2 berichten." in page
    assert "bestaat niet meer" in page
    assert "iemand zonder account" in page
    assert "Bas Beheer" not in page
    assert url in as_griffier.get(LIST).content.decode()
    assert as_griffier.get(url.replace(str(gone), "999")).status_code == 404
    assert as_griffier.get(url.replace(str(gone), "iets")).status_code == 404
    assert as_raadslid.get(url).status_code == 302


def test_nobody_changes_or_removes_history(as_griffier, beheerder, client, source):
    history.note(source, "Iets.", by=beheerder)
    change = Change.objects.get()
    client.force_login(beheerder)
    for who in (as_griffier, client):
        assert who.post(f"{LIST}{change.pk}/delete/", {"post": "yes"}).status_code == 403
        assert who.post(f"{LIST}{change.pk}/change/", {"words": "Niets."}).status_code == 403
        assert who.post(f"{LIST}add/").status_code == 403
    assert Change.objects.get().words == "Iets."


def test_the_list_is_searched_by_name_and_by_what_was_done(as_griffier, griffier, source, theme):
    history.note(source, "Samengevoegd.", by=griffier)
    history.note(theme, "Verborgen.", by=None)
    assert as_griffier.get(LIST + "?q=samengevoegd").context["cl"].result_count == 1
    assert as_griffier.get(LIST + "?q=wonen").context["cl"].result_count == 1
    assert as_griffier.get(LIST + "?q=gerrie").context["cl"].result_count == 1
    assert "iemand zonder account" in as_griffier.get(LIST).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_history_asks_the_database_as_often_for_many_rows(
    as_griffier, griffier, item, newsletter, django_assert_num_queries, count
):
    for number in range(count):
        history.note(item, f"Wijziging {number}.", by=griffier, part_of=newsletter)
    with django_assert_num_queries(6):
        assert as_griffier.get(LIST).status_code == 200
    with django_assert_num_queries(8):
        assert as_griffier.get(f"/admin/newsletters/newsletter/{newsletter.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("", "A", "Veld: leeg werd “A”."),
        (date(2026, 6, 1), None, "Veld: 1 juni 2026 werd leeg."),
        (time(9, 5), time(10), "Veld: 09.05 uur werd 10.00 uur."),
        (True, False, "Veld: ja werd nee."),
        ("kort", "x" * 90, "Veld gewijzigd."),
    ],
)
def test_a_field_is_told_in_a_sentence(old, new, sentence):
    assert history.became("veld", old, new) == sentence


def test_a_thing_is_named_as_it_was_then(griffier, item):
    history.note(item, "Iets.", by=griffier)
    Item.objects.update(title="Later")
    Event.objects.create(title="Anders")
    assert told(item) == [("Woningbouw in de kern", "Iets.")]
