"""Erasing one's own account: what would go and what would stay, and the button that does it."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import tasks
from accounts.details import private
from accounts.privacy import days_in_words
from accounts.requests import MemberRequest
from accounts.services import erasing


@private
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def erase_account(request: MemberRequest) -> HttpResponse:
    """Looking shows the numbers; only the button erases, at once and for good."""
    user = request.user
    if request.method == "POST":
        try:
            mail_id = erasing.erase_on_request(user.pk)
        except erasing.CannotErase as error:
            messages.error(request, str(error))
            return redirect("erase_account")
        tasks.queue_mails([mail_id] if mail_id else [])
        logout(request)
        return redirect("account_erased")
    context = {
        "why_not": erasing.why_not(user),
        "goes": erasing.what_goes(user),
        "stays": erasing.what_stays(user),
        "pseudonym": erasing.pseudonym(user),
        "term": days_in_words(settings.HISTORY_KEPT_DAYS),
    }
    return render(request, "accounts/erase.html", context)


@login_not_required
@require_safe
def account_erased(request: HttpRequest) -> HttpResponse:
    """Where somebody ends up whose account is gone."""
    return render(request, "accounts/erased.html")
