"""What the query string of the list of items may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import slug_re
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet, MultipleChoiceFilter

from newsletters import search
from newsletters.models import Item, ItemEvent, ItemQuerySet, Source, SourceSynonym, Theme, ThemeSynonym

SORTINGS = (("datum", "nieuwste eerst"), ("relevantie", "beste treffers eerst"))
_ON = {"1", "on", "true", "ja", "aan"}
_OFF = {"", "0", "off", "false", "nee", "uit"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the query string without it."""

    label: str
    without: str


class SwitchInput(forms.CheckboxInput):
    """A tick box that keeps the word in the query string, so that a wrong one can be told."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: str(value).lower() in _ON)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")

    def format_value(self, value: Any) -> str:
        return "1"


class SwitchField(forms.Field):
    """On or off."""

    widget = SwitchInput
    default_error_messages = {"invalid": "Kies aan (1) of uit (0)."}  # noqa: RUF012

    def to_python(self, value: Any) -> bool:
        word = str(value).lower()
        if word not in _ON | _OFF:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return word in _ON


class SwitchFilter(Filter):
    field_class = SwitchField


class ItemFilterForm(forms.Form):
    """The checks that one field cannot do."""

    def clean_q(self) -> str:
        query: str = self.cleaned_data["q"]
        if query and not search.terms(query):
            raise forms.ValidationError("Typ ten minste één letter of cijfer.")
        return query

    def clean(self) -> None:
        super().clean()
        first, last = self.cleaned_data.get("van"), self.cleaned_data.get("tot")
        if first and last and last < first:
            self.add_error("tot", "Deze dag ligt vóór de eerste dag. Kies een latere dag.")


def _day_filter(label: str, lookup: str) -> DateFilter:
    return DateFilter(
        field_name="newsletter__published_on",
        lookup_expr=lookup,
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Vul een dag in, zoals 30-6-2026."},
    )


def _choice_filter(label: str, unknown: str) -> MultipleChoiceFilter:
    return MultipleChoiceFilter(
        label=label,
        method="filter_slugs",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": unknown},
    )


class ItemFilter(FilterSet):
    """Items by the query string. A value that is wrong gets a message and filters nothing."""

    q = CharFilter(
        label="Zoeken",
        method="filter_words",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
        error_messages={
            "max_length": "Gebruik hoogstens 200 tekens.",
            "null_characters_not_allowed": "Gebruik alleen letters, cijfers en leestekens.",
        },
    )
    thema = _choice_filter("Thema", "Het thema “%(value)s” kennen wij niet.")
    bron = _choice_filter("Bron", "De bron “%(value)s” kennen wij niet.")
    van = _day_filter("Vanaf", "gte")
    tot = _day_filter("Tot en met", "lte")
    met_datum = SwitchFilter(label="Met een datum voor de agenda", method="filter_dated")
    bladwijzers = SwitchFilter(label="In mijn bladwijzers", method="filter_bookmarked")
    sorteer = ChoiceFilter(
        label="Volgorde",
        method="filter_nothing",
        choices=SORTINGS,
        empty_label=None,
        error_messages={"invalid_choice": "De volgorde “%(value)s” kennen wij niet."},
    )

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()
        form = ItemFilterForm

    data: QueryDict

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # lists, so that checking and showing the choices asks the database once
        readable = Item.objects.published()
        themes = Theme.objects.filter(Exists(readable.filter(theme=OuterRef("pk"))), is_hidden=False)
        sources = Source.objects.filter(Exists(readable.filter(newsletter__source=OuterRef("pk"))))
        self.filters["thema"].extra["choices"] = list(themes.values_list("slug", "name"))
        self.filters["bron"].extra["choices"] = list(sources.values_list("slug", "name"))
        self._follow_old_names("thema", ThemeSynonym.objects.values_list("slug", "theme__slug"))
        self._follow_old_names("bron", SourceSynonym.objects.values_list("slug", "source__slug"))

    def _follow_old_names(self, name: str, pairs: QuerySet[Any, tuple[str, str]]) -> None:
        """Put in the query string what was renamed or merged since: a link that somebody kept finds the same."""
        asked = self.data.getlist(name)
        known = {slug for slug, _ in self.filters[name].extra["choices"]}
        unknown = {slug for slug in asked if slug not in known and slug_re.match(slug)}
        if current := dict(pairs.filter(slug__in=unknown)) if unknown else {}:
            self.data = self.data.copy()
            self.data.setlist(name, list(dict.fromkeys(current.get(slug, slug) for slug in asked)))

    def filter_queryset(self, queryset: ItemQuerySet) -> QuerySet[Item]:
        items: ItemQuerySet = super().filter_queryset(queryset).shown_once()
        cleaned = self.form.cleaned_data
        if cleaned.get("sorteer") == "relevantie" and cleaned.get("q"):
            return search.by_relevance(items.newest_first(), cleaned["q"])
        return items.newest_first()

    def filter_words(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return search.search(items, value)

    def filter_slugs(self, items: QuerySet[Item], name: str, value: list[str]) -> QuerySet[Item]:
        path = {"thema": "theme__slug__in", "bron": "newsletter__source__slug__in"}[name]
        return items.filter(**{path: value})

    def filter_dated(self, items: QuerySet[Item], name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        dated = ItemEvent.objects.filter(item=OuterRef("pk"), event__state="published", event__starts_on__isnull=False)
        return items.filter(Exists(dated)) if value else items

    def filter_bookmarked(self, items: ItemQuerySet, name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        return items.bookmarked_by(self.request.user) if value else items

    def filter_nothing(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return items

    @property
    def chips(self) -> list[Chip]:
        """What is on and valid, in the order of the form."""
        return [Chip(label, self._without(name, value)) for name, value, label in self._labels()]

    @property
    def is_wrong(self) -> bool:
        """A value is wrong, so that its field should be in sight."""
        return not self.is_valid()

    def _labels(self) -> Iterable[tuple[str, str, str]]:
        self.is_valid()
        for name, value in self.form.cleaned_data.items():
            if name in {"thema", "bron"}:
                names = dict(self.filters[name].extra["choices"])
                yield from ((name, slug, names[slug]) for slug in dict.fromkeys(value))
            elif name == "q" and value:
                yield name, "", f"“{value}”"
            elif isinstance(value, date):
                yield name, "", f"{self.filters[name].label.lower()} {date_format(value, 'j F Y')}"
            elif value is True:
                yield name, "", self.filters[name].label.lower()

    def _without(self, name: str, value: str) -> str:
        query: QueryDict = self.data.copy()
        query.pop("pagina", None)
        kept = [each for each in query.pop(name, []) if value and each != value]
        query.setlist(name, kept)
        return query.urlencode()
