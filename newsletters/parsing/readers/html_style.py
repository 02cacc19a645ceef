"""The look of letters in HTML: how high, how bold, whether they are seen at all; a small part of CSS is enough."""

import re
from dataclasses import dataclass, replace

ORDINARY = 16.0  # pixels, where nothing is said
# Smaller letters than this are there for machines: a preheader, a counter.
UNSEEN = 3.0
MOST_RULES = 5_000
MOST_CSS = 400_000

HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}
FONT_SIZES = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
KEYWORDS = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0,
}  # fmt: skip
UNITS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": ORDINARY}
SIZE = re.compile(r"(\d{0,4}\.?\d{1,4})\s*(px|pt|pc|in|cm|mm|rem|em|ex|%|)(?![\w.])")
DECLARATION = re.compile(r"\s*([\w-]{1,40})\s*:\s*([^;]{1,300})")
COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
SELECTOR = re.compile(r"(?:([a-z][a-z0-9]*))?(?:([.#])([\w-]+))?")
NOTHING = re.compile(r"0*\.?0*(?:px|pt|em|%)?")
NO_COLOUR = ("", "transparent", "inherit", "initial", "none", "unset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one style says; None where it says nothing. size is in pixels, or times the parent's where relative."""

    size: float | None = None
    relative: bool = False
    bold: bool | None = None
    hidden: bool = False
    block: bool | None = None
    background: str | None = None
    border: bool = False


PLAIN = Look()


def look_of(style: str) -> Look:
    """What a style attribute says, as far as it matters here."""
    found = {match[1].lower(): match[2].strip().lower() for match in DECLARATION.finditer(style[:4000])}
    if not found:
        return PLAIN
    values = {name: value.replace("!important", "").strip() for name, value in found.items()}
    size, relative = size_of(values)
    display = values.get("display", "")
    background = values.get("background-color", values.get("background", "")).split(" ")[0]
    return Look(
        size=size,
        relative=relative,
        bold=is_bold(values),
        hidden=is_hidden(values),
        block=None if not display else display in ("block", "table", "table-cell", "flex", "grid", "list-item"),
        background=None if background in NO_COLOUR or background.startswith("url") else background,
        border=has_border(values),
    )


def size_of(values: dict[str, str]) -> tuple[float | None, bool]:
    """The height of letters, and whether it is times that of the parent."""
    written = values.get("font-size", "")
    if not written and "font" in values:
        # "bold 18px/1.4 Arial": the first number with a unit
        match = re.search(r"\d{0,4}\.?\d{1,4}(?:px|pt|em|rem|%)", values["font"])
        written = match[0] if match else ""
    if written in KEYWORDS:
        return KEYWORDS[written], False
    if written in ("smaller", "larger"):
        return (1.2 if written == "larger" else 0.83), True
    match = SIZE.match(written)
    if match is None:
        return None, False
    number = float(match[1])
    if match[2] in ("em", "ex", "%"):
        return number / {"em": 1, "ex": 2, "%": 100}[match[2]], True
    return number * UNITS[match[2]], False


def is_bold(values: dict[str, str]) -> bool | None:
    weight = values.get("font-weight", "")
    if not weight and "font" in values:
        weight = next((word for word in values["font"].split() if word in ("bold", "bolder", "600", "700")), "")
    if weight.isdigit():
        return int(weight) >= 600
    return {"bold": True, "bolder": True, "normal": False, "lighter": False}.get(weight)


def is_hidden(values: dict[str, str]) -> bool:
    """Whether nothing of it is seen. Letters of no height are told later: a child may have its own."""
    if values.get("display") == "none" or values.get("visibility") == "hidden":
        return True
    if "opacity" in values and NOTHING.fullmatch(values["opacity"]):
        return True
    if "max-height" in values and NOTHING.fullmatch(values["max-height"]):
        return True
    return "height" in values and values.get("overflow") == "hidden" and bool(NOTHING.fullmatch(values["height"]))


def has_border(values: dict[str, str]) -> bool:
    """Whether there is a line around it, above it or below it."""
    for name in ("border", "border-top", "border-bottom"):
        value = values.get(name, "")
        if value and "none" not in value and not value.startswith("0") and re.match(r".*[1-9]", value):
            return True
    return False


def font_size(written: str, parent: float) -> float | None:
    """What <font size> says: 1 to 7, or steps from the parent."""
    written = written.strip()
    if written[:1] in ("+", "-") and written[1:].isdigit():
        steps = max(-6, min(6, int(written[:2] if len(written) > 2 else written)))
        return parent * 1.2**steps
    return FONT_SIZES.get(written)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rules of a document's <style> for one tag, class or id; rules for several at once are left aside."""

    rules: dict[str, Look]

    def looks(self, tag: str, classes: str | None, name: str | None) -> list[Look]:
        """What the rules say of an element, the more special last."""
        if not self.rules:
            return []
        keys = [tag]
        for word in (classes or "").split()[:20]:
            keys += [f".{word}", f"{tag}.{word}"]
        if name:
            keys += [f"#{name}", f"{tag}#{name}"]
        return [self.rules[key] for key in keys if key in self.rules]


def read_sheet(css: str) -> Sheet:
    """The simple rules of a style sheet. What stands in @media is for other screens and is left out."""
    rules: dict[str, Look] = {}
    css = COMMENT.sub("", css[:MOST_CSS].replace("<!--", "").replace("-->", ""))
    for selectors, body in blocks_of_css(css):
        look = look_of(body)
        if look == PLAIN:
            continue
        for selector in selectors.split(",")[:50]:
            above, _, key = selector.strip().rpartition(" ")
            if not key or not SELECTOR.fullmatch(key) or len(rules) >= MOST_RULES:
                continue
            # "td .hide" hides only some: of a rule for places only the look of the letters counts.
            seen = replace(look, hidden=False) if above else look
            rules[key] = merge(rules[key], seen) if key in rules else seen
    return Sheet(rules)


def blocks_of_css(css: str) -> list[tuple[str, str]]:
    """Each rule outside @media as its selectors and its declarations."""
    found: list[tuple[str, str]] = []
    depth, start, selectors, at_rule = 0, 0, "", False
    for match in re.finditer(r"[{};]", css):
        sign, place = match[0], match.start()
        if sign == "{":
            if depth == 0:
                selectors, start = css[start:place].strip(), place + 1
                at_rule = selectors.startswith("@")
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                if not at_rule:
                    found.append((selectors, css[start:place]))
                start = place + 1
        elif depth == 0:
            start = place + 1
    return found


def merge(first: Look, second: Look) -> Look:
    """Both looks; what second says goes before."""
    return Look(
        size=first.size if second.size is None else second.size,
        relative=first.relative if second.size is None else second.relative,
        bold=first.bold if second.bold is None else second.bold,
        hidden=first.hidden or second.hidden,
        block=first.block if second.block is None else second.block,
        background=second.background or first.background,
        border=first.border or second.border,
    )
