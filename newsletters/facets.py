"""The filters of the list of items with, beside each choice, how many stories it would leave."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Protocol, cast

from django.utils.safestring import SafeString

from newsletters.capped import CAP, Number, count_each
from newsletters.filters import OWN, PLACE, SHOWING, SWITCHES, Choice, ItemFilter
from newsletters.kept import kept, kept_many
from newsletters.models import ItemQuerySet

OWN_CAP = 100  # beside the switches that are a member's own, which are counted each time
FACET_CAP = 50  # beside all others, where such a switch is on or words are searched for and much is found
SAMPLE = CAP + 101  # rows; so many tell a number above FACET_CAP of nearly every choice
PERIODS = (("Afgelopen maand", 30), ("Afgelopen kwartaal", 91), ("Afgelopen jaar", 365))  # days


class Shown(Protocol):
    """A number, or the place where it will come."""

    @property
    def beside(self) -> SafeString: ...


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. value is what the form sends; of a period the query string that it leads to."""

    value: str
    label: str
    number: Shown
    is_on: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The first of what is found, each story once and the newest first, with what it is the same as."""

    rows: tuple[tuple[int, int | None], ...] = ()
    is_all: bool = False

    def some(self, start: int, number: int) -> tuple[tuple[int, int | None], ...]:
        """So many rows from start, or fewer where nothing comes behind them; none where that is not known."""
        rows = self.rows[start : start + number]
        return rows if self.is_all or len(rows) == number else ()


@dataclass(frozen=True, slots=True)
class Facets:
    """All choices, and how many stories are found now."""

    total: Number
    themes: tuple[Option, ...]
    sources: tuple[Option, ...]
    switches: dict[str, Option]
    periods: tuple[Option, ...]
    first: Found  # as far as counting showed it already

    @property
    def options(self) -> tuple[Option, ...]:
        """Those that stand in the form."""
        return (*self.switches.values(), *self.themes, *self.sources)


def facets(found: ItemFilter, *, today: date, stamp: str) -> Facets:
    """What is a member's own is counted each time, what all see the same once for each state of what is published."""
    first_days = {label: today - timedelta(days=days) for label, days in PERIODS}
    own: dict[Any, Number] = {}
    first = Found()

    def count() -> dict[Any, Number]:
        nonlocal first
        numbers, own_numbers, first = _sampled(found, first_days)
        own.update(own_numbers)
        return numbers

    if found.is_own:
        numbers = count()
    elif found.question.wanted:
        numbers = kept(stamp, f"facets:{today}:{found.state_without(*SHOWING)}", count)
    else:
        numbers = _counted(found, first_days, stamp=stamp)
    numbers = numbers | (own or _own_counted(found, numbers[""]))
    return Facets(
        total=numbers[""],
        themes=_options(found, "thema", found.choices.themes, numbers),
        sources=_options(found, "bron", found.choices.sources, numbers),
        switches={
            name: Option("1", found.filters[name].label, numbers.get(name, numbers[""]), bool(found.cleaned.get(name)))
            for name in SWITCHES
        },
        periods=tuple(_period(found, label, day, numbers[label]) for label, day in first_days.items()),
        first=Found() if found.is_ranked else first,
    )


def _own_counted(found: ItemFilter, total: Number) -> dict[Any, Number]:
    """The numbers beside the switches that are a member's own, of what is found."""
    if not total:
        return dict.fromkeys(OWN, total)
    asked = _own_asked(found)
    return dict.fromkeys(OWN, total) | count_each(asked, caps=dict.fromkeys(asked, OWN_CAP))


def _own_asked(found: ItemFilter) -> dict[Any, ItemQuerySet]:
    """What is found with each of these switches on; not those that are on, or that all passes."""
    off = [name for name in OWN if not found.cleaned.get(name)]
    if found.user.visited_before_at is None and "nieuw" in off:
        off.remove("nieuw")
    items = found.narrowed()
    return {name: cast("ItemQuerySet", found.filters[name].filter(items, True)) for name in off}


def _counted(found: ItemFilter, first_days: dict[str, date], *, stamp: str) -> dict[Any, Number]:
    """The counts that are the same for all members, each by itself; one query for all that are not kept.

    Kept in parts, as choosing a theme changes nothing at the numbers beside the themes.
    """
    parts: dict[str, Callable[[], dict[Any, ItemQuerySet]]] = {
        f"themes:{found.state_without('thema', *SHOWING)}": partial(_by_theme, found),
        f"sources:{found.state_without('bron', *SHOWING)}": partial(_by_source, found),
        f"rest:{found.state_without(*SHOWING)}:{sorted(first_days.values())}": partial(_rest, found, first_days),
    }

    def count(missing: list[str]) -> dict[str, dict[Any, Number]]:
        asked = {part: parts[part]() for part in missing}
        numbers = count_each({key: items for of_part in asked.values() for key, items in of_part.items()})
        return {part: {key: numbers[key] for key in of_part} for part, of_part in asked.items()}

    counted = kept_many(stamp, list(parts), count)
    return {key: number for of_part in counted.values() for key, number in of_part.items()}


def _by_theme(found: ItemFilter) -> dict[Any, ItemQuerySet]:
    items = found.narrowed(without={"thema"})
    return {("thema", choice.pk): items.filter(theme=choice.pk) for choice in found.choices.themes}


def _by_source(found: ItemFilter) -> dict[Any, ItemQuerySet]:
    items = found.narrowed(without={"bron"})
    return {("bron", choice.pk): items.filter(newsletter__source=choice.pk) for choice in found.choices.sources}


