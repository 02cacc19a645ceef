"""Small labels: the short line above or below each title that names its theme, with few words in all."""

from collections import Counter
from collections.abc import Callable

from newsletters.parsing.recognise.evidence import may_be_theme
from newsletters.parsing.recognise.marked.pieces import Piece, is_linked

LABEL_WORDS = 6
SMALLER = 0.95


def find_labels(pieces: list[Piece]) -> frozenset[int]:
    """The places of the labels among pieces."""
    below = accept(pieces, [i for i in range(1, len(pieces)) if is_below(pieces, i)], lambda i: i - 1)
    above = accept(
        pieces, [i for i in range(len(pieces) - 1) if i not in below and is_above(pieces, i)], lambda i: i + 1
    )
    return below | above


def may_label(piece: Piece) -> bool:
    unit = piece.unit
    return (
        not piece.picture
        and not piece.call
        and not piece.day
        and unit.words <= LABEL_WORDS
        and may_be_theme(unit)
        and not unit.is_call
        and not is_linked(unit)
    )


def is_below(pieces: list[Piece], place: int) -> bool:
    """Whether a short line stands between a title that stands out more and a text."""
    title, label = pieces[place - 1], pieces[place]
    behind = pieces[place + 1] if place + 1 < len(pieces) else None
    if behind is None or not behind.body or behind.day or may_label(behind):
        return False
    return may_label(label) and is_more(title, label)


def is_above(pieces: list[Piece], place: int) -> bool:
    """Whether a short line stands right above a title that stands out more, with something else behind it."""
    label, title = pieces[place], pieces[place + 1]
    if not may_label(label) or not is_more(title, label) or title.unit.gap > label.unit.gap:
        return False
    behind = pieces[place + 2] if place + 2 < len(pieces) else None
    return behind is not None and (behind.body or behind.call)


def is_more(title: Piece, label: Piece) -> bool:
    """Whether one piece stands out more than another."""
    if title.look is None:
        return False
    return label.look is None or title.look.rank > label.look.rank


def accept(pieces: list[Piece], places: list[int], title_of: Callable[[int], int]) -> frozenset[int]:
    """Those of the places that hold labels: words that come again, and others that look the same in the same place."""
    said = Counter(pieces[i].unit.folded for i in places)
    again = [i for i in places if said[pieces[i].unit.folded] >= 2]
    looks = Counter(key(pieces[i], pieces[title_of(i)]) for i in again)
    titles = Counter(piece.look for piece in pieces if piece.look is not None)
    found = {i for i in places if looks[key(pieces[i], pieces[title_of(i)])] >= 2}
    beside = Counter(pieces[title_of(i)].look for i in places)
    for i in places:
        title = pieces[title_of(i)].look
        same = beside[title]
        # Without words that come again: most titles have such a line, and it does not look like a heading.
        if (
            (pieces[i].look is None or pieces[i].size < SMALLER)
            and same >= 3
            and title is not None
            and 5 * same >= 3 * titles[title]
        ):
            found.add(i)
    return frozenset(found)


def key(label: Piece, title: Piece) -> tuple[float, bool, object]:
    return (label.size, label.bold, title.look)
