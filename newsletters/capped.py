"""How many stories QuerySets of items hold, counted up to a cap: many at once, in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsletters.models import ItemQuerySet

CAP = 1000
COUNTS = "COUNT(*), COUNT(DISTINCT story_key)"
NO_CAPS: Mapping[Any, int] = MappingProxyType({})
NO_GROUPS: Mapping[str, tuple[ItemQuerySet, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Number:
    """A number of stories; is_more: of more than these."""

    value: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"meer dan {dotted(self.value)}" if self.is_more else dotted(self.value)

    @property
    def short(self) -> str:
        """For beside a filter."""
        return f"{dotted(self.value)}+" if self.is_more else dotted(self.value)

    @property
    def beside(self) -> SafeString:
        """For beside a filter, in words for who cannot see that it is one."""
        return format_html(
            '{}<span class="hidden"> {}</span>', self.short, "bericht" if self.value == 1 else "berichten"
        )

    def __bool__(self) -> bool:
        return bool(self.value)


def dotted(value: int) -> str:
    """As the Dutch write it: 1.000."""
    return f"{value:,}".replace(",", ".")


def count(queryset: ItemQuerySet) -> Number:
    """How many stories the QuerySet holds."""
    return count_each({"": queryset})[""]


def _rows(cap: int) -> int:
    """Rows that are looked at, so that some stories may be told twice among them."""
    return cap + cap // 10 + 1


def count_each(
    querysets: Mapping[Any, ItemQuerySet],
    *,
    caps: Mapping[Any, int] = NO_CAPS,
    grouped: Mapping[str, tuple[ItemQuerySet, str]] = NO_GROUPS,
) -> dict[Any, Number]:
    """How many stories each QuerySet holds, by its key, up to its cap in caps, or else CAP; one query.

    Those of grouped are counted for each value of a field, by (key, value), with one look at all of their rows.
    """
    keys = list(querysets)
    limits = [caps.get(key, CAP) for key in keys]
    statements: list[str] = []
    values: list[Any] = []
    for number, queryset in enumerate(querysets.values()):
        stories = (
            queryset.order_by()
            .annotate(story_key=Coalesce("same_as_id", "pk"))
            .values_list("story_key")[: _rows(limits[number])]
        )
        try:
            sql, params = stories.query.sql_with_params()
        except EmptyResultSet:  # a filter that nothing can meet
            continue
        statements.append(f"SELECT {number}, {COUNTS}, CAST(NULL AS bigint) FROM ({sql}) AS stories")  # noqa: S608
        values += params
    names = list(grouped)
    for number, (queryset, field) in enumerate(grouped.values(), len(keys)):
        keyed = queryset.order_by().annotate(story_key=Coalesce("same_as_id", "pk"), facet=F(field))
        try:
            sql, params = keyed.values_list("story_key", "facet").query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(f"SELECT {number}, {COUNTS}, facet FROM ({sql}) AS stories GROUP BY facet")  # noqa: S608
        values += params
    found = _fetched(" UNION ALL ".join(statements), values) if statements else []
    counted = dict.fromkeys(keys, Number(0))
    for number, rows, stories_among, value_of_field in found:
        if number >= len(keys):
            is_more = stories_among > CAP
            counted[names[number - len(keys)], value_of_field] = Number(min(stories_among, CAP), is_more=is_more)
            continue
        # so many retellings that these rows say nothing of the others
        cap = limits[number]
        is_unsure = rows == _rows(cap) and stories_among <= cap
        value = _exactly(querysets[keys[number]]) if is_unsure else stories_among
        counted[keys[number]] = Number(min(value, cap), is_more=value > cap)
    return counted


def _exactly(queryset: ItemQuerySet) -> int:
    count: int = queryset.order_by().aggregate(stories=Count(Coalesce("same_as_id", "pk"), distinct=True))["stories"]
    return count


def _fetched(sql: str, values: Sequence[Any]) -> list[tuple[int, int, int, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
