"""The pieces of text that the recogniser works with: blocks with what was seen of the space and pages around them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from newsletters.parsing import vocabulary
from newsletters.parsing.blocks import Block, BlockKind, Link

SIGN = re.compile(r"^[•·▪●○◦‣➢►❖*+–-]\s+(?=\S)")
FEWEST_SIGNED = 3
SIGNED_WORDS = 20
NUMBERED = re.compile(r"\d{1,2}[.)]\s")
# A sentence ends in one of the first, perhaps with some of the others behind it.
SENTENCE_ENDS = (".", "!", "?", "…")
CLOSERS = "\"'’”»)]"
ABBREVIATION = re.compile(r"(?i)\b(?:e\.a|o\.a|b\.v|n\.v|e\.d|etc|c\.s|m\.b\.t|i\.v\.m|a\.d)\.$")
LONGEST_ABBREVIATION = 10
CALL_WORDS = 14
CALL = re.compile(
    r"(?:" + "|".join(re.escape(words) for words in sorted(vocabulary.CALLS, key=len, reverse=True)) + r")\b"
)
PAGE_NUMBER = re.compile(r"(?i)[-–—|\s]*(pagina|page|blz\.?|p\.)?\s*\d{1,3}(\s*(?:van|of)\s*\d{1,3})?[-–—|\s]*$")
QUOTES = "'\"‘’“”„‚«»`´*_"
# Of the two ways to take them out each is the quickest for some texts.
QUOTE = re.compile(f"[{QUOTES}]+")
WITHOUT_QUOTES = str.maketrans("", "", QUOTES)
ACCENTS = re.compile("[\u0300-\u036f]+")
ARROWS = " \t>»›→➔➜▸▶<«‹|•·-–:.!"


class Gap(IntEnum):
    """The space above a unit."""

    NONE = 0
    LINE = 1
    WIDE = 2
    PAGE = 3


class Part(StrEnum):
    """What a unit may be for sure."""

    RUBRIC = "rubric"
    TITLE = "title"
    TEXT = "text"


@dataclass(slots=True, kw_only=True)  # a frozen one takes several times as long to make
class Unit:
    """One paragraph, list item or short line; never changed. page counts the groups of links above it;
    is_row: its lines are the cells of a row in columns; part is what it is for sure, where more than its looks tells.

    What is asked again and again is told once, from the text and its lines: folded, to compare with; words, how many;
    short: one line or a line and a bit, that may be a title, theme or call to action; sentence: it ends as a sentence
    ends; flat: it ends with a full stop, as hardly any title does; is_call: its words are those of a call to action;
    is_body: it is a paragraph or list item, told by its look alone.
    """

    text: str
    lines: tuple[str, ...]
    gap: Gap
    page: int = 0
    bullet: bool = False
    goes_on: bool = False
    is_row: bool = False
    part: Part | None = None
    links: tuple[Link, ...] = ()
    first_line: int | None = None
    last_line: int | None = None
    folded: str = field(init=False)
    words: int = field(init=False)
    short: bool = field(init=False)
    sentence: bool = field(init=False)
    flat: bool = field(init=False)
    is_call: bool = field(init=False)
    is_body: bool = field(init=False)

    def __post_init__(self) -> None:
        text, lines = self.text, len(self.lines)
        folded, words = fold(text), len(text.split())
        bare = text.rstrip(CLOSERS)
        sentence = bare.endswith(SENTENCE_ENDS) and not ABBREVIATION.search(text[-LONGEST_ABBREVIATION:])
        is_call = words <= CALL_WORDS and bool(CALL.match(folded))
        is_body = (
            self.bullet
            or lines >= 3
            or (lines == 2 and (sentence or words > 24))
            or (lines == 1 and words > 16)
            or (sentence and words >= 5 and not is_call)
        )
        self.folded = folded
        self.words = words
        self.short = not self.bullet and lines <= 2 and words <= 30 and len(text) <= 200
        self.sentence = sentence
        self.flat = sentence and bare.endswith(".") and not bare.endswith("...")
        self.is_call = is_call
        self.is_body = is_body


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The links gathered at one page end."""

    links: tuple[Link, ...]
    number: int


@dataclass(slots=True)
class Layout:
    """All units, and the gathered links by page."""

    units: list[Unit] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


def fold(text: str) -> str:
    """text in lower case without accents, quotes, arrows and outer punctuation, to compare with."""
    if text.isascii():
        text = text.translate(WITHOUT_QUOTES)
    else:
        text = ACCENTS.sub("", unicodedata.normalize("NFKD", QUOTE.sub("", text)))
    return " ".join(text.casefold().split()).strip(ARROWS)


def holds(text: str, pieces: Iterable[str]) -> bool:
    """Whether one of the pieces stands in text, be it within a word."""
    return any(map(text.__contains__, pieces))


