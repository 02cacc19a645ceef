"""What only a browser can tell of reading and filtering: what is swapped, where the focus stays, what is marked."""

import re

import pytest

from tests.portal_server import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.worker]


@pytest.fixture(scope="module", autouse=True)
def _content(portal):
    portal.manage("demo_data", "--newsletters", "9", "--members", "2")


def unread(page):
    page.goto("/berichten/")
    return int(page.locator("#aantal-ongelezen-1").text_content().split()[0])


def test_a_filter_swaps_what_changes_and_keeps_the_focus(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        page.evaluate("window.stays = true")
        box = page.locator("#id_met_datum")
        if not box.is_visible():  # an older browser shows the button also where there is room
            page.locator("summary", has_text="Filters").click()
        before = page.locator("#aantal-bladwijzers-1").element_handle()
        box.focus()
        page.keyboard.press("Space")
        page.wait_for_url("**/berichten/?met_datum=1**")
        page.locator(".chip", has_text="datum voor de agenda").wait_for()
        assert page.evaluate("document.activeElement.name") == "met_datum"
        assert page.evaluate("window.stays")
        wait_for(lambda: not before.evaluate("node => node.isConnected"))
        told = page.locator("#aantal").inner_text()
        assert told.startswith(page.locator("p.count").inner_text())
        page.go_back()
        page.wait_for_url(re.compile("/berichten/$"))
        wait_for(lambda: not page.locator("#id_met_datum").is_checked())


def test_the_next_page_begins_at_its_top(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        page.evaluate("window.stays = true")
        page.get_by_role("link", name="Volgende bladzijde").click()
        page.wait_for_url("**pagina=2**")
        wait_for(lambda: page.evaluate("document.activeElement.id") == "resultaten")
        assert page.evaluate("window.stays")
        assert "bladzijde 2" in page.title()
        assert "bladzijde 2" in page.locator("#aantal").inner_text()


def test_an_item_that_is_looked_at_is_read_and_can_be_unread_again(open_page):
    with open_page("raadslid") as page:
        count = unread(page)
        page.locator(".item-row-unread a").first.click()
        page.get_by_role("button", name="Markeer als ongelezen").wait_for()
        address = page.url
        assert unread(page) == count - 1
        page.goto(address)
        page.get_by_role("button", name="Markeer als ongelezen").click()
        page.get_by_role("button", name="Markeer als gelezen").wait_for()
        assert unread(page) == count


def test_without_javascript_a_button_marks_it(open_page):
    with open_page("raadslid", scripts=False, width=360) as page:
        count = unread(page)
        page.locator(".item-row-unread a").first.click()
        page.get_by_role("button", name="Markeer als gelezen").click()
        page.get_by_role("button", name="Markeer als ongelezen").wait_for()
        assert page.get_by_role("button", name="Sneltoetsen").count() == 0  # it would do nothing
        assert unread(page) == count - 1


def test_words_are_proposed_while_typing(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        page.get_by_label("Zoek in alle berichten").press_sequentially("woning")
        page.locator("#voorstellen option").first.wait_for(state="attached")
        assert page.locator("#voorstellen option").first.get_attribute("value").startswith("woning")
        assert page.url.endswith("/berichten/")
