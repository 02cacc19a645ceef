"""What time brings to a mandate: the mail before it ends, the end in the history, and erasing the member afterwards.

Each step is a conditional UPDATE of one row, so that two schedules at once, or one that was late, do it once.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.history import note
from accounts.models import AddressChange, CouncilUpdate, Mail, User
from accounts.services import erasing, sign_ins
from accounts.tokens import ADDRESS_DAYS

logger = logging.getLogger(__name__)

FILE_DAYS = 1  # that a file with a council waits for who uploaded it


def warn(now: datetime) -> list[int]:
    """Have those mailed whose mandate ends soon, once for each end. The mails to send."""
    if not settings.MANDATE_WARNING_DAYS:
        return []
    today = timezone.localdate(now)
    soon = Q(mandate_until__range=(today, today + timedelta(days=settings.MANDATE_WARNING_DAYS)), is_active=True)
    untold = User.objects.filter(soon, Q(warned_of=None) | ~Q(warned_of=F("mandate_until")))
    return [mail_id for user in untold.order_by("pk") if (mail_id := _warn(user))]


@transaction.atomic
def _warn(user: User) -> int | None:
    rows = User.objects.filter(pk=user.pk, mandate_until=user.mandate_until)
    if not rows.exclude(warned_of=user.mandate_until).update(warned_of=user.mandate_until):
        return None
    return Mail.objects.create(kind=Mail.Kind.ENDING, to=user.email).pk


def note_ends(now: datetime) -> None:
    """Tell in the history whose mandate is over. That they cannot log in needs no task: it follows from the day."""
    over = User.objects.filter(mandate_until__lt=timezone.localdate(now), erased_at=None)
    for user in over.filter(Q(noted_end=None) | ~Q(noted_end=F("mandate_until"))).order_by("pk"):
        with transaction.atomic():
            rows = User.objects.filter(pk=user.pk, mandate_until=user.mandate_until)
            if user.mandate_until and rows.exclude(noted_end=user.mandate_until).update(noted_end=user.mandate_until):
                note(
                    user,
                    f"Het mandaat liep tot en met {date_format(user.mandate_until, 'j F Y')}.",
                    by=None,
                    action="member_ended",
                )
                sign_ins.end_all(user)


def erase_old(now: datetime) -> int:
    """Erase who has been gone for the whole term, and what was asked or uploaded and never finished. How many went."""
    CouncilUpdate.objects.filter(created_at__lt=now - timedelta(days=FILE_DAYS)).delete()
    AddressChange.objects.filter(created_at__lt=now - timedelta(days=ADDRESS_DAYS)).delete()
    first_kept = timezone.localdate(now) - timedelta(days=settings.ENDED_MEMBERS_KEPT_DAYS)
    ids = list(User.objects.filter(mandate_until__lt=first_kept, erased_at=None).values_list("pk", flat=True))
    count = sum(_erase(pk, now=now, first_kept=first_kept) for pk in ids)
    if count:
        logger.info("%s members erased", count)
    return count


def erased_on(last_day: date) -> date:
    """The day on which somebody is erased whose mandate ended on this last day."""
    return last_day + timedelta(days=settings.ENDED_MEMBERS_KEPT_DAYS + 1)


@transaction.atomic
def _erase(user_id: int, *, now: datetime, first_kept: date) -> bool:
    """False where somebody extended the mandate, or erased the member, a moment ago."""
    user = User.objects.select_for_update().filter(pk=user_id, mandate_until__lt=first_kept, erased_at=None).first()
    if user is None:
        return False
    erasing.erase(user, why="Gegevens gewist: de bewaartermijn na het mandaat is voorbij.", now=now)
    return True
