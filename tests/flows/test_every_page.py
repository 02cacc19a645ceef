"""Every kind of page in a real browser: axe finds nothing, nothing scrolls sideways, the console stays silent."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.worker]

OPEN = ["/account/login/", "/account/password/reset/", "/account/signup/"]
PORTAL = [
    "/",
    "/berichten/",
    "/berichten/?q=woning&met_datum=1",
    "/berichten/?q=zoiets-bestaat-niet",
    "/berichten/?van=geen-dag",
    "/berichten/?q=woningbouwprogramm&weergave=compact",
    "/berichten/?q=wonig",
    "/berichten/zoekvragen/",
    "/berichten/{item}/",
    "/nieuwsbrieven/",
    "/nieuwsbrieven/{newsletter}/",
    "/agenda/",
    "/agenda/?periode=voorbij",
    "/agenda/{event}/",
    "/bladwijzers/",
    "/account/password/change/",
]
DESK = [
    "/admin/",
    "/admin/newsletters/import/",
    "/admin/newsletters/import/add/",
    "/admin/newsletters/newsletter/",
    "/admin/newsletters/newsletter/{newsletter}/change/",
    "/admin/events/event/",
    "/admin/events/event/{event}/change/",
    "/admin/newsletters/theme/",
]
VISITS = [
    *[(None, address) for address in OPEN],
    *[("raadslid", address) for address in PORTAL],
    *[("griffier", address) for address in DESK],
]
KEYS = """
from events.models import Event
from newsletters.models import Item
item = Item.objects.published().filter(events__isnull=False).first()
print(item.pk, item.newsletter_id, item.events.first().pk)
"""


@pytest.fixture(scope="module")
def keys(portal):
    item, newsletter, event = portal.manage("shell", "-v0", "-c", KEYS).split()
    return {"item": item, "newsletter": newsletter, "event": event}


@pytest.fixture(scope="module", autouse=True)
def _content(portal):
    """On PostgreSQL the portal begins empty."""
    portal.manage("demo_data", "--newsletters", "3", "--members", "2")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", [None, "raadslid", "griffier"])
def test_every_page_can_be_used_by_everyone(open_page, keys, role, width):
    problems = []
    with open_page(role, width=width, bypass_csp=True) as page:
        for visitor, address in VISITS:
            if visitor != role:
                continue
            page.goto(address.format(**keys))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{address} scrolls sideways")
            for violation in Axe().run(page, options={"preload": False}).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"][:3]]
                problems.append(f"{address}: {violation['id']}: {nodes}")
    assert problems == []


@pytest.mark.parametrize("role", [None, "raadslid", "griffier"])
def test_no_page_breaks_its_own_content_security_policy(open_page, keys, role):
    """open_page fails on any complaint in the console."""
    with open_page(role) as page:
        for visitor, address in VISITS:
            if visitor == role:
                page.goto(address.format(**keys))


def test_the_list_of_items_works_by_keyboard(open_page):
    with open_page("raadslid") as page:
        page.goto("/berichten/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
        page.keyboard.press("Enter")
        page.get_by_label("Zoek in alle berichten").focus()
        page.keyboard.type("woning")
        page.keyboard.press("Enter")
        page.wait_for_url("**/berichten/?q=woning**")
        page.locator("#resultaten h2 a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/berichten/*/")
        page.get_by_role("heading", level=1).wait_for()
