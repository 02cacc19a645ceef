"""What a griffier makes by hand: newsletters, items and events, and how they go again."""

import pytest
from django.urls import reverse

from accounts.models import Change
from events.models import Event, EventBookmark
from newsletters import search
from newsletters.models import Item, ItemBookmark, Newsletter
from newsletters.services import imports, making, reviewing
from tests.newsletters.letters import RECIPIENT, letter, wrapped

ADD = "/admin/newsletters/newsletter/add/"


@pytest.fixture
def own(griffier, source):
    """A newsletter made by hand, with one item and its event."""
    newsletter = making.make_newsletter(source=source, title="Eigen nieuws", published_on=None, by=griffier)
    item = making.make_item(newsletter, title="Zwembad open", theme=None, summary="", address="", by=griffier)
    reviewing.add_event(item, Event(title="Opening zwembad", starts_on="2030-05-01"), by=griffier)
    return newsletter


def page_of(newsletter, name, *more):
    return reverse(f"admin:newsletters_newsletter_{name}", args=[newsletter.pk, *more])


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_a_newsletter_from_nothing_to_readers(as_griffier, as_raadslid, source, theme):
    response = as_griffier.post(
        ADD, {"source": source.pk, "title": "Nieuws van de griffie", "published_on": "2026-06-05"}, follow=True
    )
    assert "Voeg nu de berichten toe" in told(response)
    newsletter = Newsletter.objects.get()
    assert (newsletter.state, newsletter.published_on_basis) == ("draft", Newsletter.Basis.BY_HAND)
    item = {"title": "Zwembad heropend", "theme": theme.pk, "summary": "Het zwembad is open.", "address": ""}
    as_griffier.post(page_of(newsletter, "add_item"), item)
    key = newsletter.items.get().pk
    event = {"item": key, "title": "Opening", "starts_on": "2030-05-01", "starts_at": "10:00", "url": ""}
    response = as_griffier.post(page_of(newsletter, "add_event"), event, follow=True)
    assert "is toegevoegd bij “Zwembad heropend”" in told(response)
    assert as_raadslid.get(f"/nieuwsbrieven/{newsletter.pk}/").status_code == 404
    form = response.context["review"]
    assert len(form.items.forms) == 1
    as_griffier.post(page_of(newsletter, "publish"), seen_on(as_griffier, newsletter, items=[key]))
    page = as_raadslid.get(f"/nieuwsbrieven/{newsletter.pk}/").content.decode()
    assert "Zwembad heropend" in page
    assert "Opening" in as_raadslid.get("/agenda/").content.decode()
    assert list(search.search(Item.objects.published(), "zwembad").values_list("pk", flat=True)) == [key]
    words = list(Change.objects.order_by("pk").values_list("about_name", "words"))
    assert ("Zwembad heropend", "Met de hand gemaakt.") in words
    assert ("Opening", "Gemaakt.") in words


def seen_on(client, newsletter, **data):
    """The fields of the page for publishing, with what its hidden field says."""
    page = client.get(page_of(newsletter, "publish"))
    return {"seen": page.context["form"]["seen"].value(), **data}


def test_a_newsletter_needs_a_title_or_a_source(as_griffier, db):
    response = as_griffier.post(ADD, {"title": "", "source": "", "published_on": ""})
    assert "Vul een titel in, of kies een bron." in response.content.decode()
    assert not Newsletter.objects.exists()


def test_an_item_from_a_link_bears_nothing_of_the_mailbox(as_griffier, own):
    address = wrapped("https://www.voorbeeld.example/plan?utm_source=mail")
    assert RECIPIENT.split("@")[0] in address
    as_griffier.post(page_of(own, "add_item"), {"title": "Plan", "summary": "", "address": address})
    link = own.items.get(title="Plan").links.get()
    assert (link.url, link.kind) == ("https://www.voorbeeld.example/plan", "direct")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "geen link hoor", "http://localhost/"])
def test_an_item_with_what_can_be_no_link_is_not_made(as_griffier, own, address):
    page = as_griffier.post(page_of(own, "add_item"), {"title": "Plan", "summary": "", "address": address})
    assert "Dit is geen link die lezers kunnen openen." in page.content.decode()
    assert own.items.count() == 1


def test_an_item_without_words_is_not_made(as_griffier, own):
    page = as_griffier.post(page_of(own, "add_item"), {"title": "", "summary": "", "address": "voorbeeld.example"})
    assert "Vul een titel of een samenvatting in." in page.content.decode()
    assert own.items.count() == 1


def test_an_item_in_a_published_newsletter_waits_until_it_is_published(own, griffier):
    reviewing.publish(own, by=griffier)
    item = making.make_item(own, title="Nog iets", theme=None, summary="", address="", by=griffier)
    assert (item.position, item.state) == (1, Item.State.DRAFT)
    assert item not in Item.objects.published()


def test_an_event_of_an_item_that_members_see_is_seen_at_once(own, griffier):
    reviewing.publish(own, by=griffier)
    event = Event(title="Rondleiding")
    reviewing.add_event(own.items.get(), event, by=griffier)
    assert event in Event.objects.published()


