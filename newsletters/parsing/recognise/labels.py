"""Says of every unit what it is in its item, by the cheapest path through costs of looks and of order.

Every rule here is weak alone: a short line may be a title, a theme, a call or a short text. So each unit gets
a cost for each label, each pair of neighbours a cost for their order and the space between them, and the
cheapest path over the whole document wins (Viterbi; linear in the number of units).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from newsletters.parsing import vocabulary
from newsletters.parsing.recognise.evidence import Evidence, is_apart, may_be_theme
from newsletters.parsing.recognise.greetings import GREETING, opens
from newsletters.parsing.recognise.units import Gap, Unit

FLAT_TITLE_WORDS = 8


@dataclass(slots=True, kw_only=True)  # a frozen one takes several times as long to make
class Place:
    """A unit with all that its label depends on."""

    unit: Unit
    above: Unit | None
    below: Unit | None
    evidence: Evidence
    notice: bool
    first: bool = False  # the very first line of the file
    top: bool = False  # one of the first lines

    @property
    def heads(self) -> bool:
        """Whether it stands right on top of a paragraph, as a heading does."""
        below = self.below
        return below is not None and below.gap is Gap.NONE and below.is_body and self.unit.gap is not Gap.NONE

    @property
    def pairs(self) -> bool:
        """Whether it may be one of two calls below each other: two short lines in the place of one."""
        unit, above, below = self.unit, self.above, self.below
        if unit.is_body or unit.sentence or above is None or below is None:
            return False
        if unit.gap is Gap.NONE:
            return below.gap is Gap.WIDE and above.gap is not Gap.NONE and above.short and not above.is_body
        return above.is_body and below.gap < Gap.WIDE and below.short and not below.is_body

    @property
    def tops(self) -> bool:
        """Whether it is one short line that begins after wide space, close above a longer paragraph."""
        unit, below = self.unit, self.below
        return (
            unit.gap is Gap.WIDE
            and len(unit.lines) == 1
            and unit.words <= FLAT_TITLE_WORDS
            and below is not None
            and below.gap in (Gap.NONE, Gap.LINE)
            and len(below.lines) > 1
        )

    @property
    def leads(self) -> bool:
        """Whether it is one sentence at most that begins after wide space, close above a paragraph."""
        unit, below = self.unit, self.below
        return (
            unit.gap is Gap.WIDE
            and not unit.flat
            and below is not None
            and below.gap in (Gap.NONE, Gap.LINE)
            and below.is_body
            and not SENTENCE_WITHIN.search(unit.text)
        )


class Label(StrEnum):
    """What a unit is. NEW is the first paragraph of an item without a title, MORE a title's second line.

    THEME stands below the title that it belongs to, RUBRIC above it.
    """

    RUBRIC = "rubric"
    TITLE = "title"
    MORE = "more"
    THEME = "theme"
    TEXT = "text"
    NEW = "new"
    CALL = "call"
    NOTICE = "notice"


NEVER = 1000.0
UNREACHED = float("inf")
HEADING = (Label.TITLE, Label.MORE, Label.THEME)
LABELS = tuple(Label)
CUT_OFF_LENGTH = 55
SENTENCE_WITHIN = re.compile(r"\w{2}[.!?][\"'’”)]* +[\"'‘“(]*[A-Z0-9]")
AT_TOP = 3  # units

# The costs of order by label: of each other one just before it, or just after it.
Orders = dict[Label, list[tuple[Label, float]]]

# The cost of one label after another, by the space between: none, a line, wide, a page end.
# What is not here never happens.
ORDER: dict[tuple[Label, Label], tuple[float, float, float, float]] = {
    (Label.TITLE, Label.MORE): (0.0, NEVER, NEVER, 1.0),
    (Label.TITLE, Label.THEME): (0.0, 0.6, 2.5, 0.2),
    (Label.TITLE, Label.TEXT): (0.0, 0.0, 1.0, 0.0),
    (Label.TITLE, Label.CALL): (3.0, 3.0, 3.5, 3.0),
    (Label.TITLE, Label.TITLE): (6.0, 5.5, 5.0, 5.5),
    (Label.TITLE, Label.NEW): (8.0, 7.0, 5.0, 7.0),
    (Label.MORE, Label.MORE): (1.5, NEVER, NEVER, 3.0),
    (Label.MORE, Label.THEME): (0.0, 0.6, 2.5, 0.2),
    (Label.MORE, Label.TEXT): (0.0, 0.0, 1.0, 0.0),
    (Label.MORE, Label.CALL): (3.0, 3.0, 3.5, 3.0),
    (Label.MORE, Label.TITLE): (6.0, 5.5, 5.0, 5.5),
    (Label.THEME, Label.TEXT): (0.0, 0.3, 1.2, 0.0),
    (Label.THEME, Label.TITLE): (3.5, 3.5, 3.5, 3.5),
    (Label.THEME, Label.CALL): (4.0, 3.5, 4.0, 3.5),
    (Label.TEXT, Label.TEXT): (0.0, 0.0, 1.4, 0.2),
    (Label.TEXT, Label.CALL): (0.5, 0.0, 0.2, 0.2),
    (Label.TEXT, Label.TITLE): (4.5, 2.2, 0.0, 1.2),
    (Label.TEXT, Label.THEME): (8.0, 6.0, 3.5, 5.0),
    (Label.TEXT, Label.NEW): (9.0, 7.0, 2.2, 4.0),
    (Label.CALL, Label.CALL): (0.8, 0.8, 2.4, 2.2),
    (Label.CALL, Label.TITLE): (1.2, 0.6, 0.0, 0.0),
    (Label.CALL, Label.TEXT): (3.5, 2.0, 4.0, 2.5),
    (Label.CALL, Label.THEME): (8.0, 5.0, 2.5, 4.0),
    (Label.CALL, Label.NEW): (6.0, 3.0, 0.8, 1.6),
    (Label.NOTICE, Label.TITLE): (1.0, 0.5, 0.0, 0.0),
    (Label.NOTICE, Label.NEW): (5.0, 2.0, 0.8, 1.0),
    (Label.NOTICE, Label.TEXT): (4.0, 3.0, 4.0, 3.0),
    (Label.NOTICE, Label.THEME): (8.0, 6.0, 3.0, 6.0),
    (Label.NOTICE, Label.CALL): (5.0, 5.0, 5.0, 5.0),
    (Label.NOTICE, Label.NOTICE): (0.0, 0.0, 0.0, 0.0),
    (Label.TITLE, Label.NOTICE): (0.5, 0.5, 1.0, 0.5),
    (Label.MORE, Label.NOTICE): (0.5, 0.5, 1.0, 0.5),
    (Label.THEME, Label.NOTICE): (5.0, 5.0, 5.0, 5.0),
    (Label.TEXT, Label.NOTICE): (0.0, 0.0, 0.0, 0.0),
    (Label.CALL, Label.NOTICE): (0.0, 0.0, 0.0, 0.0),
    (Label.NEW, Label.NOTICE): (0.0, 0.0, 0.0, 0.0),
}  # fmt: skip
# A rubric comes where a title may, and is always followed by that.
ORDER |= {(last, Label.RUBRIC): cost for (last, label), cost in ORDER.items() if label is Label.TITLE}
ORDER[Label.RUBRIC, Label.TITLE] = (0.0, 0.0, NEVER, NEVER)
# NEW goes on as TEXT does.
ORDER |= {(Label.NEW, to): cost for (label, to), cost in ORDER.items() if label is Label.TEXT}
# Of two lines in the place of one call it is not sure that both are: this leaves the first in doubt.
PAIRED = 1.6
# What it costs to take the first line for the name of the newsletter.
NAME = 0.9
# Two readings that differ less than this in cost are as likely.
DOUBT = 0.6

END = {Label.TITLE: 4.0, Label.MORE: 4.0, Label.THEME: 4.0}
START = {Label.TITLE: 0.0, Label.RUBRIC: 0.0, Label.NEW: 1.0, Label.THEME: 3.0, Label.NOTICE: 0.0, Label.CALL: 5.0}


def label_units(
    units: list[Unit], evidence: Evidence, notices: list[bool], *, from_top: bool
) -> tuple[list[Label], list[bool]]:
    """One label for each unit, and of each whether it is in doubt that it is a call, or that it is none.

    notices marks the units that announce the next issue or say goodbye. from_top: nothing stands above the first.
    """
    if not units:
        return [], []
    places = [
        Place(
            unit=unit,
            above=above,
            below=below,
            evidence=evidence,
            notice=notice,
            first=above is None and from_top and stand_alone(units, evidence),
            top=number < AT_TOP,
        )
        for number, (unit, above, below, notice) in enumerate(
            zip(units, [None, *units], [*units[1:], None], notices, strict=False)
        )
    ]
    looks = [look(place) for place in places]
    costs = {label: START.get(label, NEVER) + own for label, own in looks[0].items()}
    forward, steps = [costs], []
    between = orders(units[1:], evidence)
    for (before, _), mine in zip(between, looks[1:], strict=True):
        chosen: dict[Label, Label] = {}
        following: dict[Label, float] = {}
        for label, own in mine.items():
            least = UNREACHED
            for last, cost in before[label]:
                if last in costs and (whole := costs[last] + cost) < least:
                    least, chosen[label] = whole, last
            if label in chosen:
                following[label] = least + own
        costs = following
        forward.append(costs)
        steps.append(chosen)
    label = min(costs, key=lambda last: costs[last] + END.get(last, 0.0))
    labels = [label]
    for chosen in reversed(steps):
        label = chosen[label]
        labels.append(label)
    return labels[::-1], doubts(between, looks, forward)


def doubts(
    between: list[tuple[Orders, Orders]], looks: list[dict[Label, float]], forward: list[dict[Label, float]]
) -> list[bool]:
    """Of each unit, whether the cheapest path with it as a call costs about as much as the cheapest without."""
    rest = {label: END.get(label, 0.0) for label in forward[-1]}
    found: list[bool] = []
    for i in range(len(looks) - 1, -1, -1):
        whole = {label: cost + rest[label] for label, cost in forward[i].items()}
        called = whole.pop(Label.CALL, NEVER)
        found.append(bool(whole) and abs(called - min(whole.values())) < DOUBT)
        if i:
            _, after = between[i - 1]
            mine = looks[i]
            rest = {
                label: min([cost + mine[to] + rest[to] for to, cost in after[label] if to in rest], default=NEVER)
                for label in forward[i - 1]
            }
    return found[::-1]


class Between(NamedTuple):
    """All that the costs of order depend on; small: the lower unit begins with a small letter."""

    gap: Gap
    small: bool
    spaced: bool
    apart: bool
    tight: bool


def orders(units: list[Unit], evidence: Evidence) -> list[tuple[Orders, Orders]]:
    """Of each unit the costs of what comes before each label and after it."""
    layout = evidence.spaced, evidence.apart, evidence.tight
    return [orders_of(Between(unit.gap, unit.text[:1].islower(), *layout)) for unit in units]


@lru_cache(maxsize=64)  # there are no more
def orders_of(between: Between) -> tuple[Orders, Orders]:
    before: Orders = {label: [] for label in LABELS}
    after: Orders = {label: [] for label in LABELS}
    for last, label in ORDER:
        cost = order(last, label, between)
        before[label].append((last, cost))
        after[last].append((label, cost))
    return before, after


def order(before: Label, label: Label, between: Between) -> float:
    """The cost of label just after before."""
    gap = between.gap
    cost = ORDER[before, label][gap]
    text = before in (Label.TEXT, Label.NEW)
    if label is Label.TITLE and gap is Gap.LINE and (text or before is Label.CALL):
        # Where items are set apart by wide space, a line of space only sets paragraphs apart.
        cost += 2.0 if between.spaced else -1.2
    if gap is Gap.WIDE and between.apart and label in (Label.TEXT, Label.THEME) and before in HEADING:
        cost += 2.0
    if label is Label.TEXT and before is Label.TITLE and gap is Gap.LINE and between.tight:
        cost += 0.8
    if text and gap is Gap.WIDE and between.spaced and not between.small:
        cost += {Label.TEXT: 1.2, Label.NEW: -0.6}.get(label, 0.0)
    return cost


def look(place: Place) -> dict[Label, float]:
    """The cost of calling a unit by each label, by its own looks; without those that it cannot have."""
    if place.notice or (place.top and opens(place.unit, place.below)):
        return {Label.NOTICE: 0.0}
    if id(place.unit) in place.evidence.rubrics:
        return {Label.RUBRIC: 0.0}
    if place.unit.part is not None:
        return {Label(place.unit.part.value): 0.0}
    text = text_cost(place)
    found = {Label.TEXT: text, Label.NEW: text + 0.3}
    if place.first and may_be_name(place):
        found[Label.NOTICE] = NAME
    if place.unit.short:
        found[Label.TITLE] = title_cost(place)
        found[Label.THEME] = theme_cost(place.unit, place.evidence)
        found[Label.CALL] = call_cost(place)
        found[Label.MORE] = more_cost(place)
    return {label: cost for label, cost in found.items() if cost < NEVER}


def stand_alone(units: list[Unit], evidence: Evidence) -> bool:
    """Whether titles have no other short line beside them, as a theme: told by those below the first two lines."""
    heads = paired = 0
    for above, unit, below in zip(units[1:], units[2:], units[3:], strict=False):
        if not unit.short or unit.is_body or not below.is_body or unit.is_call or unit.folded in evidence.calls:
            continue
        heads += 1
        known = above.is_call or above.folded in evidence.calls or id(above) in evidence.rubrics
        beside = above.short and not (above.is_body or known)
        paired += beside and unit.gap is not Gap.WIDE
    return heads > 0 and 3 * paired <= heads


def may_be_name(place: Place) -> bool:
    """Whether the first line may be the newsletter's own name: another short line stands apart below it."""
    unit, below = place.unit, place.below
    short = unit.short and not (unit.is_body or unit.is_call or unit.links or unit.sentence)
    return short and below is not None and below.gap is not Gap.NONE and below.short and not below.is_body


