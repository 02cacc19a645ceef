"""The filters of the list of items with, beside each choice, how many stories it would leave."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, cast

from newsletters.capped import CAP, Number, count_by, count_each
from newsletters.filters import OWN, PLACE, SWITCHES, Choice, ItemFilter
from newsletters.kept import kept
from newsletters.models import ItemQuerySet

OWN_CAP = 100  # beside the switches that are a member's own, which are counted each time
FACET_CAP = 50  # beside all others, where such a switch is on
SAMPLE = CAP + 101  # rows
PERIODS = (("Afgelopen maand", 30), ("Afgelopen kwartaal", 91), ("Afgelopen jaar", 365))  # days


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. value is what the form sends; of a period the query string that it leads to."""

    value: str
    label: str
    number: Number
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """All choices, and how many stories are found now."""

    total: Number
    themes: tuple[Option, ...]
    sources: tuple[Option, ...]
    switches: dict[str, Option]
    periods: tuple[Option, ...]


def facets(found: ItemFilter, *, today: date, stamp: str) -> Facets:
    """What is a member's own is counted each time, what all see the same once for each state of what is published."""
    first_days = {label: today - timedelta(days=days) for label, days in PERIODS}
    if found.is_own:
        numbers = _of_own(found, first_days)
    else:
        numbers = kept(stamp, f"facets:{today}:{found.state}", lambda: _shared(found, first_days))
    numbers = numbers | _own(found, numbers[""])
    return Facets(
        total=numbers[""],
        themes=_options(found, "thema", found.choices.themes, numbers),
        sources=_options(found, "bron", found.choices.sources, numbers),
        switches={
            name: Option("1", found.filters[name].label, numbers.get(name, numbers[""]), bool(found.cleaned.get(name)))
            for name in SWITCHES
        },
        periods=tuple(_period(found, label, day, numbers[label]) for label, day in first_days.items()),
    )


def _own(found: ItemFilter, total: Number) -> dict[Any, Number]:
    """The numbers beside the switches that are a member's own, of what is found."""
    off = [name for name in OWN if not found.cleaned.get(name)]
    if not total:
        return dict.fromkeys(off, total)
    counted: dict[Any, Number] = {}
    if "nieuw" in off and found.user.visited_before_at is None:  # all of it is
        off.remove("nieuw")
        counted["nieuw"] = total
    items = found.narrowed()
    asked = {name: cast("ItemQuerySet", found.filters[name].filter(items, True)) for name in off}
    return counted | count_each(asked, caps=dict.fromkeys(asked, OWN_CAP))


def _shared(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, Number]:
    """The counts that are the same for all members; one query, or two where words are searched for."""
    asked: dict[Any, ItemQuerySet] = {"": found.narrowed()}
    if not found.cleaned.get("met_datum"):
        asked["met_datum"] = found.narrowed({"met_datum": True})
    asked |= {label: found.narrowed({"van": day, "tot": None}) for label, day in first_days.items()}
    themes, sources = found.narrowed(without={"thema"}), found.narrowed(without={"bron"})
    if found.question.wanted:  # one look at the hits costs less than one for each choice
        return count_each(asked) | count_by({"thema": (themes, "theme"), "bron": (sources, "newsletter__source")})
    asked |= {("thema", choice.pk): themes.filter(theme=choice.pk) for choice in found.choices.themes}
    asked |= {("bron", choice.pk): sources.filter(newsletter__source=choice.pk) for choice in found.choices.sources}
    return count_each(asked)


def _of_own(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, Number]:
    """The same counts of what is one member's own, up to a lower cap: they are wanted each time.

    A look at so many rows that they tell nearly all; what they leave open is counted.
    """
    others = found.narrowed(without={"thema", "bron", "van", "tot"})
    columns = ("pk", "same_as", "theme", "newsletter__source", "newsletter__published_on")
    rows = list(others.values_list(*columns)[: SAMPLE + 1])
    is_all = len(rows) <= SAMPLE
    values = found.cleaned
    themes = {choice.pk for choice in found.choices.themes if choice.slug in (values.get("thema") or ())}
    sources = {choice.pk for choice in found.choices.sources if choice.slug in (values.get("bron") or ())}
    first, last = values.get("van"), values.get("tot")
    seen: dict[Any, set[int]] = defaultdict(set)
    for pk, same_as, theme, source, day in rows:
        story = same_as or pk
        is_of_theme, is_of_source = not themes or theme in themes, not sources or source in sources
        is_of_period = _is_within(day, first, last)
        if is_of_source and is_of_period:
            seen["thema", theme].add(story)
        if is_of_theme and is_of_period:
            seen["bron", source].add(story)
        if is_of_theme and is_of_source:
            for label, since in first_days.items():
                if _is_within(day, since, None):
                    seen[label].add(story)
            if is_of_period:
                seen[""].add(story)
    asked = _asked_of_own(found, first_days)
    limits = {key: CAP if key == "" else FACET_CAP for key in asked}
    known = {
        key: Number(min(len(seen[key]), limits[key]), is_more=len(seen[key]) > limits[key])
        for key in asked
        if key != "met_datum" and (is_all or len(seen[key]) > limits[key])
    }
    left = {key: make() for key, make in asked.items() if key not in known}
    return known | count_each(left, caps=limits)


def _is_within(day: date | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    return day is not None and (first is None or day >= first) and (last is None or day <= last)


def _asked_of_own(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, Callable[[], ItemQuerySet]]:
    """How each count would be found by itself."""
    asked: dict[Any, Callable[[], ItemQuerySet]] = {"": found.narrowed}
    if not found.cleaned.get("met_datum"):
        asked["met_datum"] = partial(found.narrowed, {"met_datum": True})
    for label, day in first_days.items():
        asked[label] = partial(found.narrowed, {"van": day, "tot": None})
    for choice in found.choices.themes:
        asked["thema", choice.pk] = partial(found.narrowed, {"thema": [choice.slug]})
    for choice in found.choices.sources:
        asked["bron", choice.pk] = partial(found.narrowed, {"bron": [choice.slug]})
    return asked


def _options(found: ItemFilter, name: str, choices: Iterable[Choice], numbers: dict[Any, Number]) -> tuple[Option, ...]:
    on: Sequence[str] = found.cleaned.get(name) or ()
    return tuple(
        Option(choice.slug, choice.name, numbers.get((name, choice.pk), Number(0)), choice.slug in on)
        for choice in choices
    )


def _period(found: ItemFilter, label: str, day: date, number: Number) -> Option:
    query = found.data.copy()
    for name in (*PLACE, "tot"):
        query.pop(name, None)
    query["van"] = str(day)
    is_on = found.cleaned.get("van") == day and not found.cleaned.get("tot")
    return Option(query.urlencode(), label, number, is_on)
