"""From a stranger to a member in a real browser, with a real worker and a real mail server."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import mailbox as mail_server
from tests.portal_server import running_portal, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.worker]

CONTENT = """
from accounts.models import TrustedDomain, User
from accounts.services import asking, deciding
TrustedDomain.objects.create(domain="voorbeeldstad.example")
User.objects.create_user("s.straat@elders.example", name="Sam Straat")
by = User.objects.get(groups__name="Griffie")
asked = [("Sam Straat", "sam@voorbeeldstad.example"), ("Bo Berg", "bo@elders.example")]
asked.append(("Jo Jansen", "jo@elders.example"))
from accounts.models import SignUpRequest
for name, email in asked:
    pk = asking.receive(asking.Asked(name=name, email=email, audience="commissielid", fractie="Lijst Voorbeeld"))
    asking.weigh(pk)
    asking.confirm(SignUpRequest.objects.get(pk=pk))
deciding.reject(pk, reason="Wij kennen u niet.", by=by)
"""
RULES = {
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}


@pytest.fixture(scope="module")
def mailbox():
    with mail_server.receiving() as (mailbox, port):
        mailbox.port = port
        yield mailbox


@pytest.fixture(scope="module")
def portal(tmp_path_factory, mailbox):
    """One that sends its mail to that server."""
    env = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}", "IMPORT_STALE_SECONDS": "3"}
    with running_portal(tmp_path_factory.mktemp("portal"), env) as portal:
        yield portal


@pytest.fixture(scope="module")
def _waiting(portal):
    """Requests to look at."""
    portal.manage("shell", "-v0", "-c", CONTENT)


def path_in(text):
    return re.search(r"http://127\.0\.0\.1:\d+(/\S+/)", text)[1]


def mails_to(mailbox, address):
    return [number for number, (to, _) in enumerate(mailbox.told) if to == [address]]


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, False)])
def test_a_stranger_becomes_a_member(open_page, mailbox, width, scripts):
    address = f"kandidaat{width}@voorbeeldstad.example"
    with open_page(width=width, scripts=scripts) as page, open_page("griffier", scripts=scripts) as desk:
        page.goto("/account/login/")
        page.get_by_role("link", name="Vraag toegang").click()
        page.get_by_label("Uw naam").fill("Kim Kandidaat")
        page.get_by_label("E-mailadres").fill(address)
        page.get_by_label("Wat bent u?").select_option("raadslid")
        page.wait_for_timeout(4200)  # nobody fills the form in faster than three seconds
        page.get_by_role("button", name="Verstuur aanvraag").click()
        page.wait_for_url("**/toegang/verstuurd/")
        wait_for(lambda: mails_to(mailbox, address))
        page.goto(path_in(mailbox.text(mails_to(mailbox, address)[0])))
        page.get_by_role("button", name="Dit adres is van mij").click()
        page.wait_for_url("**/toegang/bevestigd/")

        desk.goto("/admin/accounts/signuprequest/")
        desk.get_by_role("checkbox", name="Kies Kim Kandidaat").check()
        desk.get_by_role("button", name="Aangevinkte goedkeuren").click()
        desk.get_by_text("1 aanvraag is goedgekeurd.").wait_for()

        wait_for(lambda: len(mails_to(mailbox, address)) == 2)
        page.goto(path_in(mailbox.text(mails_to(mailbox, address)[1])))
        page.get_by_label("Nieuw wachtwoord", exact=True).fill("een-lang-nieuw-wachtwoord")
        page.locator("[name=password2]").fill("een-lang-nieuw-wachtwoord")
        page.get_by_role("button", name="Bewaar wachtwoord").click()
        page.get_by_role("link", name="Naar inloggen").click()
        page.get_by_label("E-mailadres").fill(address)
        page.get_by_label("Wachtwoord").fill("een-lang-nieuw-wachtwoord")
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_role("button", name="Uitloggen").wait_for()


@pytest.mark.usefixtures("_waiting")
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_use_the_queue(open_page, width):
    problems = []

    def look(page):
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{page.url} scrolls sideways")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            nodes = [node["html"][:120] for node in violation["nodes"][:3]]
            problems.append(f"{page.url}: {violation['id']}: {nodes}")

    with open_page("griffier", width=width, bypass_csp=True) as page:
        for address in ("mail/", "rejectiontext/", "trusteddomain/", "trusteddomain/add/", "signuprequest/"):
            page.goto(f"/admin/accounts/{address}")
            look(page)
        for step in (
            page.get_by_role("link", name="Bo Berg").first,
            page.get_by_role("button", name="Afwijzen…"),
            page.get_by_role("button", name="Afwijzen", exact=True),
        ):
            with page.expect_navigation():
                step.click()
            look(page)
    assert problems == []