def shortest(pieces: Iterable[str]) -> tuple[str, ...]:
    """The pieces without those that hold another one: for holds they tell nothing more."""
    whole = tuple(dict.fromkeys(pieces))
    return tuple(piece for piece in whole if not any(other in piece for other in whole if other != piece))


def make_unit(block: Block, gap: Gap, page: int) -> Unit:
    return Unit(
        text=block.text,
        lines=block.lines or (block.text,),
        gap=gap,
        page=page,
        bullet=block.kind is BlockKind.LIST_ITEM,
        is_row=block.kind is BlockKind.ROW,
        goes_on=block.goes_on,
        links=block.links,
        first_line=block.first_line,
        last_line=block.last_line,
    )


def lay_out(blocks: Iterable[Block]) -> Layout:
    """The units and pages of blocks; a paragraph that runs on over a page end is one unit."""
    layout = Layout()
    runs: list[list[Unit]] = []
    gap = Gap.WIDE
    for block in without_page_numbers(list(blocks)):
        if block.kind is BlockKind.PAGE_BREAK:
            gap = gap if gap is Gap.WIDE else Gap.PAGE
        elif block.kind is BlockKind.SECTION_BREAK:
            gap = Gap.WIDE
        elif block.kind is BlockKind.LINKS:
            layout.pages.append(Page(links=block.links, number=len(layout.pages)))
        elif block.text or block.links:
            above = Gap.LINE if gap is Gap.NONE and (block.space_before or 0) > 0 else gap
            unit = make_unit(block, above, len(layout.pages))
            if runs and runs_on(runs[-1], unit):
                runs[-1].append(unit)
            else:
                runs.append([unit])
            gap = Gap.NONE
    layout.units = with_numbered_titles([joined(run) if len(run) > 1 else run[0] for run in runs])
    return layout


def with_numbered_titles(units: list[Unit]) -> list[Unit]:
    """The units, of which a numbered line that stands alone above a text is no item of a list.

    Neither is one with a sign before it, where several stand so; right on top of their texts only with a link below.
    """
    found = list(units)
    bullets = [i for i, unit in enumerate(units) if unit.bullet]
    signed: list[int] = []
    for i in bullets:
        unit, behind = units[i], units[i + 1 : i + 2]
        if unit.flat or any(near.bullet for near in [*units[max(0, i - 1) : i], *behind]):
            continue
        if NUMBERED.match(unit.text):
            found[i] = replace(unit, bullet=False)
            continue
        heads = bool(behind) and behind[0].is_body and unit.words <= SIGNED_WORDS
        if heads and (behind[0].gap is not Gap.NONE or has_link_below(units, i)):
            signed.append(i)
    if len(signed) >= FEWEST_SIGNED and 2 * len(signed) > len(bullets):
        for i in signed:
            found[i] = replace(units[i], text=SIGN.sub("", units[i].text, count=1), bullet=False)
    return found


def has_link_below(units: list[Unit], place: int) -> bool:
    """Whether a line that stands apart has a link in what follows, before another such line begins.

    Of the last such line it is not known.
    """
    above = units[place]
    if above.gap is Gap.NONE or above.sentence or above.links:
        return False
    for i in range(place + 1, len(units)):
        unit = units[i]
        if unit.links or unit.page > above.page:
            return True
        if unit.bullet:
            return False
    return True


def without_page_numbers(blocks: list[Block]) -> Iterator[Block]:
    """blocks without "Pagina 2 van 5", and without a bare number where a page begins or ends."""
    texts = [block for block in blocks if block.kind is not BlockKind.SECTION_BREAK]
    numbers = set()
    for i, block in enumerate(texts):
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and (match := PAGE_NUMBER.match(block.text)):
            beside = texts[max(0, i - 1) : i] + texts[i + 1 : i + 2]
            if match[1] or match[2] or any(near.kind in (BlockKind.LINKS, BlockKind.PAGE_BREAK) for near in beside):
                numbers.add(id(block))
    return (block for block in blocks if id(block) not in numbers)


def runs_on(run: list[Unit], second: Unit) -> bool:
    """Whether second is the rest of a sentence that page ends cut in pieces."""
    if second.gap is not Gap.PAGE or run[-1].sentence or second.bullet or len(run[0].text) < 40:
        return False
    return second.goes_on or second.text[:1].islower()


def joined(run: list[Unit]) -> Unit:
    """Several units as one paragraph."""
    return replace(
        run[0],
        text=" ".join(unit.text for unit in run),
        lines=tuple(line for unit in run for line in unit.lines),
        links=tuple(link for unit in run for link in unit.links),
        page=run[-1].page,
        last_line=run[-1].last_line,
    )


def pairs(units: list[Unit]) -> Iterator[tuple[Unit, Unit | None]]:
    """Each unit with the one that follows it."""
    for i, unit in enumerate(units):
        yield unit, units[i + 1] if i + 1 < len(units) else None
