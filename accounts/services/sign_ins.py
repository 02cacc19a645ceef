"""Who is logged in where: kept at logging in, told, and ended."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.models import KnownDevice, Mail, SignIn, User

logger = logging.getLogger(__name__)

SEEN_EVERY = timedelta(minutes=30)  # how often a session's last use is kept, at most


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that was kept, and the mail to send about it; None where there is nothing to tell."""

    sign_in_id: int
    mail_id: int | None


def begin(user: User, *, session_key: str, device: str, is_first: bool) -> Begun:
    """Keep that this user logged in. A device that is not known is told, unless the log-in is the first of all."""
    now = timezone.now()
    with transaction.atomic():
        row, _ = SignIn.objects.update_or_create(
            session_key=session_key, defaults={"user": user, "device": device, "began_at": now, "seen_at": now}
        )
        known, is_new = KnownDevice.objects.get_or_create(user=user, name=device)
        KnownDevice.objects.filter(pk=known.pk).update(seen_at=now)
        if is_first or not is_new:
            return Begun(row.pk, None)
        return Begun(row.pk, Mail.objects.create(kind=Mail.Kind.DEVICE, to=user.email, words={"device": device}).pk)


def keep_seen(sign_in_id: int, *, session_key: str) -> None:
    """The session is in use now; its key may have changed, as it does with the password."""
    SignIn.objects.filter(pk=sign_in_id).update(session_key=session_key, seen_at=timezone.now())


def is_over(user: User, *, began: datetime, seen: datetime) -> bool:
    """Whether a session has lasted as long as one may; of the griffie also whether it was left alone for too long."""
    now = timezone.now()
    if not (user.is_staff or user.is_superuser):
        return now - began >= timedelta(days=settings.SESSION_MAX_DAYS)
    idle = timedelta(hours=settings.STAFF_SESSION_IDLE_HOURS)
    return now - began >= timedelta(days=settings.STAFF_SESSION_MAX_DAYS) or now - seen >= idle


def living(user: User) -> list[SignIn]:
    """The sessions that still let this user in, the last used first."""
    rows = [row for row in SignIn.objects.filter(user=user) if not is_over(user, began=row.began_at, seen=row.seen_at)]
    sessions = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    good = {session.session_key for session in sessions if _lets_in(session, user)}
    return [row for row in rows if row.session_key in good]


def _lets_in(session: Session, user: User) -> bool:
    """A session from before the password changed is over, though it is still there."""
    held = session.get_decoded()
    return held.get(SESSION_KEY) == str(user.pk) and held.get(HASH_SESSION_KEY) == user.get_session_auth_hash()


def end(user: User, sign_in_id: int) -> bool:
    """End one session of this user; False where it is none of theirs."""
    return bool(_end(SignIn.objects.filter(user=user, pk=sign_in_id)))


def forget(session_key: str) -> None:
    """This session was ended by logging out."""
    SignIn.objects.filter(session_key=session_key).delete()


def end_others(user: User, *, session_key: str | None) -> int:
    """End all sessions of this user but the one with this key; how many."""
    return _end(SignIn.objects.filter(user=user).exclude(session_key=session_key or ""))


def end_all(*users: User) -> int:
    """End all sessions of these users, as when an account ends; how many."""
    return _end(SignIn.objects.filter(user__in=users))


def _end(rows: Iterable[SignIn]) -> int:
    found = list(rows)
    if not found:
        return 0
    Session.objects.filter(session_key__in=[row.session_key for row in found]).delete()
    SignIn.objects.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def erase_old(now: datetime) -> None:
    """Away with Django's sessions that are over, with what we keep of them, and with devices of long ago."""
    Session.objects.filter(expire_date__lt=now).delete()
    sign_ins, _ = SignIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    unused = now - timedelta(days=settings.DEVICES_KEPT_DAYS)
    devices, _ = KnownDevice.objects.filter(seen_at__lt=unused).delete()
    logger.info("erased %s sessions that were over and %s devices of long ago", sign_ins, devices)
