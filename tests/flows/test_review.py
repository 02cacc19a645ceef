"""The review page in a real browser: few actions, by keyboard only, without JavaScript, and usable by everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.flows.test_main_flow import upload
from tests.newsletters.letters import HOUR, TICKS, letter
from tests.newsletters.originals import mailed

pytestmark = [pytest.mark.browser, pytest.mark.worker]
PLACES = enumerate(["Beekdal", "Duinrand", "Heideveld", "Kadewijk", "Meerzicht"])  # one for each newsletter
DOUBTS = """
from newsletters.models import *
newsletter = Newsletter.objects.order_by("-pk").first()
for item in newsletter.items.order_by("position")[:2]:
    ItemLink.objects.create(item=item, text="Lees het plan", position=9)
Item.objects.filter(newsletter=newsletter).update(same_as=None)  # the letters of these tests resemble each other
Item.objects.filter(newsletter=newsletter, position=2).update(title="")
Import.objects.filter(newsletter=newsletter).update(
    unplaced_links=[{"text": "", "url": "https://www.voorbeeld.example/los", "kind": "direct"}]
)
"""
SMALL = """() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), a")]
    .filter((one) => one.offsetParent && !one.closest("p.help, .small"))
    .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""
# whether what has the focus is in the window, and not under the bar
IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom <= innerHeight && box.top >= document.querySelector(".review-bar").getBoundingClientRect().bottom;
}"""


@pytest.fixture
def doubtful(open_page, portal, tmp_path):
    """The address of a newsletter with two calls without an address, an item without a title and a loose link."""
    number, name = next(PLACES)
    path = tmp_path / f"{name}.txt"
    path.write_text(letter(4, name=name, ticks=TICKS + HOUR * (number + 1)))
    with open_page("griffier") as page:
        upload(page, path)
        page.wait_for_url("**/change/")
        portal.manage("shell", "-v0", "-c", DOUBTS)
        return page.url


def test_a_clean_mail_is_published_in_two_actions_after_its_upload(open_page, tmp_path):
    path = tmp_path / "brief.eml"
    path.write_bytes(mailed("Sluis"))
    with open_page("griffier") as page:
        upload(page, path)  # its last click is the first action: to look at it
        page.wait_for_url("**/change/")
        page.get_by_role("button", name="Alles klopt: publiceer").click()
        page.get_by_text("De nieuwsbrief is gepubliceerd.").wait_for()


def test_what_is_unsure_is_dealt_with_by_keyboard_only(open_page, doubtful):
    with open_page("griffier") as page:
        page.goto(doubtful)
        page.get_by_role("link", name="let op: 4 punten").focus()
        page.keyboard.press("Enter")
        focused = lambda: page.evaluate("document.activeElement.name + ' ' + document.activeElement.value")  # noqa: E731
        while "address" not in focused():
            page.keyboard.press("Tab")
        page.keyboard.type("www.voorbeeld.example/plan")
        page.keyboard.press("Enter")  # the field's own point is settled, and the next has the focus
        page.get_by_text("Nog 3 punten om na te kijken.").wait_for()
        for left in ("Nog 2 punten", "Nog 1 punt ", "er is geen punt meer"):
            assert focused().startswith("doe seen:")
            assert page.evaluate(IN_SIGHT)
            page.keyboard.press("Enter")
            page.get_by_role("status").get_by_text(left).wait_for()
        assert page.evaluate("document.activeElement.id") == "publiceer"
        page.keyboard.press("Enter")
        page.get_by_text("De nieuwsbrief is gepubliceerd.").wait_for()


def test_without_javascript_points_are_settled_and_items_split_and_made(open_page, doubtful):
    with open_page("griffier", width=360, scripts=False) as page:
        page.goto(doubtful)
        points = page.locator(".point")
        points.nth(0).get_by_label("Of kies een link zonder plaats").select_option(index=1)
        points.nth(1).get_by_label("Link bij").fill("www.voorbeeld.example/plan")
        points.nth(0).get_by_role("button", name="Klopt, volgende").click()
        page.get_by_text("Nog 1 punt om na te kijken.").wait_for()
        assert page.evaluate("document.activeElement.value").startswith("seen:title:")
        assert page.evaluate(IN_SIGHT)
        points.nth(0).get_by_label("Titel").fill("Een titel")
        page.get_by_text("Een bericht maken uit deze tekst").click()
        page.get_by_label("Van regel").fill("1")
        page.get_by_role("button", name="Maak hier een bericht van").click()
        page.get_by_text("Er is een bericht gemaakt").wait_for()
        assert page.locator(".point").count() == 0
        assert page.get_by_role("heading", name="Berichten (5)").count() == 1
        page.locator("details[open] summary").first.wait_for()


def test_selected_text_becomes_an_item(open_page, doubtful):
    with open_page("griffier") as page:
        page.goto(doubtful)
        page.evaluate(
            """() => {
              const lines = document.querySelectorAll(".original-text [data-regel]");
              document.getSelection().setBaseAndExtent(lines[3].firstChild, 1, lines[4].firstChild, 5);
            }"""
        )
        page.get_by_role("button", name="Maak hier een bericht van").click()
        page.get_by_text("Er is een bericht gemaakt").wait_for()
        assert page.get_by_role("heading", name="Berichten (5)").count() == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_use_the_page_with_everything_unfolded(open_page, doubtful, width):
    problems = []
    with open_page("griffier", width=width, bypass_csp=True) as page:
        page.goto(doubtful)
        page.locator(".point").first.get_by_role("button", name="Bericht weglaten").click()
        page.get_by_role("button", name="Ongedaan maken").wait_for()
        for _ in range(2):
            problems += page.evaluate(SMALL)
            found = Axe().run(page, options={"preload": False}).response["violations"]
            problems += [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
            assert page.evaluate("document.documentElement.scrollWidth") == width
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert problems == []
