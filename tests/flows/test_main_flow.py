"""The first two flows from first click to last: a newsletter is uploaded, read, checked, published, used."""

import re

import icalendar
import pytest

from tests.newsletters.letters import HOUR, TICKS, letter, story
from tests.portal_server import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.worker]

ON = 'button[aria-pressed="true"]'  # shown at once; while its form is under way nothing is kept yet


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)], ids=["wide", "narrow without JavaScript"])
def test_from_upload_to_calendar(open_page, portal, tmp_path, scripts, width):
    name = "Rivierstad" if scripts else "Heuvelstad"
    text = story(
        f"Werkbezoek aan {name}",
        "Participatie",
        f"Op dinsdag 9 juni brengt de raad een werkbezoek aan {name}, van 13.30 tot 16.00 uur in het oude raadhuis.",
    )
    path = tmp_path / f"nieuws uit {name}.txt"
    path.write_text(text + letter(2, name=name, ticks=TICKS + (HOUR if scripts else 0)))

    with open_page("griffier", width=width, scripts=scripts) as page:
        upload(page, path)
        review = page.url
        page.locator("summary").filter(has_text=f"Werkbezoek aan {name}").click()
        page.get_by_label("Titel").nth(1).fill(f"Op werkbezoek in {name}")
        page.get_by_role("button", name="Bewaren", exact=True).click()
        page.get_by_text("Uw wijzigingen zijn bewaard.").wait_for()

        with open_page("raadslid", width=width, scripts=scripts) as other:
            other.goto("/berichten/")
            assert other.get_by_text(name).count() == 0

        page.get_by_role("button", name="Bewaren en publiceren").click()
        page.get_by_role("button", name="Toch publiceren").click()  # not every link has its place
        page.get_by_text("De nieuwsbrief is gepubliceerd.").wait_for()
        assert page.url == review

    with open_page("raadslid", width=width, scripts=scripts) as page:
        page.goto("/berichten/")
        page.get_by_label("Zoek in alle berichten").fill(f"werkbezoeken {name[:6]}")
        page.get_by_role("button", name="Zoeken").click()
        page.wait_for_url(re.compile("q=werkbezoeken"))
        page.get_by_role("link", name=f"Op werkbezoek in {name}").first.click()
        page.get_by_role("heading", level=1, name=f"Op werkbezoek in {name}").wait_for()

        page.get_by_role("button", name="Bladwijzer").first.click()
        page.locator(f"form.bookmark:not(.htmx-request) {ON}").wait_for()
        page.goto("/bladwijzers/")
        assert page.get_by_role("link", name=f"Op werkbezoek in {name}", exact=True).count() == 1
        page.goto("/berichten/?bladwijzers=1&met_datum=1&thema=participatie")
        assert page.get_by_role("link", name=f"Op werkbezoek in {name}").count() >= 1

        page.goto("/agenda/?periode=voorbij")
        page.get_by_role("link", name=re.compile(f"werkbezoek .*{name}", re.IGNORECASE)).first.click()
        with page.expect_download() as download:
            page.get_by_role("link", name="agenda").and_(page.locator('[href$=".ics"]')).first.click()
        calendar = icalendar.Calendar.from_ical(download.value.path().read_bytes())
        [event] = calendar.walk("VEVENT")
        assert str(event["DTSTART"].dt) == "2026-06-09 13:30:00+02:00"
        assert str(event["DTEND"].dt) == "2026-06-09 16:00:00+02:00"

        page.goto("/bladwijzers/")
        form = page.locator("form.bookmark", has_text=f"Bladwijzer bij Op werkbezoek in {name}")
        form.get_by_role("button").click()
        wait_for(lambda: form.and_(page.locator(f".htmx-request, :has({ON})")).count() == 0)
        page.goto("/bladwijzers/")
        assert page.get_by_role("link", name=f"Op werkbezoek in {name}").count() == 0


def upload(page, path):
    """From the desk to the review page, by clicks only; with JavaScript the list refreshes by itself."""
    page.goto("/admin/newsletters/import/")
    page.get_by_role("link", name="Uploaden").first.click()
    page.get_by_label("Bestanden").set_input_files(path)
    page.get_by_role("button", name="Uploaden").click()
    review = page.get_by_role("listitem").filter(has_text=path.name).get_by_role("link", name="Nakijken")
    again = page.get_by_role("link", name="Ververs deze lijst")  # only there without JavaScript
    page.wait_for_url("**/import/?upload=*")
    if again.count():
        while not review.count():
            with page.expect_navigation():
                again.click()
    review.click(timeout=60_000)


def test_a_failed_upload_is_told_and_can_be_tried_again_from_the_list(open_page, tmp_path):
    path = tmp_path / "boodschappen.txt"
    path.write_text("melk\nbrood\nkaas\n")
    with open_page("griffier") as page:
        page.goto("/admin/newsletters/import/add/")
        page.get_by_label("Bestanden").set_input_files(path)
        page.get_by_role("button", name="Uploaden").click()
        row = page.get_by_role("listitem").filter(has_text=path.name)
        row.get_by_text("mislukt").wait_for()
        row.get_by_role("button", name="Opnieuw proberen").click()
        page.get_by_text("wordt opnieuw gelezen").wait_for()
        row.get_by_text("mislukt").wait_for()
