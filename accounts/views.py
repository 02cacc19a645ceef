"""The pages for people who are not in yet: asking for access, confirming it, and a new password."""

import logging
from typing import Any

from allauth.account.views import PasswordResetView
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts import tasks
from accounts.forms import AccessRequestForm, PasswordResetForm
from accounts.models import SignUpRequest
from accounts.services import asking
from accounts.tokens import request_of

logger = logging.getLogger(__name__)
private = cache_control(private=True, no_store=True)


@login_not_required
@private
@require_http_methods(["GET", "HEAD", "POST"])
def access_request(request: HttpRequest) -> HttpResponse:
    """The form. Whatever the address is, the answer and the work for it are the same; a worker does the rest."""
    if request.user.is_authenticated:
        return redirect("home")
    form = AccessRequestForm(request.POST or None)
    if request.method == "POST":
        refused: HttpResponse | None = ratelimit.consume_or_429(request, action="ask")
        if refused:
            return refused
        if form.is_by_machine:
            logger.warning("a machine asked for access")
            return redirect("access_sent")
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("name", "email", "audience", "fractie", "motivation")}
            tasks.queue_weighing(asking.receive(asking.Asked(**wanted)))
            return redirect("access_sent")
    return render(request, "accounts/access_request.html", {"form": form})


@login_not_required
@require_safe
def access_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/access_sent.html")


@login_not_required
@private
@require_http_methods(["GET", "HEAD", "POST"])
def access_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, as mail scanners follow links; only the button confirms."""
    row = request_of(token)
    if row is None:
        return render(request, "accounts/access_gone.html", status=404)
    if request.method == "POST" and row.state == SignUpRequest.State.NEW:
        mail_id = asking.confirm(row)
        tasks.queue_mails([mail_id] if mail_id else [])
        return redirect("access_confirmed")
    if row.state != SignUpRequest.State.NEW:
        return redirect("access_confirmed")
    return render(request, "accounts/access_confirm.html", {"token": token})


@login_not_required
@require_safe
def access_confirmed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/access_confirmed.html")


class PasswordReset(PasswordResetView):
    """As allauth's, with its limits, but the look-up and the mail are left to a worker."""

    def get_form_class(self) -> type[PasswordResetForm]:
        return PasswordResetForm

    def form_valid(self, form: Any) -> HttpResponse:
        email = form.cleaned_data["email"].lower()
        refused: HttpResponse | None = ratelimit.consume_or_429(self.request, action="reset_password", key=email)
        if refused:
            return refused
        tasks.queue_mails([asking.ask_reset(email)])
        return HttpResponseRedirect(self.get_success_url())
