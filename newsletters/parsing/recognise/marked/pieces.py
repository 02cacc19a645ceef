"""The pieces of a marked-up newsletter: units with the look of their letters, and what each may be by itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from newsletters.parsing import links, vocabulary
from newsletters.parsing.blocks import Block, BlockKind, Link
from newsletters.parsing.dates import find_dates
from newsletters.parsing.recognise.agenda_lines import announced
from newsletters.parsing.recognise.announcing import is_day_line
from newsletters.parsing.recognise.furniture import is_service_line
from newsletters.parsing.recognise.marked.rows import without_rows
from newsletters.parsing.recognise.units import Gap, Unit, joined, make_unit, runs_on, without_page_numbers

LINE_LENGTH = 80
BULLET = re.compile(r"[•·▪●○◦‣➢►❖*+–-]\s+(?=\S)")
LARGER = 1.12
TITLE_WORDS = 30
TITLE_LENGTH = 200
LINK_WORDS = 2  # a link of fewer words is no title by itself
CALL_WORDS = 6
MOST_CALL_WORDS = 14
FLAT_WORDS = 9  # a large or bold line of so many words that ends in a full stop is a text
DATE_WORDS = 14
CAPITALS_WORDS = 6  # a line in capitals, in a text without letters of other sizes
BEFORE_WORDS = 3  # what stands before a headline: its day, its time
BESIDE_WORDS = 6  # what stands beside a title in bold: a day, a source
WORD = re.compile(r"[^\W\d_]{2,}")
# What may stand beside a day without making more of it than a day.
BESIDE_DAY = frozenset((
    "uur", "tot", "van", "om", "en", "op", "t/m", "tijd", "datum", "wanneer", "vanaf", "u", "h", "online", "am", "pm",
    "to", "from", "at", "de", "het", "le", "du", "au", "à", "heures",
))  # fmt: skip
COLUMNS = frozenset((
    "datum", "tijd", "wanneer", "onderwerp", "titel", "wat", "activiteit", "bijeenkomst", "evenement", "locatie",
    "plaats", "waar", "date", "time", "subject", "event", "what", "when", "where", "location", "lieu", "heure",
))  # fmt: skip
CLOSING = re.compile(
    r"(?i)(?:met )?(?:vriendelijke|hartelijke|warme) groet|(?:hoogachtend|groeten?,|kind regards|best regards|"
    r"yours sincerely|cordialement|bien à vous)"
)
GREETING = re.compile(
    r"(?i)(?:beste|geachte|dear|hallo|goedemorgen|goedemiddag|bonjour|cher|chère|madame|mesdames|monsieur|messieurs|"
    r"liebe|sehr geehrte)\b.{0,60},?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a piece may be a title: rank is how much it stands out; kind is heading, large, bold, link or lead."""

    kind: str
    rank: float
    level: int = 0
    size: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One unit. look is None for what can be no title; title is what of the text the title would be.

    call: a line that is clicked. day: a line that tells a day, or a day and a time, and little more.
    listed: a line that begins with its day, as in a list of what is to come; title is then what follows it.
    spare is the look of a call that might be a title after all: "Open brief aan de minister".
    """

    unit: Unit
    look: Look | None = None
    spare: Look | None = None
    title: str = ""
    call: bool = False
    day: bool = False
    listed: bool = False
    size: float = 1.0
    bold: bool = False
    lead: str = ""  # what a paragraph begins with in bold letters

    @property
    def picture(self) -> bool:
        """A picture to click on, without words."""
        return not self.unit.text

    @property
    def column(self) -> bool:
        """The name of a column in an agenda."""
        return self.unit.folded in COLUMNS

    @property
    def body(self) -> bool:
        """A text, as no title, call or picture is."""
        return self.look is None and not self.call and not self.picture


def make_pieces(blocks: Iterable[Block]) -> list[Piece]:
    """The pieces of blocks, in order."""
    pieces: list[Piece] = []
    gap = Gap.WIDE
    page = 0
    for block in without_page_numbers(with_whole_days(without_rows(list(blocks)))):
        if block.kind is BlockKind.PAGE_BREAK:
            gap = gap if gap is Gap.WIDE else Gap.PAGE
        elif block.kind is BlockKind.SECTION_BREAK:
            gap = Gap.WIDE
        elif block.kind is BlockKind.LINKS:
            page += 1
        elif block.text or block.links:
            piece = make_piece(block, gap, page)
            above = pieces[-1] if pieces else None
            if above is not None and above.look is None and runs_on([above.unit], piece.unit):
                pieces[-1] = replace(above, unit=joined([above.unit, piece.unit]))
            else:
                pieces.append(under(above, piece))
            gap = Gap.LINE
    return pieces


def with_whole_days(blocks: list[Block]) -> list[Block]:
    """The blocks with each day whose number and month stand below each other, as on a calendar, on one line."""
    found: list[Block] = []
    for block in blocks:
        above = found[-1].text if found else ""
        if above.isdecimal() and len(above) <= 2 and month_of(block.text):
            found[-1] = replace(found[-1], text=f"{above} {block.text}", lines=(), size=1.0, is_bold=False)
        elif block.text.isdecimal() and len(block.text) <= 2 and month_of(above):
            found[-1] = replace(block, text=f"{block.text} {above}", lines=(), size=1.0, is_bold=False)
        else:
            found.append(block)
    return found


def month_of(text: str) -> bool:
    """Whether text is the name of a month, and nothing else but its year."""
    name, _, year = text.partition(" ")
    return bool(name) and name.casefold().rstrip(".") in vocabulary.MONTHS and (not year or year.isdecimal())


def under(above: Piece | None, piece: Piece) -> Piece:
    """A piece below another: where both lead to the same page, the upper is the title and the lower its text."""
    if above is None or piece.look is None or above.picture:
        return piece
    if piece.look.kind not in ("link", "lead") and (above.look is None or above.look.rank <= piece.look.rank):
        return piece
    same = {link.url for link in above.unit.links} & {link.url for link in piece.unit.links}
    return replace(piece, look=None, title="") if same else piece


def make_piece(block: Block, gap: Gap, page: int) -> Piece:
    if block.size is None and (sign := BULLET.match(block.text)):
        block = replace(block, text=block.text[sign.end() :])
    if len(block.lines) > 1 and is_notice_of_event(block.lines):
        block = replace(block, text="\n".join(block.lines))
    unit = make_unit(block, gap, page)
    if not unit.text:
        return Piece(unit=unit, call=any(replace(unit, text=link.text).is_call for link in block.links))
    size = block.size or 1.0
    stands_out = block.kind is BlockKind.HEADING or block.is_bold or size >= LARGER or is_linked(unit)
    day = is_day(unit, others=0 if stands_out else 1)
    call = not day and is_pressed(unit, block)
    look = None if call or day else look_of(unit, block)
    title = unit.text
    if look is not None and (look.kind == "lead" or block.lead):
        linked = block.links and unit.text.startswith(block.links[0].text) and is_title_link(block.links[0])
        title = block.links[0].text if linked else block.lead.rstrip(" :.–—-")
    listed = "" if call or day or look is not None else announced_in(unit)
    if not (call or day) and look is None and is_behind_number(unit):
        look, title = Look(kind="lead", rank=10.05, level=int(unit.bullet)), unit.links[0].text
    return Piece(
        unit=unit,
        look=look,
        spare=look_of(unit, block) if call and unit.words > LINK_WORDS else None,
        title=listed or title,
        call=call,
        day=day,
        listed=bool(listed),
        size=size,
        bold=block.is_bold,
        lead=block.lead if unit.text.startswith(block.lead) else "",
    )


def is_notice_of_event(lines: tuple[str, ...]) -> bool:
    """Whether short lines were broken on purpose, one of them being a day."""
    return all(len(line) <= LINE_LENGTH for line in lines) and any(is_day_line(line) for line in lines)


def look_of(unit: Unit, block: Block) -> Look | None:
    """How a unit may be a title; None where it can be none."""
    if not WORD.search(unit.text) or is_service_line(unit) or CLOSING.match(unit.text) or unit.folded in COLUMNS:
        return None
    size = round(block.size or 1.0, 1)
    short = unit.words <= TITLE_WORDS and len(unit.text) <= TITLE_LENGTH
    if short and block.kind is BlockKind.HEADING and block.level:
        rank = size * 10 + (7 - block.level) * 0.5 + 0.3
        return Look(kind="heading", rank=rank, level=block.level, size=size)
    if short and not unit.bullet and not GREETING.match(unit.text) and not (unit.flat and unit.words >= FLAT_WORDS):
        if (block.size or 1.0) >= LARGER:
            return Look(kind="large", rank=size * 10 + 0.3 * block.is_bold, level=int(block.is_bold), size=size)
        if block.is_bold and not unit.text.endswith(","):
            return Look(kind="bold", rank=size * 10 + 0.3, size=size)
    if block.size is None and not block.links and unit.text.isupper() and unit.words <= CAPITALS_WORDS:
        return Look(kind="large", rank=11.0)
    return clicked_look(unit, block, size, short=short) or bold_start(unit, block, size)


def clicked_look(unit: Unit, block: Block, size: float, *, short: bool) -> Look | None:
    """How a unit that begins with a link, or is one, may be a title."""
    if block.links and unit.text.startswith(block.links[0].text) and is_title_link(block.links[0]):
        whole = is_linked(unit)
        if whole and short and unit.bullet:
            return Look(kind="lead", rank=10.05, level=1)
        if whole and short:
            return Look(kind="link", rank=size * 10 + 0.1, size=size)
        if not whole and letters(unit.text.removeprefix(block.links[0].text)):
            # Digests set one line larger than another; their link is what they have in common.
            return Look(kind="lead", rank=10.05, level=int(unit.bullet))
    return None


def bold_start(unit: Unit, block: Block, size: float) -> Look | None:
    """How a unit that begins in bold letters may be a title: in a list, or with little beside it."""
    if unit.text.startswith(block.lead) and LINK_WORDS <= len(block.lead.split()) <= TITLE_WORDS:
        if unit.bullet:
            return Look(kind="lead", rank=10.05, level=1)
        if len(unit.text.removeprefix(block.lead).split()) <= BESIDE_WORDS and not unit.sentence:
            return Look(kind="bold", rank=size * 10 + 0.3, size=size)
    return None


def is_behind_number(unit: Unit) -> bool:
    """Whether a line is a headline to click on behind a day or number: "12/06 - Cantines et taxe"."""
    if len(unit.links) != 1 or not is_title_link(unit.links[0]) or not unit.text.endswith(unit.links[0].text):
        return False
    before = unit.text.removesuffix(unit.links[0].text).split()
    return 0 < len(before) <= BEFORE_WORDS and any(map(str.isdigit, before[0]))


def is_title_link(link: Link) -> bool:
    """Whether the words of a link may be a title."""
    words = link.text.split()
    return LINK_WORDS <= len(words) <= TITLE_WORDS and "@" not in link.text and not link.url.startswith("mailto:")


def is_linked(unit: Unit) -> bool:
    """Whether all words of a unit are links."""
    return bool(unit.links) and letters(unit.text) <= sum(letters(link.text) for link in unit.links) + 2


def letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def is_pressed(unit: Unit, block: Block) -> bool:
    """Whether a unit is a line to click on, by its words and link: "Lees meer"; no heading is."""
    if block.kind is BlockKind.HEADING or unit.words > MOST_CALL_WORDS:
        return False
    if not is_linked(unit):
        # Its link was lost on the way; a longer line may be any sentence.
        plain = not (unit.links or block.is_bold or unit.bullet or unit.sentence) and (block.size or 1.0) < LARGER
        return plain and unit.words <= CALL_WORDS and unit.is_call
    if all(links.is_service_link(link.url, link.text) for link in unit.links):
        return True
    if unit.words < LINK_WORDS and (block.size or 1.0) < LARGER and not block.is_bold:
        return True
    return unit.is_call and (unit.words <= CALL_WORDS or not (block.is_bold or (block.size or 1.0) >= LARGER))


def is_day(unit: Unit, *, others: int) -> bool:
    """Whether a line tells a day and little more, at most so many other words: "12 juni 2025, 19.30 uur"."""
    if unit.words > DATE_WORDS or not any(char.isdigit() for char in unit.text):
        return False
    left = unit.text
    found = find_dates(unit.text, reference=None)
    if not found:
        return False
    for day in reversed(found):
        left = left[: day.begin] + " " + left[day.finish :]
    return sum(word.casefold() not in BESIDE_DAY for word in WORD.findall(left)) <= others


def announced_in(unit: Unit) -> str:
    """What a line of a list announces behind its day; the words of its link where it has one."""
    name = announced(unit.text)
    return name and next((link.text for link in unit.links if is_title_link(link)), name)
