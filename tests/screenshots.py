"""Makes the pictures of the manuals: a portal of its own with made-up newsletters, seen by a real browser.

Run by script/screenshots; tests/test_manuals.py holds that every picture that a manual shows is made here.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.flows.conftest import ARGUMENTS, CHROMIUM, log_in
from tests.newsletters.originals import mailed, printed
from tests.portal_server import PROJECT_DIR, Portal, running_portal

FOLDER = PROJECT_DIR / "docs" / "beeld"
WIDTH, HEIGHT = 1100, 760
PHONE_WIDTH, PHONE_HEIGHT = 390, 800
CONTENT = """
from datetime import timedelta
from django.utils import timezone
from accounts.labels import write_at_bookmark
from accounts.models import SignUpRequest, User
from accounts.services import asking, members
from newsletters.models import Item, ItemBookmark
raadslid = User.objects.get(email__startswith="raadslid@")
items = Item.objects.published().order_by("-published_at", "position")[2:5]
notes = ["Vraag aan het college: wanneer begint dit?", "", "Bespreken in de fractie."]
for item, note, labels in zip(items, notes, [["wonen", "vragen"], ["zorg"], ["fractie"]]):
    kept, _ = ItemBookmark.objects.get_or_create(user=raadslid, item=item)
    write_at_bookmark(kept, user=raadslid, note=note, labels=labels)
asked = [("Kim Kandidaat", "k.kandidaat@voorbeeldstad.example", "duoraadslid", "Lijst Voorbeeld"),
         ("Sam Straat", "s.straat@elders.example", "fractiemedewerker", "Dorp en Stad")]
for name, email, audience, fractie in asked:
    pk = asking.receive(asking.Asked(name=name, email=email, audience=audience, fractie=fractie))
    asking.weigh(pk)
    asking.confirm(SignUpRequest.objects.get(pk=pk))
griffier = User.objects.get(email__startswith="griffier@")
known = [("Robin Raad", "r.raad@voorbeeldstad.example", "raadslid", "Lijst Voorbeeld", None),
         ("Jo Voorbeeld", "j.voorbeeld@voorbeeldstad.example", "raadslid", "Dorp en Stad", None),
         ("Chris Commissie", "c.commissie@voorbeeldstad.example", "commissielid", "Dorp en Stad",
          timezone.localdate() + timedelta(days=60))]
members.invite(
    [members.Newcomer(name=name, email=email, audience=audience, fractie=fractie, mandate_until=until)
     for name, email, audience, fractie, until in known], by=griffier)
"""
COUNCIL = """naam;e-mailadres;doelgroep;fractie;mandaat tot en met
Robin Raad;r.raad@voorbeeldstad.example;raadslid;Lijst Voorbeeld;
Alex Nieuw;a.nieuw@voorbeeldstad.example;raadslid;Dorp en Stad;
Kaya Nieuw;k.nieuw@voorbeeldstad.example;duoraadslid;Lijst Voorbeeld;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture. role: whose browser; go brings the page to what is to be seen."""

    name: str
    go: Callable[[Page], object]
    role: str | None = None
    is_phone: bool = False

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.png"


def at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


def first_item(page: Page) -> None:
    page.goto("/berichten/?met_datum=1")
    page.locator("main article h3 a, main article h2 a").first.click()
    page.wait_for_url("**/berichten/*/")


def uploaded(page: Page) -> None:
    """The list of uploads with a mail and a print that are read."""
    for name, data in [("raadsbrief-juni.eml", mailed("Duinrand")), ("raadsbrief-mei.pdf", printed("Heideveld"))]:
        page.goto("/admin/newsletters/import/add/")
        page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": "", "buffer": data})
        page.get_by_role("button", name="Upload").first.click()
        page.get_by_role("link", name="Nakijken").first.wait_for()
    page.goto("/admin/newsletters/import/")
    expect(page.get_by_text("wordt gelezen", exact=True)).to_have_count(0, timeout=60_000)


def review(page: Page) -> None:
    page.goto("/admin/newsletters/newsletter/")
    page.get_by_role("link", name="Raadsbrief Duinrand").first.click()
    page.wait_for_url("**/change/")


def council_plan(page: Page) -> None:
    """What a file with a council would do."""
    page.goto("/admin/accounts/member/raad/")
    file = {"name": "raad.csv", "mimeType": "text/csv", "buffer": COUNCIL.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Laat zien wat er verandert").click()
    page.wait_for_url("**/raad/*/")


SHOTS = [
    Shot(name="inloggen", go=at("/account/login/")),
    Shot(name="veilig-inloggen", role="raadslid", go=at("/account/2fa/")),
    Shot(name="mijn-gegevens", role="raadslid", go=at("/account/gegevens/")),
    Shot(name="toegang", go=at("/toegang/")),
    Shot(name="overzicht", role="raadslid", go=at("/")),
    Shot(name="berichten", role="raadslid", go=at("/berichten/?q=woning")),
    Shot(name="bericht", role="raadslid", go=first_item),
    Shot(name="bladwijzers", role="raadslid", go=at("/bladwijzers/")),
    Shot(name="agenda", role="raadslid", go=at("/agenda/")),
    Shot(name="agenda-maand", role="raadslid", go=at("/agenda/?weergave=maand")),
    Shot(name="agenda-adres", role="raadslid", go=at("/agenda/abonneren/")),
    Shot(name="overzicht-telefoon", role="raadslid", is_phone=True, go=at("/")),
    Shot(name="berichten-telefoon", role="raadslid", is_phone=True, go=at("/berichten/")),
    Shot(name="bureau", role="griffier", go=at("/admin/")),
    Shot(name="uploads", role="griffier", go=uploaded),
    Shot(name="nakijken", role="griffier", go=review),
    Shot(name="aanvragen", role="griffier", go=at("/admin/accounts/signuprequest/")),
    Shot(name="leden", role="griffier", go=at("/admin/accounts/member/")),
    Shot(name="raad-bijwerken", role="griffier", go=council_plan),
    Shot(name="themas", role="griffier", go=at("/admin/newsletters/theme/")),
]


@contextmanager
def browser_of(browser: Browser, portal: Portal, shot: Shot) -> Iterator[Page]:
    """A page in a browser of its own, logged in, as wide as the picture."""
    width, height = (PHONE_WIDTH, PHONE_HEIGHT) if shot.is_phone else (WIDTH, HEIGHT)
    context = browser.new_context(
        base_url=portal.url, viewport={"width": width, "height": height}, locale="nl-NL", timezone_id="Europe/Amsterdam"
    )
    page = context.new_page()
    if shot.role:
        log_in(page, *portal.logins[shot.role])
    yield page
    context.close()


def take(page: Page, shot: Shot) -> None:
    """Keep what the page shows."""
    shot.go(page)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=shot.file, animations="disabled")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="NAME")
    options = parser.parse_args()
    if not CHROMIUM:
        parser.error("no Chromium on this machine: install Debian's package chromium")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_portal(Path(folder)) as portal,
        sync_playwright() as playwright,
    ):
        portal.manage("shell", "-v0", "-c", CONTENT)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            if options.only in shot.name:
                with browser_of(browser, portal, shot) as page:
                    take(page, shot)
        browser.close()


if __name__ == "__main__":
    main()
