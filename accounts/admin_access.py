"""Requests for access at the griffier's desk: the queue, what is known of each request, and the decisions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts import mails
from accounts.desk import DeskAdmin, desk_user
from accounts.models import Mail, RejectionText, SignUpRequest, TrustedDomain
from accounts.resemblance import known_about
from accounts.services import deciding
from accounts.tasks import queue_mails

PAGE_SIZE = 50
MOST = 200  # requests in one decision
LIST = "admin:accounts_signuprequest_changelist"
TEMPLATES = "admin/accounts/signuprequest"
OF_MEMBERS_ONLY = (Mail.Kind.RESET, Mail.Kind.ADDRESS, Mail.Kind.NOTICE, Mail.Kind.ERASED)
DONE = {
    "approve": ("aanvraag is goedgekeurd.", "aanvragen zijn goedgekeurd."),
    "reject": ("aanvraag is afgewezen.", "aanvragen zijn afgewezen."),
    "undo": ("besluit is teruggedraaid.", "besluiten zijn teruggedraaid."),
}


class RejectForm(forms.Form):
    """Why: a text that the griffie wrote before, words for this one, or both."""

    text = forms.ModelChoiceField(
        label="Reden", queryset=RejectionText.objects.all(), required=False, empty_label="Geen vaste tekst"
    )
    extra = forms.CharField(
        label="Aanvulling in eigen woorden",
        help_text="Deze woorden komen onder de vaste tekst in de mail te staan. Dit mag u leeg laten.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not self.reason:
            raise forms.ValidationError("Kies een reden of schrijf er zelf een. De aanvrager krijgt die te lezen.")
        return values

    @property
    def reason(self) -> str:
        text = self.cleaned_data.get("text")
        parts = [text.text if text else "", self.cleaned_data.get("extra", "")]
        return "\n\n".join(part.strip().replace("\r\n", "\n") for part in parts if part.strip())


@admin.register(SignUpRequest)
class SignUpRequestAdmin(DeskAdmin):
    """The queue. A request is decided on and not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SignUpRequest | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return SignUpRequest.objects.for_desk()

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        return [path("besluiten/", decide, name="accounts_signuprequest_decide"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        words, state = request.GET.get("q", "").strip(), request.GET.get("status", "")
        rows = SignUpRequest.objects.for_desk()
        if words:
            rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(fractie__icontains=words))
        rows = rows.filter(state=state) if state in SignUpRequest.State.values else rows
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("pagina"))
        now = timezone.now()
        known = known_about(page.object_list)  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Aanvragen voor toegang",
            "page": page,
            "shown": [
                {"row": row, "known": known[row.pk], "can_undo": deciding.can_be_undone(row, now)}
                for row in page.object_list
            ],
            "words": words,
            "state": state,
            "states": [("", "Alles"), *((value, SignUpRequest.State(value).label) for value in _SHOWN)],
            "may_decide": self.has_change_permission(request),
            "unsent": _unsent_mails(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, f"{TEMPLATES}/list.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One request with everything that is known of it. Deciding has an address of its own."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if row is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": row.name,
            "row": row,
            "known": known_about([row])[row.pk],
            "can_undo": deciding.can_be_undone(row, timezone.now()),
            "mails": row.mails.order_by("pk"),
            "may_decide": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, f"{TEMPLATES}/detail.html", context)

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Approve, reject or undo one request or many; rejecting many asks for the reason first."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        choice = request.POST.get("choice", "")
        pks = [int(pk) for pk in request.POST.getlist("pk")[:MOST] if pk.isdecimal() and len(pk) < 19]
        if not pks or choice not in DONE:
            messages.warning(request, "Vink eerst een of meer aanvragen aan.")
            return redirect(LIST)
        reason = ""
        if choice == "reject":
            form = RejectForm(request.POST if "text" in request.POST else None)
            if not form.is_valid():
                return self._ask_reason(request, pks, form)
            reason = form.reason
        self._decide(request, choice, pks, reason)
        return redirect(LIST)

    def _ask_reason(self, request: HttpRequest, pks: list[int], form: RejectForm) -> HttpResponse:
        rows = list(SignUpRequest.objects.confirmed().filter(pk__in=pks).order_by("confirmed_at"))
        if not rows:
            messages.warning(request, "Over deze aanvragen is al besloten.")
            return redirect(LIST)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Afwijzen" if len(rows) > 1 else f"{rows[0].name} afwijzen",
            "rows": rows,
            "form": form,
        }
        return TemplateResponse(request, f"{TEMPLATES}/reject.html", context)

    def _decide(self, request: HttpRequest, choice: str, pks: list[int], reason: str) -> None:
        by, count = desk_user(request), 0
        for pk in pks:
            decision: deciding.Decision | None
            try:
                if choice == "approve":
                    decision = deciding.approve(pk, by=by)
                elif choice == "reject":
                    decision = deciding.reject(pk, reason=reason, by=by)
                else:
                    decision = deciding.undo(pk, by=by)
            except deciding.CannotDecide as error:
                messages.warning(request, str(error))
                continue
            count += 1
            queue_mails([decision.mail_id] if decision else [])
        if count:
            messages.success(request, f"{count} {DONE[choice][count > 1]} Wie het aangaat krijgt een mail.")


_SHOWN = ("confirmed", "new", "approved", "rejected")


def _unsent_mails() -> int:
    """Mails that somebody must look at."""
    return Mail.objects.filter(state__in=mails.STUCK).exclude(kind__in=OF_MEMBERS_ONLY).count()


@admin.register(RejectionText)
class RejectionTextAdmin(DeskAdmin):
    list_display = ["title", "text"]
    search_fields = ["title"]
    actions = None


@admin.register(TrustedDomain)
class TrustedDomainAdmin(DeskAdmin):
    list_display = ["domain"]
    actions = None


@admin.register(Mail)
class MailAdmin(DeskAdmin):
    """What the portal mailed: to be looked at, and sent again where it failed."""

    list_display = ["kind", "to", "moment", "outcome", "again"]
    list_display_links = None
    search_fields = ["to"]
    actions = None
    list_per_page = 50
    show_full_result_count = False
    fields = ["kind", "to", "moment", "outcome"]

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(self.send_again)
        return [path("<int:pk>/opnieuw/", again, name="accounts_mail_again"), *super().get_urls()]

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """After a griffier has looked at what went wrong."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("accounts.change_signuprequest"):
            raise PermissionDenied
        if mails.send_again(pk, by=desk_user(request)):
            queue_mails([pk])
            messages.success(request, "De mail wordt opnieuw verstuurd.")
        else:
            messages.warning(request, "Deze mail hoeft niet opnieuw te worden verstuurd.")
        return redirect("admin:accounts_mail_changelist")

    @admin.display(description="wanneer", ordering="pk")
    def moment(self, row: Mail) -> str:
        return date_format(timezone.localtime(row.handed_at or row.created_at), "j M H.i") + " uur"

    @admin.display(description="status", ordering="state")
    def outcome(self, row: Mail) -> str:
        return f"{row.get_state_display()}: {row.problem}" if row.problem else row.get_state_display()

    @admin.display(description="opnieuw")
    def again(self, row: Mail) -> str:
        if row.state not in mails.STUCK:
            return ""
        address = reverse("admin:accounts_mail_again", args=[row.pk])
        # within the form of the list, which has the token
        return format_html('<button type="submit" formaction="{}">Verstuur opnieuw</button>', address)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the mails for new passwords and addresses: who asked for one is nobody's concern."""
        return super().get_queryset(request).exclude(kind__in=OF_MEMBERS_ONLY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False
