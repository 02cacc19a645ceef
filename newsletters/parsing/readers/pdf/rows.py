"""From runs of letters to pieces of lines: what stands on one height without a wide gap."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from statistics import median

from newsletters.parsing.readers.pdf.pages import Anchor, Box, Page, Run, Shape, ShapeKind

SAME_ROW = 0.5  # of the smaller letters: superscripts stand higher, the next line stands lower
WORD_GAP = 0.12  # of the letters' size: less is no space
PIECE_GAP = 1.0  # more is another column, cell or label
LOOSE_GAP = 0.6  # the same between runs that were not drawn one after the other
BULLET_GAP = 4.0
DOT_REACH = 2.4
MARK = re.compile(r"\s*(?:[•·▪●○◦‣➢►❖*+–-]|o|\d{1,2}[.)])\s*$")
DOT_MARK = "• "
LARGEST = 40.0  # points above the baseline at which a bullet may stand
MOST_BESIDE = 40
NEAR_PICTURES = 12
MOST_SPREAD = 12
FEWEST_LETTERS = 5
SAME_EDGE = 2.5
SPREAD_GAP = 8.0
TOUCHING = 2.0  # of the letters' size, from line to line


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a line that look alike and stand on one link; url is empty where they stand on none."""

    text: str
    url: str
    size: float
    bold: bool


@dataclass(slots=True, kw_only=True)
class Piece:
    """A line, or the part of one that stands in one column. Without words it is a link on a picture.

    marked tells that it begins with a bullet of its own, labelled that a label stood apart on its left.
    """

    page: int
    words: list[Words]
    box: Box
    baseline: float
    size: float
    order: int
    count: int = 0  # of runs
    marked: bool = False
    labelled: bool = False
    text: str = field(init=False)
    bold: bool = field(init=False)

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Count again what follows from the words."""
        self.text = " ".join("".join(part.text for part in self.words).split())
        sizes: dict[float, int] = {}
        for part in self.words:
            sizes[part.size] = sizes.get(part.size, 0) + len(part.text)
        self.size = max(sizes, key=lambda size: sizes[size]) if sizes else self.size
        lettered = [part.bold for part in self.words if any(char.isalnum() for char in part.text)]
        self.bold = bool(lettered) and all(lettered)

    def over(self, other: "Piece") -> bool:
        """Whether they share some of the page's width."""
        return self.box.left < other.box.right and other.box.left < self.box.right


def make_pieces(page: Page) -> list[Piece]:
    """The pieces of a page, from top to bottom and from left to right."""
    rows = [list(pieces_of(row, page.number)) for row in rows_of(page.runs)]
    close_justified(rows)
    close_justified(rows[::-1])
    pieces = [piece for row in rows for piece in row]
    mark_dots(pieces, [shape for shape in page.shapes if shape.kind is ShapeKind.DOT])
    return pieces


