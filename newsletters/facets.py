"""The filters of the list of items with, beside each choice, how many stories it would leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from newsletters.capped import Number, count_by, count_each
from newsletters.filters import PLACE, SWITCHES, Choice, ItemFilter
from newsletters.models import ItemQuerySet

PERIODS = (("Afgelopen maand", 30), ("Afgelopen kwartaal", 91), ("Afgelopen jaar", 365))  # days
LONG = 8  # choices of one kind that are in sight; those that are on always are


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


def facets(found: ItemFilter, *, today: date) -> Facets:
    """Two queries, or four where words are searched for."""
    has_words = bool(found.question.wanted)
    asked: dict[Any, ItemQuerySet] = {"": found.narrowed()}
    asked |= {name: found.narrowed({name: True}) for name in SWITCHES if not found.cleaned.get(name)}
    first_days = {label: today - timedelta(days=days) for label, days in PERIODS}
    asked |= {label: found.narrowed({"van": day, "tot": None}) for label, day in first_days.items()}
    if not has_words:
        themes, sources = found.narrowed(without="thema"), found.narrowed(without="bron")
        asked |= {("thema", choice.pk): themes.filter(theme=choice.pk) for choice in found.choices.themes}
        asked |= {("bron", choice.pk): sources.filter(newsletter__source=choice.pk) for choice in found.choices.sources}
    numbers = count_each(asked)
    if has_words:  # one look at the hits costs less than one for each choice
        for name, field in (("thema", "theme"), ("bron", "newsletter__source")):
            by_key = count_by(found.narrowed(without=name), field)
            numbers |= {(name, key): number for key, number in by_key.items()}
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
