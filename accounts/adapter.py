"""How allauth behaves here."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import audit, history, sessions, tasks
from accounts.mails import CHANGED
from accounts.models import Mail, User
from accounts.services import sign_ins

# after these somebody who got in without the second step must not stay in
ENDS_OTHERS = {"totp_activated", "webauthn_added", "password_changed", "password_set"}
# what somebody got wrong who tried to prove to be somebody
WRONG = {
    *("incorrect_code", "incorrect_password", "enter_current_password"),
    *("too_many_login_attempts", "invalid_password_reset", "rate_limited"),
}
RECENTLY = 300  # seconds after which somebody is asked again who it is


class AccountAdapter(DefaultAccountAdapter):
    """Nobody makes an account by themselves: the griffie does."""

    # what its own translation says in English, or to a friend
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Dit account staat uit. Vraag de griffie om hulp.",
        "email_password_mismatch": "Het e-mailadres of het wachtwoord klopt niet. Probeer het nog een keer.",
        "incorrect_code": "Deze code klopt niet. Kijk de code na en probeer het nog een keer.",
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
            history.tell("log_in", user, by=None, result=audit.REFUSED)
            return redirect("mandate_over")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Whether the address is known is in nobody's log; of who tried again it is told."""
        about = f"address:{audit.typed_address(str(credentials.get('email', '')))}"
        audit.tell("log_in", about=about, result=audit.REFUSED)
        super().authentication_failed(request, **credentials)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        tell_wrong(self.request, code)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_details")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the portal's own address, whatever address the request was sent to."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox. A code for an address that nobody has is a mail without a code, which is not sent."""
        name, email = template_prefix.rpartition("/")[2], email.lower()
        if name in {"login_code", "unknown_account"}:
            words = {"code": context["code"]} if "code" in context else {}
            mail = Mail.objects.create(kind=Mail.Kind.CODE, to=email, words=words)
        elif name in CHANGED:
            mail = Mail.objects.create(kind=Mail.Kind.SECURITY, to=email, words={"what": name})
        else:
            raise LookupError(f"no mail of the portal says {template_prefix}")
        tasks.queue_mails([mail.pk])

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """To the address that the account has now, without what browser or network it was done from."""
        name = template_prefix.rpartition("/")[2]
        history.tell(name, user, by=user)
        if name in ENDS_OTHERS:
            sessions.keep(self.request)  # its key changes with the password
            sign_ins.end_others(user, session_key=self.request.session.session_key)
        if name == "password_reset":
            sign_ins.end_all(user)
            if user.last_login is None:
                return  # who chooses the first password was asked to
        self.send_mail(template_prefix, user.email, {})

    def login(self, request: HttpRequest, user: User) -> None:
        """Every way of logging in ends here."""
        is_first = user.last_login is None
        super().login(request, user)
        history.tell("log_in", user, by=user)
        mail_id = sessions.begin(request, user, is_first=is_first)
        tasks.queue_mails([mail_id] if mail_id else [])

    def logout(self, request: HttpRequest) -> None:
        key, user = request.session.session_key, request.user
        if isinstance(user, User):
            history.tell("log_out", user, by=user)
        super().logout(request)
        sign_ins.forget(key or "")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logged in a moment ago has just shown who it is."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < RECENTLY for record in records)


def tell_wrong(request: HttpRequest | None, code: str) -> None:
    """Tell the log of what matters for safety that somebody failed to prove who it is; of whom, where that is known."""
    if code in WRONG:
        user = getattr(request, "user", None)
        by = user if isinstance(user, User) else None
        about = f"{history.label_of(User)}:{audit.person(by.pk)}" if by else ""
        audit.tell(code, about=about, actor=by.pk if by else None, result=audit.REFUSED)
