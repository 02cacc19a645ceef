"""What axe does not look at: that the focus can be seen and is never covered, and that text may be set wider.

On a fixed sample of pages; the last test plants faults and shows that the checks bite (WCAG 2.4.7, 2.4.11, 1.4.12).
"""

import pytest

from tests.flows.test_every_page import _content, keys  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.embedded]

SAMPLE = [
    (None, "/account/login/"),
    (None, "/toegang/"),
    ("raadslid", "/"),
    ("raadslid", "/berichten/?q=woning"),
    ("raadslid", "/berichten/{item}/"),
    ("raadslid", "/agenda/?weergave=maand"),
    ("raadslid", "/bladwijzers/"),
    ("griffier", "/admin/"),
    ("griffier", "/admin/newsletters/newsletter/{newsletter}/change/"),
]
MOST_STOPS = 40
# what has the focus: its words, whether something shows that it has, and whether its middle is covered
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
  const box = [...one.getClientRects()].at(0);  // of a link over two lines the first
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const top = document.elementFromPoint(x, y);
  const label = one.labels && one.labels[0];
  const seen = box.width < 2 || top && (one.contains(top) || label && label.contains(top));
  return {name: one.outerHTML.slice(0, 120), shown, seen: !!seen && y >= 0 && y <= innerHeight};
}"""
# the spacing of WCAG 1.4.12
WIDER = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, #content *")]
  .filter((one) => one.offsetParent && one.textContent.trim() && one.clientWidth > 2)
  .filter((one) => {
    const style = getComputedStyle(one);
    const hides = (way) => way === "hidden" || way === "clip";
    return !style.webkitLineClamp.match(/\\d/) && style.textOverflow !== "ellipsis" && (
      hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1 ||
      hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
  }).map((one) => one.outerHTML.slice(0, 120))"""


def stops_of(page):
    """What gets the focus by Tab, from the top, each once."""
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (found and stop["name"] == found[0]["name"]):
            break
        found.append(stop)
    return found


def hidden_stops(page):
    return [stop["name"] for stop in stops_of(page) if not (stop["shown"] and stop["seen"])]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", [None, "raadslid", "griffier"])
def test_the_focus_is_seen_and_never_covered(open_page, keys, role, width):  # noqa: F811
    with open_page(role, width=width) as page:
        for address in [address for who, address in SAMPLE if who == role]:
            page.goto(address.format(**keys))
            assert len(stops_of(page)) > 3, address
            page.reload()
            assert hidden_stops(page) == [], address


@pytest.mark.parametrize("role", [None, "raadslid", "griffier"])
def test_text_may_be_set_wider_without_losing_any(open_page, keys, role):  # noqa: F811
    with open_page(role, width=360, bypass_csp=True) as page:
        for address in [address for who, address in SAMPLE if who == role]:
            page.goto(address.format(**keys))
            page.add_style_tag(content=WIDER)
            assert page.evaluate(CUT_OFF) == [], address


def test_the_checks_see_planted_faults(open_page):
    with open_page(width=360, bypass_csp=True) as page:
        page.goto("/account/login/")
        page.add_style_tag(content="*:focus { outline: none !important; box-shadow: none !important }")
        assert hidden_stops(page)
        page.goto("/account/login/")
        page.add_style_tag(content="body::after { content: ''; position: fixed; inset: 0; background: #fff }")
        assert hidden_stops(page)
        page.goto("/account/login/")
        page.add_style_tag(content=WIDER + "h1 { height: 0.5em; overflow: hidden }")
        assert page.evaluate(CUT_OFF)
