"""A request for access until the griffie gets to see it: received, weighed, confirmed, or erased.

Whoever calls these queues the tasks; see accounts.tasks. Receiving does the same for every address. Whether an
address is known is looked up later, by a worker, and only its owner is told: by mail.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Mail, SignUpRequest, TrustedDomain, User
from accounts.services import deciding

logger = logging.getLogger(__name__)

REFUSED_DAYS = 30  # in which who was rejected is told so again, instead of asking again
MAILS_AN_HOUR = 3  # to one address, whoever asks for them
LOST_SECONDS = 20  # after which a request that no worker has weighed gets a new message
ASKED_KINDS = (Mail.Kind.CONFIRM, Mail.Kind.KNOWN, Mail.Kind.PENDING, Mail.Kind.REFUSED)
TRIES = 5  # to weigh a request while another of the same address is weighed

State = SignUpRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody filled in."""

    name: str
    email: str
    audience: str
    fractie: str = ""
    motivation: str = ""


def receive(asked: Asked) -> int:
    """Keep a request as it came; its id. One INSERT, whatever the address is."""
    return SignUpRequest.objects.create(
        name=asked.name,
        email=asked.email.strip().lower(),
        audience=asked.audience,
        fractie=asked.fractie,
        motivation=asked.motivation,
        state=State.RECEIVED,
    ).pk


def ask_reset(email: str) -> int:
    """Keep that somebody wants a new password; the id of the mail, which goes out only where there is an account."""
    return Mail.objects.create(kind=Mail.Kind.RESET, to=email.strip().lower()).pk


def weigh(request_id: int) -> int | None:
    """Make of a received request one that can be confirmed, or none. The mail to send; None where there is none.

    Safe to call twice: only a request in the state RECEIVED is weighed.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _weigh(request_id)
        except IntegrityError:  # another request of this address was weighed at the same moment
            logger.info("access request %s: weighed again", request_id)
    raise RuntimeError(f"no end to weighing request {request_id}")


def _weigh(request_id: int) -> int | None:
    row = SignUpRequest.objects.select_for_update().filter(pk=request_id, state=State.RECEIVED).first()
    if row is None:
        return None
    now = timezone.now()
    same = SignUpRequest.objects.for_address(row.email)
    kind: Mail.Kind | None = Mail.Kind.CONFIRM
    if has_had_enough(row.email, now):
        kind = None
    elif User.objects.able().filter(email__iexact=row.email).exists():
        kind = Mail.Kind.KNOWN
    elif same.confirmed().exists():
        kind = Mail.Kind.PENDING
    elif same.filter(state=State.REJECTED, decided_at__gt=now - timedelta(days=REFUSED_DAYS)).exists():
        kind = Mail.Kind.REFUSED
    logger.info("access request %s: weighed, %s", request_id, kind)
    if kind == Mail.Kind.CONFIRM:
        same.filter(state=State.NEW).delete()  # the last one counts: the first may be of somebody else
        row.state = State.NEW
        row.save(update_fields=["state"])
        return Mail.objects.create(kind=kind, to=row.email, request=row).pk
    email = row.email
    row.delete()
    return Mail.objects.create(kind=kind, to=email).pk if kind else None


def has_had_enough(email: str, now: datetime) -> bool:
    """No mailbox is filled by what others ask for."""
    recent = Mail.objects.filter(kind__in=ASKED_KINDS, to__iexact=email, created_at__gt=now - timedelta(hours=1))
    return recent.count() >= MAILS_AN_HOUR


def confirm(row: SignUpRequest) -> int | None:
    """The address is the applicant's own. The mail to send; None as long as the griffie must decide."""
    rows = SignUpRequest.objects.filter(pk=row.pk, state=State.NEW)
    if not rows.update(state=State.CONFIRMED, confirmed_at=timezone.now()):
        return None
    logger.info("access request %s: confirmed", row.pk)
    if settings.TRUSTED_DOMAINS_LET_IN and is_trusted(row.domain):
        try:
            return deciding.approve(row.pk, by=None).mail_id
        except deciding.CannotDecide as error:  # such as an account whose mandate is over: the griffie decides
            logger.info("access request %s: not let in, %s", row.pk, type(error).__name__)
    return None


def is_trusted(domain: str) -> bool:
    return TrustedDomain.objects.filter(domain__iexact=domain).exists()


def erase_old(now: datetime) -> None:
    """Away with requests that nobody confirmed in time or that were decided long ago, and with mails that are done."""
    asked = now - timedelta(days=settings.UNCONFIRMED_REQUESTS_KEPT_DAYS)
    decided = now - timedelta(days=settings.DECIDED_REQUESTS_KEPT_DAYS)
    is_open = Q(state__in=[State.RECEIVED, State.NEW, State.EXPIRED])
    count, _ = SignUpRequest.objects.filter(is_open, created_at__lt=asked).delete()
    old, _ = SignUpRequest.objects.filter(decided_at__lt=decided).delete()
    done = Mail.objects.filter(created_at__lt=now - timedelta(days=settings.MAILS_KEPT_DAYS))
    mails, _ = done.exclude(state__in=[Mail.State.WAITING, Mail.State.SENDING]).delete()
    logger.info("erased %s requests that were not confirmed, %s old ones and %s old mails", count, old, mails)


def unweighed(now: datetime) -> list[int]:
    """Received requests whose message got lost."""
    lost = SignUpRequest.objects.filter(state=State.RECEIVED, created_at__lt=now - timedelta(seconds=LOST_SECONDS))
    return list(lost.order_by("pk").values_list("pk", flat=True))
