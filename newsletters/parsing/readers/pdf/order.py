"""Reading order: as drawn where that makes sense, else from top to bottom and column by column."""

from dataclasses import replace
from itertools import pairwise

from newsletters.parsing.readers.pdf.pages import Box
from newsletters.parsing.readers.pdf.rows import SAME_ROW, Piece, beside
from newsletters.parsing.readers.wrapping import continues

BINS = 64
NARROWEST = 8.0  # points between two columns
TOUCHING = 1.7  # of the letters' size, from line to line
SHORTEST = 6  # letters on a line: less is a label, no column
DEEPEST = 6
MOST_PICTURES = 300  # on one page
LONGEST_LABEL = 24  # letters
WIDEST_LABEL_GAP = 15.0
Row = list[Piece]


def in_reading_order(pieces: list[Piece], page: Box) -> list[Piece]:
    """pieces as a person reads them."""
    drawn = sorted(pieces, key=lambda piece: piece.order)
    if goes_down(drawn, page) and not is_interleaved(drawn):
        return drawn
    return by_place(pieces, depth=0)


def goes_down(drawn: list[Piece], page: Box) -> bool:
    """Whether nothing was drawn above what was drawn before it in the same column."""
    lowest = [float("-inf")] * (BINS + 1)
    step = max(page.width, 1.0) / BINS
    for piece in drawn:
        first, last = (min(BINS, max(0, int((x - page.left) / step))) for x in (piece.box.left, piece.box.right))
        if max(lowest[first : last + 1]) > piece.baseline + SAME_ROW * piece.size:
            return False
        for i in range(first, last + 1):
            lowest[i] = max(lowest[i], piece.baseline)
    return True


def is_interleaved(drawn: list[Piece]) -> bool:
    """Whether two columns were drawn line by line, so that sentences go on below and not beside."""
    rows: list[Row] = []
    for piece in drawn:
        if rows and same_row(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2:
            start += 1
            continue
        end, left, right = columns_at(rows, start)
        if left and is_columns(rows[start:end], left, right):
            return True
        start = max(end, start + 1)
    return False


def same_row(first: Piece, second: Piece) -> bool:
    return abs(first.baseline - second.baseline) <= SAME_ROW * min(first.size, second.size)


def rows_by_place(pieces: list[Piece]) -> list[Row]:
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.box.left)):
        if rows and same_row(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in rows]


def by_place(pieces: list[Piece], *, depth: int) -> list[Piece]:
    """pieces from top to bottom; where a clear gutter runs through several lines, column by column."""
    rows = rows_by_place(pieces)
    read: list[Piece] = []
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2 or depth >= DEEPEST:
            read += rows[start]
            start += 1
            continue
        end, left, right = columns_at(rows, start)
        if left and is_columns(rows[start:end], left, right):
            while read and is_start_of(read[-1], right, left):
                right.insert(0, read.pop())
            read += by_place(left, depth=depth + 1) + by_place(right, depth=depth + 1)
        else:
            end = max(end, start + 1)
            read += [piece for row in rows[start:end] for piece in row]
        start = end
    return read


def is_start_of(piece: Piece, right: list[Piece], left: list[Piece]) -> bool:
    """Whether piece, just above a right column, is its first line: the left one may begin lower."""
    return touches(piece, right[0]) and piece.box.left > max(other.box.right for other in left)


def touches(above: Piece, below: Piece) -> bool:
    """Whether they are neighbouring lines of one paragraph."""
    distance = below.baseline - above.baseline
    return 0 < distance <= TOUCHING * below.size and 0.9 < above.size / below.size < 1.1 and above.over(below)


def columns_at(rows: list[Row], start: int) -> tuple[int, list[Piece], list[Piece]]:
    """The two columns that begin at a row: where they end, and the pieces of both; none where there is no gutter."""
    row = rows[start]
    gaps = [(b.box.left - a.box.right, a.box.right, b.box.left) for a, b in pairwise(row)]
    _, inner, outer = max(gaps)
    if outer - inner < NARROWEST:
        return start + 1, [], []
    sides: list[tuple[Row, Row]] = []
    for here in rows[start:]:
        sorted_out = split(here, inner, outer)
        if sorted_out is None:
            break
        left, right = sorted_out
        inner = max([inner, *(piece.box.right for piece in left)])
        outer = min([outer, *(piece.box.left for piece in right)])
        sides.append((left, right))
    sides = trimmed(sides)
    return start + len(sides), [p for left, _ in sides for p in left], [p for _, right in sides for p in right]


