"""Agendas in columns: each row becomes a title with its day and its place, where the columns tell which is which."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from newsletters.parsing import vocabulary
from newsletters.parsing.dates import find_dates, may_hold_a_time
from newsletters.parsing.dates.clocks import find_times
from newsletters.parsing.dates.tokens import tokenize
from newsletters.parsing.recognise.evidence import may_be_theme
from newsletters.parsing.recognise.places import is_venue
from newsletters.parsing.recognise.units import Gap, Part, Unit, fold

WHERE = frozenset(("waar", "plaats", "locatie", "zaal", "adres", "where", "location", "venue", "place", "room", "lieu"))
LONGEST_TIME = 40  # signs


def with_agendas(units: list[Unit]) -> list[Unit]:
    """The units with each row of an agenda as a title and its text, under the name of the agenda above it."""
    if not any(unit.is_row for unit in units):
        return units
    found: list[Unit] = []
    for width, group in groupby(units, key=lambda unit: len(unit.lines) if unit.is_row else 0):
        rows = list(group)
        whole = list(entries(rows, found[-1] if found else None)) if width else []
        if whole and whole[0].part is Part.RUBRIC:
            found.pop()
        found += whole or [replace(unit, lines=(unit.text,)) if unit.is_row else unit for unit in rows]
    return found


def entries(rows: list[Unit], above: Unit | None) -> Iterator[Unit]:
    """What each row tells; nothing where it is not sure which column says what happens."""
    named_columns = not any(map(holds_day, rows[0].lines))
    names = [fold(cell) for cell in rows[0].lines] if named_columns else []
    rows = rows[1:] if named_columns else rows
    columns = list(zip(*(row.lines for row in rows), strict=True))
    day = next((i for i, column in enumerate(columns) if all(map(holds_day, column))), None)
    times = [i for i, column in enumerate(columns) if i != day and all(map(holds_time, column))]
    others = [i for i in range(len(columns)) if i != day and i not in times]
    where = None
    if len(others) == 2:
        where = named_place([names[i] for i in others]) if names else place_of([columns[i] for i in others])
    if day is None or not others or len(others) > 2 or (len(others) == 2 and where is None):
        return
    what = others[0] if where is None else others[1 - where]
    if names[what] in WHERE if names else 2 * sum(map(is_venue, columns[what])) >= len(rows):
        return
    headed = above is not None and heads(above)
    for row in rows:
        cells = row.lines
        bare = replace(row, is_row=False, gap=Gap.LINE, links=())
        if above is not None and headed:
            yield replace(above, part=Part.RUBRIC, first_line=None, last_line=None)
        yield replace(bare, part=Part.TITLE, text=cells[what], lines=(cells[what],), links=row.links)
        told = ", ".join(cells[i] for i in (day, *times))
        yield replace(bare, part=Part.TEXT, text=told, lines=(told,))
        if where is not None:
            place = f"Locatie: {cells[others[where]]}"
            yield replace(bare, part=Part.TEXT, text=place, lines=(place,))


def heads(above: Unit) -> bool:
    """Whether the line right above the rows is the name of the agenda."""
    if above.links or above.is_call or above.is_body:
        return False
    return above.folded.strip(":") in vocabulary.SECTION_NAMES or (above.gap is not Gap.NONE and may_be_theme(above))


def named_place(names: list[str]) -> int | None:
    """Which of two columns tells the place by the names above them."""
    places = [i for i, name in enumerate(names) if name in WHERE]
    return places[0] if len(places) == 1 else None


def place_of(columns: list[tuple[str, ...]]) -> int | None:
    """Which of two columns tells the place by the houses and streets in it, where the other has none."""
    houses = [sum(map(is_venue, column)) for column in columns]
    return next((i for i in range(2) if 2 * houses[i] >= len(columns[i]) and not houses[1 - i]), None)


def holds_day(cell: str) -> bool:
    return bool(find_dates(cell, reference=None))


def holds_time(cell: str) -> bool:
    """Whether a cell tells a time and little more."""
    if len(cell) > LONGEST_TIME or not may_hold_a_time(cell):
        return False
    tokens = tokenize(cell)
    return bool(find_times(tokens, 0, len(tokens)))
