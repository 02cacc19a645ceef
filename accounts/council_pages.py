"""The pages on which a griffier uploads a file with a council, sees what would happen, and confirms it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.council_file import MAX_BYTES, MAX_LINES, CouncilFile, Line, UnreadableCouncil, read_council
from accounts.desk import desk_user
from accounts.models import Audience, CouncilUpdate, User
from accounts.services import council as services
from accounts.services.council import Kind
from accounts.tasks import queue_mails

TEMPLATES = "admin/accounts/member"
AT_ONCE = 100  # mails that a message goes to the worker for; the sweep takes up the others
HEADINGS = (
    (Kind.INVITE, "Uitnodigen"),
    (Kind.BACK, "Weer toelaten"),
    (Kind.CHANGE, "Blijven, met een wijziging"),
    (Kind.END, "Beëindigen volgens het bestand"),
    (Kind.NOTHING, "Hier gebeurt niets mee"),
    (Kind.SAME, "Blijven zoals het is"),
)


class CouncilForm(forms.Form):
    """The file, and what holds for lines that do not say it themselves."""

    file = forms.FileField(
        label="Bestand (CSV)",
        help_text=f"Ten hoogste {MAX_LINES} regels en 1 MB.",
        error_messages={"empty": "Dit bestand is leeg."},
    )
    audience = forms.ChoiceField(
        label="Doelgroep van nieuwe leden, als het bestand die niet noemt",
        choices=Audience.choices,
        initial=Audience.RAADSLID,
    )
    until = forms.DateField(
        label="Mandaat tot en met, voor wie in het bestand geen dag heeft",
        required=False,
        help_text="Geldt voor nieuwe leden en voor wie terugkomt. Leeg betekent: geen einddatum.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Deze dag is al voorbij.")
        return day


def council(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Upload a file. What is wrong with it is told by line, and nothing is kept of it then."""
    form = CouncilForm(request.POST or None, request.FILES or None)
    read: CouncilFile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            read = read_council(form.cleaned_data["file"].read(MAX_BYTES + 1), today=timezone.localdate())
        except UnreadableCouncil as error:
            form.add_error("file", str(error))
        else:
            if not read.problems:
                lines = _completed(read, audience=form.cleaned_data["audience"], until=form.cleaned_data["until"])
                if read.ignored:
                    messages.info(request, f"Deze kolommen gebruikt het portal niet: {', '.join(read.ignored)}.")
                update = services.keep_file(lines, by=desk_user(request))
                return redirect("admin:accounts_member_council_plan", update.pk)
    return TemplateResponse(request, f"{TEMPLATES}/council.html", {**page, "form": form, "read": read})


def _completed(read: CouncilFile, *, audience: str, until: date | None) -> list[Line]:
    """With what holds for who is new or comes back; whoever stays keeps what an empty cell does not say."""
    stays = {user.email.lower() for user in User.objects.able()}
    known = {email.lower() for email in User.objects.values_list("email", flat=True)}
    lines = []
    for line in read.lines:
        values = {name: getattr(line, name) for name in line.__slots__}
        if line.email not in known:
            values["audience"] = line.audience or audience
        if line.email not in stays and not line.ends:
            values["until"] = line.until or until
        lines.append(Line(**values))
    return lines


def council_plan(request: HttpRequest, pk: int, page: dict[str, Any]) -> HttpResponse:
    """What would happen, and after confirming what has."""
    update = CouncilUpdate.objects.filter(pk=pk).first()
    if update is None:
        raise Http404
    if request.method == "POST":
        return _confirm(request, update, page)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if update.done_at:
        return TemplateResponse(request, f"{TEMPLATES}/council_done.html", {**page, "update": update, "title": "Klaar"})
    return _show(request, update, page, end_on="", chosen=frozenset())


def _confirm(request: HttpRequest, update: CouncilUpdate, page: dict[str, Any]) -> HttpResponse:
    chosen = frozenset(int(pk) for pk in request.POST.getlist("end") if pk.isdecimal() and len(pk) < 19)
    groups = set(request.POST.getlist("end_group"))
    end_on = request.POST.get("end_on", "")
    if groups and not update.done_at:
        missing = services.make_plan(update).missing
        chosen |= {user.pk for user in missing if (user.audience or "geen") in groups}
    try:
        ending = services.Ending(user_ids=chosen, on=_day(end_on))
        done, mail_ids = services.carry_out(
            update.pk, stamp=request.POST.get("stamp", ""), ending=ending, by=desk_user(request)
        )
    except services.CannotUpdate as error:
        messages.warning(request, str(error))
        if CouncilUpdate.objects.filter(pk=update.pk, done_at=None).exists():
            return _show(request, update, page, end_on=end_on, chosen=chosen)
        return redirect("admin:accounts_member_council_plan", update.pk)
    queue_mails(mail_ids[:AT_ONCE])
    messages.success(request, f"Het bestand is verwerkt: {done.result}.")
    return redirect("admin:accounts_member_council_plan", update.pk)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise services.CannotUpdate(
            "Die dag kunnen we niet lezen. Kies hem nog eens. Er is nog niets gedaan."
        ) from None


def _show(
    request: HttpRequest, update: CouncilUpdate, page: dict[str, Any], *, end_on: str, chosen: frozenset[int]
) -> HttpResponse:
    plan = services.make_plan(update)
    new = {user.pk for user in plan.missing if f"user {user.pk}" not in update.shown}
    context = {
        "update": update,
        "plan": plan,
        "parts": [(heading, plan.of(kind)) for kind, heading in HEADINGS if plan.of(kind)],
        "groups": services.grouped(plan.missing),
        "chosen": chosen,
        "new": new,
        "changed_count": sum(one.changed for one in plan.lines) + len(new),
        "end_on": end_on or timezone.localdate().isoformat(),
        "today": timezone.localdate().isoformat(),
        "ends": plan.missing or plan.of(Kind.END),
        "changes": any(plan.of(kind) for kind in (Kind.INVITE, Kind.BACK, Kind.CHANGE, Kind.END)),
    }
    return TemplateResponse(request, f"{TEMPLATES}/council_plan.html", {**page, **context})
