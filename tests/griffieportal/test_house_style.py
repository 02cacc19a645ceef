"""The municipality's name, logo, colours and theme; and what the portal's own style and scripts weigh."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from griffieportal.house_style import DARK_PAGE, PAGE, HouseStyle, WrongStyle, contrast, read_house_style

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><script>alert(1)</script><rect/></svg>'
THEME = """
.voorbeeldstad-theme {
  --utrecht-link-color: var(--voorbeeldstad-blauw);
  --voorbeeldstad-blauw: #003366;
  --utrecht-document-font-family: Voorbeeld, sans-serif;
  --basis-heading-font-family: Voorbeeld Kop;
  --utrecht-button-primary-action-background-color: #003366;
}
"""


@pytest.fixture
def styled(settings, tmp_path):
    """The portal with a style; files are made of what is given for logo and theme."""

    def style(*, name="", logo=b"", colours="", theme=""):
        (tmp_path / "logo.svg").write_bytes(logo)
        (tmp_path / "theme.css").write_text(theme)
        settings.HOUSE_STYLE = read_house_style(
            name=name,
            logo=str(tmp_path / "logo.svg") if logo else "",
            colours=colours,
            theme=str(tmp_path / "theme.css") if theme else "",
        )
        return settings.HOUSE_STYLE

    return style


def properties(css):
    """Our properties by name, of the first block."""
    block = css.split("{", 1)[1].split("}", 1)[0]
    return dict(line.strip().split(": ") for line in block.split(";") if line.strip())


def test_without_settings_the_portal_has_its_own_style(as_raadslid, as_nobody):
    page = as_raadslid.get("/").text
    assert '<html lang="nl">' in page
    assert "huisstijl" not in page
    for name in ("logo", "thema.css", "kleuren.css", "onzin"):
        assert as_nobody.get(f"/huisstijl/{name}").status_code == 404


def test_name_logo_colours_and_theme_are_on_every_page_before_logging_in_too(as_nobody, styled):
    style = styled(name="Voorbeeldstad & Meer", logo=LOGO, colours="#003366", theme=THEME)
    page = as_nobody.get("/account/login/").text
    assert "Voorbeeldstad &amp; Meer" in page
    assert '<html lang="nl" class="voorbeeldstad-theme">' in page
    for name, content, kind in (
        ("logo", LOGO, "image/svg+xml"),
        ("thema.css", THEME.encode(), "text/css; charset=utf-8"),
        ("kleuren.css", style.css.encode(), "text/css; charset=utf-8"),
    ):
        assert f"/huisstijl/{name}?v={style.version}" in page
        answer = as_nobody.get(f"/huisstijl/{name}")
        assert (answer.content, answer.headers["Content-Type"]) == (content, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_logo_is_a_picture_and_runs_nothing(as_nobody, styled):
    styled(logo=LOGO)
    assert "sandbox" in as_nobody.get("/huisstijl/logo").headers["Content-Security-Policy"]
    assert "script-src" not in as_nobody.get("/huisstijl/logo").headers["Content-Security-Policy"]


def test_the_tokens_that_a_theme_declares_take_effect_and_no_others():
    css = read_house_style(name="", logo="", colours="", theme=__file__).css  # this file holds THEME
    assert "--link: var(--utrecht-link-color);" in css
    assert "--text: var(--utrecht-document-font-family);" in css
    assert "--title: var(--basis-heading-font-family);" in css
    assert "--fill: var(--utrecht-button-primary-action-background-color);" in css
    assert "--seal" not in css
    assert css.index("--text") < css.index("@media not (prefers-color-scheme: dark)") < css.index("--link")


def test_a_theme_comes_after_the_colours(styled):
    css = styled(colours="#aa0000", theme=THEME).css
    assert css.index("--link: #") < css.index("--link: var(")


@given(st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts)))
def test_whatever_the_colours_text_can_be_read(colour):
    css = read_house_style(name="", logo="", colours=f"{colour},{colour}", theme="").css
    assert "@media screen and (prefers-color-scheme: dark)" in css  # on paper the colours of the day
    light, dark = properties(css), properties(css.split("dark) {")[1])
    assert contrast(light["--fill"], light["--on-fill"]) >= 4.5
    for name in ("--link", "--seal"):
        for under in (PAGE, "#ffffff", light["--tint"], light["--seal-tint"]):
            assert contrast(light[name], under) >= 4.5, (name, under)
        assert contrast(dark[name], DARK_PAGE) >= 7
        assert contrast(dark[name], dark["--tint"]) >= 4.5
        assert contrast("#e4ebe9", dark["--seal-tint"]) >= 7  # the ink of dark pages
    assert contrast(dark["--fill"], dark["--on-fill"]) >= 4.5


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"colours": "blauw"}, "MUNICIPALITY_COLORS must be"),
        ({"colours": "#003366,#003366,#003366"}, "MUNICIPALITY_COLORS must be"),
        ({"colours": "#003366;}body{display:none"}, "MUNICIPALITY_COLORS must be"),
        ({"logo": "/bestaat/niet.svg"}, "MUNICIPALITY_LOGO cannot be read"),
        ({"logo": "/etc/passwd"}, "MUNICIPALITY_LOGO must be a file that ends in"),
        ({"theme": "/bestaat/niet.css"}, "MUNICIPALITY_THEME cannot be read"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(wrong, words):
    with pytest.raises(WrongStyle, match=words):
        read_house_style(**{"name": "", "logo": "", "colours": "", "theme": "", **wrong})


def test_too_large_a_logo_is_refused(tmp_path):
    for size in (0, 200_001):
        (tmp_path / "logo.png").write_bytes(b"x" * size)
        with pytest.raises(WrongStyle, match="at most 200000 bytes"):
            read_house_style(name="", logo=str(tmp_path / "logo.png"), colours="", theme="")


def test_another_style_has_another_version():
    versions = [HouseStyle(css=css).version for css in ("a", "b")]
    assert versions[0] != versions[1]


def test_style_and_scripts_of_the_portal_weigh_at_most_60_kilobytes(as_raadslid):
    page = as_raadslid.get("/").text
    loaded = [path for path in STATIC.iterdir() if path.suffix in {".css", ".js"} and f"/{path.name}" in page]
    assert {"portal.css", "tokens.css", "portal.js", "keys.js"} <= {path.name for path in loaded}
    assert sum(path.stat().st_size for path in loaded) <= 60_000


def test_style_is_in_the_order_in_which_it_counts(as_nobody, styled):
    styled(colours="#003366", theme=THEME)
    page = as_nobody.get("/account/login/").text
    places = [page.index(name) for name in ("tokens.css", "portal.css", "thema.css", "kleuren.css")]
    assert all(one < other for one, other in pairwise(places))
