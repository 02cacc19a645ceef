"""The session of a request, and what is kept of it."""

import time

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from accounts.devices import device_of
from accounts.models import User
from accounts.services import sign_ins

SIGN_IN = "sign_in"  # in the session: the row, the key that the row has, and when that was written


def begin(request: HttpRequest, user: User, *, is_first: bool) -> int | None:
    """Keep that somebody just logged in. The mail to send; None where there is nothing to tell."""
    key = request.session.session_key or ""
    device = device_of(request.headers.get("User-Agent", ""))
    begun = sign_ins.begin(user, session_key=key, device=device, is_first=is_first)
    request.session[SIGN_IN] = [begun.sign_in_id, key, int(time.time())]
    return begun.mail_id


def keep(request: HttpRequest) -> None:
    """Keep that the session is used, at most once in half an hour; and at once where it got another key."""
    row, key, at = request.session.get(SIGN_IN) or (None, "", 0)
    now, own_key = int(time.time()), request.session.session_key or ""
    if row is None or (key == own_key and now - at < sign_ins.SEEN_EVERY.total_seconds()):
        return
    sign_ins.keep_seen(row, session_key=own_key)
    request.session[SIGN_IN] = [row, own_key, now]


def end_dead(request: HttpRequest) -> None:
    """A session of an account that ended does not come back to life with it."""
    if not request.user.is_authenticated and SESSION_KEY in request.session:
        request.session.flush()
