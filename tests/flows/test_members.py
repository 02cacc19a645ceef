"""What only a browser can tell of a member's pages: shortcuts, a bookmark while the line is down, a secret address."""

import urllib.request
from itertools import islice

import icalendar
import pytest

from tests.portal_server import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.worker]


@pytest.fixture(scope="module", autouse=True)
def _content(portal):
    """On PostgreSQL the portal begins empty."""
    portal.manage("demo_data", "--newsletters", "3", "--members", "2")


def focused(page):
    return page.evaluate("document.activeElement.closest('article')?.id ?? document.activeElement.id")


def test_shortcuts_work_can_be_looked_up_and_are_never_in_the_way(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        first, second = (row.get_attribute("id") for row in islice(page.locator("#resultaten article").all(), 2))
        sheet = page.get_by_role("dialog", name="Sneltoetsen")
        page.keyboard.press("?")
        sheet.wait_for()
        page.keyboard.press("j")
        page.keyboard.press("Escape")
        sheet.wait_for(state="hidden")
        for key, place in (("j", first), ("j", second), ("k", first), ("Control+j", first)):
            page.keyboard.press(key)
            assert focused(page) == place
        page.keyboard.press("/")
        page.keyboard.type("gaj?")
        assert page.locator("input[name=q]").first.input_value() == "gaj?"
        page.get_by_role("heading", level=1).click()
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url("**/agenda/")
        page.get_by_role("button", name="Sneltoetsen").click()
        page.get_by_label("Sneltoetsen aan op dit apparaat").uncheck()
        page.get_by_role("button", name="Sluiten").click()
        page.reload()
        page.keyboard.press("?")
        page.keyboard.press("j")
        assert not sheet.is_visible()
        assert focused(page) == ""


def test_a_bookmark_is_true_when_the_line_is_down_for_a_moment(open_page):
    with open_page("raadslid", expected=["ERR_FAILED", "htmx:"]) as page:
        page.goto("/berichten/")
        button = page.locator("#resultaten .bookmark-button[aria-pressed=false]").first
        name = button.get_attribute("id")
        page.route(
            "**/bladwijzer/",
            lambda route: route.abort() if route.request.is_navigation_request() is False else route.continue_(),
        )
        with page.expect_navigation():  # the form is sent as it would be without htmx
            button.click()
        page.locator(f"#{name}[aria-pressed=true]").wait_for()
        page.unroute("**/bladwijzer/")
        page.reload()
        assert page.locator(f"#{name}").get_attribute("aria-pressed") == "true"


def test_a_bookmark_is_kept_of_who_goes_on_before_the_answer(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        button = page.locator("#resultaten .bookmark-button[aria-pressed=false]").first
        name = button.get_attribute("id")
        page.route("**/bladwijzer/", lambda route: None, times=1)  # a slow line: it never gets to the portal
        button.click()
        page.goto("/")

        def is_kept():
            page.goto("/berichten/")
            return page.locator(f"#{name}[aria-pressed=true]").count()

        wait_for(is_kept)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_calendar_address_is_made_by_a_click_and_read_without_logging_in(open_page, portal, scripts):
    with open_page("raadslid", scripts=scripts) as page:
        page.goto("/agenda/")
        page.get_by_role("link", name="Zet in mijn eigen agenda").click()
        for _ in range(2):  # the second is on the answer of the first
            page.get_by_role("button", name="voor alle activiteiten").first.click()
            address = page.get_by_label("Kopieer dit adres nu").input_value()
        path = address[address.index("/agenda/") :]
        with urllib.request.urlopen(portal.url + path) as answer:
            calendar = icalendar.Calendar.from_ical(answer.read())
        assert len(calendar.walk("VEVENT")) > 0
        page.goto("/agenda/abonneren/")
        assert address not in page.content()


SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important }"
    + "* { word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}"""
SMALL = """() => [...document.querySelectorAll("main :is(a, button, summary, input:not([type=hidden])), footer button")]
  .filter((target) => target.getClientRects().length && !target.closest("label"))
  .filter((target) => getComputedStyle(target).display !== "inline")
  .map((target) => [target, target.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 24)
  .map(([target]) => target.outerHTML.slice(0, 80))"""


def test_a_narrow_page_with_wide_text_scrolls_one_way_and_has_targets_to_hit(open_page):
    """WCAG 1.4.10, 1.4.12 and 2.5.8."""
    problems = []
    with open_page("raadslid", width=320) as page:
        for address in (
            "/agenda/",
            "/agenda/?weergave=maand",
            "/agenda/abonneren/",
            "/bladwijzers/",
            "/bladwijzers/?q=x",
        ):
            page.goto(address)
            problems += [f"{address}: {target}" for target in page.evaluate(SMALL)]
            page.evaluate(SPACED)
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
                problems.append(f"{address} is {width} wide")
    assert problems == []
