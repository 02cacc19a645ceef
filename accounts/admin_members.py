"""Members at the griffier's desk: inviting, keeping up, ending, and the list to take along."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts import audit, spreadsheets
from accounts.council_file import HEAD
from accounts.council_pages import council, council_plan
from accounts.desk import DeskAdmin, desk_user
from accounts.models import Audience, Member, User
from accounts.names import check_line
from accounts.services import members
from accounts.services.leaving import erased_on
from accounts.tasks import queue_mails

LIST = "admin:accounts_member_changelist"
TEMPLATES = "admin/accounts/member"


class MemberForm(forms.ModelForm):
    """Of a new member and of one that is there. The address is the griffie's only until its owner uses the account."""

    name = forms.CharField(
        label="Naam", max_length=150, validators=[check_line], widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    email = forms.EmailField(
        label="E-mailadres", max_length=254, widget=forms.EmailInput(attrs={"class": "vTextField"})
    )
    audience = forms.ChoiceField(label="Doelgroep", choices=[("", "Kies een doelgroep"), *Audience.choices])
    fractie = forms.CharField(
        label="Fractie",
        max_length=100,
        required=False,
        validators=[check_line],
        help_text="Dit mag u leeg laten.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Member
        fields = ("name", "email", "audience", "fractie", "mandate_until")
        widgets = {"mandate_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.instance
        for field in self.fields.values():
            field.show_hidden_initial = True  # so that only what this griffier changed is written
        if user.pk and members.is_in_use(user) and "email" in self.fields:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "Het lid wijzigt dit adres zelf, bij ‘Mijn gegevens’."
        elif user.pk and "email" in self.fields:
            self.fields[
                "email"
            ].help_text = "Dit lid heeft nog niet ingelogd. Naar een ander adres gaat een nieuwe mail."

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        known = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).first()
        if known:
            raise ValidationError(f"{email} heeft al een account: {known}. {members.what_is_up(known)}".strip())
        return email

    def clean_mandate_until(self) -> Any:
        day = self.cleaned_data["mandate_until"]
        if day and day < timezone.localdate() and day != self.initial.get("mandate_until"):
            raise ValidationError("Deze dag is al voorbij. Wilt u het lid nu beëindigen? Gebruik dan die knop.")
        return day


class StateFilter(admin.SimpleListFilter):
    """What a griffier looks for: who has not come in yet, and who is gone."""

    title = "toegang"
    parameter_name = "toegang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("ja", "kan inloggen"),
            ("nog-niet", "uitgenodigd, nog niet ingelogd"),
            ("tot", "met een einddatum"),
            ("nee", "kan niet inloggen"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        able = Q(pk__in=User.objects.able().values("pk"))
        wanted = {
            "ja": able,
            "nog-niet": able & Q(last_login=None),
            "tot": able & Q(mandate_until__isnull=False),
            "nee": ~able,
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


@admin.register(Member)
class MemberAdmin(DeskAdmin):
    """What the griffie does with members. Rights, passwords and the griffie itself are the beheerder's."""

    form = MemberForm
    list_display = ["person", "group", "access"]
    list_filter = [StateFilter, "audience"]
    search_fields = ["name", "email", "fractie"]
    ordering = ["name", "email"]
    list_per_page = 50
    actions = None
    change_list_template = f"{TEMPLATES}/change_list.html"
    change_form_template = f"{TEMPLATES}/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).filter(erased_at=None)

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """The griffie and the beheerders are looked at here, and changed by a beheerder elsewhere."""
        is_theirs = obj is None or not (obj.is_staff or obj.is_superuser)
        return is_theirs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("raad/", view(self.council), name="accounts_member_council"),
            path("raad/<int:pk>/", view(self.council_plan), name="accounts_member_council_plan"),
            path("leden.csv", view(self.export), name="accounts_member_export"),
            path("<int:pk>/beeindigen/", view(self.end), name="accounts_member_end"),
            path("<int:pk>/uitnodigen/", view(self.invite_again), name="accounts_member_invite_again"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        member = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = {"title": str(member) if member else "Lid uitnodigen"}
        if member:
            may = self.has_change_permission(request, member)
            context |= {
                "access_words": self.access(member),
                "can_end": may and not member.has_ended,
                "can_invite": may and member.may_log_in and not members.is_in_use(member),
                "is_staff_member": member.is_staff or member.is_superuser,
            }
        try:
            return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})
        except members.CannotChange as error:  # somebody else was first
            messages.warning(request, str(error))
            return redirect(LIST)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:  # noqa: FBT001
        """By the services, which also note it; the row is there when Django goes on."""
        by = desk_user(request)
        if change:
            email = form.cleaned_data["email"] if "email" in form.changed_data else ""
            queue_mails(members.change(obj, form.changed_data, by=by, email=email))
            return
        names = ("name", "email", "audience", "fractie", "mandate_until")
        newcomer = members.Newcomer(**{name: form.cleaned_data[name] for name in names})
        queue_mails(members.invite([newcomer], by=by))
        obj.pk = User.objects.get(email__iexact=newcomer.email).pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The service noted it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The service noted it."""

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, f"{obj} is uitgenodigd en krijgt een mail om een wachtwoord te kiezen.")
        return redirect("admin:accounts_member_add" if "_addanother" in request.POST else LIST)

    @admin.display(description="lid", ordering="name")
    def person(self, member: Member) -> str:
        return format_html("{}<br>{}", member.name, member.email) if member.name else member.email

    @admin.display(description="doelgroep en fractie", ordering="audience")
    def group(self, member: Member) -> str:
        return ", ".join(filter(None, [member.get_audience_display(), member.fractie]))

    @admin.display(description="toegang", ordering="mandate_until")
    def access(self, member: Member) -> str:
        """Whether and until when somebody may come in, in words."""
        if not member.is_active:
            return "staat uit"
        if member.has_ended and member.mandate_until:
            days = [date_format(day, "j F Y") for day in (member.mandate_until, erased_on(member.mandate_until))]
            return "beëindigd, laatste dag was {}, wordt gewist op {}".format(*days)
        parts = [members.last_day(member.mandate_until)]
        if member.last_login is None:
            parts.append("nog niet ingelogd")
        if member.is_staff or member.is_superuser:
            parts.append("griffie of beheer")
        return ", ".join(parts)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks first: sessions and calendars stop at once."""
        member = self._member(request, pk)
        if request.method == "POST":
            try:
                is_told = request.POST.get("mail") == "ja"
                queue_mails(members.end_now(pk, by=desk_user(request), is_told=is_told))
            except members.CannotChange as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, f"{member} kan niet meer inloggen.")
            return redirect("admin:accounts_member_change", pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": f"{member} beëindigen"}
        return TemplateResponse(request, f"{TEMPLATES}/end.html", {**context, "member": member, **_kept()})

    def invite_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        member = self._member(request, pk)
        try:
            queue_mails(members.invite_again(member, by=desk_user(request)))
        except members.CannotChange as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, f"{member} krijgt een nieuwe mail om een wachtwoord te kiezen.")
        return redirect("admin:accounts_member_change", pk)

    def _member(self, request: HttpRequest, pk: int) -> Member:
        member = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_change_permission(request, member):
            raise PermissionDenied
        if member is None:
            raise Http404
        return member

    def export(self, request: HttpRequest) -> HttpResponse:
        """The members as a file for a spreadsheet, which can be uploaded again; an example where there are none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        rows = self.get_queryset(request).filter(pk__in=User.objects.able().filter(is_staff=False).values("pk"))
        table = [
            (m.name, m.email, m.audience, m.fractie, f"{m.mandate_until:%d-%m-%Y}" if m.mandate_until else "", "")
            for m in rows.exclude(is_superuser=True).order_by("name", "email")
        ]
        data = spreadsheets.as_csv([HEAD, *table])
        audit.tell("members_exported", actor=desk_user(request).pk)
        response = HttpResponse(data, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="leden-{timezone.localdate()}.csv"'
        return response

    def council(self, request: HttpRequest) -> HttpResponse:
        self._check_council(request)
        return council(request, self._page("Raad bijwerken uit een bestand", request))

    def council_plan(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._check_council(request)
        return council_plan(request, pk, self._page("Wat er gaat gebeuren", request))

    def _check_council(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied

    def _page(self, title: str, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **_kept()}


def _kept() -> dict[str, int]:
    return {"kept_days": settings.ENDED_MEMBERS_KEPT_DAYS}