def text_cost(place: Place) -> float:
    unit, evidence = place.unit, place.evidence
    if unit.bullet:
        return 0.0
    if unit.is_body and not unit.flat and len(unit.lines) > 1:
        return (0.0 if unit.sentence else 0.6) + (1.8 if place.leads and unit.short else 0.0)
    if unit.folded in evidence.calls or unit.folded in evidence.themes:
        return 5.0
    if unit.text.endswith(":"):
        return 0.4
    if unit.flat:
        return (0.0 if unit.words >= 4 else 0.8) + (1.2 if place.tops else 0.0)
    heading = 1.0 if place.heads or place.leads or (evidence.apart and is_apart(unit, place.below)) else 0.0
    if unit.sentence:
        return 0.9 + heading
    return (0.6 if unit.words > 16 else 1.6 if unit.words >= 8 else 2.4) + heading


def title_cost(place: Place) -> float:
    unit, evidence = place.unit, place.evidence
    cost = 4.0 if unit.folded in vocabulary.SECTION_NAMES else 0.0
    if unit.flat and place.tops:
        cost += 0.6
    elif unit.flat or unit.text.endswith((",", ";")):
        cost += 3.0
    elif unit.text.endswith(":"):
        cost += 1.5
    if GREETING.match(unit.text):
        cost += 3.0
    if len(unit.lines) > 1:
        cost += 1.0
    if unit.words > 18:
        cost += 0.5 + (unit.words - 18) * 0.1
    if unit.text[:1].islower():
        cost += 0.8
    if unit.folded in evidence.calls:
        cost += 5.0
    elif unit.is_call:
        cost += 1.2
    if unit.folded in evidence.themes:
        cost += 3.0
    return cost