def split(row: Row, inner: float, outer: float) -> tuple[Row, Row] | None:
    """The pieces left and right of a gutter; None where one stands in it."""
    left = [piece for piece in row if piece.box.right <= outer - NARROWEST]
    right = [piece for piece in row if piece.box.left >= inner + NARROWEST and piece not in left]
    if len(left) + len(right) < len(row):
        return None
    edge = max([inner, *(piece.box.right for piece in left)])
    return (left, right) if min([outer, *(piece.box.left for piece in right)]) - edge >= NARROWEST else None


def trimmed(sides: list[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    """sides up to the last row that belongs to the columns; what stands below one of them may be something else."""
    last = max((i for i, (left, right) in enumerate(sides) if left and right), default=-1)
    drawn_last = max((piece.order for _, right in sides[: last + 1] for piece in right), default=-1)
    ends: list[Piece | None] = [
        next((side[k][-1] for side in reversed(sides[: last + 1]) if side[k]), None) for k in (0, 1)
    ]
    for i in range(last + 1, len(sides)):
        k = 0 if sides[i][0] else 1
        first, above = sides[i][k][0], ends[k]
        before = k == 0 and first.order < drawn_last
        if not before and not (above is not None and touches(above, first)):
            return sides[:i]
        ends[k] = sides[i][k][-1]
    return sides


def is_columns(rows: list[Row], left: list[Piece], right: list[Piece]) -> bool:
    """Whether two sides are columns of text, not the cells of a table whose rows are read one by one."""
    both = [row for row in rows if len(row) > 1]
    if not right or len(both) < 2 or len(rows) < 3:
        return False
    if sum(len(piece.text) for piece in left) < SHORTEST * len(left):
        return False
    if max(piece.order for piece in left) < min(piece.order for piece in right):
        return True
    below = sum(continues(a.text, b.text) for side in (left, right) for a, b in pairwise(side))
    beside = sum(continues(row[0].text, row[1].text) for row in both)
    return below > beside


def with_labels(read: list[Piece]) -> list[Piece]:
    """read with each short label, like "Plaats:", put to the words that stand apart on its right."""
    joined: list[Piece] = []
    for piece in read:
        label = joined[-1] if joined else None
        if label is not None and is_label(label, piece):
            joined[-1] = replace(beside(label, piece), labelled=True)
        else:
            joined.append(piece)
    return joined


def is_label(label: Piece, piece: Piece) -> bool:
    """Whether label belongs to what stands on its right."""
    gap = piece.box.left - label.box.right
    if label.labelled or label.page != piece.page or not 0 < gap < WIDEST_LABEL_GAP * label.size:
        return False
    named = len(label.text) <= LONGEST_LABEL and label.text.endswith(":")
    return named and same_row(label, piece) and 0.9 < label.size / piece.size < 1.1


def with_pictures(read: list[Piece], pictures: list[Piece]) -> list[Piece]:
    """read with each picture's link before the first line below it; at the end where there are far too many."""
    if len(pictures) > MOST_PICTURES:
        return read + pictures
    for picture in pictures:
        place = next((i for i, piece in enumerate(read) if follows(piece, picture)), None)
        if place is None:
            below = (i for i, piece in enumerate(read) if piece.box.top >= picture.box.bottom)
            place = next(below, len(read))
        read.insert(place, picture)
    return read


def follows(piece: Piece, picture: Piece) -> bool:
    """Whether piece stands below a picture, or beside it on its right."""
    if piece.box.top >= picture.box.bottom - 0.5 * piece.size:
        return piece.over(picture)
    return piece.box.left >= picture.box.right and picture.box.top < piece.baseline
