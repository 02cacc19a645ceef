"""One's own sessions: where somebody is logged in, and logging out there."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from accounts.services import sign_ins


def _ends(request: HttpRequest) -> bool:
    return request.method == "POST"


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(enabled=_ends)
def own_sessions(request: MemberRequest) -> HttpResponse:
    """The list; a POST ends one session or all others, after the password where logging in is a while ago.

    The session that asks is ended by logging out.
    """
    key = request.session.session_key
    if request.method == "POST":
        chosen = request.POST.get("sessie", "")
        if chosen == "andere":
            sign_ins.end_others(request.user, session_key=key)
            messages.success(request, "U bent op alle andere apparaten uitgelogd.")
        elif chosen.isdecimal() and sign_ins.end(request.user, int(chosen)):
            messages.success(request, "U bent op dat apparaat uitgelogd.")
        return redirect("own_sessions")
    rows = sign_ins.living(request.user)
    here = [row for row in rows if row.session_key == key]
    context = {"here": here[0] if here else None, "others": [row for row in rows if row.session_key != key]}
    return render(request, "accounts/own_sessions.html", context)