def rows_of(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Runs that stand on one height, from left to right; the largest letters tell where."""
    row: list[Run] = []
    largest: Run | None = None
    for run in sorted(runs, key=lambda run: (run.baseline, run.box.left)):
        if largest and run.baseline - largest.baseline > SAME_ROW * min(run.size, largest.size):
            yield sorted(row, key=lambda run: run.box.left)
            row, largest = [], None
        row.append(run)
        largest = run if largest is None or run.size > largest.size else largest
    if row:
        yield sorted(row, key=lambda run: run.box.left)


def pieces_of(row: list[Run], page: int) -> Iterator[Piece]:
    """A row, cut at wide gaps."""
    part: list[Run] = []
    for run in row:
        if part and is_copy(part[-1], run):
            part[-1].bold = True
        elif part and is_apart(part, run):
            yield make_piece(part, page)
            part = [run]
        else:
            part.append(run)
    yield make_piece(part, page)


def is_copy(first: Run, second: Run) -> bool:
    """Whether second is first drawn again, to make it look bold or to give it a shadow."""
    return (
        first.box.left + 1.5 > second.box.left
        and first.box.right + 1.5 > second.box.right
        and abs(first.box.width - second.box.width) < 0.1
        and [words for words, _ in first.parts] == [words for words, _ in second.parts]
    )


def is_apart(part: list[Run], run: Run) -> bool:
    """Whether run belongs to another piece than the runs left of it."""
    above = part[-1]
    gap = run.box.left - max(other.box.right for other in part[-3:])
    size = max(run.size, above.size)
    if gap <= LOOSE_GAP * size:
        return False
    if len(part) == 1 and gap < BULLET_GAP * size and MARK.match(text_of(above)):
        return False
    return gap > PIECE_GAP * size or abs(run.order - above.order) > 1


def text_of(run: Run) -> str:
    return "".join(words for words, _ in run.parts)


def make_piece(runs: list[Run], page: int) -> Piece:
    words: list[Words] = []
    right = runs[0].box.left
    gap = word_gap(runs)
    for run in runs:
        space = run.box.left - right > gap * run.size
        for text, url in run.parts:
            words.append(Words(f" {text}" if space else text, url, run.size, run.bold))
            space = False
        right = max(right, run.box.right)
    biggest = max(runs, key=lambda run: run.size)
    return Piece(
        page=page,
        words=words,
        box=Box(
            min(run.box.left for run in runs),
            min(run.box.top for run in runs),
            right,
            max(run.box.bottom for run in runs),
        ),
        baseline=biggest.baseline,
        size=biggest.size,
        order=min(run.order for run in runs),
        count=len(runs),
        marked=is_marked(runs),
    )


def close_justified(rows: list[list[Piece]]) -> None:
    """Put a line together whose words were spread to fill it: it begins and ends where its neighbour does."""
    for near, row in pairwise(rows):
        if len(near) == 1 and 1 < len(row) <= MOST_SPREAD and is_spread(row, near[0]):
            row[:] = [reduce(beside, row)]


def word_gap(runs: list[Run]) -> float:
    """The gap that is a space, in letters; more where the letters of words are set wide apart."""
    single = sum(len(text_of(run).strip()) == 1 for run in runs)
    if len(runs) < FEWEST_LETTERS or single < 0.8 * len(runs):
        return WORD_GAP
    return max(WORD_GAP, 1.5 * median((b.box.left - a.box.right) / b.size for a, b in pairwise(runs)))


def is_spread(row: list[Piece], near: Piece) -> bool:
    """Whether the pieces of row fill the same width as the neighbouring line, drawn one after the other."""
    distance = abs(row[0].baseline - near.baseline)
    return (
        distance <= TOUCHING * near.size
        and abs(row[0].box.left - near.box.left) < SAME_EDGE
        and abs(row[-1].box.right - near.box.right) < SAME_EDGE
        and all(piece.size == near.size for piece in row)
        and all(
            0 < b.order - a.order <= b.count + a.count and b.box.left - a.box.right < SPREAD_GAP * near.size
            for a, b in pairwise(row)
        )
    )


def beside(left: Piece, right: Piece) -> Piece:
    """Two pieces of one row as one."""
    first, *rest = right.words
    return replace(
        left,
        words=[*left.words, replace(first, text=f" {first.text}"), *rest],
        box=Box(
            left.box.left,
            min(left.box.top, right.box.top),
            right.box.right,
            max(left.box.bottom, right.box.bottom),
        ),
        count=left.count + right.count,
    )


def is_marked(runs: list[Run]) -> bool:
    """Whether the first run is nothing but a bullet, with a space behind it."""
    if len(runs) < 2 or not MARK.match(text_of(runs[0])):
        return False
    return runs[1].box.left - runs[0].box.right > WORD_GAP * runs[1].size


def mark_dots(pieces: list[Piece], dots: list[Shape]) -> None:
    """Write the bullets that browsers draw as shapes."""
    heights = [piece.baseline for piece in pieces]
    for dot in dots:
        middle = (dot.box.top + dot.box.bottom) / 2
        first = bisect_left(heights, middle - LARGEST)
        beside = pieces[first : first + MOST_BESIDE]
        found = min(
            (piece for piece in beside if is_bullet(dot, piece)), key=lambda piece: piece.box.left, default=None
        )
        if found is not None and not found.marked:
            found.words.insert(0, Words(DOT_MARK, "", found.size, found.bold))
            found.marked = True
            found.refresh()


def is_bullet(dot: Shape, piece: Piece) -> bool:
    """Whether dot stands just before piece, as high as its small letters."""
    middle = (dot.box.top + dot.box.bottom) / 2
    level = abs(middle - (piece.baseline - 0.3 * piece.size)) <= 0.35 * piece.size
    gap = piece.box.left - dot.box.right
    return level and 0 < gap < DOT_REACH * piece.size and dot.box.height < 0.6 * piece.size


def picture_links(page: Page) -> list[Piece]:
    """The links of a page that stand on pictures, one for each picture, as pieces without words."""
    found: list[Piece] = []
    for anchor in sorted(page.anchors, key=lambda anchor: (anchor.box.top, anchor.box.left)):
        same = next((piece for piece in found[-NEAR_PICTURES:] if is_same_picture(piece, anchor)), None)
        if same is None:
            words = [Words("", anchor.url, 0.0, bold=False)]
            found.append(
                Piece(
                    page=page.number,
                    words=words,
                    box=anchor.box,
                    baseline=anchor.box.bottom,
                    size=0.0,
                    order=-1,
                )
            )
        else:
            same.box = Box(
                min(same.box.left, anchor.box.left),
                min(same.box.top, anchor.box.top),
                max(same.box.right, anchor.box.right),
                max(same.box.bottom, anchor.box.bottom),
            )
    return found


def is_same_picture(piece: Piece, anchor: Anchor) -> bool:
    one, other = piece.box, anchor.box
    touching = one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
    return piece.words[0].url == anchor.url and touching
