"""The pages of members in the dark, in forced colours and on paper, wide and narrow.

On a sample of pages; EVERY_PAGE=1 looks at all of them. The last tests plant faults and show that the checks bite.
"""

import os

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.flows.test_every_page import VISITS, _content, keys  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.embedded]

SAMPLE = [
    (None, "/account/login/"),
    ("raadslid", "/"),
    ("raadslid", "/berichten/?q=woning&met_datum=1"),
    ("raadslid", "/berichten/zoekvragen/"),
    ("raadslid", "/berichten/{item}/"),
    ("raadslid", "/agenda/"),
    ("raadslid", "/agenda/?weergave=maand"),
    ("raadslid", "/agenda/{event}/"),
    ("raadslid", "/bladwijzers/"),
    ("raadslid", "/account/gegevens/"),
    ("raadslid", "/account/gegevens/inzage/"),
]
LOOKED_AT = VISITS if os.environ.get("EVERY_PAGE") else SAMPLE
CONTRAST = {"preload": False, "runOnly": ["color-contrast", "link-in-text-block"]}
# without movement, as colours would be looked at halfway
SCREEN = {"media": "screen", "color_scheme": "light", "forced_colors": "none", "reduced_motion": "reduce"}
TOOLS = """
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 2
    && !one.closest(".hidden, .skip");
  const colour = (text) => text.startsWith("color(srgb")
    ? text.match(/[\\d.]+/g).map((part, at) => at < 3 ? part * 255 : +part)
    : (text.match(/[\\d.]+/g) || []).map(Number);
  const isThere = (text) => (colour(text)[3] ?? 1) > 0;
  const below = (one) => {
    for (let box = one; box; box = box.parentElement)
      if (isThere(getComputedStyle(box).backgroundColor)) return getComputedStyle(box).backgroundColor;
    return getComputedStyle(document.documentElement).colorScheme.includes("dark")
      && matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
  };
  const light = (text) => colour(text).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const sides = ["Top", "Right", "Bottom", "Left"];
  const name = (one) => one.outerHTML.slice(0, 100);
"""
# fields whose edge can hardly be seen (WCAG 1.4.11)
FAINT = f"""() => {{ {TOOLS}
  return [...document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea")]
    .filter(shown).filter((one) => contrast(getComputedStyle(one).borderBottomColor, below(one.parentElement)) < 3)
    .map(name);
}}"""
# before the colours are forced: remember what stands out by its background
REMEMBER = f"""() => {{ {TOOLS}
  for (const one of document.body.querySelectorAll("*")) {{
    const own = getComputedStyle(one).backgroundColor;
    if (shown(one) && isThere(own) && own !== below(one.parentElement)) one.dataset.filled = "";
  }}
}}"""
# what stood out by its background alone, and now has neither an edge nor a background of its own
WITHOUT_EDGE = f"""() => {{ {TOOLS}
  return [...document.querySelectorAll("[data-filled]")].filter(shown).filter((one) => {{
    const style = getComputedStyle(one);
    const around = below(one.parentElement);
    const edge = (side) => parseFloat(style[`border${{side}}Width`]) && style[`border${{side}}Style`] !== "none"
      && contrast(style[`border${{side}}Color`], around) >= 3;
    const line = parseFloat(style.outlineWidth) && style.outlineStyle !== "none";
    return !sides.some(edge) && !line && !(contrast(below(one), around) >= 3);
  }}).map(name);
}}"""
# what is chosen or pressed and looks like what is not; "" where nothing of the kind is there to be compared
LIKE_THE_OTHERS = f"""() => {{ {TOOLS}
  const states = "[aria-current]:not([aria-current=false]), [aria-pressed=true]";
  const look = (one) => {{
    const style = getComputedStyle(one);
    const drawn = [...one.querySelectorAll("svg")].map((each) => getComputedStyle(each).fill);
    return JSON.stringify([style.fontWeight, style.textDecorationLine, style.textDecorationThickness, drawn,
      sides.map((side) => [style[`border${{side}}Width`], style[`border${{side}}Style`]])]);
  }};
  return [...document.querySelectorAll(states)].filter(shown).filter((one) => {{
    const kind = one.tagName + [...one.classList].map((part) => "." + part).join("");
    const near = one.classList.contains("bookmark-button") ? document : one.closest("ul, ol, nav") || document;
    return [...near.querySelectorAll(kind)].some((other) => !other.matches(states) && look(other) === look(one));
  }}).map(name);
}}"""
# on paper nothing can be clicked, and an address outside of the portal can only be read
NO_USE_ON_PAPER = f"""() => {{ {TOOLS}
  const controls = "nav, button, summary, input[type=search], input[type=checkbox], select, .button, .button-main";
  const outside = (one) => /^https?:/.test(one.href) && new URL(one.href).host !== location.host;
  const told = (one) => getComputedStyle(one, "::after").content + one.textContent;
  return [...document.querySelectorAll(controls)].filter(shown).map(name).concat(
    [...document.querySelectorAll("main a[href]")].filter(shown).filter(outside)
      .filter((one) => !told(one).includes(one.getAttribute("href"))).map((one) => "no address: " + name(one)));
}}"""
DARKEST = 0.8  # of a printed page on the average; a page with a dark background is far below


