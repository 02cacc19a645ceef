"""The rows of tables with facts: those of an agenda become lines that begin with their day, others paragraphs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from newsletters.parsing.blocks import Block, BlockKind
from newsletters.parsing.dates import find_dates
from newsletters.parsing.dates.clocks import find_times
from newsletters.parsing.dates.tokens import tokenize
from newsletters.parsing.recognise.units import fold

WHAT = frozenset(("wat", "onderwerp", "titel", "activiteit", "bijeenkomst", "evenement", "subject", "event", "what"))
WHERE = frozenset(("waar", "plaats", "locatie", "where", "location", "lieu"))


def without_rows(blocks: list[Block]) -> list[Block]:
    """The blocks with each row of an agenda as one list item, and each cell of other rows as a paragraph."""
    found: list[Block] = []
    for width, group in groupby(blocks, key=lambda block: len(block.lines) if block.kind is BlockKind.ROW else 0):
        if width:
            rows = list(group)
            found += list(agenda(rows)) or [cell for row in rows for cell in cells_of(row)]
        else:
            found += group
    return found


def cells_of(row: Block) -> Iterator[Block]:
    """Each cell of a row as a paragraph, with the links that stand on its words."""
    for number, line in enumerate(row.lines):
        if line:
            yield replace(
                row,
                kind=BlockKind.PARAGRAPH,
                text=line,
                lines=(line,),
                links=tuple(link for link in row.links if link.text and link.text in line),
                first_line=None if row.first_line is None else row.first_line + number,
                last_line=None if row.first_line is None else row.first_line + number,
            )


def agenda(rows: list[Block]) -> Iterator[Block]:
    """A line for each row, from its day on: day, time, what happens and where; nothing where no column holds days."""
    heads = [fold(cell) for cell in rows[0].lines]
    named = not any(holds_day(cell) for cell in rows[0].lines)
    body = rows[1:] if named else rows
    if not body:
        return
    columns = list(zip(*(row.lines for row in body), strict=False))
    day = next((i for i, column in enumerate(columns) if all(holds_day(cell) for cell in column if cell)), None)
    if day is None or not any(columns[day]):
        return
    for row in body:
        places = [i for i, cell in enumerate(row.lines) if cell and i != day]
        times = [i for i in places if holds_time(row.lines[i])]
        others = [i for i in places if i not in times]
        what = next((i for i in others if named and heads[i] in WHAT), others[0] if others else None)
        parts = [", ".join(row.lines[i] for i in (day, *times) if row.lines[i])]
        parts += [row.lines[what]] if what is not None else []
        parts += [
            f"Locatie: {row.lines[i]}" if named and heads[i] in WHERE else row.lines[i] for i in others if i != what
        ]
        yield replace(row, kind=BlockKind.LIST_ITEM, text=" | ".join(parts), lines=(" | ".join(parts),))


def holds_day(cell: str) -> bool:
    return any(char.isdigit() for char in cell) and bool(find_dates(cell, reference=None))


def holds_time(cell: str) -> bool:
    """Whether a cell tells a time and little more."""
    if len(cell) > 40 or not any(char.isdigit() for char in cell):
        return False
    tokens = tokenize(cell)
    return bool(find_times(tokens, 0, len(tokens)))
