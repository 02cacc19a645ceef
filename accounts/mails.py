"""Sending the mails that wait in the table Mail: each of them once, tried again where no server had it yet.

A mail is claimed by a conditional UPDATE, as an import is. Nothing here runs within a request of a browser.
"""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.history import note
from accounts.known import is_taken
from accounts.models import Mail, SignUpRequest, User
from accounts.tokens import ADDRESS_DAYS, token_of, token_of_change

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10  # with the waits between them: about a day
FIRST_WAIT = timedelta(minutes=2)  # after a failure; doubles each time
MESSAGE_SECONDS = 60  # how long a message to the worker counts, and when the sweep sends the next one
STALE = timedelta(minutes=5)  # after which a worker that claimed a mail counts as dead
RESETS_AN_HOUR = 5  # to one address
CODES_AN_HOUR = 10
NO_SERVER = "Er is geen mailserver ingesteld."

# What is told about a change in how somebody logs in.
CHANGED = {
    "password_changed": "Uw wachtwoord is gewijzigd.",
    "password_reset": "U hebt een nieuw wachtwoord gekozen.",
    "password_set": "U hebt een wachtwoord gekozen.",
    "totp_activated": "Inloggen met een app staat aan. Bij het inloggen vult u voortaan ook een code uit de app in.",
    "totp_deactivated": "Inloggen met een app staat uit.",
    "webauthn_added": "Er is een passkey bij uw account gezet. Daarmee kunt u inloggen.",
    "webauthn_removed": "Er is een passkey van uw account weggehaald.",
    "recovery_codes_generated": "Er zijn nieuwe herstelcodes gemaakt. De oude werken niet meer.",
    "factors_reset": "De beheerder heeft de tweede stap van uw account weggehaald, met alle passkeys en herstelcodes.",
}

State, Kind = Mail.State, Mail.Kind
STUCK = (State.FAILED, State.UNSURE)  # what is not sent again by itself
OF_MEMBERS_ONLY = (Kind.RESET, Kind.ADDRESS, Kind.NOTICE, Kind.ERASED)  # who asked for one is nobody's concern


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's right to send one mail: it holds while the row still counts this attempt."""

    mail_id: int
    attempt: int

    def update(self, **fields: object) -> bool:
        """Change the claimed row; False where the claim no longer holds."""
        rows = Mail.objects.filter(pk=self.mail_id, state=State.SENDING, attempts=self.attempt)
        return bool(rows.update(**fields))


def send(mail_id: int) -> None:
    """Send one mail, if it still waits. Safe to call twice, and at the same moment."""
    held = claim(mail_id)
    if held is None:
        return
    mail = Mail.objects.select_related("request", "address_change__user").get(pk=mail_id)
    message = compose(mail)
    if message is None:
        held.update(state=State.CANCELLED, words={})
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _try_later(held, error)
        return
    # from here on the server may have it; whoever cancelled it or took it over a moment ago was first
    if held.update(handed_at=timezone.now()):
        try:
            if connection.send_messages([message]):
                held.update(state=State.SENT, problem="", words={})
                logger.info("mail %s: %s sent", mail_id, mail.kind)
            else:
                _try_later(held, NO_SERVER)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:  # it said no
            _try_later(held, error)
        except (OSError, smtplib.SMTPException) as error:  # it said nothing
            held.update(state=State.UNSURE, problem=_told(error))
            logger.error("mail %s: not known whether it was sent, %s", mail_id, type(error).__name__)  # noqa: TRY400
    _close(connection)
    if mail.kind == Kind.ERASED:
        forget_erased()


def send_again(mail_id: int, *, by: User) -> bool:
    """Let a mail that is stuck be tried once more; False where it is not stuck (any more)."""
    rows = Mail.objects.filter(pk=mail_id, state__in=STUCK)
    if not rows.update(state=State.WAITING, attempts=0, try_at=timezone.now(), handed_at=None, problem=""):
        return False
    note(Mail.objects.get(pk=mail_id), "Opnieuw verstuurd.", by=by)
    return True


def forget_erased() -> None:
    """The mail that tells of erasing is the last that holds the address; it goes as soon as it is done."""
    Mail.objects.filter(kind=Kind.ERASED).exclude(state__in=(State.WAITING, State.SENDING)).delete()


