"""The searches that a member keeps under a name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from newsletters.models import SavedSearch
from newsletters.services.searches import MOST


@pytest.fixture
def save(as_raadslid):
    def post(name, query):
        return as_raadslid.post("/berichten/zoekvragen/", {"naam": name, "vraag": query}, follow=True)

    return post


def test_a_search_is_kept_under_a_name_and_the_same_name_gets_the_new_one(save, raadslid):
    assert "De zoekvraag “Wonen” is bewaard." in save("Wonen", "q=woningbouw&pagina=3&na=8&van=").text
    assert [(one.user, one.name, one.query) for one in SavedSearch.objects.all()] == [
        (raadslid, "Wonen", "q=woningbouw")
    ]
    page = save("wonen", "q=huizen")
    assert "Bewaard als “wonen”" in page.text
    assert [(one.name, one.query) for one in SavedSearch.objects.all()] == [("wonen", "q=huizen")]


@pytest.mark.parametrize(
    ("name", "query", "problem"),
    [
        ("", "q=a", "Geef de zoekvraag een naam."),
        ("x" * 81, "q=a", "hoogstens 80 tekens"),
        ("Leeg", "", "Kies eerst een filter of typ een zoekwoord."),
        ("Leeg", "onzin=1&pagina=2", "Kies eerst een filter of typ een zoekwoord."),
    ],
)
def test_what_cannot_be_kept_is_told(save, name, query, problem):
    assert problem in save(name, query).text
    assert SavedSearch.objects.count() == 0


def test_there_is_an_end_to_them(save, raadslid):
    SavedSearch.objects.bulk_create([SavedSearch(user=raadslid, name=str(n), query="q=a") for n in range(MOST)])
    assert "Verwijder er eerst een." in save("Nog een", "q=b").text
    assert SavedSearch.objects.count() == MOST


def test_home_tells_how_many_are_new_for_each(as_raadslid, raadslid, save, make_item):
    now = timezone.now()
    make_item(title="Woningbouw oud", summary="", published_at=now - timedelta(hours=9))
    make_item(title="Woningbouw nieuw", summary="", published_at=now - timedelta(hours=1))
    save("Wonen", "q=woningbouw")
    save("Niets", "q=olifant")
    User.objects.filter(pk=raadslid.pk).update(visited_at=now - timedelta(hours=5))
    page = as_raadslid.get("/")
    assert [(search.name, number.value) for search, number in page.context["searches"]] == [("Niets", 0), ("Wonen", 1)]
    assert "1 nieuw" in page.text
    assert 'href="/berichten/?q=woningbouw&amp;nieuw=1"' in page.text


def test_a_search_gets_another_name_and_is_taken_away(as_raadslid, save):
    save("Een", "q=a")
    save("Twee", "q=b")
    one = SavedSearch.objects.get(name="Een")
    address = f"/berichten/zoekvragen/{one.pk}/"
    assert as_raadslid.get(address).url == "/berichten/?q=a"
    assert "al een zoekvraag met deze naam" in as_raadslid.post(address, {"naam": "Twee"}, follow=True).text
    assert "Geef de zoekvraag een naam." in as_raadslid.post(address, {"naam": ""}, follow=True).text
    assert "Drie" in as_raadslid.post(address, {"naam": "Drie"}, follow=True).text
    assert "is verwijderd" in as_raadslid.post(address, {"weg": "1"}, follow=True).text
    assert [one.name for one in SavedSearch.objects.all()] == ["Twee"]


def test_nobody_else_sees_or_changes_it(as_raadslid, as_ander_raadslid, as_griffier, as_nobody, save):
    save("Geheim", "q=a")
    address = f"/berichten/zoekvragen/{SavedSearch.objects.get().pk}/"
    for client in (as_ander_raadslid, as_griffier):
        assert client.post(address, {"weg": "1"}).status_code == 404
        assert "Geheim" not in client.get("/berichten/zoekvragen/").text + client.get("/berichten/?q=a").text
    assert as_nobody.post(address, {"weg": "1"}).status_code == 302
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_as_many_queries_for_three_searches_as_for_one(
    as_raadslid, save, item, django_assert_num_queries, count
):
    for number in range(count):
        save(f"Zoekvraag {number}", f"q=woningbouw{number}&thema=wonen")
    as_raadslid.get("/")  # what is the same for all members is kept
    with django_assert_num_queries(9):
        as_raadslid.get("/")