def _rest(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, ItemQuerySet]:
    asked: dict[Any, ItemQuerySet] = {"": found.narrowed()}
    if not found.cleaned.get("met_datum"):
        asked["met_datum"] = _dated(found)
    return asked | {label: found.narrowed({"van": day, "tot": None}) for label, day in first_days.items()}


def _sampled(found: ItemFilter, first_days: dict[str, date]) -> tuple[dict[Any, Number], dict[Any, Number], Found]:
    """All counts of what is wanted too seldom to be kept; those that are a member's own; and the first of what is
    found. Two queries at most.

    The newest rows tell everything, or else nearly all up to a lower cap; what they leave open is counted.
    """
    others = found.narrowed(without={"thema", "bron", "van", "tot"}).newest_first()
    columns = ("pk", "same_as", "theme", "newsletter__source", "newsletter__published_on")
    rows = list(others.values_list(*columns)[: SAMPLE + 1])
    is_all = len(rows) <= SAMPLE
    seen, matching = _seen(rows, found, first_days)
    first = Found(_once(matching, is_all=is_all), is_all)
    asked = _asked(found, first_days)
    limits = {key: CAP if key == "" or is_all else FACET_CAP for key in asked}
    known = {
        key: Number(min(len(seen[key]), limits[key]), is_more=len(seen[key]) > limits[key])
        for key in asked
        if (is_all and (key != "met_datum" or not seen[""])) or len(seen[key]) > limits[key]
    }
    if is_all and not seen[""]:
        return known, dict.fromkeys(OWN, Number(0)), first
    left = [key for key in asked if key not in known]
    grouped = _grouped(found, left) if found.question.wanted else {}
    each = {key: asked[key]() for key in left if not (grouped and isinstance(key, tuple))}
    own = _own_asked(found)
    counted = count_each(each | own, caps=limits | dict.fromkeys(own, OWN_CAP), grouped=grouped)
    numbers = known | {key: counted.get(key, Number(0)) for key in left}
    return numbers, dict.fromkeys(OWN, numbers[""]) | {key: counted[key] for key in own}, first


def _grouped(found: ItemFilter, left: Iterable[Any]) -> dict[str, tuple[ItemQuerySet, str]]:
    """The themes and sources among these, to be counted at once.

    To look whether there is a hit in a theme that has none means to look at all items of that theme.
    """
    grouped = {}
    for name, field in (("thema", "theme"), ("bron", "newsletter__source")):
        if keys := [key[1] for key in left if isinstance(key, tuple) and key[0] == name]:
            items = found.narrowed(without={name})
            grouped[name] = items.filter(**{f"{field}__in": keys}), field
    return grouped


def _once(rows: Sequence[tuple[int, int | None]], *, is_all: bool) -> tuple[tuple[int, int | None], ...]:
    """Without those that tell the story of an earlier one again, as shown_once() does.

    Where there are more rows than these, an earlier telling may be among those: up to the first for which it may.
    """
    earliest: dict[int, int] = {}
    for pk, same_as in rows:
        story = same_as or pk
        earliest[story] = min(earliest.get(story, pk), pk) if pk != story else 0
    once = []
    for pk, same_as in rows:
        if same_as is None or earliest[same_as] == pk:
            if same_as is not None and not is_all:
                break
            once.append((pk, same_as))
    return tuple(once)


def _seen(
    rows: Sequence[tuple[Any, ...]], found: ItemFilter, first_days: dict[str, date]
) -> tuple[dict[Any, set[int]], list[tuple[int, int | None]]]:
    """The stories among these rows that each choice would leave; and the rows that all choices leave now."""
    values = found.cleaned
    themes = {choice.pk for choice in found.choices.themes if choice.slug in (values.get("thema") or ())}
    sources = {choice.pk for choice in found.choices.sources if choice.slug in (values.get("bron") or ())}
    first, last = values.get("van"), values.get("tot")
    stories: dict[tuple[Any, Any, date | None], list[int]] = defaultdict(list)  # a newsletter has many under a theme
    for pk, same_as, theme, source, day in rows:
        stories[theme, source, day].append(same_as or pk)
    seen: dict[Any, set[int]] = defaultdict(set)
    left = set()
    for (theme, source, day), told in stories.items():
        is_of_theme, is_of_source = not themes or theme in themes, not sources or source in sources
        is_of_period = (first is None and last is None) or _is_within(day, first, last)
        if is_of_source and is_of_period:
            seen["thema", theme].update(told)
        if is_of_theme and is_of_period:
            seen["bron", source].update(told)
        if is_of_theme and is_of_source:
            for label, first_day in first_days.items():
                if day is not None and day >= first_day:
                    seen[label].update(told)
            if is_of_period:
                seen[""].update(told)
                left.add((theme, source, day))
    return seen, [(pk, same_as) for pk, same_as, theme, source, day in rows if (theme, source, day) in left]


def _is_within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or day >= first) and (last is None or day <= last)


def _asked(found: ItemFilter, first_days: dict[str, date]) -> dict[Any, Callable[[], ItemQuerySet]]:
    """How each count would be found by itself."""
    asked: dict[Any, Callable[[], ItemQuerySet]] = {"": found.narrowed}
    if not found.cleaned.get("met_datum"):
        asked["met_datum"] = partial(_dated, found)
    for label, day in first_days.items():
        asked[label] = partial(found.narrowed, {"van": day, "tot": None})
    for choice in found.choices.themes:
        asked["thema", choice.pk] = partial(found.narrowed, {"thema": [choice.slug]})
    for choice in found.choices.sources:
        asked["bron", choice.pk] = partial(found.narrowed, {"bron": [choice.slug]})
    return asked


def _dated(found: ItemFilter) -> ItemQuerySet:
    """What is found with this switch, which is off, on."""
    return cast("ItemQuerySet", found.filters["met_datum"].filter(found.narrowed(), True))


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
