"""What the query string of the agenda may ask: themes and sources of the items that announce an event, and a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import slug_re
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import QueryDict

from events.models import FIRST_DAY, LAST_DAY, EventQuerySet
from newsletters.kept import kept
from newsletters.models import Item, Source, SourceSynonym, Theme, ThemeSynonym

FIELDS = ("thema", "bron")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the query string without it."""

    label: str
    without: str


class AgendaFilter(forms.Form):
    """Themes and sources. A value that is wrong gets a message and filters nothing."""

    thema = forms.MultipleChoiceField(
        label="Thema",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Het thema “%(value)s” kennen wij niet."},
    )
    bron = forms.MultipleChoiceField(
        label="Bron",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "De bron “%(value)s” kennen wij niet."},
    )

    def __init__(self, query: QueryDict, *, stamp: str) -> None:
        choices = kept(stamp, "agenda choices", _choices)
        self.names = {field: dict(pairs) for field, pairs in choices.items()}
        query = self._with_names_of_now(query)
        super().__init__(query, auto_id="id_%s")
        self.query = query
        for field, pairs in choices.items():
            self.fields[field].choices = pairs  # type: ignore[attr-defined]

    def _with_names_of_now(self, query: QueryDict) -> QueryDict:
        """What was renamed or merged since: a link that somebody kept finds the same."""
        synonyms: dict[str, QuerySet[Any, tuple[str, str]]] = {
            "thema": ThemeSynonym.objects.values_list("slug", "theme__slug"),
            "bron": SourceSynonym.objects.values_list("slug", "source__slug"),
        }
        query = query.copy()
        for field, pairs in synonyms.items():
            asked = query.getlist(field)
            unknown = {slug for slug in asked if slug not in self.names[field] and slug_re.match(slug)}
            current = dict(pairs.filter(slug__in=unknown)) if unknown else {}
            query.setlist(field, list(dict.fromkeys(current.get(slug, slug) for slug in asked)))
        return query

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        """The events that a published item with one of the themes, from one of the sources, announces."""
        self.is_valid()
        items = Item.objects.published().filter(events=OuterRef("pk"))
        themes, sources = (self.cleaned_data.get(field) for field in FIELDS)
        if themes:
            items = items.filter(theme__slug__in=themes, theme__is_hidden=False)
        if sources:
            items = items.filter(newsletter__source__slug__in=sources)
        return events.filter(Exists(items)) if themes or sources else events

    @property
    def has_choices(self) -> bool:
        return any(self.names.values())

    @property
    def chips(self) -> list[Chip]:
        return list(self._chips())

    def _chips(self) -> Iterable[Chip]:
        self.is_valid()
        for field in FIELDS:
            for slug in self.cleaned_data.get(field) or ():
                query = self.query.copy()
                query.pop("pagina", None)
                query.setlist(field, [each for each in query.getlist(field) if each != slug])
                yield Chip(self.names[field][slug], query.urlencode())

    @property
    def kept(self) -> str:
        """The query string of this choice alone, for links to another view of the agenda."""
        query = QueryDict(mutable=True)
        for field in FIELDS:
            query.setlist(field, self.query.getlist(field))
        return query.urlencode()


def _choices() -> dict[str, list[tuple[str, str]]]:
    """The themes and sources of which something in the agenda can be read."""
    # in one walk, not for each theme and source: that takes minutes where PostgreSQL knows nothing of its tables yet
    announcing = Item.objects.published().filter(events__state="published").order_by()
    found = list(announcing.values_list("theme", "newsletter__source").distinct())
    themes = Theme.objects.filter(pk__in={theme for theme, _ in found if theme}, is_hidden=False)
    sources = Source.objects.filter(pk__in={source for _, source in found if source})
    named = themes.order_by().values_list(Value("thema"), "slug", "name")
    named = named.union(sources.order_by().values_list(Value("bron"), "slug", "name"), all=True)
    choices: dict[str, list[tuple[str, str]]] = {"thema": [], "bron": []}
    for field, slug, name in sorted(named, key=lambda row: row[2].casefold()):
        choices[field].append((slug, name))
    return choices


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a calendar."""

    first: date

    @classmethod
    def asked(cls, text: str, *, today: date) -> "Month":
        """The month in a query string such as 2026-11; this month where it is none that the agenda has."""
        year, _, month = text.partition("-")
        try:
            first = date(int(year), int(month), 1) if len(text) == 7 and text.isascii() else today
        except ValueError:
            first = today
        return cls((first if FIRST_DAY <= first <= LAST_DAY else today).replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.last.day)]

    @property
    def before(self) -> "Month | None":
        day = self.first - timedelta(days=1)
        return Month(day.replace(day=1)) if day >= FIRST_DAY else None

    @property
    def after(self) -> "Month | None":
        day = self.last + timedelta(days=1)
        return Month(day) if day <= LAST_DAY else None
