"""The session of a request: what is kept of it, how long it lasts, and its key, new after each proof of who it is."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest

from accounts.devices import device_of
from accounts.models import User
from accounts.services import sign_ins

SIGN_IN = "sign_in"  # in the session: what Held holds


@dataclass(frozen=True, slots=True)
class Held:
    """The row of the session, the key that the row has, when that was written and when the session began.

    proofs: how often somebody proved in this session who they are.
    """

    row: int
    key: str
    at: int
    began: int
    proofs: int


def begin(request: HttpRequest, user: User, *, is_first: bool) -> int | None:
    """Keep that somebody just logged in. The mail to send; None where there is nothing to tell."""
    key, now = request.session.session_key or "", int(time.time())
    device = device_of(request.headers.get("User-Agent", ""))
    begun = sign_ins.begin(user, session_key=key, device=device, is_first=is_first)
    _hold(request, Held(begun.sign_in_id, key, now, now, len(get_authentication_records(request, user))))
    return begun.mail_id


def keep(request: HttpRequest) -> None:
    """Keep that the session is used, at most once in half an hour; and at once where it got another key.

    Who proved again who they are gets another key here: whoever had the old one is out.
    """
    held, now = _held(request), int(time.time())
    if held is None:
        return
    proofs = len(get_authentication_records(request, request.user))
    if proofs > held.proofs:
        request.session.cycle_key()
    key = request.session.session_key or ""
    if key == held.key and now - held.at < sign_ins.SEEN_EVERY.total_seconds():
        return
    sign_ins.keep_seen(held.row, session_key=key)
    _hold(request, Held(held.row, key, now, held.began, proofs))


def end_dead(request: HttpRequest) -> None:
    """A session ends when it lasted too long; one of an account that ended does not come back to life with it."""
    if not request.user.is_authenticated:
        if SESSION_KEY in request.session:
            request.session.flush()
        return
    held = _held(request)
    if held and sign_ins.is_over(request.user, began=_moment(held.began), seen=_moment(held.at)):
        sign_ins.forget(held.key)
        logout(request)


def _held(request: HttpRequest) -> Held | None:
    values = request.session.get(SIGN_IN)
    return Held(*values) if values else None


def _hold(request: HttpRequest, held: Held) -> None:
    request.session[SIGN_IN] = [held.row, held.key, held.at, held.began, held.proofs]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
