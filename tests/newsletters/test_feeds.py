"""The feed of a member's kept searches: its secret address, what comes of it, and when it stops."""

from datetime import timedelta

import feedparser
import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import SecretAddress
from accounts.secret_addresses import make_address
from newsletters.models import Item, ItemBookmark, ItemRead, SavedSearch
from newsletters.services import reviewing
from newsletters.services.read_marks import mark_all_read

KIND = SecretAddress.Kind.SEARCHES


@pytest.fixture
def save(raadslid):
    def make(query, *, user=raadslid):
        return SavedSearch.objects.create(user=user, name=f"Geheim {SavedSearch.objects.count()}", query=query)

    return make


@pytest.fixture
def address(raadslid):
    return f"/berichten/abonnement/{make_address(raadslid, kind=KIND)}.atom"


def read(client, address):
    """The feed, as feedparser reads it."""
    answer = client.get(address)
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["Content-Type"]})
    assert (feed.bozo, feed.version) == (False, "atom10")
    return feed


def titles(client, address):
    return [entry.title for entry in read(client, address).entries]


def test_an_address_is_made_shown_once_renewed_and_stopped(as_raadslid, as_nobody, raadslid, save):
    save("q=woningbouw")
    assert "Maak een adres" in as_raadslid.get("/berichten/zoekvragen/").text
    page = as_raadslid.post("/berichten/zoekvragen/abonneren/", {"doe": "maak"})
    made = page.context["made"]
    assert made.startswith(f"{settings.SITE_URL}/berichten/abonnement/")
    assert made in page.text
    assert "Dit adres is persoonlijk." in page.text
    first = made.removeprefix(settings.SITE_URL)
    assert as_nobody.get(first).status_code == 200
    secret = made.rpartition("/")[2].removesuffix(".atom")
    assert secret not in as_raadslid.get("/berichten/zoekvragen/").text
    assert secret[12:] not in str(SecretAddress.objects.get().__dict__)
    page = as_raadslid.post("/berichten/zoekvragen/abonneren/", {"doe": "maak"})
    second = page.context["made"].removeprefix(settings.SITE_URL)
    assert [as_nobody.get(each).status_code for each in (first, second)] == [404, 200]
    assert as_raadslid.post("/berichten/zoekvragen/abonneren/", {"doe": "stop"}).status_code == 302
    assert as_nobody.get(second).status_code == 404
    assert SecretAddress.objects.count() == 0


def test_a_get_makes_nothing_and_other_wishes_are_refused(as_raadslid, as_nobody):
    assert as_raadslid.get("/berichten/zoekvragen/abonneren/?doe=maak").status_code == 302
    assert as_raadslid.post("/berichten/zoekvragen/abonneren/", {"doe": "wis"}).status_code == 400
    assert as_nobody.post("/berichten/zoekvragen/abonneren/", {"doe": "maak"}).status_code == 302
    assert SecretAddress.objects.count() == 0


def test_it_holds_what_the_searches_find_the_newest_first_and_each_story_once(
    as_nobody, address, save, make_item, theme, ander_raadslid
):
    now = timezone.now()
    for number, title in enumerate(["Woningbouw <oud> & nieuw", "Dijken", "Fietspad", "Woningbouw weer"]):
        make_item(title=title, summary="Tekst\x0b.", theme=theme, published_at=now - timedelta(days=9 - number))
    first = make_item(title="Woningbouw twee keer", summary="", published_at=now - timedelta(days=2))
    make_item(title="Woningbouw twee keer", summary="", same_as=first, published_at=now - timedelta(days=1))
    make_item(title="Woningbouw concept", state="draft")
    save("q=woningbouw")
    save("q=weer&thema=wonen&ongelezen=1&nieuw=1&sorteer=relevantie")
    save("q=fietspad", user=ander_raadslid)
    feed = read(as_nobody, address)
    assert [entry.title for entry in feed.entries] == [
        "Woningbouw twee keer",
        "Woningbouw weer",
        "Woningbouw <oud> & nieuw",
    ]
    entry = feed.entries[1]
    item_address = settings.SITE_URL + Item.objects.get(title="Woningbouw weer").get_absolute_url()
    assert (entry.link, entry.id, entry.author, entry.summary) == (item_address, item_address, "Radenpost", "Tekst.")
    assert [tag.term for tag in entry.tags] == ["Wonen"]
    assert entry.published_parsed[:3] == (now - timedelta(days=6)).timetuple()[:3]
    assert (feed.feed.title, feed.feed.language) == ("Zoekvragen, Griffieportal", "nl")


def test_nothing_in_it_is_personal_and_asking_leaves_no_trace(
    as_nobody, address, raadslid, save, item, make_item, django_assert_max_num_queries
):
    save("q=woningbouw")
    save("bladwijzers=1")
    kept = make_item(title="Bewaard", summary="Iets anders.")
    ItemBookmark.objects.create(user=raadslid, item=kept, note="Vertrouwelijk")
    mark_all_read(user=raadslid, until=timezone.now())
    with django_assert_max_num_queries(12) as queries:
        answer = as_nobody.get(address)
    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries.captured_queries)
    text = answer.content.decode()
    assert "Woningbouw in de kern" in text
    for private in ("Geheim", "Rian", raadslid.email, "Bewaard", "Vertrouwelijk", address.split("/")[3]):
        assert private not in text
    assert not answer.cookies
    assert ItemRead.objects.count() == 0
    raadslid.refresh_from_db()
    assert raadslid.visited_at is None
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_what_did_not_change_is_not_sent_again(as_nobody, as_griffier, griffier, address, save, item):
    save("q=woningbouw")
    first = as_nobody.get(address)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        again = as_nobody.get(address, headers=headers)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == "private, no-cache"
    item.title = "Woningbouw aan de rand"
    reviewing.edit_item(item, is_kept=True, by=griffier)
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        assert as_nobody.get(address, headers=headers).status_code == 200
    assert titles(as_nobody, address) == ["Woningbouw aan de rand"]
    reviewing.edit_item(item, is_kept=False, by=griffier)
    assert as_nobody.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert titles(as_nobody, address) == []


def test_without_searches_it_is_empty_and_stays_the_same(as_nobody, address):
    assert titles(as_nobody, address) == []
    assert as_nobody.get(address).content == as_nobody.get(address).content


def test_it_stops_with_the_account(as_nobody, address, raadslid):
    raadslid.is_active = False
    raadslid.save()
    refused = as_nobody.get(address)
    assert refused.status_code == 404
    assert refused.content == as_nobody.get("/berichten/abonnement/zomaar.atom").content
    raadslid.delete()
    assert as_nobody.get(address).status_code == 404


def test_one_secret_opens_one_thing(as_nobody, address, raadslid):
    of_calendar = make_address(raadslid, kind=SecretAddress.Kind.OWN_EVENTS)
    secret = address.split("/")[3].removesuffix(".atom")
    assert as_nobody.get(f"/agenda/abonnement/{secret}.ics").status_code == 404
    assert as_nobody.get(f"/berichten/abonnement/{of_calendar}.atom").status_code == 404
    assert as_nobody.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_for_three_searches_as_for_one(
    as_nobody, address, save, item, django_assert_num_queries, count
):
    for number in range(count):
        save(f"q=woningbouw{number or ''}")
    with django_assert_num_queries(7):
        as_nobody.get(address)
