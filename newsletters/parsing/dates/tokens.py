"""Running text as numbers, words and signs with their places: what the date grammar reads."""

import re
import unicodedata
from collections.abc import Iterator
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


class Token(NamedTuple):
    """One number, word or sign. text is lower case without accents; number None: no number of at most 4 digits.

    gap says that there is white space in front, lines how many line ends that holds.
    """

    text: str
    raw: str
    begin: int
    finish: int
    gap: bool
    lines: int
    is_word: bool = False
    is_number: bool = False
    number: int | None = None

    @property
    def capital(self) -> bool:
        """Whether it is a word that begins with a capital."""
        return self.is_word and self.raw[0].isupper()


_OUTSIDE = Token("", "", 0, 0, gap=True, lines=2)


class Tokens(dict[int, Token]):
    """The tokens of a text by their place; at any other place, as outside the text, stands a token that is nothing."""

    __slots__ = ()

    def __missing__(self, place: int) -> Token:
        return _OUTSIDE

    def texts(self, begin: int, finish: int) -> tuple[str, ...]:
        """The words from begin up to finish."""
        return tuple([self[place].text for place in range(max(begin, 0), min(finish, len(self)))])


def fold(word: str) -> str:
    """Lower case, without accents and invisible signs."""
    lowered = word.casefold()
    if lowered.isascii():
        return lowered
    pieces = (lowered[at : at + _PIECE] for at in range(0, len(lowered), _PIECE))
    return _INVISIBLE.sub("", "".join(unicodedata.normalize("NFKD", piece) for piece in pieces))


def tokenize(text: str) -> Tokens:
    """The tokens of text, in order."""
    return Tokens(enumerate(_tokens(text)))


def is_glued_number(tokens: Tokens, place: int) -> bool:
    """Whether a number stands here without white space in front."""
    return tokens[place].is_number and not tokens[place].gap


def _tokens(text: str) -> Iterator[Token]:
    gap, lines = True, 2
    for match in _TOKEN.finditer(text):
        raw, kind = match[0], match.lastgroup
        if kind == "skip":
            gap, lines = True, raw.count("\n")
            continue
        begin, finish = match.span()
        if kind == "word":
            # Most words are plain: those need no more than this.
            folded = raw.casefold() if raw.isascii() else fold(raw)
            folded = folded if len(raw) <= _LONGEST_WORD else raw[:1]
            yield Token._make((folded, raw, begin, finish, gap, lines, True, False, None))
        elif kind == "number":
            number = int(raw) if len(raw) <= _LONGEST_NUMBER else None
            yield Token(raw, raw, begin, finish, gap, lines, is_number=True, number=number)
        else:
            yield Token(_SIGNS.get(raw, raw), raw, begin, finish, gap, lines)
        gap, lines = False, 0
