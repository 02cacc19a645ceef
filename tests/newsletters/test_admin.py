import pytest
from django.urls import reverse

from events.models import Event
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.drafts import ENCLOSED_CODE
from newsletters.services import imports, reviewing
from tests.filled_form import form_on
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


def unplaced(response, number=0):
    """The name of the field that gives a link its place."""
    return response.context["review"].unplaced[number].add_prefix("choice")


def sentences(response):
    return [str(message) for message in response.context["messages"]]


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
    response = as_griffier.post(review_url(ready), {**form_on(response), "save": ""}, follow=True)
    assert "Er was niets veranderd." in response.content.decode()
    assert (list(Item.objects.values()), list(ItemLink.objects.values()), list(Event.objects.values())) == before


def test_publishing_from_the_review_page_takes_the_changes_along(as_griffier, ready, as_raadslid):
    response = as_griffier.get(review_url(ready))
    first, second, third = ready.newsletter.items.order_by("position")
    data = form_on(
        response,
        **{
            "newsletter-published_on": "2026-06-05",
            "items-0-title": "Nieuwe titel",
            "items-0-new_link": "www.voorbeeld.example/extra",
            "links-1-address": "https://www.voorbeeld.example/anders",
            "events-0-starts_on": "2026-09-01",
            "events-0-location": "raadzaal",
            unplaced(response): str(third.pk),
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
    data = form_on(response, **{"items-0-title": "Nieuw", "links-0-address": "javascript:alert(1)", "publish": ""})
    page = as_griffier.post(review_url(ready), data).content.decode()
    assert "Er is nog niets bewaard" in page
    assert "Dit is geen link die lezers kunnen openen." in page
    ready.newsletter.refresh_from_db()
    assert ready.newsletter.state == Newsletter.State.DRAFT
    assert not Item.objects.filter(title="Nieuw").exists()


def test_a_published_newsletter_can_be_taken_back(as_griffier, ready, as_raadslid, griffier):
    reviewing.publish(ready.newsletter, by=griffier)
    assert as_raadslid.get(f"/nieuwsbrieven/{ready.newsletter_id}/").status_code == 200
    response = as_griffier.get(review_url(ready))
    as_griffier.post(review_url(ready), {**form_on(response), "withdraw": ""})
    assert as_raadslid.get(f"/nieuwsbrieven/{ready.newsletter_id}/").status_code == 404


def test_a_review_cannot_reach_rows_of_another_newsletter(as_griffier, ready, item, event):
    foreign = {
        "items-0-id": (item.pk, {"items-0-title": "Gekaapt"}),
        "links-0-id": (item.links.get().pk, {"links-0-address": "https://gekaapt.example/"}),
        "events-0-id": (event.pk, {"events-0-title": "Gekaapt"}),
        "items-1-id": ("geen getal", {}),
    }
    response = as_griffier.get(review_url(ready))
    for field, (key, changes) in foreign.items():
        data = form_on(response, **{field: str(key), **changes})
        page = as_griffier.post(review_url(ready), data)
        assert (field, page.status_code) == (field, 200)
        assert "Er is nog niets bewaard" in page.content.decode()
    item.refresh_from_db()
    event.refresh_from_db()
    assert "Gekaapt" not in {item.title, event.title}
    assert not ItemLink.objects.filter(url="https://gekaapt.example/").exists()


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
            "accounts.add_member",
            "accounts.add_rejectiontext",
            "accounts.add_trusteddomain",
            "accounts.change_member",
            "accounts.change_rejectiontext",
            "accounts.change_signuprequest",
            "accounts.change_trusteddomain",
            "accounts.delete_rejectiontext",
            "accounts.delete_trusteddomain",
            "accounts.view_change",
            "accounts.view_mail",
            "accounts.view_member",
            "accounts.view_rejectiontext",
            "accounts.view_signuprequest",
            "accounts.view_trusteddomain",
            "events.add_event",
            "events.change_event",
            "events.delete_event",
            "events.view_event",
            "newsletters.add_import",
            "newsletters.view_import",
            "newsletters.add_newsletter",
            "newsletters.change_newsletter",
            "newsletters.delete_newsletter",
            "newsletters.view_newsletter",
            "newsletters.add_source",
            "newsletters.change_source",
            "newsletters.view_source",
            "newsletters.add_theme",
            "newsletters.change_theme",
            "newsletters.view_theme",
        ]
    )


