"""Hard-wrapped lines: where the edge was, and which lines belong together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from newsletters.parsing import vocabulary

BULLET = re.compile(r"(?:[•·▪●○◦‣➢►❖*+–-]|o|\d{1,2}[.)])\s+(?=\S)")
ENDS_SENTENCE = re.compile(r"[.!?…:][\"'’”»)\]]*$")
SENTENCE_WITHIN = re.compile(r"\w{2}[.!?][\"'’”)]* +[\"'‘“(]*[A-Z0-9]")
WORD = re.compile(r"\S+")
BROKEN_WORD = re.compile(r"\w[-/]$")
ENDS_SOMEHOW = re.compile(r"[.!?…]\W*$")
# Signs at the end of a line that are looked at.
TAIL = 40
JOINERS = ("en", "of", "dan", "tot", "und", "and", "or", "et")

# Every letter that is narrower or wider than most as one that stands for its kind. All are in CHARSET: bytes are
# much quicker to translate and to count.
CHARSET = "cp1252"
LARGE = "ABCDEFGHIJKLNOPQRSTUVXYZÀÁÂÄÇÈÉÊËÌÍÎÏÑÒÓÔÖÙÚÛÜ"
NARROW = "ijltfrI.,;:!|'’‘()[]/- "
WIDE = "mwMW@%—&"
KINDS = bytes.maketrans(
    (LARGE + NARROW + WIDE).encode(CHARSET), b"A" * len(LARGE) + b"i" * len(NARROW) + b"w" * len(WIDE)
)
# A line as long as this was not wrapped at all.
LONGEST_LINE = 400
# Widths are rough: a line that breaks off in mid-sentence need not come quite as far.
NEARLY_FULL = 0.88


def continues(first: str, second: str) -> bool:
    """Whether second can only be the rest of the sentence that first began."""
    return second[:1].islower() and not ENDS_SENTENCE.search(first) and not BULLET.match(second)


def breaks_off(line: str) -> bool:
    """Whether line ends in the middle of a sentence: in a word or sign that joins, or after a whole sentence."""
    if ENDS_SENTENCE.search(line):
        return False
    last = line.rsplit(" ", 1)[-1].casefold()
    return line.endswith((",", "&")) or last in vocabulary.UNFINISHED or bool(SENTENCE_WITHIN.search(line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where lines were wrapped. width 0: they were not. even: all letters count as equally wide."""

    width: float = 0.0
    even: bool = False

    def reach(self, first: str, second: str) -> float:
        """How far the line would come, 1.0 for the edge, if the first word of second stood on it too; 0 if unknown."""
        if not self.width:
            return 0.0
        word = WORD.match(second)
        return self.measure(f"{first} {word[0] if word else ''}") / self.width

    def is_full(self, first: str, second: str) -> bool:
        """Whether second begins a new line only because it did not fit on the first."""
        return self.is_past(self.reach(first, second))

    def is_past(self, reach: float) -> bool:
        """Whether a line that would come so far does not fit."""
        return reach > (1.0 if self.even else 0.97)

    def measure(self, text: str) -> float:
        return len(text) if self.even else width_of(text)


def find_edge(pairs: Iterable[tuple[str, str]]) -> Edge:
    """The edge, from those pairs of touching lines in which a sentence goes on in a small letter."""
    wrapped = [(first, second) for first, second in pairs if len(first) < LONGEST_LINE and continues(first, second)]
    if len(wrapped) < 2:
        return Edge()
    even = Edge(width=max(len(first) for first, _ in wrapped), even=True)
    if sum(even.is_full(first, second) for first, second in wrapped) >= 0.95 * len(wrapped):
        return even
    widths = sorted(width_of(first) for first, _ in wrapped)
    return Edge(width=widths[-1 - len(widths) // 50])


def width_of(text: str) -> float:
    """How wide text is in a proportional font, counted in rough letters."""
    kinds = text.encode(CHARSET, "replace").translate(KINDS)
    return len(text) - 0.45 * kinds.count(b"i") + 0.5 * kinds.count(b"w") + 0.25 * kinds.count(b"A")


def wraps(part: list[str], second: str, following: str | None, edge: Edge) -> bool:
    """Whether the line second is the rest of the paragraph whose lines are in part; following is the line below it."""
    first = part[-1]
    if not first or not second:
        return True
    reach = edge.reach(first, second)
    full = edge.is_past(reach) or (reach > NEARLY_FULL and breaks_off(first))
    if BULLET.match(second) and not (full and second[0] in "–-o"):
        return False
    if continues(first, second):
        return not edge.width or reach >= 0.6
    if not full:
        return False
    # A long title just above a short line of its own (a theme) looks like a wrapped line, but is none.
    goes_on = following is not None and (continues(second, following) or edge.is_full(second, following))
    return goes_on or len(part) > 1 or breaks_off(first) or bool(ENDS_SOMEHOW.search(second[-TAIL:]))


def join_lines(texts: Iterable[str]) -> str:
    """Wrapped lines as one; a word that was broken at its own hyphen is made whole, "bestuurs- en" is not touched."""
    pieces: list[str] = []
    above = ""
    for text in texts:
        broken = BROKEN_WORD.search(above[-2:]) and text[:1].isalnum() and text.split(" ", 1)[0] not in JOINERS
        if pieces and not broken:
            pieces.append(" ")
        pieces.append(text)
        above = text
    return "".join(pieces)
