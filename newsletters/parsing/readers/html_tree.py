"""From markup to a tree that is safe to walk: no depth, number of marks or open letters that a parser chokes on."""

import re

from selectolax.lexbor import LexborHTMLParser

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode

TOO_MUCH = (
    "Dit bestand is te groot of te ingewikkeld voor een nieuwsbrief. Upload alleen de nieuwsbrief, of plak de tekst."
)
DEEPEST = 250
MOST_TAGS = 250_000
LONGEST_TAG = 20_000  # a parser looks through all attributes for each
# A tag that stays open is repeated in every block behind it: so many of those at most.
MOST_REPEATED = 1_500_000

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
DATA = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%\s]{200,}")
# These close themselves or each other, so they make nothing deeper.
SHALLOW = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param",
    "p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "optgroup", "dt", "dd", "html", "head", "body",
    "colgroup", "frame",
))  # fmt: skip
LETTERS = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))


def parse(markup: str) -> LexborHTMLParser:
    """The tree of markup. Raises UnreadableFile for far too much of it."""
    markup = without_comments(markup)
    if "data:" in markup:
        markup = DATA.sub("data:", markup)
    return LexborHTMLParser(made_shallow(markup).encode("utf-8", "replace"))


def without_comments(markup: str) -> str:
    """markup without its comments, those for Outlook included: they hold a second copy of what is shown."""
    if "<!--" not in markup:
        return markup
    pieces: list[str] = []
    place = 0
    while (begin := markup.find("<!--", place)) >= 0:
        pieces.append(markup[place:begin])
        if markup.startswith(("<!-->", "<!--->"), begin):
            place = markup.index(">", begin) + 1
            continue
        finish = markup.find("-->", begin + 4)
        if finish < 0:
            # never closed: a browser shows nothing behind it
            place = len(markup)
            break
        place = finish + 3
    pieces.append(markup[place:])
    return "".join(pieces)


def made_shallow(markup: str) -> str:
    """markup without the tags that stand deeper or are longer than any mail has them."""
    depth = letters = count = repeated = 0
    pieces: list[str] = []
    kept = 0
    for match in TAG.finditer(markup):
        if match.start() < kept:
            continue
        count += 1
        name = match[2].lower()
        if match[1]:
            if name not in SHALLOW:
                depth = max(0, depth - 1)
                letters = max(0, letters - (name in LETTERS))
            continue
        repeated += letters
        if count > MOST_TAGS or repeated > MOST_REPEATED:
            raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_MUCH)
        deep = name not in SHALLOW and depth >= DEEPEST
        if deep or markup.find(">", match.end(), match.end() + LONGEST_TAG) < 0:
            pieces.append(markup[kept : match.start()])
            closed = markup.find(">", match.end())
            kept = len(markup) if closed < 0 else closed + 1
        elif name not in SHALLOW:
            depth += 1
            letters += name in LETTERS
    pieces.append(markup[kept:])
    return "".join(pieces)
