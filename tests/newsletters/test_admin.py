import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import Event
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.services import imports
from tests.newsletters.letters import letter

UPLOAD = "/admin/newsletters/import/add/"
LIST = "/admin/newsletters/import/"


@pytest.fixture
def ready(griffier):
    """An import that was read, with three drafts, an event and a link without a place."""
    row = imports.receive_text(letter(3), by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    row.unplaced_links = [{"text": "", "url": "https://www.voorbeeld.example/los", "kind": "direct"}]
    row.save()
    event = Event.objects.create(title="Dag van de raad")
    ItemEvent.objects.create(item=row.newsletter.items.get(position=1), event=event)
    return row


def review_url(row):
    return reverse("admin:newsletters_newsletter_change", args=[row.newsletter_id])


def filled_in(response, **changes):
    """What a browser sends when somebody changes these fields on the review page and nothing else."""
    review = response.context["review"]
    data = {}
    for part in (review.items, review.links, review.events):
        for name, value in part.management_form.initial.items():
            data[f"{part.prefix}-{name}"] = value
    for form in [review.newsletter, *review.items, *review.links, *review.events, *review.unplaced]:
        for bound in form:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = str(value)
    return {**data, **changes}


def test_a_griffier_uploads_files_and_pasted_text_together(as_griffier, django_capture_on_commit_callbacks):
    files = [SimpleUploadedFile("a.txt", letter(1, name="a").encode()), SimpleUploadedFile("leeg.txt", b"")]
    response = as_griffier.post(UPLOAD, {"files": files, "text": letter(1, name="b")}, follow=True)
    assert Import.objects.count() == 3
    assert "3 bestanden worden nu gelezen" in response.content.decode()
    assert set(Import.objects.values_list("state", flat=True)) == {"queued"}


def test_uploading_nothing_is_told(as_griffier):
    response = as_griffier.post(UPLOAD, {"text": "  "})
    assert "Kies een bestand of plak de tekst" in response.content.decode()
    assert not Import.objects.exists()


def test_a_double_upload_is_told_with_a_way_to_the_newsletter(as_griffier, ready):
    response = as_griffier.post(UPLOAD, {"text": letter(3)}, follow=True)
    page = response.content.decode()
    assert "al eerder geüpload" in page
    assert review_url(ready) in page


def test_a_failed_upload_says_why_and_can_be_tried_again(as_griffier, griffier):
    row = imports.receive_text("\n", by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    assert row.problem in as_griffier.get(LIST).content.decode()
    url = reverse("admin:newsletters_import_retry", args=[row.pk])
    assert as_griffier.get(url).status_code == 405
    assert "wordt opnieuw gelezen" in as_griffier.post(url, follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == Import.State.QUEUED
    assert "niet mislukt" in as_griffier.post(url, follow=True).content.decode()


def test_the_list_refreshes_itself_only_while_something_is_being_read(as_griffier, griffier):
    row = imports.receive_text(letter(1), by=griffier)
    assert 'hx-trigger="every' in as_griffier.get(LIST).content.decode()
    imports.read_import(row.pk)
    assert 'hx-trigger="every' not in as_griffier.get(LIST).content.decode()


def test_the_original_is_a_download_that_no_browser_opens(as_griffier, griffier):
    row = imports.receive_text("<script>alert(1)</script>", by=griffier)
    response = as_griffier.get(reverse("admin:newsletters_import_original", args=[row.pk]))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_review_page_shows_the_original_beside_the_drafts(as_griffier, ready):
    response = as_griffier.get(review_url(ready))
    page = response.content.decode()
    for item in ready.newsletter.items.all():
        assert page.count(item.title) > 1
        assert f'href="#regel-{item.first_line}"' in page
        assert f'id="regel-{item.first_line}"' in page
    assert "https://www.voorbeeld.example/los" in page


def test_saving_an_untouched_review_changes_nothing(as_griffier, ready):
    before = list(Item.objects.values()), list(ItemLink.objects.values()), list(Event.objects.values())
    response = as_griffier.get(review_url(ready))
    response = as_griffier.post(review_url(ready), {**filled_in(response), "save": ""}, follow=True)
    assert "Er was niets veranderd." in response.content.decode()
    assert (list(Item.objects.values()), list(ItemLink.objects.values()), list(Event.objects.values())) == before


def test_publishing_from_the_review_page_takes_the_changes_along(as_griffier, ready, as_raadslid):
    response = as_griffier.get(review_url(ready))
    first, second, third = ready.newsletter.items.order_by("position")
    data = filled_in(
        response,
        **{
            "newsletter-published_on": "2026-06-05",
            "items-0-title": "Nieuwe titel",
            "items-0-new_link": "www.voorbeeld.example/extra",
            "links-1-address": "https://www.voorbeeld.example/anders",
            "events-0-starts_on": "2026-09-01",
            "events-0-location": "raadzaal",
            "unplaced-0-item": str(third.pk),
            "publish": "",
        },
    )
    del data["items-2-is_kept"]
    assert "De nieuwsbrief is gepubliceerd." in as_griffier.post(review_url(ready), data, follow=True).content.decode()
    newsletter = Newsletter.objects.published().get()
    assert (str(newsletter.published_on), newsletter.published_on_basis) == ("2026-06-05", "by_hand")
    assert [item.title for item in Item.objects.published()] == ["Nieuwe titel", second.title]
    assert [link.href for link in first.links.all()][-1] == "https://www.voorbeeld.example/extra"
    assert second.links.get().href == "https://www.voorbeeld.example/anders"
    assert third.links.filter(url="https://www.voorbeeld.example/los").exists()
    event = Event.objects.published().get()
    assert (str(event.starts_on), event.location) == ("2026-09-01", "raadzaal")
    assert "Nieuwe titel" in as_raadslid.get("/berichten/").content.decode()


def test_a_wrong_field_keeps_everything_unsaved_and_is_told(as_griffier, ready):
    response = as_griffier.get(review_url(ready))
    data = filled_in(response, **{"items-0-title": "Nieuw", "links-0-address": "javascript:alert(1)", "publish": ""})
    page = as_griffier.post(review_url(ready), data).content.decode()
    assert "Er is nog niets bewaard" in page
    assert "Dit is geen link die lezers kunnen openen." in page
    ready.newsletter.refresh_from_db()
    assert ready.newsletter.state == Newsletter.State.DRAFT
    assert not Item.objects.filter(title="Nieuw").exists()


def test_a_published_newsletter_can_be_taken_back(as_griffier, ready, as_raadslid):
    response = as_griffier.get(review_url(ready))
    as_griffier.post(review_url(ready), {**filled_in(response), "publish": ""})
    response = as_griffier.get(review_url(ready))
    as_griffier.post(review_url(ready), {**filled_in(response), "withdraw": ""})
    assert as_raadslid.get(f"/nieuwsbrieven/{ready.newsletter_id}/").status_code == 404


def test_a_review_cannot_reach_items_of_another_newsletter(as_griffier, ready, item):
    response = as_griffier.get(review_url(ready))
    data = filled_in(response, **{"items-0-id": str(item.pk), "items-0-title": "Gekaapt", "save": ""})
    page = as_griffier.post(review_url(ready), data).content.decode()
    assert "Deze nieuwsbrief is intussen veranderd." in page
    assert not Item.objects.filter(title="Gekaapt").exists()


@pytest.mark.parametrize("key", ["999", "iets", "1/2"])
def test_a_review_of_nothing_is_not_found(as_griffier, key):
    assert as_griffier.get(f"/admin/newsletters/newsletter/{key}/change/").status_code == 404


ADMIN_PAGES = [
    "/admin/",
    LIST,
    UPLOAD,
    "/admin/newsletters/newsletter/",
    "/admin/newsletters/source/",
    "/admin/newsletters/theme/",
    "/admin/events/event/",
]


@pytest.mark.parametrize("url", ADMIN_PAGES)
def test_the_desk_is_for_the_griffie_only(url, as_griffier, as_raadslid, as_nobody):
    assert as_griffier.get(url).status_code == 200
    assert as_raadslid.get(url).status_code in (302, 403)
    assert as_nobody.get(url).status_code == 302


def test_a_raadslid_cannot_review_retry_or_fetch_originals(as_raadslid, as_nobody, ready):
    urls = [
        review_url(ready),
        reverse("admin:newsletters_import_original", args=[ready.pk]),
        reverse("admin:newsletters_import_retry", args=[ready.pk]),
    ]
    for url in urls:
        for client in (as_raadslid, as_nobody):
            assert client.get(url).status_code in (302, 403)
            assert client.post(url, {"publish": ""}).status_code in (302, 403)
    ready.newsletter.refresh_from_db()
    assert ready.newsletter.state == Newsletter.State.DRAFT


def test_a_griffier_is_no_beheerder(as_griffier, griffier):
    assert as_griffier.get("/admin/accounts/user/").status_code == 403
    assert as_griffier.get("/admin/auth/group/").status_code == 403
    assert sorted(griffier.get_all_permissions()) == sorted(
        [
            "events.change_event",
            "events.view_event",
            "newsletters.add_import",
            "newsletters.view_import",
            "newsletters.change_newsletter",
            "newsletters.view_newsletter",
            "newsletters.add_source",
            "newsletters.change_source",
            "newsletters.view_source",
            "newsletters.add_theme",
            "newsletters.change_theme",
            "newsletters.view_theme",
        ]
    )
