"""Logging in with the account that somebody has at the municipality (OpenID Connect), where settings name a server.

It only finds the account that is there already, by its address; it makes none and ties nothing to it. So there is
nothing to untie either: each log-in looks the address up again.
"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from requests import RequestException

from accounts.models import User

logger = logging.getLogger(__name__)

# From where somebody may be sent to the server: a page of ours, or an address that was typed; not by another site
# without their knowing.
OWN_DOING = {"same-origin", "none"}


class SocialAdapter(DefaultSocialAccountAdapter):
    """How allauth behaves with what the server tells."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """For what the portal asks the server itself; nothing there leads elsewhere."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account; whoever has none is told so, in the same words for each reason."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:  # nothing else is offered
            raise ImmediateHttpResponse(redirect("home"))
        user = find_account(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))
        sociallogin.user = user


def find_account(sociallogin: SocialLogin) -> User | None:
    """The active account with an address that is this person's own, as the server says or as the settings trust.

    The server must be the one of the settings by its own words too.
    """
    told = (sociallogin.account.extra_data or {}).get("id_token") or {}
    if str(told.get("iss", "")).rstrip("/") != settings.OIDC_ISSUER:
        return None
    is_trusted = settings.OIDC_TRUST_EMAIL
    addresses = [address.email for address in sociallogin.email_addresses if address.verified is True or is_trusted]
    if len(addresses) != 1:
        return None
    return User.objects.filter(email__iexact=addresses[0], is_active=True).first()


def context(request: HttpRequest) -> dict[str, Any]:
    """For the page to log in: what the button says; empty where there is no server."""
    return {"single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}


@login_not_required
@require_safe
def log_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the server; where that does not answer, a page that says so."""
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_DOING:
        return redirect("account_login")
    return _answered(views.login, request, provider_id)


@login_not_required
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the server, with what tells who somebody is."""
    return _answered(views.callback, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view(request, provider_id)
    except (RequestException, LookupError, ValueError) as error:  # no answer, or not that of such a server
        logger.warning("single sign-on: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return response
