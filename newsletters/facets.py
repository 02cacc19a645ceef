"""The filters of the list of items with, beside each choice, how many stories it would leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from newsletters.capped import Number, count_by, count_each
from newsletters.filters import PLACE, SWITCHES, Choice, ItemFilter
from newsletters.kept import kept
from newsletters.models import ItemQuerySet

PERIODS = (("Afgelopen maand", 30), ("Afgelopen kwartaal", 91), ("Afgelopen jaar", 365))  # days
OWN = ("nieuw", "ongelezen", "bladwijzers")  # switches that mean something else for each member


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
    own = {name: found.narrowed({name: True}) for name in OWN if not found.cleaned.get(name)}
    first_days = {label: today - timedelta(days=days) for label, days in PERIODS}
    if any(found.cleaned.get(name) for name in OWN):
        numbers = _shared(found, first_days)
    else:
        numbers = kept(stamp, f"facets:{today}:{found.state}", lambda: _shared(found, first_days))
    numbers = numbers | count_each(own)
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


def _shared(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, Number]:
    """The counts that are the same for all members; one query, or two where words are searched for."""
    asked: dict[Any, ItemQuerySet] = {"": found.narrowed()}
    if not found.cleaned.get("met_datum"):
        asked["met_datum"] = found.narrowed({"met_datum": True})
    asked |= {label: found.narrowed({"van": day, "tot": None}) for label, day in first_days.items()}
    themes, sources = found.narrowed(without="thema"), found.narrowed(without="bron")
    if found.question.wanted:  # one look at the hits costs less than one for each choice
        return count_each(asked) | count_by({"thema": (themes, "theme"), "bron": (sources, "newsletter__source")})
    asked |= {("thema", choice.pk): themes.filter(theme=choice.pk) for choice in found.choices.themes}
    asked |= {("bron", choice.pk): sources.filter(newsletter__source=choice.pk) for choice in found.choices.sources}
    return count_each(asked)


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
