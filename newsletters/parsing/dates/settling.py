"""Settles the year of days that were written without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from newsletters.parsing.dates.days import Day, make
from newsletters.parsing.dates.phrases import Direction, Phrase, Span

_SEARCHED_YEARS = 8  # 29 February may be eight years away, around 1900 and 2100
_FEBRUARY_29 = (2, 29)
# Days before and after the reference within which a weekday may settle the year. A text that is used again a year
# later still has last year's weekday: that is a mistake to flag, not a day to look back at.
_WEEKDAY_REACH = {None: (183, 366), Direction.FUTURE: (0, 366), Direction.PAST: (366, 0)}
_LONGEST_ROW = 200  # days; a list that takes longer was not written in order
_FAR_FUTURE = 50  # years; two digits mean the year nearest to the reference
_CENTURY = 100
_PIVOT = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A span with its dates; start None: its year cannot be known. year_stated: the text itself settles it."""

    span: Span
    start: date | None
    end: date | None
    weekday_agrees: bool | None
    year_stated: bool


def settle(phrase: Phrase, *, reference: date | None) -> tuple[Settled, ...]:
    """The dates of a phrase; a span that the calendar does not have is left out.

    Days without a year that were written together are settled together: the first time, on or after the
    reference, that the last of them comes round.
    """
    spans = phrase.spans
    if len(spans) > 1 and not any(day.has_year for span in spans for day in span.days):
        row = _recurring([day for span in spans for day in span.days], reference, phrase.direction)
        if row is not None and (row[-1] - row[0]).days <= _LONGEST_ROW:
            return _dealt(spans, row, phrase.direction)
    found: list[Settled] = []
    earlier: date | None = None
    for span in spans:
        one = _settle_span(span, earlier, reference, phrase.direction)
        if one is None:
            continue
        found.append(one)
        if one.year_stated:
            earlier = one.end or one.start or earlier
    return tuple(found)


def settle_past(span: Span, *, reference: date) -> tuple[date, date | None] | None:
    """The last time, on or before the reference, that a span without a year began; None where it states one."""
    if any(day.has_year for day in span.days):
        return None
    row = _recurring(span.days, reference, Direction.PAST)
    return None if row is None else (row[0], row[1] if len(row) > 1 else None)


def agrees(span: Span, row: Sequence[date]) -> bool | None:
    """Whether every weekday that was written is that of its date; None if none was written."""
    said = [
        day.weekday == found.weekday() for day, found in zip(span.days, row, strict=False) if day.weekday is not None
    ]
    return all(said) if said else None


def _dealt(spans: Sequence[Span], row: Sequence[date], direction: Direction | None) -> tuple[Settled, ...]:
    found = []
    place = 0
    for span in spans:
        part = row[place : place + len(span.days)]
        place += len(span.days)
        found.append(_settled(span, part, year_stated=direction is not None))
    return tuple(found)


def _settled(span: Span, row: Sequence[date], *, year_stated: bool) -> Settled:
    end = row[1] if len(row) > 1 and row[1] != row[0] else None
    return Settled(span=span, start=row[0], end=end, weekday_agrees=agrees(span, row), year_stated=year_stated)


def _settle_span(
    span: Span, earlier: date | None, reference: date | None, direction: Direction | None
) -> Settled | None:
    if not any(day.has_year for day in span.days):
        row = _next_row(span.days, earlier) if earlier is not None else _recurring(span.days, reference, direction)
        if row is None:
            return Settled(span=span, start=None, end=None, weekday_agrees=None, year_stated=False)
        return _settled(span, row, year_stated=earlier is not None or direction is not None)
    start_year = _stated_year(span.first, reference)
    if start_year is None:
        return Settled(span=span, start=None, end=None, weekday_agrees=None, year_stated=False)
    start = make(span.first, start_year)
    if start is None:
        return None
    end = None if span.last is None else _end(span.last, start, reference)
    return _settled(span, (start,) if end is None else (start, end), year_stated=True)


def _end(day: Day, start: date, reference: date | None) -> date | None:
    year = _stated_year(day, reference) if day.has_year else None
    end = make(day, year) if year is not None else _on_or_after(day, start)
    return end if end is not None and end >= start else None


def _stated_year(day: Day, reference: date | None) -> int | None:
    if day.year is not None:
        return day.year
    if day.relative_year is not None:
        return None if reference is None else reference.year + day.relative_year
    if day.short_year is None:
        return None
    if reference is None:
        return day.short_year + (1900 if day.short_year >= _PIVOT else 2000)
    year = reference.year - reference.year % _CENTURY + day.short_year
    if year - reference.year >= _FAR_FUTURE:
        return year - _CENTURY
    return year + _CENTURY if reference.year - year > _FAR_FUTURE else year


def _on_or_after(day: Day, earliest: date) -> date | None:
    for year in range(earliest.year, earliest.year + _SEARCHED_YEARS + 1):
        found = make(day, year)
        if found is not None and found >= earliest:
            return found
    return None


def _next_row(days: Sequence[Day], earliest: date) -> tuple[date, ...] | None:
    """The days in their order, each as soon as may be after the one before it."""
    row: list[date] = []
    for day in days:
        found = _on_or_after(day, row[-1] if row else earliest)
        if found is None:
            return None
        row.append(found)
    return tuple(row)


def _row_in(days: Sequence[Day], year: int) -> tuple[date, ...] | None:
    first = make(days[0], year)
    if first is None:
        return None
    rest = _next_row(days[1:], first)
    return None if rest is None else (first, *rest)


def _recurring(days: Sequence[Day], reference: date | None, direction: Direction | None) -> tuple[date, ...] | None:
    """The dates of days without a year: those whose weekdays agree, else the next (or, looking back, the last)."""
    if reference is None:
        return None
    # Of days that every year has, each in the year of the one before it or the next, only the nearest rows matter.
    yearly = all(day.nth is None and (day.month, day.day) != _FEBRUARY_29 for day in days)
    earlier, later = (1 + len(days), 2) if yearly else (_SEARCHED_YEARS, _SEARCHED_YEARS)
    years = range(reference.year - min(earlier, _SEARCHED_YEARS), reference.year + later + 1)
    rows = [row for year in years if (row := _row_in(days, year)) is not None]
    named = any(day.weekday is not None and day.nth is None for day in days)
    if named:
        before, after = _WEEKDAY_REACH[direction]
        if (days[0].month, days[0].day) == _FEBRUARY_29:
            before, after = before * _SEARCHED_YEARS, after * _SEARCHED_YEARS
        agreeing = [row for row in rows if -before <= (row[0] - reference).days <= after and _all_agree(days, row)]
        if agreeing:
            return min(agreeing, key=lambda row: (abs((row[0] - reference).days), row[0] < reference))
    if direction is Direction.PAST:
        return next((row for row in reversed(rows) if row[0] <= reference), None)
    return next((row for row in rows if row[-1] >= reference), None)


def _all_agree(days: Sequence[Day], row: Sequence[date]) -> bool:
    return all(day.weekday is None or day.weekday == found.weekday() for day, found in zip(days, row, strict=True))
