"""Sources and themes at the griffier's desk: what they are called, what was merged, whose next issue is awaited."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.desk import DeskAdmin, desk_user
from newsletters.models import Newsletter, Source, Theme
from newsletters.services import naming

Row = TypeVar("Row", Source, Theme)

MOST_LINES = 100
SYNONYMS_HELP = "Eén naam op een regel. Staat zo'n naam in een nieuwe nieuwsbrief, dan kiest het portal {this}."
ADDRESSES_HELP = (
    "Eén e-mailadres op een regel. Een nieuwe mail van zo'n adres krijgt deze bron. Het portal onthoudt zelf het adres "
    "als u een nieuwsbrief publiceert. Lezers zien deze adressen niet."
)


def lines_field(label: str, help_text: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=20_000, widget=widget)


def lines_in(text: str) -> list[str]:
    """The filled lines of a text area, each once."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_LINES:
        raise forms.ValidationError(f"Vul hoogstens {MOST_LINES} regels in.")
    return lines


class NamesForm(forms.ModelForm):
    """A name and other names, each of which no other row may have. The rules are those of services.naming."""

    synonyms: ClassVar[forms.CharField]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["synonyms"].initial = "\n".join(one.name for one in self.instance.synonyms.all())

    def clean_name(self) -> str:
        return self._free(self.cleaned_data["name"])

    def clean_synonyms(self) -> list[str]:
        return [self._free(line) for line in lines_in(self.cleaned_data["synonyms"])]

    def _free(self, name: str) -> str:
        try:
            naming.check_name(type(self.instance), name, row=self.instance if self.instance.pk else None)
        except naming.WrongName as error:
            raise forms.ValidationError(str(error)) from None
        return name


class ThemeForm(NamesForm):
    synonyms = lines_field("Andere namen", SYNONYMS_HELP.format(this="dit thema"))

    class Meta:
        model = Theme
        fields: ClassVar = ["name", "is_hidden"]
        help_texts: ClassVar = {
            "is_hidden": "Voor een naam die niets over de inhoud zegt, zoals “Nieuws”. De berichten blijven te lezen."
        }


class SourceForm(NamesForm):
    synonyms = lines_field("Andere namen", SYNONYMS_HELP.format(this="deze bron"))
    addresses = lines_field("Adressen van de afzender", ADDRESSES_HELP)

    class Meta:
        model = Source
        fields: ClassVar = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["addresses"].initial = "\n".join(one.address for one in self.instance.addresses.all())

    def clean_addresses(self) -> list[str]:
        try:
            return [naming.check_address(line) for line in lines_in(self.cleaned_data["addresses"])]
        except naming.WrongName as error:
            raise forms.ValidationError(str(error)) from None


