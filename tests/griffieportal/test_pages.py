"""Every page of the portal: who gets in, what is never shown, and how many queries it takes."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import mails
from accounts.models import Mail
from events.models import Event, EventBookmark
from newsletters.models import Item, ItemBookmark, ItemEvent, Newsletter
from tests.conftest import PASSWORD


@pytest.fixture
def addresses(item, event):
    return [
        "/",
        "/berichten/",
        f"/berichten/{item.pk}/",
        "/nieuwsbrieven/",
        f"/nieuwsbrieven/{item.newsletter_id}/",
        "/agenda/",
        "/agenda/?periode=voorbij",
        "/agenda/?weergave=maand&maand=2030-09",
        "/agenda/abonneren/",
        f"/agenda/{event.pk}/",
        f"/agenda/{event.pk}.ics",
        "/bladwijzers/",
        "/bladwijzers/bladwijzers.csv",
        "/bladwijzers/bladwijzers.json",
        "/bladwijzers/bladwijzers.html",
    ]


def test_nobody_is_sent_to_the_page_to_log_in(as_nobody, addresses):
    for address in addresses:
        response = as_nobody.get(address)
        assert response.status_code == 302, address
        assert response.url.startswith("/account/login/?next="), address


def test_raadsleden_and_griffiers_see_every_page(as_raadslid, as_griffier, addresses):
    for client in (as_raadslid, as_griffier):
        assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_what_a_member_sees_is_kept_by_no_browser_or_proxy(as_raadslid, addresses):
    for address in [*addresses, "/bestaat-niet/"]:
        assert as_raadslid.get(address)["Cache-Control"] == "private, no-store", address


def test_the_desk_refuses_a_query_string_that_no_list_can_be_asked_for(as_griffier):
    for query in ("state__exact=%00", "q=" + "a%2B" * 500):
        assert as_griffier.get(f"/admin/newsletters/newsletter/?{query}").status_code == 400
    assert as_griffier.get("/admin/newsletters/newsletter/?q=raad").status_code == 200


def test_nobody_cannot_bookmark(as_nobody, item, event):
    for address in (f"/berichten/{item.pk}/bladwijzer/", f"/agenda/{event.pk}/bladwijzer/"):
        response = as_nobody.post(address, {"aan": "1"})
        assert response.status_code == 302
        assert response.url.startswith("/account/login/?next=")
    assert (ItemBookmark.objects.count(), EventBookmark.objects.count()) == (0, 0)


def test_only_those_with_access_see_the_way_to_the_admin(as_raadslid, as_griffier):
    assert 'href="/admin/"' not in as_raadslid.get("/").text
    assert 'href="/admin/"' in as_griffier.get("/").text


@pytest.mark.parametrize("client_name", ["as_raadslid", "as_griffier"])
@pytest.mark.parametrize(
    ("item_state", "newsletter_state"),
    [("draft", "published"), ("dismissed", "published"), ("published", "draft"), ("published", "withdrawn")],
)
def test_an_item_that_is_not_published_is_nowhere(
    request, client_name, item_state, newsletter_state, item, event, raadslid, griffier
):
    client = request.getfixturevalue(client_name)
    for user in (raadslid, griffier):
        ItemBookmark.objects.create(user=user, item=item)
    Item.objects.update(state=item_state)
    Newsletter.objects.update(state=newsletter_state)
    for address in (
        "/",
        "/berichten/",
        "/berichten/?q=woningbouw",
        "/berichten/?bladwijzers=1",
        "/nieuwsbrieven/",
        "/agenda/",
        f"/agenda/{event.pk}/",
        "/bladwijzers/",
        "/bladwijzers/bladwijzers.json",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert item.title not in page.text, address
        assert "Wonen" not in page.text, address
    assert client.get(f"/berichten/{item.pk}/").status_code == 404
    assert client.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "0"}).status_code == 404
    if newsletter_state != "published":
        assert client.get(f"/nieuwsbrieven/{item.newsletter_id}/").status_code == 404
    else:
        assert item.title not in client.get(f"/nieuwsbrieven/{item.newsletter_id}/").text


@pytest.mark.parametrize("client_name", ["as_raadslid", "as_griffier"])
@pytest.mark.parametrize("state", ["draft", "dismissed"])
def test_an_event_that_is_not_published_is_nowhere(request, client_name, state, item, event, raadslid, griffier):
    client = request.getfixturevalue(client_name)
    for user in (raadslid, griffier):
        EventBookmark.objects.create(user=user, event=event)
    Event.objects.update(state=state)
    for address in (
        "/",
        "/berichten/",
        f"/berichten/{item.pk}/",
        f"/nieuwsbrieven/{item.newsletter_id}/",
        "/agenda/",
        "/agenda/?periode=voorbij",
        "/agenda/?weergave=maand&maand=2030-09",
        "/bladwijzers/",
        "/bladwijzers/bladwijzers.json",
    ):
        assert event.title not in client.get(address).text, address
    assert "Geen berichten gevonden" in client.get("/berichten/?met_datum=1").text
    assert client.get(f"/agenda/{event.pk}/").status_code == 404
    assert client.get(f"/agenda/{event.pk}.ics").status_code == 404
    assert client.post(f"/agenda/{event.pk}/bladwijzer/", {"aan": "1"}).status_code == 404


def test_an_unknown_number_is_not_found(as_raadslid):
    for number in ("1", "99999999999999999999", "9" * 5000):
        for address in (f"/berichten/{number}/", f"/nieuwsbrieven/{number}/", f"/agenda/{number}/"):
            assert as_raadslid.get(address).status_code == 404


def test_pages_without_anything_say_so(as_raadslid):
    assert "Er zijn nog geen berichten." in as_raadslid.get("/").text
    assert "Er zijn nog geen berichten." in as_raadslid.get("/berichten/").text
    assert "Er zijn nog geen nieuwsbrieven." in as_raadslid.get("/nieuwsbrieven/").text
    assert "Er staat nu niets in de agenda." in as_raadslid.get("/agenda/").text
    assert "U hebt nog geen bladwijzers." in as_raadslid.get("/bladwijzers/").text


def test_the_agenda_shows_what_comes_then_undated_and_the_past_apart(as_raadslid):
    today = timezone.localdate()
    for title, day in [("Over een week", 7), ("Morgen", 1), ("Vandaag bijeen", 0), ("Gisteren", -1)]:
        Event.objects.create(title=title, starts_on=today + timedelta(days=day), state="published")
    Event.objects.create(
        title="Loopt nog", starts_on=today - timedelta(days=2), ends_on=today, state=Event.State.PUBLISHED
    )
    Event.objects.create(title="Zonder dag", state="published")

    def titles(address):
        return [event.title for event in as_raadslid.get(address).context["page"]]

    assert titles("/agenda/") == ["Loopt nog", "Vandaag bijeen", "Morgen", "Over een week", "Zonder dag"]
    assert titles("/agenda/?periode=voorbij") == ["Gisteren"]
    assert titles("/agenda/?periode=onzin") == titles("/agenda/")
    assert "Datum volgt" in as_raadslid.get("/agenda/").text


def test_an_event_tells_which_items_announce_it(as_raadslid, item, event):
    page = as_raadslid.get(f"/agenda/{event.pk}/").text
    assert "zaterdag 14 september 2030" in page
    assert f'href="/berichten/{item.pk}/"' in page
    assert f'href="/agenda/{event.pk}.ics"' in page


def test_days_and_times_are_told_in_words(as_raadslid):
    def words(**fields):
        event = Event.objects.create(title="Iets", state="published", **fields)
        page = as_raadslid.get(f"/agenda/{event.pk}/").text
        return " ".join(page.split("<dd>")[1].split("</dd>")[0].split())

    day = date(2025, 9, 13)
    assert words() == "Datum volgt"
    assert words(starts_on=day) == '<time datetime="2025-09-13">zaterdag 13 september 2025</time>'
    assert (
        words(starts_on=day, starts_at="19:30")
        == '<time datetime="2025-09-13T19:30">zaterdag 13 september 2025, 19.30&nbsp;uur</time>'
    )
    assert words(starts_on=day, starts_at="09:30", ends_at="17:00") == (
        '<time datetime="2025-09-13T09:30">zaterdag 13 september 2025, 9.30</time>'
        ' tot <time datetime="2025-09-13T17:00">17.00&nbsp;uur</time>'
    )
    assert words(starts_on=day, ends_on=date(2025, 9, 14), starts_at="09:30", ends_at="16:00") == (
        '<time datetime="2025-09-13T09:30">zaterdag 13 september 2025, 9.30&nbsp;uur</time>'
        ' t/m <time datetime="2025-09-14T16:00">zondag 14 september 2025, 16.00&nbsp;uur</time>'
    )


def test_people_log_in_with_address_and_password_and_out_by_post(as_nobody, raadslid):
    page = as_nobody.get("/account/login/?next=/agenda/")
    assert 'href="/toegang/"' in page.text
    assert "/account/signup/" not in page.text
    response = as_nobody.post("/account/login/", {"login": raadslid.email, "password": PASSWORD, "next": "/agenda/"})
    assert (response.status_code, response.url) == (302, "/agenda/")
    as_nobody.get("/account/logout/")
    assert as_nobody.get("/").status_code == 200
    assert as_nobody.post("/account/logout/").url == "/account/login/"
    assert as_nobody.get("/").status_code == 302


def test_a_wrong_password_is_told_in_dutch(as_nobody, raadslid):
    page = as_nobody.post("/account/login/", {"login": raadslid.email, "password": "verkeerd"})
    assert page.status_code == 200
    assert "errorlist" in page.text
    assert as_nobody.get("/").status_code == 302


def test_the_pages_around_the_account_are_dutch(as_nobody, as_raadslid):
    assert "Wachtwoord vergeten" in as_nobody.get("/account/password/reset/").text
    assert "Kijk in uw mail" in as_nobody.get("/account/password/reset/done/").text
    assert "Uw wachtwoord is gewijzigd" in as_nobody.get("/account/password/reset/key/done/").text
    assert "Deze link werkt niet meer" in as_nobody.get("/account/password/reset/key/a-b-c/").text
    assert "Vraag uw griffie om toegang" in as_nobody.get("/account/signup/").text
    assert "Uw account staat uit" in as_nobody.get("/account/inactive/").text
    assert "Wachtwoord wijzigen" in as_raadslid.get("/account/password/change/").text
    assert "Bent u het zelf?" in as_raadslid.get("/account/reauthenticate/").text
    assert "Wilt u uitloggen?" in as_raadslid.get("/account/logout/").text


def test_a_forgotten_password_is_set_by_mail(as_nobody, raadslid, mailoutbox):
    # whatever address the request was sent to, the link is on the portal's own
    as_nobody.post("/account/password/reset/", {"email": raadslid.email}, headers={"host": "127.0.0.1:9999"})
    mails.send(Mail.objects.get().pk)  # as a worker does
    assert "nieuw wachtwoord" in mailoutbox[0].body
    address = next(line for line in mailoutbox[0].body.splitlines() if "/account/password/reset/key/" in line)
    assert address.startswith("http://127.0.0.1:8000/")
    page = as_nobody.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert "Kies een nieuw wachtwoord" in page.text
    new = "een-ander-wachtwoord-van-mij"
    page = as_nobody.post(page.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Uw wachtwoord is gewijzigd" in page.text
    raadslid.refresh_from_db()
    assert raadslid.check_password(new)


def test_errors_are_dutch_pages(client, as_raadslid, rf):
    assert "Deze pagina is er niet" in client.get("/bestaat-niet/").text
    page = as_raadslid.get("/bestaat-niet/")
    assert page.status_code == 404
    assert "Hoofdmenu" in page.text


def test_a_form_without_its_token_is_explained(raadslid, item):
    client = Client(enforce_csrf_checks=True)
    client.force_login(raadslid)
    page = client.post(f"/berichten/{item.pk}/bladwijzer/", {"aan": "1"})
    assert page.status_code == 403
    assert "Probeer het nog een keer" in page.text


def test_nothing_is_inline_or_from_elsewhere(as_raadslid, as_nobody, addresses):
    pages = [
        as_raadslid.get(address) for address in addresses if ".ics" not in address and "/bladwijzers." not in address
    ]
    for page in [*pages, as_nobody.get("/account/login/")]:
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert "<script>" not in page.text
        assert "data:" not in page.text
        assert 'src="http' not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def _fill(make_item, theme, user, rows):
    for number in range(rows):
        item = make_item(theme=theme)
        event = Event.objects.create(
            title=f"Agendapunt {number}", starts_on=date(2030, 1, 1 + number), state=Event.State.PUBLISHED
        )
        ItemEvent.objects.create(item=item, event=event)
        ItemBookmark.objects.create(user=user, item=item)
        EventBookmark.objects.create(user=user, event=event)
    return item, event


# Two of each are the session and the user.
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("home", 7),
        ("item_list", 8),
        ("item_detail", 7),
        ("newsletter_list", 5),
        ("newsletter_detail", 6),
        ("event_list", 9),
        ("event_detail", 4),
        ("event_calendar", 3),
        ("bookmark_list", 9),
    ],
)
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(
    as_raadslid, raadslid, make_item, theme, django_assert_num_queries, name, queries, rows
):
    item, event = _fill(make_item, theme, raadslid, rows)
    pk = {"item_detail": item.pk, "newsletter_detail": item.newsletter_id}.get(name, event.pk)
    address = reverse(name, args=[pk] if name.endswith(("detail", "calendar")) else [])
    as_raadslid.get("/")  # keeps that this member is here, once in half an hour
    with django_assert_num_queries(queries):
        assert as_raadslid.get(address).status_code == 200
