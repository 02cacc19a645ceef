"""Keeping an event."""

import pytest

from events.models import EventBookmark


def test_an_event_is_kept_and_let_go_and_a_second_time_changes_nothing(as_raadslid, raadslid, event):
    address = f"/agenda/{event.pk}/bladwijzer/"
    for value, rows in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
        response = as_raadslid.post(address, {"aan": value})
        assert (response.status_code, response.url) == (302, f"/agenda/{event.pk}/")
        assert EventBookmark.objects.filter(user=raadslid, event=event).count() == rows


def test_letting_go_leaves_the_bookmark_of_another_member(as_raadslid, as_ander_raadslid, ander_raadslid, event):
    for client in (as_raadslid, as_ander_raadslid):
        client.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": "1"})
    as_raadslid.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": "0"})
    assert [mark.user for mark in EventBookmark.objects.all()] == [ander_raadslid]


def test_a_get_only_leads_to_the_event(as_raadslid, event):
    response = as_raadslid.get(f"/agenda/{event.pk}/bladwijzer/?aan=1")
    assert (response.status_code, response.url) == (302, f"/agenda/{event.pk}/")
    assert EventBookmark.objects.count() == 0


@pytest.mark.parametrize("value", ["", "2", "aan"])
def test_another_value_is_refused(as_raadslid, event, value):
    assert as_raadslid.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": value}).status_code == 400
    assert EventBookmark.objects.count() == 0
