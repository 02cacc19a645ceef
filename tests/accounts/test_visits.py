"""When somebody was here last, and what is new since the visit before."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.visits import note_visit
from newsletters.models import Item

HOUR = timedelta(hours=1)


@pytest.fixture
def was_here(raadslid):
    """Puts the kept moments so long ago."""

    def set_back(last, before=None):
        now = timezone.now()
        User.objects.filter(pk=raadslid.pk).update(
            visited_at=now - last, visited_before_at=None if before is None else now - before
        )
        raadslid.refresh_from_db()
        return raadslid.visited_at

    return set_back


def test_a_first_visit_has_none_before_it(raadslid):
    note_visit(raadslid)
    raadslid.refresh_from_db()
    assert isinstance(raadslid.visited_at, datetime)
    assert raadslid.visited_before_at is None


def test_a_moment_is_kept_at_most_once_in_half_an_hour(raadslid, was_here, django_assert_num_queries):
    last = was_here(0.49 * HOUR, 20 * HOUR)
    with django_assert_num_queries(0):
        note_visit(raadslid)
    assert raadslid.visited_at == last


def test_a_long_visit_stays_one(raadslid, was_here):
    was_here(0.6 * HOUR, 20 * HOUR)
    before = raadslid.visited_before_at
    note_visit(raadslid)
    raadslid.refresh_from_db()
    assert raadslid.visited_before_at == before
    assert timezone.now() - raadslid.visited_at < HOUR / 2


def test_what_is_new_counts_from_the_visit_before(as_raadslid, raadslid, was_here, make_item, newsletter):
    make_item(title="Al gezien", published_at=timezone.now() - 9 * HOUR)
    make_item(title="Nieuw voor mij", published_at=timezone.now() - 2 * HOUR)
    last = was_here(5 * HOUR)
    for _ in range(2):  # the second look belongs to the same visit
        page = as_raadslid.get("/")
        assert "Nieuw sinds uw vorige bezoek" in page.text
        assert [item.title for item in page.context["items"]] == ["Nieuw voor mij"]
    found = as_raadslid.get("/berichten/?nieuw=1")
    assert [item.title for item in found.context["page"]] == ["Nieuw voor mij"]
    raadslid.refresh_from_db()
    assert raadslid.visited_before_at == last


def test_without_anything_new_the_newest_are_shown(as_raadslid, was_here, make_item):
    make_item(title="Oud", published_at=timezone.now() - 9 * HOUR)
    assert "Nieuwste berichten" in as_raadslid.get("/").text
    was_here(5 * HOUR)
    page = as_raadslid.get("/")
    assert "is er niets nieuws" in page.text
    assert [item.title for item in page.context["items"]] == ["Oud"]


def test_only_looking_at_the_portal_is_a_visit(as_griffier, griffier, item):
    as_griffier.get("/admin/")
    as_griffier.get("/account/password/change/")
    as_griffier.post(f"/berichten/{item.pk}/gelezen/", {"aan": "1"})
    griffier.refresh_from_db()
    assert griffier.visited_at is None


def test_what_is_published_again_is_not_new(griffier, item):
    moment = timezone.now() - 9 * HOUR
    Item.objects.update(published_at=moment)
    assert list(Item.objects.published_since(moment)) == []
