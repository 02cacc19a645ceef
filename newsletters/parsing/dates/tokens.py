"""Running text as numbers, words and signs with their places: what the date grammar reads."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

# Each sign is read once and in one way, so the time is linear in the length of the text.
_TOKEN = re.compile(
    r"(?P<number>\d+)|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u00ad\u200b-\u200d])*)"
    r"|(?P<skip>[\s\u00ad\u200b-\u200f\u2060\ufeff]+)|(?P<sign>.)",
    re.DOTALL,
)
_LONGEST_NUMBER = 4  # digits; a longer number is no part of a date
_LONGEST_WORD = 24  # letters; a longer word is in no vocabulary, so it need not be folded
_SIGNS = {"‘": "'", "’": "'", "`": "'", "´": "'", "‑": "-", "‐": "-", "−": "-", "\u2044": "/", "—": "–"}
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d]")
_PIECE = 256  # signs; putting a row of accents in order takes time quadratic in its length


class Kind(Enum):
    """What a token is made of; OUTSIDE stands before the first and behind the last."""

    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"
    OUTSIDE = "outside"


class Token(NamedTuple):
    """One number, word or sign. text is lower case without accents; number None: no number of at most 4 digits.

    gap says that there is white space in front, lines how many line ends that holds.
    """

    kind: Kind
    text: str
    raw: str
    begin: int
    finish: int
    gap: bool
    lines: int
    number: int | None = None

    @property
    def is_number(self) -> bool:
        return self.kind is Kind.NUMBER

    @property
    def is_word(self) -> bool:
        return self.kind is Kind.WORD

    @property
    def capital(self) -> bool:
        """Whether it is a word that begins with a capital."""
        return self.is_word and self.raw[0].isupper()


_OUTSIDE = Token(Kind.OUTSIDE, "", "", 0, 0, gap=True, lines=2)


class Tokens(Sequence[Token]):
    """The tokens of a text; outside it, at any index, stands a token that is nothing."""

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[Token]) -> None:
        self._items = tuple(items)
        self._length = len(self._items)

    def __getitem__(self, index: int) -> Token:  # type: ignore[override]
        return self._items[index] if 0 <= index < self._length else _OUTSIDE

    def __len__(self) -> int:
        return self._length

    def texts(self, begin: int, finish: int) -> tuple[str, ...]:
        """The words from begin up to finish."""
        return tuple(token.text for token in self._items[max(begin, 0) : max(finish, 0)])


def fold(word: str) -> str:
    """Lower case, without accents and invisible signs."""
    lowered = word.casefold()
    if lowered.isascii():
        return lowered
    pieces = (lowered[at : at + _PIECE] for at in range(0, len(lowered), _PIECE))
    return _INVISIBLE.sub("", "".join(unicodedata.normalize("NFKD", piece) for piece in pieces))


def tokenize(text: str) -> Tokens:
    """The tokens of text, in order."""
    return Tokens(_tokens(text))


def is_glued_number(tokens: Tokens, place: int) -> bool:
    """Whether a number stands here without white space in front."""
    return tokens[place].is_number and not tokens[place].gap


def _tokens(text: str) -> Iterator[Token]:
    gap, lines = True, 2
    for match in _TOKEN.finditer(text):
        raw, begin, finish = match.group(), match.start(), match.end()
        if match.lastgroup == "skip":
            gap, lines = True, raw.count("\n")
            continue
        if match.lastgroup == "number":
            number = int(raw) if len(raw) <= _LONGEST_NUMBER else None
            yield Token(Kind.NUMBER, raw, raw, begin, finish, gap, lines, number)
        elif match.lastgroup == "word":
            folded = fold(raw) if len(raw) <= _LONGEST_WORD else raw[:1]
            yield Token(Kind.WORD, folded, raw, begin, finish, gap, lines)
        else:
            yield Token(Kind.SIGN, _SIGNS.get(raw, raw), raw, begin, finish, gap, lines)
        gap, lines = False, 0
