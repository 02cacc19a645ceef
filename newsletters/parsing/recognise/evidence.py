"""What the whole document says about its own layout: what repeats, and where the wide spaces are."""

import re
from collections import Counter
from dataclasses import dataclass

from newsletters.parsing.recognise.units import Gap, Unit, pairs

THEME_WORDS = 7
THEME_LENGTH = 60
NO_THEME = re.compile(r",$|[.:;!?…\"“”‘„@#=<>{}\[\]|]|https?:|www\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """calls and themes are folded lines that stand, more than once, where a call or a theme stands.

    spaced: items are set apart by wider space than paragraphs are. themed: titles usually have a theme below.
    tight: headings usually touch their text. apart: a call has space above it and wide space below. rubrics are the
    ids of the units that name a theme above its title.
    """

    calls: frozenset[str]
    themes: frozenset[str]
    spaced: bool
    themed: bool
    tight: bool
    apart: bool
    rubrics: frozenset[int] = frozenset()


def may_be_theme(unit: Unit) -> bool:
    """Whether the line could be the name of a theme."""
    return (
        len(unit.lines) == 1
        and not unit.bullet
        and 0 < unit.words <= THEME_WORDS
        and len(unit.text) <= THEME_LENGTH
        and not NO_THEME.search(unit.text)
        and not unit.text[0].islower()
        and any(char.isalpha() for char in unit.text)
    )


def is_apart(unit: Unit, below: Unit | None) -> bool:
    """Whether a short line has space above it and wide space, a page end or nothing below, as no heading has."""
    return (
        unit.short
        and not unit.is_body
        and unit.gap is not Gap.NONE
        and (below is None or below.gap in (Gap.WIDE, Gap.PAGE))
    )


def are_apart(units: list[Unit], calls: frozenset[str]) -> bool:
    """Whether calls are told by the space around them: most known ones stand apart, or, with few known, most items
    end in such a line."""
    known = alone = ends = heads = 0
    for above, (unit, below) in zip([None, *units], pairs(units), strict=False):
        if not unit.short or unit.is_body or above is None:
            continue
        stands = is_apart(unit, below)
        if above.is_body and (unit.folded in calls or unit.is_call):
            known += 1
            alone += stands
        ends += stands and above.is_body
        heads += below is not None and below.is_body and below.gap is not Gap.WIDE and unit.gap is not Gap.NONE
    if alone >= 2:
        return 3 * alone >= 2 * known
    return ends >= 3 and 2 * ends >= heads


def gather(units: list[Unit], rubrics: list[int]) -> Evidence:
    """The evidence of all units together; rubrics are the places of those that are known to be one."""
    named = frozenset(rubrics)
    after: Counter[str] = Counter()
    under: Counter[str] = Counter()
    slots = headed = loose = 0
    for i, unit in enumerate(units):
        if not unit.short or unit.is_body or i in named or unit.part is not None:
            continue
        before = units[i - 1] if i and i - 1 not in named else None
        behind = units[i + 1] if i + 1 < len(units) else None
        if before is not None and before.is_body and (behind is None or behind.gap is not Gap.NONE):
            after[unit.folded] += 1
        loose += behind is not None and behind.is_body and behind.gap is Gap.LINE
        if behind is not None and behind.is_body and behind.gap in (Gap.NONE, Gap.PAGE):
            headed += 1
            titled = before is not None and not (before.is_body or before.is_call)
            if titled and unit.gap in (Gap.NONE, Gap.PAGE) and may_be_theme(unit):
                under[unit.folded] += 1
                slots += 1
    calls = frozenset(text for text, count in after.items() if count >= 2 and count > 2 * under[text])
    themes = frozenset(text for text, count in under.items() if count >= 2 and text not in calls)
    return Evidence(
        calls=calls,
        themes=themes,
        spaced=is_spaced(units, calls),
        themed=slots >= 2 and 2 * slots >= headed,
        tight=headed >= 2 and headed > 2 * loose,
        apart=are_apart(units, calls),
        rubrics=frozenset(id(units[i]) for i in rubrics),
    )


def is_spaced(units: list[Unit], calls: frozenset[str]) -> bool:
    """Whether wide space stands where an item ends."""
    ends = [
        units[i + 1].gap for i, unit in enumerate(units[:-1]) if unit.short and (unit.folded in calls or unit.is_call)
    ]
    wide = sum(gap is Gap.WIDE for gap in ends)
    if len(ends) >= 2:
        return 2 * wide >= len(ends)
    return sum(unit.gap is Gap.WIDE for unit in units[1:]) >= 2
