"""What the griffie decides on a request for access: approve, reject, and undo that within the hour; and its reminder.

Each decision is a conditional UPDATE: of two griffiers at once one decides, and the other is told.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import workdays
from accounts.history import note
from accounts.models import Mail, SignUpRequest, User
from accounts.services import members

logger = logging.getLogger(__name__)

UNDO_MINUTES = 60
REMIND_WORKDAYS = 3
REMIND_HOUR = 8  # from which, on working days
GROUP = "Griffie"
MAX_REASON = 4000  # signs

State = SignUpRequest.State


class CannotDecide(Exception):
    """Why a decision was not made, in a sentence for the griffier."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that was made, and the mail that tells it to the applicant."""

    request_id: int
    mail_id: int


@transaction.atomic
def approve(request_id: int, *, by: User | None) -> Decision:
    """Make the account, as a member and nothing more. by None: the portal itself, for a trusted domain.

    Raises CannotDecide where somebody else decided first, or the address has an account.
    """
    row = _decide(request_id, State.APPROVED, by=by)
    row.account = _make_member(row)
    row.save(update_fields=["account"])
    note(
        row,
        "Goedgekeurd." if by else "Goedgekeurd door het portal: dit domein is vertrouwd.",
        by=by,
        action="request_approved",
    )
    note(row.account, "Account gemaakt na een aanvraag.", by=by, action="account_made")
    return _tell(row, Mail.Kind.APPROVED)


@transaction.atomic
def reject(request_id: int, *, reason: str, by: User) -> Decision:
    """Raises CannotDecide where somebody else decided first."""
    row = _decide(request_id, State.REJECTED, by=by)
    row.reason = reason.strip()[:MAX_REASON]
    row.save(update_fields=["reason"])
    note(row, "Afgewezen.", by=by, action="request_rejected")
    return _tell(row, Mail.Kind.REJECTED)


@transaction.atomic
def undo(request_id: int, *, by: User) -> Decision | None:
    """Take back a decision of less than an hour ago; None where its mail was not sent, so nobody need be told.

    Raises CannotDecide where it is too late: the hour is over, or the account is in use.
    """
    row = SignUpRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None or not can_be_undone(row, timezone.now()):
        raise CannotDecide("Dit besluit kan niet meer worden teruggedraaid.")
    was_approved = row.state == State.APPROVED
    if was_approved:
        _take_account(row, by=by)
    row.state, row.reason, row.decided_by, row.decided_at, row.account = State.CONFIRMED, "", None, None, None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CannotDecide("Deze persoon heeft intussen een nieuwe aanvraag gedaan. Beoordeel die.") from None
    words = "Goedkeuring teruggedraaid." if was_approved else "Afwijzing teruggedraaid."
    note(row, words, by=by, action="decision_undone")
    return _tell(row, Mail.Kind.UNDONE) if _was_told(row) else None


def _was_told(row: SignUpRequest) -> bool:
    """Whether the applicant may have got the mail about the last decision; a mail that still waits is held back."""
    decided = row.mails.filter(kind__in=[Mail.Kind.APPROVED, Mail.Kind.REJECTED])
    decided.filter(state=Mail.State.WAITING).update(state=Mail.State.CANCELLED)
    last = decided.order_by("-pk").first()
    return last is not None and last.state not in {Mail.State.CANCELLED, Mail.State.FAILED}


def can_be_undone(row: SignUpRequest, now: datetime) -> bool:
    """By the row alone; undo looks at the account as well."""
    decided_at = row.decided_at
    return decided_at is not None and decided_at > now - timedelta(minutes=UNDO_MINUTES)


def _decide(request_id: int, state: SignUpRequest.State, *, by: User | None) -> SignUpRequest:
    """Whoever comes first decides. Raises CannotDecide for who comes second."""
    rows = SignUpRequest.objects.filter(pk=request_id, state=State.CONFIRMED)
    if not rows.update(state=state, decided_by=by, decided_at=timezone.now()):
        raise CannotDecide(_why_not(request_id))
    logger.info("access request %s: %s", request_id, state)
    return SignUpRequest.objects.get(pk=request_id)


def _why_not(request_id: int) -> str:
    row = SignUpRequest.objects.select_related("decided_by").filter(pk=request_id).first()
    if row is None:
        return "Deze aanvraag bestaat niet meer."
    if row.decided_at:
        return f"De aanvraag van {row.name} is al {row.get_state_display()} door {row.decided_by or 'iemand anders'}."
    return f"De aanvraag van {row.name} is nog niet bevestigd."


def _make_member(row: SignUpRequest) -> User:
    asked = members.Newcomer(email=row.email, name=row.name, audience=row.audience, fractie=row.fractie)
    try:
        return members.make_members([asked])[0]
    except members.CannotChange as error:
        raise CannotDecide(str(error)) from None


def _take_account(row: SignUpRequest, *, by: User) -> None:
    """Erase the account that approval made, as long as nobody has used it."""
    if row.account_id is None:
        return
    unused = Q(last_login__isnull=True, password__startswith=UNUSABLE_PASSWORD_PREFIX, is_staff=False)
    account = User.objects.select_for_update().filter(unused, pk=row.account_id).first()
    if account is None:
        raise CannotDecide(f"{row.name} heeft het account al gebruikt. Vraag de beheerder om het uit te zetten.")
    note(account, "Account verwijderd: de goedkeuring is teruggedraaid.", by=by, action="account_removed")
    account.delete()


def _tell(row: SignUpRequest, kind: Mail.Kind) -> Decision:
    return Decision(row.pk, Mail.objects.create(kind=kind, to=row.email, request=row).pk)


@transaction.atomic
def remind_griffie(now: datetime) -> list[int]:
    """Have the griffie mailed about requests that have waited three working days, once for each. The mails to send."""
    here = timezone.localtime(now)
    today = here.date()
    if here.hour < REMIND_HOUR or not workdays.is_workday(today):
        return []
    first = workdays.workdays_before(today, REMIND_WORKDAYS)
    late = SignUpRequest.objects.confirmed().filter(
        reminded_at__isnull=True, confirmed_at__lt=timezone.make_aware(datetime.combine(first, datetime.min.time()))
    )
    to = list(griffiers().values_list("email", flat=True))
    if not to or not late.update(reminded_at=now):
        return []
    mails = [Mail.objects.create(kind=Mail.Kind.REMINDER, to=email) for email in to]
    return [mail.pk for mail in mails]


def griffiers() -> QuerySet[User]:
    """Who decides: the griffie, or where there is none the beheerders."""
    active = User.objects.able().filter(is_staff=True)
    griffie = active.filter(groups__in=Group.objects.filter(name=GROUP))
    return griffie if griffie.exists() else active.filter(is_superuser=True)
