"""Notes and labels at bookmarks, the search in them, and that nobody else gets to see them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Label
from events.models import Event, EventBookmark
from newsletters.models import Item, ItemBookmark, ItemEvent

NOTE = "Vraag aan de wethouder"


@pytest.fixture
def kept(raadslid, item):
    return ItemBookmark.objects.create(user=raadslid, item=item)


@pytest.fixture
def kept_event(raadslid, event):
    return EventBookmark.objects.create(user=raadslid, event=event)


def write(client, kind, pk, note="", labels=""):
    return client.post(f"/bladwijzers/{kind}/{pk}/", {"note": note, "labels": labels})


def shown(client, query=""):
    page = client.get(f"/bladwijzers/{query}").context
    return [str(thing) for thing in [*page["upcoming"], *page["page"], *page["past"]]]


def test_a_note_and_labels_are_written_read_back_and_taken_off(as_raadslid, kept, item):
    answer = write(as_raadslid, "bericht", item.pk, NOTE, " Wonen,#wonen ,  Vraag   voor later,")
    assert (answer.status_code, answer.url) == (302, f"/bladwijzers/#bericht-{item.pk}")
    page = as_raadslid.get("/bladwijzers/").text
    assert NOTE in page
    form = as_raadslid.get(f"/bladwijzers/bericht/{item.pk}/").context["form"]
    assert form.initial == {"note": NOTE, "labels": "vraag voor later, wonen"}
    write(as_raadslid, "bericht", item.pk)
    kept.refresh_from_db()
    assert (kept.note, kept.labels.count(), Label.objects.count()) == ("", 0, 0)


def test_a_label_is_one_row_a_member_and_goes_with_its_last_bookmark(as_raadslid, kept, kept_event, item, event):
    write(as_raadslid, "bericht", item.pk, labels="wonen, zorg")
    write(as_raadslid, "agendapunt", event.pk, labels="wonen")
    assert sorted(Label.objects.values_list("name", flat=True)) == ["wonen", "zorg"]
    assert as_raadslid.get("/bladwijzers/").context["labels"] == [("wonen", 2), ("zorg", 1)]
    write(as_raadslid, "bericht", item.pk)
    assert list(Label.objects.values_list("name", flat=True)) == ["wonen"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"note": "n" * 2001}, "Gebruik hoogstens 2000 tekens."),
        ({"labels": "l" * 41}, "is te lang"),
        ({"labels": ",".join(f"label{number}" for number in range(11))}, "Kies hoogstens 10 labels."),
        ({"note": "nul\0teken"}, "errorlist"),
    ],
)
def test_what_is_too_much_is_told_and_not_kept(as_raadslid, kept, item, fields, words):
    page = write(as_raadslid, "bericht", item.pk, **fields)
    assert page.status_code == 200
    assert words in page.text
    kept.refresh_from_db()
    assert (kept.note, kept.labels.count()) == ("", 0)


def test_a_note_is_text_and_nothing_else(as_raadslid, kept, item):
    write(as_raadslid, "bericht", item.pk, "<script>alert(1)</script>", '"><b>')
    page = as_raadslid.get("/bladwijzers/").text
    assert "<script>alert" not in page
    assert '"><b>' not in page


def test_labels_and_words_find_what_is_kept(as_raadslid, raadslid, make_item, kept_event, event):
    wonen = make_item(title="Vergaderingen over woningen", summary="In het café.")
    zorg = make_item(title="Zorgkosten", summary="De begroting.")
    for item in (wonen, zorg):
        ItemBookmark.objects.create(user=raadslid, item=item)
    write(as_raadslid, "bericht", wonen.pk, "Bel Café De Kroon", "eerst lezen")
    write(as_raadslid, "agendapunt", event.pk, "kroon meenemen", "mee")
    assert shown(as_raadslid, "?q=vergadering") == ["Vergaderingen over woningen"]
    assert shown(as_raadslid, "?q=CAFE") == ["Vergaderingen over woningen"]
    assert shown(as_raadslid, "?q=kroon") == ["Bijeenkomst woningbouw", "Vergaderingen over woningen"]
    assert shown(as_raadslid, "?q=kroon+woningen") == ["Vergaderingen over woningen"]
    assert shown(as_raadslid, "?q=zorgk") == ["Zorgkosten"]
    assert shown(as_raadslid, "?q=lezen") == ["Vergaderingen over woningen"]
    assert shown(as_raadslid, "?q=stadhuis") == ["Bijeenkomst woningbouw"]
    assert shown(as_raadslid, "?label=mee") == ["Bijeenkomst woningbouw"]
    assert shown(as_raadslid, "?label=eerst+lezen&q=zorg") == []
    assert "Geen bladwijzers gevonden" in as_raadslid.get("/bladwijzers/?label=bestaat-niet").text
    assert len(shown(as_raadslid, "?q=%00%27%22-%28")) == 3


def test_nobody_else_sees_or_writes_a_note_the_griffie_included(
    as_raadslid, as_ander_raadslid, as_griffier, as_nobody, beheerder, client, raadslid, kept, kept_event, item, event
):
    write(as_raadslid, "bericht", item.pk, NOTE, "geheim woord")
    write(as_raadslid, "agendapunt", event.pk, NOTE, "geheim woord")
    client.force_login(beheerder)
    addresses = [f"/bladwijzers/bericht/{item.pk}/", f"/bladwijzers/agendapunt/{event.pk}/"]
    for other in (as_ander_raadslid, as_griffier, client):
        for address in addresses:
            assert other.get(address).status_code == 404
            assert other.post(address, {"note": "van mij", "labels": ""}).status_code == 404
        pages = ["/bladwijzers/", "/bladwijzers/?q=wethouder", "/bladwijzers/?label=geheim+woord", "/", "/agenda/"]
        files = [f"/bladwijzers/bladwijzers.{ending}" for ending in ("csv", "json", "html")]
        for address in [*pages, *files, f"/berichten/{item.pk}/", f"/agenda/{event.pk}/"]:
            text = other.get(address).content.decode()
            assert NOTE not in text, address
            assert "label=geheim" not in text.replace("?label=geheim+woord", ""), address
    # what a beheerder is told before an account is deleted names no word of it
    page = client.get(f"/admin/accounts/user/{raadslid.pk}/delete/").text
    assert "wethouder" not in page
    assert "geheim woord" not in page
    assert as_nobody.get(addresses[0]).status_code == 302
    kept.refresh_from_db()
    assert kept.note == NOTE


def test_two_members_have_labels_of_their_own_with_one_name(as_raadslid, as_ander_raadslid, ander_raadslid, kept, item):
    ItemBookmark.objects.create(user=ander_raadslid, item=item)
    for client in (as_raadslid, as_ander_raadslid):
        write(client, "bericht", item.pk, labels="wonen")
    write(as_ander_raadslid, "bericht", item.pk)
    assert [label.user for label in Label.objects.all()] == [kept.user]
    assert as_raadslid.get("/bladwijzers/").context["labels"] == [("wonen", 1)]


def test_what_is_not_kept_or_not_published_has_no_note(as_raadslid, kept, item, event):
    assert as_raadslid.get(f"/bladwijzers/agendapunt/{event.pk}/").status_code == 404
    assert as_raadslid.get(f"/bladwijzers/zomaar/{item.pk}/").status_code == 404
    Item.objects.update(state="dismissed")
    assert as_raadslid.get(f"/bladwijzers/bericht/{item.pk}/").status_code == 404


def test_a_story_kept_by_its_retelling_has_one_note(as_raadslid, raadslid, make_item):
    first = make_item(title="Eerste")
    second = make_item(title="Tweede", same_as=first)
    ItemBookmark.objects.create(user=raadslid, item=second)
    write(as_raadslid, "bericht", first.pk, NOTE)
    [shown_item] = as_raadslid.get("/bladwijzers/").context["page"]
    assert (shown_item.item, shown_item.kept_words.note) == (first, NOTE)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/bladwijzers/?q=bericht", 12), ("/bladwijzers/?label=wonen", 12), ("/bladwijzers/bladwijzers.csv", 11)],
)
def test_bookmarks_take_as_many_queries_for_three_rows_as_for_one(
    as_raadslid, raadslid, make_item, django_assert_num_queries, address, queries, rows
):
    label = Label.objects.create(user=raadslid, name="wonen")
    for number in range(rows):
        item = make_item()
        event = Event.objects.create(title=f"Bericht {number}", starts_on=date(2030, 1, 1), state="published")
        ItemEvent.objects.create(item=item, event=event)
        ItemBookmark.objects.create(user=raadslid, item=item).labels.add(label)
        EventBookmark.objects.create(user=raadslid, event=event).labels.add(label)
    with django_assert_num_queries(queries):
        assert as_raadslid.get(address).status_code == 200


def test_a_note_takes_few_queries(as_raadslid, kept, item, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        as_raadslid.get(reverse("bookmark_edit", args=["bericht", item.pk]))
    with django_assert_max_num_queries(15):  # four of them are the savepoints of a test
        write(as_raadslid, "bericht", item.pk, NOTE, "a, b, c")


@pytest.mark.parametrize("words", [{"note": NOTE}, {"labels": "wonen"}])
def test_a_bookmark_with_words_goes_only_when_that_is_sure(as_raadslid, kept, kept_event, item, event, words):
    for kind, pk, address in (
        ("bericht", item.pk, f"/berichten/{item.pk}/bladwijzer/"),
        ("agendapunt", event.pk, f"/agenda/{event.pk}/bladwijzer/"),
    ):
        write(as_raadslid, kind, pk, **words)
        page = f"/bladwijzers/{kind}/{pk}/"
        assert as_raadslid.post(address, {"aan": "0"}).url == page
        assert as_raadslid.post(address, {"aan": "0"}, headers={"HX-Request": "true"}).headers["HX-Redirect"] == page
        assert "Weghalen kan onder aan deze pagina" in as_raadslid.get(page).text
        as_raadslid.post(address, {"aan": "1"})
        assert len(shown(as_raadslid)) == (2 if kind == "bericht" else 1)
        sure = {"aan": "0", "zeker": "1", "volgende": "/bladwijzers/"}
        assert as_raadslid.post(address, sure).url == "/bladwijzers/"
    assert shown(as_raadslid) == []
