"""Every kind of page in a real browser: axe finds nothing, nothing scrolls sideways, the console stays silent."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.worker]

OPEN = [
    "/account/login/",
    "/account/login/code/",
    "/account/oidc/gestopt/",
    "/account/password/reset/",
    "/account/signup/",
    "/toegang/",
    "/toegang/verstuurd/",
    "/toegang/bevestigd/",
    "/account/mandaat-voorbij/",
    "/account/gewist/",
    "/privacy/",
    "/toegankelijkheid/",
]
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
    "/agenda/?weergave=maand",
    "/agenda/?thema=bestaat-niet",
    "/agenda/abonneren/",
    "/agenda/{event}/",
    "/bladwijzers/",
    "/bladwijzers/?q=zoiets-bestaat-niet",
    "/bladwijzers/bericht/{item}/",
    "/account/password/change/",
    "/account/gegevens/",
    "/account/gegevens/inzage/",
    "/account/gegevens/wissen/",
    "/account/reauthenticate/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessies/",
]
DESK = [
    "/admin/",
    "/admin/werking/",
    "/admin/newsletters/import/",
    "/admin/newsletters/import/add/",
    "/admin/newsletters/newsletter/",
    "/admin/newsletters/newsletter/{newsletter}/change/",
    "/admin/newsletters/newsletter/add/",
    "/admin/newsletters/newsletter/{by_hand}/change/",
    *[
        f"/admin/newsletters/newsletter/{{by_hand}}/{page}/"
        for page in ["bericht", "agendapunt", "publiceren", "later", "bekijken", "delete"]
    ],
    "/admin/newsletters/newsletter/{newsletter}/publiceren/",
    "/admin/newsletters/newsletter/{read}/opnieuw-lezen/",
    "/admin/newsletters/newsletter/bericht/{item}/bekijken/",
    "/admin/events/event/add/",
    "/admin/events/event/{own}/change/",
    "/admin/events/event/{own}/delete/",
    "/admin/events/event/{event}/bekijken/",
    "/admin/events/event/",
    "/admin/events/event/{event}/change/",
    "/admin/newsletters/theme/",
    "/admin/accounts/member/",
    "/admin/accounts/member/add/",
    "/admin/accounts/member/{member}/change/",
    "/admin/accounts/member/{member}/beeindigen/",
    "/admin/accounts/member/raad/",
    "/admin/accounts/member/raad/{council}/",
]
VISITS = [
    *[(None, address) for address in OPEN],
    *[("raadslid", address) for address in PORTAL],
    *[("griffier", address) for address in DESK],
]
KEYS = """
from accounts.labels import write_at_bookmark
from accounts.models import User
from newsletters.models import Item, ItemBookmark
item = Item.objects.published().filter(events__isnull=False).first()
for user in User.objects.filter(email__startswith="raadslid@"):
    kept, _ = ItemBookmark.objects.get_or_create(user=user, item=item)
    write_at_bookmark(kept, user=user, note="Vraag: " + "langwoord" * 20, labels=["wonen", "l" * 40])
print(item.pk, item.newsletter_id, item.events.first().pk)

from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from events.services import make_own_event
from newsletters.services import making, planning, reviewing
griffier = User.objects.filter(is_staff=True).first()
newsletter = making.make_newsletter(source=None, title="Met de hand", published_on=None, by=griffier)
made = dict(theme=None, summary="Een samenvatting.", by=griffier)
item = making.make_item(newsletter, title="Een bericht", address="https://www.voorbeeld.example/", **made)
making.make_item(newsletter, title="", address="", **made)
reviewing.add_event(item, Event(title="Open dag"), by=griffier)
planning.plan(newsletter, at=timezone.now() + timedelta(days=3), seen=[], by=griffier)
own = Event(title="Los agendapunt")
make_own_event(own, by=griffier)

from newsletters.services import imports
from tests.newsletters.letters import letter
row = imports.receive_text(letter(4, name=f"plaats{newsletter.pk}"), by=griffier)
imports.read_import(row.pk)
row.refresh_from_db()
first, second = row.newsletter.items.order_by("position")[:2]
Item.objects.filter(pk=first.pk).update(title="Verkeerd gelezen")
second.delete()
Item.objects.create(newsletter=row.newsletter, position=50, title="Uit de voettekst", first_line=900)
making.make_item(row.newsletter, title="Van de griffie", theme=None, summary="", address="", by=griffier)
from accounts.council_file import Line
from accounts.services import council
lines = [Line(number=2, name="Nieuw " + "l" * 80, email="l" * 60 + "@voorbeeldstad.example", fractie="Lijst Een")]
lines += [Line(number=3, name=griffier.name, email=griffier.email)]
member = User.objects.get(email__startswith="raadslid@")
print(newsletter.pk, own.pk, row.newsletter_id, member.pk, council.keep_file(lines, by=griffier).pk)
"""


@pytest.fixture(scope="module")
def keys(portal):
    names = ("item", "newsletter", "event", "by_hand", "own", "read", "member", "council")
    return dict(zip(names, portal.manage("shell", "-v0", "-c", KEYS).split(), strict=True))


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
