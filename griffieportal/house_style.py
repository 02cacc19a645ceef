"""The name, logo, colours and theme of the municipality, as the settings tell them.

Plain Python, as the settings are made with it: colours become custom properties that anybody can read on what the
portal lays under them, and of a theme of the NL Design System those tokens count that it declares.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = {"logo": 200_000, "theme": 1_000_000}
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
READABLE = 5.5  # contrast on the page; WCAG asks 4.5, and tinted backgrounds are a little darker than it
READABLE_DARK = 7.0
PAGE, DARK_PAGE = "#f5f7f6", "#182226"
WHITE, BLACK, INK = "#ffffff", "#000000", "#0c1a1d"  # one of the first two can be read on any colour

# Our property -> the tokens of the NL Design System that mean the same, the most particular first.
COLOUR_TOKENS = {
    "--page": ("utrecht-document-background-color", "utrecht-page-background-color", "basis-color-default-bg-document"),
    "--ink": ("utrecht-document-color", "basis-color-default-color-document"),
    "--link": ("utrecht-link-color", "basis-color-action-1-color-default"),
    "--link-strong": ("utrecht-link-hover-color", "basis-color-action-1-color-hover"),
    "--fill": ("utrecht-button-primary-action-background-color", "basis-color-action-1-inverse-bg-default"),
    "--on-fill": ("utrecht-button-primary-action-color", "basis-color-action-1-inverse-color-default"),
    "--seal": ("basis-color-accent-1-color-default",),
    "--seal-tint": ("basis-color-accent-1-bg-default",),
    "--focus": ("utrecht-focus-outline-color", "basis-focus-outline-color"),
    "--line-strong": ("utrecht-form-control-border-color", "basis-form-control-border-color"),
}
SHAPE_TOKENS = {
    "--text": ("utrecht-document-font-family", "basis-text-font-family-default"),
    "--title": ("utrecht-heading-font-family", "utrecht-heading-1-font-family", "basis-heading-font-family"),
    "--radius": ("utrecht-button-border-radius", "basis-border-radius-md"),
}
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_DECLARED = re.compile(r"--([a-z0-9-]+)\s*:")
_THEME_CLASS = re.compile(r"\.([a-z][a-z0-9-]*-theme)\b")


class WrongStyle(ValueError):
    """A setting that cannot be; the message says which and why."""


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """What the pages need. css and logo are served by the portal itself; version changes when either does."""

    name: str = ""
    logo: bytes = b""
    logo_type: str = ""
    theme: str = ""  # the municipality's own style sheet
    theme_class: str = ""  # the class under which it declares its tokens
    css: str = ""  # our properties, from the colours and the theme

    @property
    def version(self) -> str:
        return hashlib.sha256(self.logo + self.theme.encode() + self.css.encode()).hexdigest()[:12]


def read_house_style(*, name: str, logo: str, colours: str, theme: str) -> HouseStyle:
    """From the settings: paths of files, and one or two colours with a comma. Raises WrongStyle."""
    logo_path, theme_path = Path(logo), Path(theme)
    if logo and logo_path.suffix.lower() not in LOGO_TYPES:
        raise WrongStyle("MUNICIPALITY_LOGO must be a file that ends in .svg, .png or .webp")
    theme_text = _read(theme_path, "theme").decode(errors="replace") if theme else ""
    theme_class = found.group(1) if (found := _THEME_CLASS.search(theme_text)) else ""
    return HouseStyle(
        name=name.strip(),
        logo=_read(logo_path, "logo") if logo else b"",
        logo_type=LOGO_TYPES[logo_path.suffix.lower()] if logo else "",
        theme=theme_text,
        theme_class=theme_class,
        css=_colours_css([each.strip() for each in colours.split(",") if each.strip()]) + _theme_css(theme_text),
    )


def _read(path: Path, what: str) -> bytes:
    setting = f"MUNICIPALITY_{what.upper()}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongStyle(f"{setting} cannot be read: {path}") from error
    if not data or len(data) > MAX_BYTES[what]:
        raise WrongStyle(f"{setting} must be a file of at most {MAX_BYTES[what]} bytes, and not empty: {path}")
    return data


def _colours_css(colours: list[str]) -> str:
    if not colours:
        return ""
    if len(colours) > 2 or not all(_HEX.fullmatch(colour) for colour in colours):
        raise WrongStyle("MUNICIPALITY_COLORS must be one or two colours such as #0b5561,#9a2e2a")
    main, *others = colours
    link, dark_link = _shaded(main, on=PAGE, to=INK), _shaded(main, on=DARK_PAGE, to=WHITE)
    light = {
        "--fill": main,
        "--on-fill": max((WHITE, BLACK), key=lambda ink: contrast(ink, main)),
        "--link": link,
        "--link-strong": _mixed(link, INK, 0.4),
        "--tint": _mixed(PAGE, main, 0.08),
    }
    dark = {
        "--fill": dark_link,
        "--on-fill": INK,
        "--link": dark_link,
        "--link-strong": _mixed(dark_link, WHITE, 0.5),
        "--tint": _mixed(DARK_PAGE, dark_link, 0.12),
    }
    for accent in others:
        light |= {"--seal": _shaded(accent, on=PAGE, to=INK), "--seal-tint": _mixed(PAGE, accent, 0.08)}
        seal = _shaded(accent, on=DARK_PAGE, to=WHITE)
        dark |= {"--seal": seal, "--seal-tint": _mixed(DARK_PAGE, seal, 0.12)}
    return f":root {{{_lines(light)}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{{_lines(dark)}}} }}\n"


def _theme_css(theme: str) -> str:
    """Our properties by the tokens that the theme declares; its colours are made for light, so dark keeps ours."""
    declared = set(_DECLARED.findall(theme))
    colours, shapes = (
        {ours: f"var(--{found[0]})" for ours, names in table.items() if (found := [n for n in names if n in declared])}
        for table in (COLOUR_TOKENS, SHAPE_TOKENS)
    )
    css = f":root {{{_lines(shapes)}}}\n" if shapes else ""
    return css + (f"@media not (prefers-color-scheme: dark) {{ :root {{{_lines(colours)}}} }}\n" if colours else "")


def _lines(properties: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in properties.items())


def contrast(one: str, other: str) -> float:
    """As WCAG 2 counts it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shaded(colour: str, *, on: str, to: str) -> str:
    """The colour, mixed with as little of another as makes it readable on this background."""
    enough = READABLE if to == INK else READABLE_DARK
    shades = (_mixed(colour, to, step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, on) >= enough or shade == to.lower())


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
