"""What a member has read: marked by POST, undone, all at once, and following the story."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletters.models import Item, ItemRead
from newsletters.services.read_marks import mark_all_read, mark_read, set_read

LATER = datetime(2026, 6, 2, tzinfo=UTC)  # than the fixtures' newsletter was published


@pytest.fixture
def unread(raadslid):
    """The titles that this member has not read, in two ways that must agree."""

    def titles():
        raadslid.refresh_from_db()
        items = Item.objects.published().with_read(raadslid)
        assert set(items.filter(is_read=False)) == set(Item.objects.published().unread_by(raadslid))
        return sorted(items.filter(is_read=False).values_list("title", flat=True))

    return titles


@pytest.fixture
def shelf(make_item):
    return [make_item(title=title) for title in "ABC"]


def test_a_get_marks_nothing(as_raadslid, shelf, unread):
    for address in ("/", "/berichten/", f"/berichten/{shelf[0].pk}/", f"/berichten/{shelf[0].pk}/gelezen/"):
        as_raadslid.get(address)
    assert unread() == ["A", "B", "C"]
    assert ItemRead.objects.count() == 0


def test_a_post_marks_as_read_and_as_unread_again_and_twice_changes_nothing(as_raadslid, shelf, unread):
    address = f"/berichten/{shelf[0].pk}/gelezen/"
    for value, titles in (("1", ["B", "C"]), ("1", ["B", "C"]), ("0", ["A", "B", "C"]), ("0", ["A", "B", "C"])):
        response = as_raadslid.post(address, {"aan": value})
        assert (response.status_code, response.url) == (302, f"/berichten/{shelf[0].pk}/")
        assert unread() == titles


@pytest.mark.parametrize("value", ["", "2", "aan"])
def test_another_value_is_refused(as_raadslid, item, value):
    assert as_raadslid.post(f"/berichten/{item.pk}/gelezen/", {"aan": value}).status_code == 400


def test_nobody_marks_and_what_is_not_published_is_not_there(as_nobody, as_raadslid, item):
    assert as_nobody.post(f"/berichten/{item.pk}/gelezen/", {"aan": "1"}).url.startswith("/account/login/")
    Item.objects.update(state="draft")
    assert as_raadslid.post(f"/berichten/{item.pk}/gelezen/", {"aan": "1"}).status_code == 404
    assert ItemRead.objects.count() == 0


def test_the_page_of_an_unread_item_marks_it_by_its_own_script_or_by_a_button(as_raadslid, raadslid, item):
    page = as_raadslid.get(f"/berichten/{item.pk}/").text
    assert "data-read-on-open" in page
    assert "Markeer als gelezen" in page
    answer = as_raadslid.post(f"/berichten/{item.pk}/gelezen/", {"aan": "1"}, headers={"HX-Request": "true"})
    assert answer.text.strip().startswith("<form")
    assert "Markeer als ongelezen" in answer.text
    assert 'name="csrfmiddlewaretoken" value=""' not in answer.text
    page = as_raadslid.get(f"/berichten/{item.pk}/").text
    assert "data-read-on-open" not in page
    assert "Markeer als ongelezen" in page


def test_what_another_member_reads_is_unread_for_this_one(ander_raadslid, shelf, unread):
    set_read(shelf[0], user=ander_raadslid, is_on=True)
    mark_all_read(user=ander_raadslid, until=timezone.now())
    assert unread() == ["A", "B", "C"]


def test_marking_all_takes_what_was_there_and_leaves_what_comes_later(raadslid, shelf, make_item, unread):
    mark_all_read(user=raadslid, until=LATER)
    assert unread() == []
    make_item(title="D", published_at=LATER + timedelta(seconds=1))
    assert unread() == ["D"]
    mark_all_read(user=raadslid, until=LATER - timedelta(days=9))  # an old page, sent late
    assert unread() == ["D"]
    assert ItemRead.objects.count() == 0


def test_one_can_be_unread_again_after_all_were_marked(raadslid, shelf, unread):
    mark_all_read(user=raadslid, until=LATER)
    set_read(shelf[1], user=raadslid, is_on=False)
    assert unread() == ["B"]
    set_read(shelf[1], user=raadslid, is_on=True)
    assert unread() == []
    set_read(shelf[1], user=raadslid, is_on=False)
    mark_all_read(user=raadslid, until=timezone.now())
    assert unread() == []


def test_marking_a_selection_leaves_the_rest(as_raadslid, make_item, theme, shelf, unread):
    make_item(title="D", theme=theme)
    page = as_raadslid.get("/berichten/?thema=wonen").text
    assert "Markeer deze berichten als gelezen" in page
    now = timezone.now().isoformat()
    response = as_raadslid.post("/berichten/gelezen/", {"vraag": "thema=wonen", "tot": now}, follow=True)
    assert "1 bericht is als gelezen gemarkeerd." in response.text
    assert unread() == ["A", "B", "C"]
    as_raadslid.post("/berichten/gelezen/", {"vraag": "ongelezen=1&weergave=compact", "tot": now})
    assert unread() == []


@pytest.mark.parametrize("data", [{}, {"tot": "x"}, {"tot": "2026-06-01T10:00"}, {"vraag": "van=x", "tot": "nu"}])
def test_an_odd_request_marks_nothing(as_raadslid, shelf, unread, data):
    assert as_raadslid.post("/berichten/gelezen/", data).status_code == 302
    assert as_raadslid.get("/berichten/gelezen/").status_code == 302
    assert unread() == ["A", "B", "C"]


def test_a_mark_goes_with_the_story(raadslid, make_item, unread):
    first = make_item(title="Eerst")
    again = make_item(title="Nog eens", same_as=first, published_at=LATER + timedelta(days=7))
    for one, other in ((first, again), (again, first)):
        set_read(one, user=raadslid, is_on=True)
        assert unread() == []
        set_read(other, user=raadslid, is_on=False)
        assert unread() == ["Eerst", "Nog eens"]
    mark_all_read(user=raadslid, until=LATER)  # a story that was read is not unread because it is told again
    assert unread() == []
    set_read(again, user=raadslid, is_on=False)
    assert unread() == ["Eerst", "Nog eens"]
    assert mark_read(Item.objects.published(), user=raadslid, until=timezone.now()) == 1
    assert unread() == []


def test_the_list_shows_what_is_unread_and_can_be_narrowed_to_it(as_raadslid, raadslid, shelf):
    set_read(shelf[0], user=raadslid, is_on=True)
    page = as_raadslid.get("/berichten/")
    assert [(item.title, item.is_read) for item in page.context["page"]] == [("A", True), ("B", False), ("C", False)]
    assert page.text.count("Ongelezen: ") == 2
    page = as_raadslid.get("/berichten/?ongelezen=1")
    assert [item.title for item in page.context["page"]] == ["B", "C"]
