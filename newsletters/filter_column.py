"""The form with all filters beside the list of items, rendered once for each question; the numbers are filled in."""

import re
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from newsletters.facets import Facets, Option
from newsletters.filters import ItemFilter
from newsletters.item_rows import hole
from newsletters.kept import kept_each

_HOLE = re.compile(re.escape(hole("n")) + r"(\d+)\.")


@dataclass(frozen=True, slots=True)
class Open:
    """A place where a number will come."""

    beside: SafeString


def filter_column(found: ItemFilter, facets: Facets, *, stamp: str, swaps: bool) -> SafeString:
    """swaps: htmx takes the numbers out of the answer and puts them into the page that is there."""
    question = found.state, swaps
    html = kept_each(stamp, "filters", [question], lambda _: {question: _rendered(found, facets, swaps=swaps)})[
        question
    ]
    numbers = [option.number.beside for option in facets.options]
    return mark_safe(_HOLE.sub(lambda match: numbers[int(match[1])], html))  # noqa: S308 - made by a template


def _rendered(found: ItemFilter, facets: Facets, *, swaps: bool) -> str:
    places: dict[int, Option] = {
        id(option): replace(option, number=Open(mark_safe(f"{hole('n')}{place}.")))  # noqa: S308
        for place, option in enumerate(facets.options)
    }
    opened = replace(
        facets,
        themes=tuple(places[id(option)] for option in facets.themes),
        sources=tuple(places[id(option)] for option in facets.sources),
        switches={name: places[id(option)] for name, option in facets.switches.items()},
    )
    context = {"filter": found, "column": opened, "swaps": swaps}
    return render_to_string("newsletters/item_filters.html", context)
