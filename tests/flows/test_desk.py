"""The griffier's desk in a real browser: nothing for axe, targets large enough, nothing sideways, and no JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.worker]

CONTENT = """
from datetime import date
from accounts.models import User
from newsletters.models import Item, Newsletter, Source, Theme
from newsletters.services import imports, naming, reviewing
griffier = User.objects.get(groups__name="Griffie")
row = imports.receive_text("\\n", by=griffier)
imports.read_import(row.pk)
source, theme = Source.objects.first(), Theme.objects.first()
Theme.objects.create(name="Zomaar", slug="zomaar")
naming.save_source(source, name=source.name, synonyms=["Oude naam"], addresses=["post@koepel.example"], by=griffier)
naming.save_theme(theme, name=theme.name, synonyms=["Nieuws"], is_hidden=True, by=griffier)
late = Newsletter.objects.create(
    source=Source.objects.create(name="Laatkomer", slug="laatkomer"), title="Laat", published_on=date(2026, 1, 5),
    published_on_basis="by_hand", next_issue_on=date(2026, 2, 5), state="withdrawn",
)
item = Item.objects.create(newsletter=late, title="Eerst", summary="Tekst", position=0)
item.title = "Later"
reviewing.edit_item(item, is_kept=False, by=griffier)
print(late.pk, source.pk, theme.pk, theme.name)
"""
PAGES = [
    "/admin/",
    "/admin/newsletters/",
    "/admin/newsletters/source/",
    "/admin/newsletters/source/add/",
    "/admin/newsletters/source/{source}/change/",
    "/admin/newsletters/source/{source}/history/",
    "/admin/newsletters/source/{source}/samenvoegen/",
    "/admin/newsletters/theme/",
    "/admin/newsletters/theme/?q=zoiets-bestaat-niet",
    "/admin/newsletters/theme/{theme}/change/",
    "/admin/newsletters/theme/{theme}/samenvoegen/",
    "/admin/newsletters/newsletter/",
    "/admin/newsletters/newsletter/{newsletter}/history/",
    "/admin/events/event/",
    "/admin/accounts/change/",
    "/admin/password_change/",
]
RULES = {
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
# whatever can be clicked and is no link within a sentence (WCAG 2.5.8 leaves those out)
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, textarea")]
    .filter((one) => one.offsetParent && !one.closest("p, .help, .small"))
    .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""
# words of Django's own texts; none of them is Dutch
ENGLISH = """
about add added all and any back below by change changed choose clear confirm continue correct delete deleted editing
error for from history home log logout name none not now please remove save search select show site start successfully
the this today toggle total unknown user view welcome yes you your
"""
# what a person reads or hears, without what the griffie itself typed
READ = """() => document.title + " " + document.documentElement.innerText + " " +
    [...document.querySelectorAll("[title], [aria-label], [placeholder], [alt], input[type=submit]")]
    .map((one) => ["title", "aria-label", "placeholder", "alt", "value"].map((name) => one.getAttribute(name) || "")
    .join(" ")).join(" ")"""


@pytest.fixture(scope="module")
def keys(portal):
    portal.manage("demo_data", "--newsletters", "3", "--members", "2")
    newsletter, source, theme, name = portal.manage("shell", "-v0", "-c", CONTENT).strip().split(maxsplit=3)
    return {"newsletter": newsletter, "source": source, "theme": theme, "name": name}


# 320 x 256 is what is left of 1280 x 1024 at a zoom of 400 %
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_everybody_can_use_the_desk(open_page, keys, width):
    problems = []
    with open_page("griffier", width=width, bypass_csp=True) as page:
        for address in PAGES:
            response = page.goto(address.format(**keys))
            assert (address, response.status) == (address, 200)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{address} scrolls sideways")
            problems += [f"{address}: {target}" for target in page.evaluate(SMALL)]
            for violation in Axe().run(page, options=RULES).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"][:3]]
                problems.append(f"{address}: {violation['id']}: {nodes}")
    assert problems == []


def test_no_english_is_left_at_the_desk(open_page, keys):
    english, found = set(ENGLISH.split()), {}
    with open_page("griffier") as page:
        for address in PAGES:
            page.goto(address.format(**keys))
            words = {word.strip(".,:;!?()").lower() for word in page.evaluate(READ).split()}
            if left := sorted(words & english):
                found[address] = left
    assert found == {}


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)], ids=["wide", "narrow without JavaScript"])
def test_a_theme_is_merged_and_its_old_address_still_works(open_page, portal, keys, scripts, width):
    name = "Wel" if scripts else "Niet"
    make = f"""
from newsletters.models import *
theme = Theme.objects.create(name="Oud {name}", slug="oud-{name.lower()}")
Theme.objects.create(name="Nieuw {name}", slug="nieuw-{name.lower()}")
Item.objects.filter(pk=Item.objects.published().last().pk).update(theme=theme)
"""
    portal.manage("shell", "-v0", "-c", make)
    with open_page("griffier", width=width, scripts=scripts) as page:
        page.goto("/admin/")
        page.get_by_role("link", name="Thema's", exact=True).first.click()
        page.get_by_role("link", name=f"Oud {name}").click()
        page.get_by_role("link", name="Samenvoegen").click()
        page.get_by_label("Samenvoegen met").select_option(f"Nieuw {name}")
        page.get_by_role("button", name="Samenvoegen").click()
        page.get_by_text(f"“Oud {name}” is samengevoegd met “Nieuw {name}”: 1 bericht verplaatst.").wait_for()
    with open_page("raadslid", width=width, scripts=scripts) as page:
        page.goto(f"/berichten/?thema=oud-{name.lower()}")
        assert page.locator("#resultaten h2 a").count() == 1


def test_the_reminder_of_a_late_issue_is_put_away_by_keyboard(open_page, keys):
    with open_page("griffier") as page:
        page.goto("/admin/")
        page.get_by_text("het nummer van 5 februari 2026 is er nog niet").wait_for()
        page.get_by_role("button", name="Niet meer herinneren aan Laatkomer").focus()
        page.keyboard.press("Enter")
        page.get_by_text("U krijgt geen herinnering meer aan het nummer van 5 februari 2026.").wait_for()
        assert page.get_by_text("het nummer van 5 februari 2026 is er nog niet").count() == 0