def claim(mail_id: int) -> Claim | None:
    """Take a mail that waits. None: someone else has it, or it is done."""
    rows = Mail.objects.filter(pk=mail_id, state=State.WAITING)
    if not rows.update(state=State.SENDING, attempts=F("attempts") + 1, claimed_at=timezone.now(), handed_at=None):
        return None
    return Claim(mail_id, Mail.objects.values_list("attempts", flat=True).get(pk=mail_id))


def _close(connection: object) -> None:
    """A server that is rude at the end has the mail nevertheless."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException) as error:
        logger.info("the mail server ended with %s", type(error).__name__)


def _try_later(held: Claim, error: Exception | str) -> None:
    """The server does not have it: try again, with longer and longer waits."""
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    codes = [code for code, _ in error.recipients.values()] if isinstance(error, smtplib.SMTPRecipientsRefused) else []
    if isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    is_final = (bool(codes) and min(codes) >= 500 and (refused or held.attempt > 1)) or held.attempt >= MAX_ATTEMPTS
    wait = FIRST_WAIT * 2 ** (held.attempt - 1)
    held.update(
        state=State.FAILED if is_final else State.WAITING,
        try_at=timezone.now() + wait,
        handed_at=None,
        problem=_told(error),
    )
    logger.warning("mail %s: attempt %s failed, %s", held.mail_id, held.attempt, _told(error))


def _told(error: Exception | str) -> str:
    """The kind of error, without what a server says: that may hold addresses."""
    if isinstance(error, str):
        return error
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def due(now: datetime) -> list[int]:
    """Mails to send a message for, now that none is on its way. What a dead worker left is taken back first."""
    stale = Mail.objects.filter(state=State.SENDING, claimed_at__lt=now - STALE)
    if count := stale.filter(handed_at__isnull=False).update(
        state=State.UNSURE, problem="Het versturen is afgebroken op het laatste moment."
    ):
        logger.error("%s mails: not known whether they were sent", count)
    stale.filter(attempts__gte=MAX_ATTEMPTS).update(state=State.FAILED, problem="Het versturen is steeds afgebroken.")
    stale.update(state=State.WAITING, try_at=now)
    waiting = Mail.objects.filter(state=State.WAITING, try_at__lte=now)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    Mail.objects.filter(pk__in=ids, state=State.WAITING).update(try_at=now + timedelta(seconds=MESSAGE_SECONDS))
    return ids


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail as it is now; None where it is not needed any more."""
    context = _context(mail)
    if context is None:
        return None
    context |= {"kind": mail.kind, "site_url": settings.SITE_URL}
    text = render_to_string(f"emails/{mail.kind}.txt", context)
    subject, _, body = text.strip().partition("\n")
    message = EmailMultiAlternatives(
        subject=subject.removeprefix("Onderwerp: ").strip(),
        body=body.strip() + "\n",
        to=[mail.to],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": _message_id(mail)},
    )
    message.attach_alternative(render_to_string(f"emails/{mail.kind}.html", context), "text/html")
    return message


