"""How allauth behaves here."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Nobody makes an account by themselves: the griffie does."""

    # what its own translation says in English, or to a friend
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Dit account staat uit. Vraag de griffie om hulp.",
        "email_password_mismatch": "Het e-mailadres of het wachtwoord klopt niet. Probeer het nog een keer.",
        "enter_current_password": "Vul het wachtwoord in dat u nu gebruikt.",
        "incorrect_password": "Dit wachtwoord klopt niet. Probeer het nog een keer.",
        "invalid_password_reset": "Deze link werkt niet meer. Vraag een nieuwe link aan.",
        "same_as_current": "Kies een ander wachtwoord dan u nu gebruikt.",
        "too_many_login_attempts": "U probeerde te vaak in te loggen. Wacht een paar minuten en probeer het opnieuw.",
        "rate_limited": "U probeerde dit te vaak. Wacht een paar minuten en probeer het opnieuw.",
    }

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """However somebody proved who they are: after the mandate nobody gets in."""
        if user.has_ended:
            return redirect("mandate_over")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the portal's own address, whatever address the request was sent to."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)
