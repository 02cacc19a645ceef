"""The rows of an agenda in a text: lines that are cut into as many columns by wide spaces, one holding days."""

import re

from newsletters.parsing.dates import find_dates
from newsletters.parsing.readers.text_blocks import BLANK, Line
from newsletters.parsing.readers.text_links import URL

BETWEEN = re.compile(r"\s{2,}")
FEWEST = 2
FEWEST_OF_TWO = 3  # of rows with two columns: a space too many is soon typed
MOST_COLUMNS = 6
LONGEST = 300  # signs of a line
WORD = re.compile(r"[^\W\d_]{4,}")


def mark_rows(lines: list[Line], shown: list[str]) -> None:
    """Give each row of an agenda its cells; shown are the lines as the griffier may see them."""
    run: list[Line] = []
    cells: list[tuple[str, ...]] = []
    for line in lines:
        if line is BLANK or line.blank:
            continue
        mine = cells_of(line, shown)
        if run and not (len(mine) == len(cells[-1]) and line.number - run[-1].number <= 2):
            settle(run, cells)
            run, cells = [], []
        if mine:
            run.append(line)
            cells.append(mine)
    settle(run, cells)


def cells_of(line: Line, shown: list[str]) -> tuple[str, ...]:
    """The cells of a line; none where it is not cut into columns."""
    if not line.text or line.level:
        return ()
    text = shown[line.number].strip()
    if "  " not in text or len(text) > LONGEST:
        return ()
    cells = tuple(cell for cell in BETWEEN.split(URL.sub("", text).strip(" <>()")) if cell)
    return cells if 1 < len(cells) <= MOST_COLUMNS else ()


def settle(run: list[Line], cells: list[tuple[str, ...]]) -> None:
    """Keep the cells of rows that are an agenda: one column has a day, and hardly anything else, in every row.

    The first row may hold the names of the columns.
    """
    rows = cells[1:] if cells and not any(any(map(str.isdigit, cell)) for cell in cells[0]) else cells
    if len(rows) >= (FEWEST_OF_TWO if cells and len(cells[0]) == 2 else FEWEST) and any(
        all(map(is_day, column)) for column in zip(*rows, strict=True)
    ):
        for line, mine in zip(run, cells, strict=True):
            line.cells = mine


def is_day(cell: str) -> bool:
    left = cell
    found = find_dates(cell, reference=None)
    for day in reversed(found):
        left = left[: day.begin] + " " + left[day.finish :]
    return bool(found) and not WORD.search(left)
