"""Keeping an item."""

import threading

import pytest
from django.db import connection

from newsletters.models import ItemBookmark
from newsletters.services.reading import set_bookmark


def test_an_item_is_kept_and_let_go_and_a_second_time_changes_nothing(as_raadslid, raadslid, item):
    address = f"/berichten/{item.pk}/bladwijzer/"
    for value, rows in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
        response = as_raadslid.post(address, {"aan": value})
        assert (response.status_code, response.url) == (302, f"/berichten/{item.pk}/")
        assert ItemBookmark.objects.filter(user=raadslid, item=item).count() == rows


def test_letting_go_leaves_the_bookmark_of_another_member(as_raadslid, as_ander_raadslid, ander_raadslid, item):
    for client in (as_raadslid, as_ander_raadslid):
        client.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "1"})
    as_raadslid.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "0"})
    assert [mark.user for mark in ItemBookmark.objects.all()] == [ander_raadslid]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_bookmark(raadslid, item):
    problems = []

    def click():
        try:
            set_bookmark(item, user=raadslid, is_on=True)
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert ItemBookmark.objects.count() == 1


def test_after_a_click_the_reader_is_back_where_it_was(as_raadslid, item):
    response = as_raadslid.post(
        f"/berichten/{item.pk}/bladwijzer/", {"aan": "1", "volgende": f"/berichten/?q=raad#bericht-{item.pk}"}
    )
    assert response.url == f"/berichten/?q=raad#bericht-{item.pk}"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://kwaad.example/", "//kwaad.example/", r"\\kwaad.example", "javascript:alert(1)", "http:///kwaad.example"],
)
def test_nobody_is_led_elsewhere(as_raadslid, item, elsewhere):
    response = as_raadslid.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "1", "volgende": elsewhere})
    assert response.url == f"/berichten/{item.pk}/"


@pytest.mark.parametrize("word", ["1", "home", "admin:logout", "berichten/", "(SELECT 1)", "?q=raad"])
@pytest.mark.parametrize("form", ["bladwijzer", "gelezen"])
def test_a_word_that_is_no_path_is_no_way_back(as_raadslid, item, event, form, word):
    """Django would look for a view of that name: one that is not there is an error, one that is there leads to it."""
    response = as_raadslid.post(f"/berichten/{item.pk}/{form}/", {"aan": "1", "volgende": word})
    assert response.url == f"/berichten/{item.pk}/"
    response = as_raadslid.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": "1", "volgende": word})
    assert response.url == f"/agenda/{event.pk}/"


def test_htmx_gets_the_button_only(as_raadslid, item):
    response = as_raadslid.post(
        f"/berichten/{item.pk}/bladwijzer/",
        {"aan": "1", "volgende": f"/berichten/?q=raad#bericht-{item.pk}"},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 200
    assert response.text.strip().startswith("<form")
    assert 'aria-pressed="true"' in response.text
    assert f'value="/berichten/?q=raad#bericht-{item.pk}"' in response.text
    assert 'name="csrfmiddlewaretoken" value=""' not in response.text
    assert ItemBookmark.objects.count() == 1


def test_a_get_only_leads_to_the_item(as_raadslid, item):
    response = as_raadslid.get(f"/berichten/{item.pk}/bladwijzer/?aan=1")
    assert (response.status_code, response.url) == (302, f"/berichten/{item.pk}/")
    assert ItemBookmark.objects.count() == 0


@pytest.mark.parametrize("value", ["", "2", "aan"])
def test_another_value_is_refused(as_raadslid, item, value):
    assert as_raadslid.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": value}).status_code == 400
    assert ItemBookmark.objects.count() == 0