def _message_id(mail: Mail) -> str:
    """The same at every attempt."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<griffieportal.{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>"


def _context(mail: Mail) -> dict[str, object] | None:
    """What the templates of this kind tell; None where the mail is not needed any more."""
    wanted = {
        Kind.CONFIRM: SignUpRequest.State.NEW,
        Kind.APPROVED: SignUpRequest.State.APPROVED,
        Kind.REJECTED: SignUpRequest.State.REJECTED,
        Kind.UNDONE: SignUpRequest.State.CONFIRMED,
    }
    row = mail.request
    reset_page = settings.SITE_URL + reverse("account_reset_password")
    if mail.kind in wanted and (row is None or row.state != wanted[Kind(mail.kind)]):
        return None
    if mail.kind == Kind.CONFIRM and row:
        path = reverse("access_confirm", args=[token_of(row)])
        return {"link": settings.SITE_URL + path, "days": settings.UNCONFIRMED_REQUESTS_KEPT_DAYS}
    if mail.kind == Kind.APPROVED and row:
        return {"request": row, "link": password_link(row.account)} if row.account else None
    if mail.kind == Kind.RESET:
        user = User.objects.able().filter(email__iexact=mail.to).first()
        return {"link": password_link(user)} if user and not _has_had_enough(mail, RESETS_AN_HOUR) else None
    if mail.kind in _OF_MEMBERS:
        return _OF_MEMBERS[Kind(mail.kind)](mail)
    if mail.kind in {Kind.CODE, Kind.DEVICE, Kind.SECURITY}:
        return _about_logging_in(mail, reset_page)
    if mail.kind == Kind.REMINDER:
        count = SignUpRequest.objects.confirmed().count()
        link = settings.SITE_URL + reverse("admin:accounts_signuprequest_changelist")
        return {"count": count, "link": link} if count else None
    if mail.kind == Kind.ERASED:
        return {"at": mail.created_at}
    if mail.kind == Kind.KNOWN:
        return {"link": reset_page}
    return {"request": row, "link": settings.SITE_URL + reverse("account_login")}


def _invited(mail: Mail) -> dict[str, object] | None:
    user = User.objects.able().filter(email__iexact=mail.to, last_login=None).first()
    if user is None or user.has_usable_password():
        return None
    return {"member": user, "link": password_link(user)}


def _ending(mail: Mail) -> dict[str, object] | None:
    user = User.objects.able().filter(email__iexact=mail.to).first()
    link = settings.SITE_URL + reverse("bookmark_list")
    if user is None or user.mandate_until is None or user.mandate_until != user.warned_of:
        return None  # the end became another; who must know of that is mailed again
    return {"member": user, "link": link, "days": settings.ENDED_MEMBERS_KEPT_DAYS}


def _ended(mail: Mail) -> dict[str, object] | None:
    user = User.objects.filter(email__iexact=mail.to, erased_at=None).first()
    if user is None or not user.has_ended:
        return None  # may come in again
    return {"member": user, "days": settings.ENDED_MEMBERS_KEPT_DAYS}


def _new_address(mail: Mail) -> dict[str, object] | None:
    """Where the address is somebody else's already, its owner is told so, without a link."""
    change = mail.address_change
    if change is None or not change.user.may_log_in or _has_had_enough(mail, RESETS_AN_HOUR):
        return None
    if is_taken(change.email, by_other_than=change.user):
        return {"link": ""}
    path = reverse("address_confirm", args=[token_of_change(change)])
    return {"link": settings.SITE_URL + path, "member": change.user, "days": ADDRESS_DAYS}


def _old_address(mail: Mail) -> dict[str, object]:
    return {"change": mail.address_change, "link": settings.SITE_URL + reverse("account_reset_password")}


_OF_MEMBERS: dict[Mail.Kind, Callable[[Mail], dict[str, object] | None]] = {
    Kind.INVITED: _invited,
    Kind.ENDING: _ending,
    Kind.ENDED: _ended,
    Kind.ADDRESS: _new_address,
    Kind.NOTICE: _old_address,
}


def _about_logging_in(mail: Mail, reset_page: str) -> dict[str, object] | None:
    if mail.kind == Kind.CODE:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        return {"code": mail.words["code"], "minutes": minutes} if _lets_in(mail) else None
    told = {"at": mail.created_at, "link": reset_page}
    if mail.kind == Kind.DEVICE:
        return {**told, "device": mail.words["device"]}
    return {**told, "changed": CHANGED[mail.words["what"]]}


def _lets_in(mail: Mail) -> bool:
    """Whether a mail for logging in has a code, of somebody with an account, that can still be used."""
    is_in_time = mail.created_at > timezone.now() - timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    return "code" in mail.words and is_in_time and not _has_had_enough(mail, CODES_AN_HOUR)


def _has_had_enough(mail: Mail, an_hour: int) -> bool:
    """No mailbox is filled by what others ask for."""
    handed = Mail.objects.filter(kind=mail.kind, to=mail.to, handed_at__gt=timezone.now() - timedelta(hours=1))
    return handed.exclude(pk=mail.pk).count() >= an_hour


def password_link(user: User) -> str:
    """Where somebody chooses a password; it works until that is done, or three days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    link: str = get_adapter().get_reset_password_from_key_url(key)
    return link
