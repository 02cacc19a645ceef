"""Rubrics: short lines above the titles that name the theme of what follows, as in "WONEN" or "Uit de regio"."""

from collections import Counter

from newsletters.parsing.recognise.evidence import may_be_theme
from newsletters.parsing.recognise.units import Gap, Unit

FEWEST = 3


def find_rubrics(units: list[Unit]) -> list[int]:
    """The places of the rubrics; none where the lines may as well be titles with a theme or a subtitle below them.

    They tell themselves by their capitals, or by coming again, above titles that do neither.
    """
    places = [i for i in range(len(units) - 2) if may_be_rubric(units, i)]
    titles = {units[i + 1].folded for i in places}
    if len(places) < FEWEST or len(titles) < len(places):
        return []
    said = Counter(units[i].folded for i in places)
    again = sum(count for count in said.values() if count > 1)
    # Titles may be in capitals too, with the name of a theme or a subtitle below them; hardly any is one word.
    names = 2 * sum(units[i].words == 1 for i in places) >= len(places)
    shorter = names and sum(units[i].words for i in places) < sum(units[i + 1].words for i in places)
    in_capitals = all(units[i].text.isupper() for i in places) and not any(units[i + 1].text.isupper() for i in places)
    known = 2 * again >= len(places) or (in_capitals and shorter)
    return places if known and titles.isdisjoint(said) else []


def may_be_rubric(units: list[Unit], place: int) -> bool:
    """Whether a short line begins a story, with another below it that heads a text."""
    unit, title = units[place], units[place + 1]
    # What is quick to see and is hardly ever so comes first.
    if (
        not unit.short
        or unit.is_body
        or title.gap > Gap.LINE
        or not units[place + 2].is_body
        or not may_be_title(title)
    ):
        return False
    above = units[place - 1] if place else None
    closed = above is None or above.is_call or bool(above.links)
    if title.gap > unit.gap or not (closed or unit.gap > title.gap):
        return False
    return not unit.links and not unit.is_call and may_be_theme(unit)


def may_be_title(unit: Unit) -> bool:
    """Whether a line may be a title; one that is a question may look like a text."""
    return unit.short and not (unit.flat or unit.is_call) and (not unit.is_body or len(unit.lines) == 1)
