"""Newsletters, items and events made from nothing, in a browser that runs no script and is as narrow as a telephone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = [pytest.mark.browser, pytest.mark.worker]
SOON = (timezone.localdate() + timedelta(days=30)).isoformat()


def test_without_javascript_a_newsletter_is_made_from_nothing_and_published(open_page):
    with open_page("griffier", width=360, scripts=False) as page:
        page.goto("/admin/")
        page.get_by_role("link", name="Nieuwsbrief met de hand").click()
        page.get_by_label("Titel").fill("Nieuws van de griffie zelf")
        page.get_by_label("Datum").fill("2026-06-05")
        page.get_by_role("button", name="Nieuwsbrief maken").click()
        page.get_by_text("Voeg nu de berichten toe").wait_for()
        newsletter = page.url
        page.get_by_role("link", name="Bericht toevoegen").click()
        page.get_by_label("Titel").fill("De trouwzaal is een vergaderzaal")
        page.get_by_label("Samenvatting").fill("Commissies vergaderen tot de zomer in de trouwzaal.")
        page.get_by_label("Link").fill("www.voorbeeldstad.example/trouwzaal")
        page.get_by_role("button", name="Toevoegen en nog een").click()
        assert page.get_by_label("Titel").input_value() == ""
        page.get_by_label("Titel").fill("Nieuwe sleutels voor de fractiekamers")
        page.get_by_role("button", name="Bericht toevoegen").click()
        page.wait_for_url(newsletter + "**")
        page.get_by_role("link", name="Agendapunt toevoegen").click()
        page.get_by_label("Bericht").select_option(label="De trouwzaal is een vergaderzaal")
        page.get_by_label("Titel").fill("Kijken in de trouwzaal")
        page.get_by_label("Begint op").fill(SOON)
        page.get_by_label("Begintijd").fill("19:30")
        page.get_by_role("button", name="Agendapunt toevoegen").click()
        page.get_by_text("is toegevoegd bij").wait_for()
        assert page.get_by_role("heading", name="Berichten (2)").count() == 1
        page.get_by_role("button", name="Bewaren en publiceren").click()
        page.get_by_text("Van wie deze nieuwsbrief komt, is niet bekend.").wait_for()
        page.get_by_role("button", name="Toch publiceren").click()
        page.get_by_text("De nieuwsbrief is gepubliceerd.").wait_for()
    with open_page("raadslid", width=360, scripts=False) as page:
        page.goto("/berichten/?q=trouwzaal")
        page.get_by_role("link", name="De trouwzaal is een vergaderzaal").click()
        page.locator(f"time[datetime^='{SOON}']").first.wait_for()
        link = page.locator("a[href='https://www.voorbeeldstad.example/trouwzaal']")
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_without_javascript_an_event_of_the_agenda_alone_is_made_and_taken_away(open_page):
    with open_page("griffier", width=360, scripts=False) as page:
        page.goto("/admin/")
        page.get_by_role("link", name="Agendapunt met de hand").click()
        page.get_by_label("Titel").fill("Borrel na het reces")
        page.get_by_label("Begint op").fill(SOON)
        page.get_by_label("Plaats").fill("Raadskelder")
        page.get_by_role("button", name="Opslaan", exact=True).click()
        page.get_by_text("is bewaard als concept").wait_for()
        page.get_by_role("button", name="Publiceren").click()
        page.goto("/agenda/")
        page.get_by_role("link", name="Borrel na het reces").first.click()
        page.get_by_text("Raadskelder").first.wait_for()
        page.goto("/admin/events/event/")
        page.get_by_role("link", name=re.compile("Borrel na het reces")).click()
        page.get_by_role("button", name="Terugtrekken").click()
        page.get_by_text("Leden zien dit agendapunt nog niet.").wait_for()
        page.get_by_role("link", name="Verwijderen").click()
        page.get_by_role("button", name="Verwijderen").click()
        page.get_by_text("is verwijderd").wait_for()
        page.goto("/agenda/")
        assert page.get_by_text("Borrel na het reces").count() == 0