def test_what_was_made_by_hand_can_be_removed_and_its_history_stays(as_griffier, own):
    item, event = own.items.get(), Event.objects.get()
    for url in [page_of(own, "remove_event", event.pk), page_of(own, "remove_item", item.pk)]:
        assert "U kunt dit niet terugdraaien." in as_griffier.get(url).content.decode()
        as_griffier.post(url)
    assert (Event.objects.count(), Item.objects.count()) == (0, 0)
    response = as_griffier.post(page_of(own, "delete"), follow=True)
    assert "is verwijderd" in told(response)
    assert not Newsletter.objects.exists()
    assert set(Change.objects.filter(words="Verwijderd.").values_list("about_name", flat=True)) == {
        "Opening zwembad",
        "Zwembad open",
        "Eigen nieuws",
    }
    assert as_griffier.get(page_of(own, "history")).status_code == 200


def test_a_removed_newsletter_takes_its_items_and_events_along(as_griffier, own):
    as_griffier.post(page_of(own, "delete"))
    assert [model.objects.count() for model in (Newsletter, Item, Event)] == [0, 0, 0]


def test_what_members_see_or_keep_cannot_be_removed(as_griffier, own, griffier, raadslid):
    item, event = own.items.get(), Event.objects.get()
    urls = [page_of(own, "remove_event", event.pk), page_of(own, "remove_item", item.pk), page_of(own, "delete")]
    reviewing.publish(own, by=griffier)

    def all_stay():
        for url in urls:
            assert "U kunt dit niet terugdraaien." not in as_griffier.get(url).content.decode()
            as_griffier.post(url)
        return [model.objects.count() for model in (Newsletter, Item, Event)] == [1, 1, 1]

    assert all_stay()
    ItemBookmark.objects.create(user=raadslid, item=item)
    EventBookmark.objects.create(user=raadslid, event=event)
    reviewing.withdraw(own, by=griffier)
    assert all_stay()


def test_what_came_from_a_file_cannot_be_removed(as_griffier, griffier):
    row = imports.receive_text(letter(1), by=griffier)
    imports.read_import(row.pk)
    newsletter = Newsletter.objects.get()
    for url in [page_of(newsletter, "delete"), page_of(newsletter, "remove_item", newsletter.items.get().pk)]:
        as_griffier.post(url)
    assert (Newsletter.objects.count(), Item.objects.count()) == (1, 1)


def test_a_row_of_another_newsletter_cannot_be_reached(as_griffier, own, item, event):
    assert as_griffier.post(page_of(own, "remove_item", item.pk)).status_code == 404
    assert as_griffier.post(page_of(own, "remove_event", event.pk)).status_code == 404
    answer = as_griffier.post(page_of(own, "add_event"), {"item": item.pk, "title": "Gekaapt"})
    assert "Dit bericht is er niet meer." in answer.content.decode()


# the agenda's own

OWN = {"title": "Nieuwjaarsborrel", "starts_on": "2030-01-06", "starts_at": "16:00", "location": "Raadzaal"}


@pytest.fixture
def borrel(as_griffier):
    as_griffier.post("/admin/events/event/add/", OWN)
    return Event.objects.get(title="Nieuwjaarsborrel")


def of_event(event, view):
    return reverse(f"admin:events_event_{view}", args=[event.pk])


def test_an_event_without_a_newsletter_is_made_published_changed_taken_back_and_removed(
    as_griffier, as_raadslid, borrel, griffier
):
    assert (borrel.state, borrel.origin) == ("draft", Event.Origin.OWN)
    address = f"/agenda/{borrel.pk}/"
    assert as_raadslid.get(address).status_code == 404
    as_griffier.post(of_event(borrel, "publish"))
    assert "Raadzaal" in as_raadslid.get(address).content.decode()
    as_griffier.post(of_event(borrel, "change"), {**OWN, "location": "Foyer"})
    assert "Foyer" in as_raadslid.get(address).content.decode()
    assert "Trek het eerst terug" in told(as_griffier.post(of_event(borrel, "delete"), follow=True))
    as_griffier.post(of_event(borrel, "withdraw"))
    assert as_raadslid.get(address).status_code == 404
    as_griffier.post(of_event(borrel, "delete"))
    assert not Event.objects.exists()
    words = list(Change.objects.filter(about_name="Nieuwjaarsborrel").order_by("pk").values_list("words", flat=True))
    assert words == [
        "Met de hand gemaakt.",
        "Gepubliceerd.",
        "Plaats: “Raadzaal” werd “Foyer”.",
        "Teruggetrokken.",
        "Verwijderd.",
    ]


def test_the_address_of_an_event_is_cleaned(as_griffier):
    as_griffier.post("/admin/events/event/add/", {**OWN, "url": wrapped("https://www.voorbeeld.example/borrel")})
    assert Event.objects.get().url == "https://www.voorbeeld.example/borrel"


def test_an_event_of_a_newsletter_is_not_published_by_itself(as_griffier, own):
    event = Event.objects.get()
    response = as_griffier.post(of_event(event, "publish"), follow=True)
    assert "hoort bij een nieuwsbrief" in told(response)
    event.refresh_from_db()
    assert event.state == Event.State.DRAFT


def test_an_event_that_members_keep_is_not_removed(as_griffier, borrel, raadslid):
    EventBookmark.objects.create(user=raadslid, event=borrel)
    response = as_griffier.post(of_event(borrel, "delete"), follow=True)
    assert "Een lid bewaart dit agendapunt" in told(response)
    assert Event.objects.filter(pk=borrel.pk).exists()
