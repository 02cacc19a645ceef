"""The original beside the drafts in a real browser: drawn, cleaned, pointed into, with nothing from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.flows.test_main_flow import upload
from tests.newsletters.originals import STORIES, mailed, printed

pytestmark = [pytest.mark.browser, pytest.mark.worker]
EXTRA = (
    "<script>document.title = 'overgenomen'</script><img src='https://kwaad.example/a.png' onerror='top.location=1'>"
    "<div style='background-image:url(https://kwaad.example/b.png)'>a</div><meta http-equiv=refresh content='0;url=/'>"
)
FILES = {"brief.pdf": printed("Brug"), "brief.eml": mailed("Sluis", extra=EXTRA)}
IN_VIEW = """
anchor => {
  const box = document.querySelector(anchor).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.height > 0;
}
"""


@pytest.fixture(scope="module")
def reviews(open_page_of_module, tmp_path_factory):
    """The address of the review page of each file."""
    found = {}
    with open_page_of_module("griffier") as page:
        for name, data in FILES.items():
            path = tmp_path_factory.mktemp("brief") / name
            path.write_bytes(data)
            upload(page, path)
            page.wait_for_url("**/change/")
            found[name] = page.url
    return found


def frame_of(page):
    """The frame by its element, which waits for it; by name there may be none yet."""
    return page.locator("iframe[name=origineel]").element_handle().content_frame()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("name", FILES)
def test_choosing_a_draft_shows_where_it_came_from(open_page, portal, reviews, name, scripts):
    title = f"{STORIES[4][0]} in {'Brug' if name.endswith('pdf') else 'Sluis'}"
    with open_page("griffier", scripts=scripts) as page:
        elsewhere = []
        page.on("request", lambda request: elsewhere.append(request.url))
        page.goto(reviews[name])
        card = page.locator("section.card").filter(has=page.locator("h3", has_text=title))
        card.locator("summary").first.click()
        link = card.get_by_role("link", name="Toon in origineel")
        anchor = "#" + link.get_attribute("href").rpartition("#")[2]
        link.click()
        frame = frame_of(page)
        frame.locator(f"{anchor}:target").wait_for()
        if scripts:
            assert frame.evaluate(IN_VIEW, anchor) or name.endswith("eml")
        assert page.url == reviews[name]

        page.get_by_role("radio", name="Tekst").check()
        assert not page.locator("iframe").is_visible()
        card.get_by_role("link", name="Toon in tekst").click()
        shown = page.locator(".passage:has(:target)")
        assert title in shown.inner_text()
        shown.get_by_role("link", name="Terug naar bericht 5").click()
        assert page.url.endswith("#bericht-4")
        assert [url for url in elsewhere if not url.startswith(portal.url)] == []


def test_a_mail_may_do_nothing_in_its_frame_nor_on_its_own(open_page, reviews):
    with open_page("griffier") as page:
        page.goto(reviews["brief.eml"])
        frame = frame_of(page)
        frame.get_by_text("[Foto bij zwembad weer open]").wait_for()
        with page.expect_popup() as popup:
            page.get_by_role("link", name="Origineel openen").click()
        alone = popup.value
        alone.get_by_text("[Foto bij zwembad weer open]").wait_for()
        for shown in (frame, alone):
            assert shown.title() == "Origineel: brief.eml"
            assert shown.locator("script, img, iframe, form, [href]:not(link)").count() == 0
            assert shown.locator("a").first.get_attribute("title") == "https://dorp.example/bericht/0"
            colour = shown.locator("h2").first.evaluate("node => getComputedStyle(node).color")
            assert colour == "rgb(0, 51, 102)"


def test_the_pages_of_a_pdf_are_drawn(open_page, reviews):
    with open_page("griffier") as page:
        page.goto(reviews["brief.pdf"])
        pictures = frame_of(page).locator("img")
        pictures.last.wait_for()
        page.wait_for_load_state("networkidle")
        assert pictures.evaluate_all("all => all.map(one => one.naturalWidth)") == [900, 900, 900]


def violations(page):
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(page.url, violation["id"], [node["html"][:120] for node in violation["nodes"][:3]]) for violation in found]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", FILES)
def test_everyone_can_use_it(open_page, reviews, name, width):
    with open_page("griffier", width=width, bypass_csp=True) as page:
        page.goto(reviews[name])
        problems = violations(page)
        if width > 360:
            page.get_by_role("radio", name="Tekst").check()
            problems += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.goto(page.get_by_role("link", name="Origineel openen").get_attribute("href"))
        problems += violations(page)
    assert problems == []


def test_on_a_narrow_page_the_original_stands_below_the_drafts(open_page, reviews):
    with open_page("griffier", width=360) as page:
        page.goto(reviews["brief.pdf"])
        last, text = page.locator("section.card").last.bounding_box(), page.locator(".original-text").bounding_box()
        assert text["y"] >= last["y"] + last["height"]
        assert not page.locator("iframe").is_visible()
        page.locator("section.card summary").filter(has_text=STORIES[2][0]).click()
        page.get_by_role("link", name="Toon in tekst").locator("visible=true").first.click()
        assert STORIES[2][0] in page.locator(".passage:has(:target)").inner_text()
