"""What the query string of the list of items may ask."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self, cast

from django import forms
from django.core.validators import slug_re
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.formats import date_format
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet, MultipleChoiceFilter

from accounts.models import User
from newsletters import search
from newsletters.kept import kept, stamp
from newsletters.models import (
    Item,
    ItemEvent,
    ItemQuerySet,
    Newsletter,
    Source,
    SourceSynonym,
    Theme,
    ThemeSynonym,
    unread_again,
)

SORTINGS = (("datum", "nieuwste eerst"), ("relevantie", "beste treffers eerst"))
VIEWS = (("lijst", "met samenvatting"), ("compact", "compact, alleen titels"))
# What says how the found items are shown, and not which.
SHOWING = frozenset({"sorteer", "weergave"})
# Which page of what is found.
PLACE = ("pagina", "na")
SWITCHES = ("met_datum", "nieuw", "ongelezen", "bladwijzers")
OWN = ("nieuw", "ongelezen", "bladwijzers")  # switches that mean something else for each member
# Words are proposed while they are typed; the list of them is the browser's own.
SEARCH_BOX = {
    "type": "search",
    "autocomplete": "off",
    "enterkeyhint": "search",
    "list": "voorstellen",
    "hx-get": reverse_lazy("suggestion_list"),
    "hx-trigger": "input changed delay:200ms",
    "hx-target": "#voorstellen",
    "hx-select": "unset",
    "hx-select-oob": "unset",
    "hx-swap": "innerHTML",
    "hx-push-url": "false",
    "hx-sync": "this:replace",
}
NOTHING: Mapping[str, Any] = MappingProxyType({})
_ON = {"1", "on", "true", "ja", "aan"}
_OFF = {"", "0", "off", "false", "nee", "uit"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the query string without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A theme or source that can be chosen."""

    pk: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The themes and sources of which members can read something."""

    themes: tuple[Choice, ...]
    sources: tuple[Choice, ...]

    @classmethod
    def known(cls, stamp: str) -> Self:
        """Those under this stamp of what is published."""
        return kept(stamp, "choices", cls._found)

    @classmethod
    def _found(cls) -> Self:
        readable = Item.objects.published().order_by()
        themes = Theme.objects.filter(Exists(readable.filter(theme=OuterRef("pk"))), is_hidden=False)
        # a newsletter is published with at least one item; whether all were put aside since is looked at here
        newsletters = Newsletter.objects.published().filter(Exists(readable.filter(newsletter=OuterRef("pk"))))
        sources = Source.objects.filter(Exists(newsletters.filter(source=OuterRef("pk"))))
        rows = (
            themes.order_by()
            .values_list("pk", "slug", "name", Value(0))
            .union(sources.order_by().values_list("pk", "slug", "name", Value(1)), all=True)
        )
        found = sorted((name.casefold(), Choice(pk, slug, name), is_source) for pk, slug, name, is_source in rows)
        return cls(
            tuple(choice for _, choice, is_source in found if not is_source),
            tuple(choice for _, choice, is_source in found if is_source),
        )


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
        widget=forms.TextInput(attrs=SEARCH_BOX),
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
    nieuw = SwitchFilter(label="Nieuw sinds uw vorige bezoek", method="filter_new")
    ongelezen = SwitchFilter(label="Ongelezen", method="filter_unread")
    bladwijzers = SwitchFilter(label="In mijn bladwijzers", method="filter_bookmarked")
    sorteer = ChoiceFilter(
        label="Volgorde",
        method="filter_nothing",
        choices=SORTINGS,
        empty_label=None,
        error_messages={"invalid_choice": "De volgorde “%(value)s” kennen wij niet."},
    )

    weergave = ChoiceFilter(
        label="Weergave",
        method="filter_nothing",
        choices=VIEWS,
        empty_label=None,
        error_messages={"invalid_choice": "De weergave “%(value)s” kennen wij niet."},
    )

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()
        form = ItemFilterForm

    data: QueryDict

    def __init__(
        self,
        data: QueryDict,
        *,
        user: User,
        choices: Choices | None = None,
        questions: Mapping[str, search.Question] | None = None,
    ) -> None:
        """questions: what queries ask, where they are known already; else the database is asked."""
        super().__init__(data, queryset=Item.objects.published())
        self.user = user
        self.choices = choices or Choices.known(stamp())
        self._questions = dict(questions or {})
        self._narrowed: dict[str, ItemQuerySet] = {}
        self.filters["thema"].extra["choices"] = [(choice.slug, choice.name) for choice in self.choices.themes]
        self.filters["bron"].extra["choices"] = [(choice.slug, choice.name) for choice in self.choices.sources]
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

    @property
    def cleaned(self) -> dict[str, Any]:
        """The values that are right."""
        self.is_valid()
        values: dict[str, Any] = self.form.cleaned_data
        return values

    def narrowed(self, other: Mapping[str, Any] = NOTHING, *, without: Collection[str] = ()) -> ItemQuerySet:
        """What is found in no order and each telling, but for these filters, and with other values for some."""
        values = {name: value for name, value in {**self.cleaned, **other}.items() if value and name not in without}
        question = str(values)
        if question not in self._narrowed:  # the same is asked for several counts of one page
            items = self.queryset
            for name, its_filter in self.filters.items():
                if name in values:
                    items = its_filter.filter(items, values[name])
            self._narrowed[question] = cast("ItemQuerySet", items)
        return self._narrowed[question].all()

    @property
    def qs(self) -> ItemQuerySet:
        """What is found, each story once, in the order that is asked for."""
        items = self.narrowed().shown_once().newest_first()
        return search.by_relevance(items, self.question) if self.is_ranked else items

    @property
    def is_ranked(self) -> bool:
        """The best hits are asked for first, and there are words to be good at."""
        return self.cleaned.get("sorteer") == "relevantie" and bool(self.question.wanted)

    @property
    def is_own(self) -> bool:
        """What is found is another thing for each member."""
        return any(self.cleaned.get(name) for name in OWN)

    @property
    def is_compact(self) -> bool:
        return bool(self.cleaned.get("weergave") == "compact")

    @property
    def question(self) -> search.Question:
        """What is searched for; without words where nothing is."""
        query = self.cleaned.get("q") or ""
        if query not in self._questions:
            self._questions[query] = search.Question.of(query)
        return self._questions[query]

    @property
    def is_on(self) -> bool:
        """Something is asked, apart from how it is shown."""
        return any(value for name, value in self.cleaned.items() if name not in SHOWING)

    @property
    def state(self) -> str:
        """The query string without the place in what is found and what is empty; the same for the same question."""
        return self.state_without()

    def state_without(self, *names: str) -> str:
        """The same but for these."""
        state = QueryDict(mutable=True)
        for name in self.filters:
            if name in names:
                continue
            if kept := sorted({value for value in self.data.getlist(name) if value}):
                state.setlist(name, kept)
        return state.urlencode()

    def filter_words(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return search.search(items, self.question)

    def filter_slugs(self, items: QuerySet[Item], name: str, value: list[str]) -> QuerySet[Item]:
        path = {"thema": "theme__in", "bron": "newsletter__source__in"}[name]
        known = {"thema": self.choices.themes, "bron": self.choices.sources}[name]
        return items.filter(**{path: [choice.pk for choice in known if choice.slug in value]})

    def filter_dated(self, items: QuerySet[Item], name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        dated = ItemEvent.objects.filter(item=OuterRef("pk"), event__state="published", event__starts_on__isnull=False)
        return items.filter(Exists(dated)) if value else items

    def filter_bookmarked(self, items: ItemQuerySet, name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        return items.kept_by(self.user) if value else items

    def filter_unread(self, items: ItemQuerySet, name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        return items.unread_by(self.user, again=self._unread_again) if value else items

    @cached_property
    def _unread_again(self) -> list[int]:
        return unread_again(self.user) if self.user.read_until is not None else []

    def filter_new(self, items: ItemQuerySet, name: str, value: bool) -> QuerySet[Item]:  # noqa: FBT001
        return items.published_since(self.user.visited_before_at) if value else items

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
        for place in PLACE:
            query.pop(place, None)
        kept = [each for each in query.pop(name, []) if value and each != value]
        query.setlist(name, kept)
        return query.urlencode()