def test_wrong_fields_are_summed_up_with_a_way_to_each(as_griffier, ready):
    response = as_griffier.get(review_url(ready))
    data = form_on(response, **{"links-0-address": "raadsinformatie", "events-0-ends_at": "21:00"})
    response = as_griffier.post(review_url(ready), data)
    problems = list(response.context["review"].problems())
    assert [(field, message[:25]) for field, _, message in problems] == [
        ("id_links-0-address", "Dit is geen link die leze"),
        ("id_events-0-title", "Vul bij een eindtijd ook "),
    ]
    assert 'href="#id_links-0-address"' in response.content.decode()


def test_two_griffiers_who_change_different_fields_both_keep_their_work(as_griffier, ready):
    page = as_griffier.get(review_url(ready))
    one = form_on(page, **{"items-0-title": "Van de een", "newsletter-title": "Titel van de een"})
    other = form_on(page, **{"items-0-summary": "Van de ander.", "items-1-title": "Ook van de ander"})
    del other["items-2-is_kept"]
    as_griffier.post(review_url(ready), one)
    as_griffier.post(review_url(ready), other)
    first, second, third = ready.newsletter.items.order_by("position")
    assert (first.title, first.summary, second.title) == ("Van de een", "Van de ander.", "Ook van de ander")
    assert (first.state, third.state) == (Item.State.DRAFT, Item.State.DISMISSED)
    assert Newsletter.objects.get().title == "Titel van de een"


def test_a_field_that_somebody_else_changed_is_told_before_it_is_overwritten(as_griffier, ready):
    page = as_griffier.get(review_url(ready))
    one = form_on(page, **{"items-0-title": "Van de een", "links-0-address": "https://www.voorbeeld.example/een"})
    other = form_on(page, **{"items-0-title": "Van de ander", "items-1-title": "Nieuw"})
    del other["items-0-is_kept"]
    as_griffier.post(review_url(ready), one)
    response = as_griffier.post(review_url(ready), other)
    content = response.content.decode()
    assert "Een ander heeft dit intussen gewijzigd in: Van de een." in content
    assert 'value="Van de ander"' in content
    assert "https://www.voorbeeld.example/een" not in content  # it shows what was typed in this page
    assert ready.newsletter.items.get(position=0).title == "Van de een"
    # once more, from the page as it is now
    response = as_griffier.post(review_url(ready), form_on(response))
    first, second, _ = ready.newsletter.items.order_by("position")
    assert (first.title, first.state, second.title) == ("Van de ander", Item.State.DISMISSED, "Nieuw")
    assert first.links.filter(url="https://www.voorbeeld.example/een").exists()


def test_a_link_that_somebody_else_placed_is_not_placed_again(as_griffier, ready):
    page = as_griffier.get(review_url(ready))
    first, second, _ = ready.newsletter.items.order_by("position")
    as_griffier.post(review_url(ready), form_on(page, **{unplaced(page): str(first.pk)}))
    response = as_griffier.post(review_url(ready), form_on(page, **{unplaced(page): str(second.pk)}), follow=True)
    assert "had intussen al een plaats" in " ".join(sentences(response))
    assert ItemLink.objects.get(url="https://www.voorbeeld.example/los").item == first