def theme_cost(unit: Unit, evidence: Evidence) -> float:
    if unit.folded in evidence.calls:
        return NEVER
    if unit.folded in evidence.themes:
        return -1.0
    if not may_be_theme(unit):
        return NEVER
    if unit.folded in vocabulary.SECTION_NAMES:
        return 0.0
    cost = 0.4 if evidence.themed else 1.4
    cost += 0.5 * max(0, unit.words - 4)
    if any(char.isdigit() for char in unit.text):
        cost += 0.8
    if unit.is_call:
        cost += 2.0
    return cost


def call_cost(place: Place) -> float:
    unit, evidence = place.unit, place.evidence
    if unit.folded in evidence.calls:
        return -1.0
    cost = 0.0 if unit.is_call else 3.6
    if unit.folded in vocabulary.SECTION_NAMES:
        cost += 4.0
    if unit.links:
        cost -= 1.5
    if evidence.apart and is_apart(unit, place.below):
        # The space tells it, whatever the words; at a page end there is less of it to see.
        at_page_end = place.below is not None and place.below.gap is Gap.PAGE
        cost = min(cost, 1.4 if at_page_end else 0.4)
        cost += 1.5 if unit.text.endswith((":", ",")) else 0.0
    elif evidence.apart and place.pairs:
        cost = min(cost, PAIRED)
    elif evidence.apart and place.heads:
        cost += 2.0
    elif len(unit.lines) > 1:
        cost += 1.5
    if unit.flat and unit.words > 4:
        cost += 1.5
    if unit.folded in evidence.themes:
        cost += 4.0
    return cost


def more_cost(place: Place) -> float:
    """A second line of a title: only where the first line shows that it was cut off."""
    unit, above, evidence = place.unit, place.above, place.evidence
    if above is None or unit.folded in evidence.themes or unit.folded in evidence.calls or unit.flat:
        return NEVER
    last = above.folded.rsplit(" ", 1)[-1]
    if unit.text[:1].islower() or above.text.endswith((",", "-", "&", "–", "/", "‘", "(")):
        return 0.0
    if last in vocabulary.UNFINISHED:
        if may_be_theme(unit) and len(above.lines[-1]) < CUT_OFF_LENGTH:
            # Nothing forced a break here: "Wie betaalt het" is a whole title, and this line its theme.
            return 2.6
        # "uit" and "op" end a title as often as they break one off.
        return 1.6 if last in vocabulary.PARTICLES else 0.2
    if above.text.endswith(":") and len(above.text) >= 40 and len(above.lines) == 1:
        return 0.8
    # So long a line stands at the edge of the page.
    length = len(above.lines[-1])
    if length >= 70 and not above.sentence:
        return 1.1 if length >= 80 else 2.0
    return 2.6 if unit.text.endswith(("?", "!", "'", "’", "”")) and len(above.text) >= 40 else NEVER
