"""The page with what a member keeps."""

from newsletters.models import ItemBookmark


def test_bookmarks_are_shown_to_their_owner_only(as_raadslid, as_ander_raadslid, as_griffier, item, event):
    as_raadslid.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "1"})
    as_raadslid.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": "1"})
    page = as_raadslid.get("/bladwijzers/").text
    assert item.title in page
    assert event.title in page
    for client in (as_ander_raadslid, as_griffier):
        assert "U hebt nog geen bladwijzers." in client.get("/bladwijzers/").text
        assert "Geen berichten gevonden" in client.get("/berichten/?bladwijzers=1").text
        assert 'aria-pressed="true"' not in client.get("/berichten/").text
        assert 'aria-pressed="true"' not in client.get(f"/agenda/{event.pk}/").text


def test_an_item_that_two_members_keep_is_shown_once_and_the_last_kept_first(
    as_raadslid, raadslid, ander_raadslid, make_item
):
    first, second, third = make_item(), make_item(), make_item()
    for item in (first, third, second):
        ItemBookmark.objects.create(user=raadslid, item=item)
    for item in (second, first):
        ItemBookmark.objects.create(user=ander_raadslid, item=item)
    shown = as_raadslid.get("/bladwijzers/").context["page"]
    assert [row.item for row in shown] == [second, third, first]
    assert list(as_raadslid.get("/").context["bookmarks"]) == [second, third, first]