def test_the_open_points_shrink_with_the_work(as_griffier, ready):
    item = ready.newsletter.items.get(position=0)
    Item.objects.filter(pk=item.pk).update(title="")
    ItemLink.objects.create(item=item, text="Lees het plan", position=9)
    url = "https://www.voorbeeld.example/boeken?wie=iemand%40voorbeeld.example"
    ItemLink.objects.filter(item__position=1).update(url=url, kind="direct")
    Event.objects.update(weekday_agrees=False, starts_on="2026-09-01")
    Newsletter.objects.update(published_on=None, published_on_basis="")
    page = as_griffier.get(review_url(ready))
    assert [(point.position, point.message.split(".")[0]) for point in page.context["points"]] == [
        (None, "De datum van de nieuwsbrief is niet bekend"),
        (0, "Er is geen titel gevonden"),
        (0, "Het adres van de link 'Lees het plan' is niet bekend"),
        (1, "In een link staat een e-mailadres"),
        (1, "De weekdag in de tekst past niet bij de datum van 'Dag van de raad'"),
        (None, "Deze link hoort nog bij geen bericht"),
    ]
    assert "let op: 6 punten" in page.content.decode()
    addressed = next(n for n, form in enumerate(page.context["review"].links) if form.instance.url == url)
    number = next(n for n, form in enumerate(page.context["review"].links) if form.instance.text == "Lees het plan")
    data = form_on(
        page,
        **{
            "newsletter-published_on": "2026-06-05",
            "items-0-title": "Een titel",
            f"links-{number}-address": "https://www.voorbeeld.example/plan",
            f"links-{addressed}-address": "https://www.voorbeeld.example/boeken",
            "doe": f"seen:weekday:{Event.objects.get().pk}:2026-09-01",
            unplaced(page): "weg",
        },
    )
    page = as_griffier.post(review_url(ready), data, follow=True)
    assert page.context["points"] == []
    assert not ItemLink.objects.filter(url="https://www.voorbeeld.example/los").exists()


def test_a_document_that_came_with_the_mail_is_told_until_it_is_waved_through(as_griffier, ready):
    ready.warnings = [{"code": ENCLOSED_CODE, "message": "Er zit een bestand bij: brief.pdf.", "item": None}]
    ready.save()
    page = as_griffier.get(review_url(ready))
    [point] = [point for point in page.context["points"] if point.kind == "enclosed"]
    assert (point.message, point.position) == ("Er zit een bestand bij: brief.pdf.", None)
    page = as_griffier.post(review_url(ready), form_on(page, doe=f"seen:{point.key}"), follow=True)
    assert point.key not in [point.key for point in page.context["points"]]


def test_an_item_that_is_put_aside_has_no_open_points_and_does_not_count(as_griffier, ready):
    page = as_griffier.get(review_url(ready))
    assert page.context["kept"] == (3, 1)
    data = form_on(page)
    del data["items-1-is_kept"]
    page = as_griffier.post(review_url(ready), data, follow=True)
    assert page.context["kept"] == (2, 0)
    assert [point.position for point in page.context["points"]] == [None]


def test_a_newsletter_without_items_to_show_keeps_the_changes_and_is_not_published(as_griffier, ready):
    data = form_on(as_griffier.get(review_url(ready)), publish="", **{"newsletter-title": "Nieuw"})
    for number in range(3):
        del data[f"items-{number}-is_kept"]
    page = as_griffier.post(review_url(ready), data, follow=True)
    assert "Er is geen bericht om te publiceren." in " ".join(sentences(page))
    newsletter = Newsletter.objects.get()
    assert (newsletter.title, newsletter.state) == ("Nieuw", Newsletter.State.DRAFT)
    assert not newsletter.items.exclude(state=Item.State.DISMISSED).exists()


def test_the_first_page_of_the_desk_starts_with_what_waits(as_griffier, ready):
    page = as_griffier.get("/admin/").content.decode()
    assert f'href="{UPLOAD}"' in page
    assert "Nakijken (1)" in page