class MergeForm(forms.Form):
    """Which row goes on."""

    into = forms.ModelChoiceField(
        Theme.objects.none(),
        label="Samenvoegen met",
        empty_label="(kies er een)",
        error_messages={
            "required": "Kies waarmee u wilt samenvoegen.",
            "invalid_choice": "Deze keuze is er niet meer. Kies een ander.",
        },
    )

    def __init__(self, *args: Any, others: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class NamesAdmin(DeskAdmin):
    """What sources and themes have in common: services.naming saves and merges them, and notes what it did."""

    change_form_template = "admin/newsletters/names_form.html"
    search_fields = ["name", "synonyms__name"]
    actions = None
    list_per_page = 100
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """services.naming has noted it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """services.naming has noted it."""

    def get_urls(self) -> list[URLPattern]:
        merge = self.admin_site.admin_view(self.merge_view)
        return [
            path("<int:pk>/samenvoegen/", merge, name=f"newsletters_{self.opts.model_name}_merge"),
            *super().get_urls(),
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except naming.WrongName as error:  # somebody else gave the name after the form was checked
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        context.update(show_save_and_continue=False, show_save_and_add_another=False)
        return super().render_change_form(request, context, **kwargs)

    def _merge(
        self, request: HttpRequest, pk: int, merge: Callable[..., int], *, moved: tuple[str, str], words: str
    ) -> HttpResponse:
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        others = self.model._base_manager.exclude(pk=pk).order_by("name")
        form = MergeForm(request.POST or None, others=others)
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            try:
                count = merge(row, into=into, by=desk_user(request))
            except naming.WrongName as error:
                messages.error(request, str(error))
            else:
                told = f"“{row.name}” is samengevoegd met “{into.name}”: {count} {moved[count != 1]} verplaatst."
                messages.success(request, told)
            return redirect(f"admin:newsletters_{self.opts.model_name}_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"“{row.name}” samenvoegen",
            "row": row,
            "form": form,
            "words": words,
        }
        return TemplateResponse(request, "admin/newsletters/merge.html", context)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        raise NotImplementedError

    @admin.display(description="ook bekend als")
    def other_names(self, row: Source | Theme) -> str:
        return ", ".join(one.name for one in row.synonyms.all())


@admin.register(Theme)
class ThemeAdmin(NamesAdmin):
    form = ThemeForm
    list_display = ["name", "item_count", "is_shown", "other_names"]
    list_filter = ["is_hidden"]
    fields = ["name", "is_hidden", "synonyms"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).prefetch_related("synonyms").annotate(count=Count("items"))
        return rows

    def save_model(self, request: HttpRequest, obj: Theme, form: Any, change: bool) -> None:  # noqa: FBT001
        wanted = form.cleaned_data
        names = {"name": wanted["name"], "synonyms": wanted["synonyms"]}
        naming.save_theme(obj, **names, is_hidden=wanted["is_hidden"], by=desk_user(request))

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        words = (
            "Alle berichten van dit thema gaan naar het thema dat u kiest. Bladwijzers gaan mee, en links naar het "
            "oude thema blijven werken. Staat de oude naam in een nieuwe nieuwsbrief, dan kiest het portal het andere "
            "thema. U kunt dit niet terugdraaien."
        )
        return self._merge(request, pk, naming.merge_themes, moved=("bericht", "berichten"), words=words)

    @admin.display(description="berichten", ordering="count")
    def item_count(self, row: Any) -> int:
        return int(row.count)

    @admin.display(description="voor lezers", ordering="is_hidden")
    def is_shown(self, row: Theme) -> str:
        return "verborgen" if row.is_hidden else "te zien"


@admin.register(Source)
class SourceAdmin(NamesAdmin):
    form = SourceForm
    list_display = ["name", "last_issue", "next_issue", "sender_addresses", "other_names"]
    readonly_fields = ["last_issue", "next_issue"]

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        return ["name", "addresses", "synonyms", *(self.readonly_fields if obj else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newest = Newsletter.objects.filter(source=OuterRef("pk")).last_issue_first()
        own = super().get_queryset(request).prefetch_related("synonyms", "addresses")
        rows: QuerySet[Any] = own.annotate(
            newest=Subquery(newest.values("pk")[:1]),
            last_on=Subquery(newest.values("published_on")[:1]),
            next_on=Subquery(newest.values("next_issue_on")[:1]),
        )
        return rows

    def get_urls(self) -> list[URLPattern]:
        stop = self.admin_site.admin_view(self.stop_waiting)
        return [path("<int:pk>/niet-wachten/", stop, name="newsletters_source_stop"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:  # noqa: FBT001
        wanted = form.cleaned_data
        names = {name: wanted[name] for name in ("name", "synonyms", "addresses")}
        naming.save_source(obj, **names, by=desk_user(request))

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        words = (
            "Alle nieuwsbrieven van deze bron gaan naar de bron die u kiest, met de adressen. Bladwijzers gaan mee, en "
            "links naar de oude bron blijven werken. Een nieuwe nieuwsbrief met de oude naam krijgt de andere bron. "
            "U kunt dit niet terugdraaien."
        )
        return self._merge(request, pk, naming.merge_sources, moved=("nieuwsbrief", "nieuwsbrieven"), words=words)

    def stop_waiting(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Away with the reminder of the issue that was announced for one day."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        source = get_object_or_404(Source, pk=pk)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        try:
            day = date.fromisoformat(request.POST.get("dag", ""))
        except ValueError:
            raise BadRequest("no such day") from None
        naming.stop_waiting(source, day=day, by=desk_user(request))
        messages.success(request, f"U krijgt geen herinnering meer aan het nummer van {date_format(day, 'j F Y')}.")
        return redirect("admin:index")

    @admin.display(description="laatste nummer", ordering="last_on", empty_value="nog geen")
    def last_issue(self, row: Any) -> str | None:
        if row.pk is None or row.newest is None:
            return None
        day = date_format(row.last_on, "j F Y") if row.last_on else "datum onbekend"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:newsletters_newsletter_change", args=[row.newest]), day
        )

    @admin.display(description="volgende nummer", ordering="next_on", empty_value="niet bekend")
    def next_issue(self, row: Any) -> str | None:
        if row.pk is None or row.next_on is None:
            return None
        is_late = row.next_on < timezone.localdate() and row.next_on != row.not_awaited
        return date_format(row.next_on, "j F Y") + (" (nog niet binnen)" if is_late else "")

    @admin.display(description="adressen van de afzender")
    def sender_addresses(self, row: Source) -> str:
        return ", ".join(one.address for one in row.addresses.all())
