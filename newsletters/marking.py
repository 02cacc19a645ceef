"""Shows in a text the words that were searched for."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from newsletters.search import Term, fold, stems

_PIECES = re.compile(r"([^\W_]+)")
AROUND = 8  # words before the first hit that a cut-out begins with


def marked(text: str, terms: Iterable[Term]) -> SafeString:
    """The text, safe for a page, with each word that a term finds in <mark>."""
    wanted = [term for term in terms if not term.is_excluded]
    pieces = _PIECES.split(text)
    hits = _hits(pieces, wanted)
    return mark_safe(  # noqa: S308 - each piece is escaped
        "".join(
            format_html("<mark>{}</mark>", piece) if number in hits else escape(piece)
            for number, piece in enumerate(pieces)
        )
    )


def cut_out(text: str, terms: Iterable[Term], *, words: int) -> SafeString:
    """So many words of the text from a little before the first hit, marked."""
    wanted = [term for term in terms if not term.is_excluded]
    parts = text.split()
    if len(parts) <= words:
        return marked(" ".join(parts), wanted)
    found = (place for place, part in enumerate(parts) if _hits(_PIECES.split(part), wanted, is_rough=True))
    start = max(0, min(next(found, 0) - AROUND, len(parts) - words))
    before, after = "… " if start else "", " …" if start + words < len(parts) else ""
    return mark_safe(f"{before}{marked(' '.join(parts[start : start + words]), wanted)}{after}")  # noqa: S308


@lru_cache(maxsize=50_000)
def _stem_of(word: str) -> str:
    return "".join(stems(fold(word)))


def _hits(pieces: list[str], terms: list[Term], *, is_rough: bool = False) -> set[int]:
    """Which pieces are hits; every second piece is a word. is_rough: one word of a phrase is enough."""
    found: set[int] = set()
    places = list(range(1, len(pieces), 2))
    written = [_stem_of(pieces[place]) for place in places]
    for term in terms:
        size = 1 if is_rough else len(term.stems)
        for start in range(len(written) - size + 1):
            if size == 1:
                if term.finds(written[start]):
                    found.add(places[start])
            elif tuple(written[start : start + size]) == term.stems:
                found.update(places[start : start + size])
    return found