def contrast_faults(page):
    found = Axe().run(page, options=CONTRAST).response["violations"]
    return [(violation["id"], [node["html"][:100] for node in violation["nodes"][:3]]) for violation in found]


def dark_faults(page):
    page.emulate_media(**SCREEN | {"color_scheme": "dark"})
    paper = page.evaluate(f"() => {{ {TOOLS} return light(below(document.body)) }}")
    is_light = ["is as light as by day"] if paper > 0.1 else []
    return is_light + contrast_faults(page) + page.evaluate(FAINT)


def forced_faults(page):
    page.emulate_media(**SCREEN)
    page.evaluate(REMEMBER)
    page.emulate_media(**SCREEN | {"color_scheme": "dark", "forced_colors": "active"})
    return page.evaluate(WITHOUT_EDGE) + page.evaluate(LIKE_THE_OTHERS)


def paper_faults(page):
    """As a printer in the dark gets it: whoever reads in the dark prints as others do."""
    page.emulate_media(**SCREEN | {"media": "print", "color_scheme": "dark"})
    faults = page.evaluate(NO_USE_ON_PAPER) + contrast_faults(page)
    with pypdfium2.PdfDocument(page.pdf(print_background=True)) as printed:
        pixels = bytes(printed[0].render(scale=0.25, grayscale=True).buffer)
    light = sum(pixels) / len(pixels) / 255
    return faults + ([f"a dark page: {light:.2f}"] if light < DARKEST else [])


def looked_at(role):
    return [address for who, address in LOOKED_AT if who == role]


@pytest.mark.parametrize(("role", "width"), [(None, 360), ("raadslid", 360), ("raadslid", 1280)])
def test_in_the_dark_and_in_forced_colours_everything_can_be_told_apart(open_page, keys, role, width):  # noqa: F811
    faults = {}
    with open_page(role, width=width, bypass_csp=True) as page:
        for address in looked_at(role):
            page.goto(address.format(**keys))
            faults[address, "dark"] = dark_faults(page)
            faults[address, "forced"] = forced_faults(page)
            page.emulate_media(**SCREEN)
    assert {place: found for place, found in faults.items() if found} == {}


def test_paper_shows_what_was_read_and_nothing_to_click(open_page, keys):  # noqa: F811
    faults = {}
    with open_page("raadslid", bypass_csp=True) as page:
        for address in looked_at("raadslid"):
            page.goto(address.format(**keys))
            faults[address] = paper_faults(page)
            page.emulate_media(**SCREEN)
    assert {place: found for place, found in faults.items() if found} == {}


def planted(page, css, faults):
    page.goto("/account/login/")
    page.add_style_tag(content=css)
    return faults(page)


def test_the_checks_see_planted_faults(open_page):
    with open_page(bypass_csp=True) as page:
        for faults in (dark_faults, forced_faults, paper_faults):
            assert planted(page, "i {}", faults) == []
        assert planted(page, "@media (prefers-color-scheme: dark) { label { color: #333 !important } }", dark_faults)
        assert planted(page, "input { border-color: #253035 !important }", dark_faults)
        assert planted(page, ":root { color-scheme: light } body { background: #fff !important }", dark_faults)
        assert planted(page, "h1 { background: #fc0 }", forced_faults)
        assert planted(page, "@media print { .masthead, button { display: flex !important } }", paper_faults)
        assert planted(page, "@media print { body { background: #222 !important } }", paper_faults)
        page.goto("/account/login/")
        chosen = "<ul><li><a href='/' aria-current='page'>a</a></li><li><a href='/'>b</a></li></ul>"
        page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", chosen)
        assert forced_faults(page)
