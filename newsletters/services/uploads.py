"""What the griffier decides about uploads: read again, what to do with a double, put aside, fill in by hand.

Each is a conditional UPDATE, so that a second click or a second griffier changes nothing more. Whoever calls these
queues the task; see newsletters.tasks.
"""

import logging

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from newsletters.models import Import, ImportQuerySet, Newsletter
from newsletters.sign_of_life import silent_before

logger = logging.getLogger(__name__)

State = Import.State
ERASED = "Dit bestand is na de bewaartermijn gewist. Upload het opnieuw."
BY_HAND = "Het portal kon dit bestand niet lezen. U vult de nieuwsbrief zelf in."


class CannotDo(Exception):
    """The upload is not in a state for what was asked; the message is a Dutch sentence for the griffier."""


def retry_import(row: Import) -> bool:
    """Put what failed or was put aside in the queue again. False: it waits or is being read already.

    Raises CannotDo where it would fail in the same way, where the same file is there by now, or where it was read.
    """
    row.refresh_from_db()
    if row.state in {State.QUEUED, State.PARSING}:
        return False
    if not row.may_be_read_again:
        raise CannotDo(_why_not_again(row))
    # the double of a file that is live is told by the constraint
    return _requeue(Import.objects.with_file().filter(pk=row.pk, state=row.state), problem="", newsletter=None)


def _why_not_again(row: Import) -> str:
    if row.state in {State.FAILED, State.SET_ASIDE} and not row.file:
        return ERASED
    if row.state in {State.FAILED, State.SET_ASIDE}:
        return f"Opnieuw lezen helpt bij dit bestand niet. {row.problem}"
    return "Deze upload is niet mislukt en hoeft dus niet opnieuw."


def retry_failed(rows: ImportQuerySet) -> list[int]:
    """Put all of these that failed and may go better in the queue again; the ids of those that wait now."""
    queued = []
    for pk in rows.worth_retrying().order_by("pk").values_list("pk", flat=True):
        try:
            if _requeue(Import.objects.with_file().filter(pk=pk, state=State.FAILED), problem=""):
                queued.append(pk)
        except CannotDo:  # the same file was uploaded again; that upload tells how it went
            continue
    return queued


def settle_duplicate(row: Import, *, choice: Import.Double) -> bool:
    """Have a duplicate read again, now to add what is new or to stand beside the first.

    False: it waits or is being read already. Raises CannotDo where it is no duplicate that was read.
    """
    doubles = Import.objects.with_file().filter(pk=row.pk, state=State.DUPLICATE).exclude(kind="")
    if _requeue(doubles, double=choice, problem="", newsletter=None):
        return True
    row.refresh_from_db()
    if row.state in {State.QUEUED, State.PARSING}:
        return False
    if row.file:
        raise CannotDo("Deze upload is geen dubbele meer. Laad de pagina opnieuw.")
    raise CannotDo(ERASED)


def _requeue(rows: ImportQuerySet, **fields: object) -> bool:
    """Back to the queue; False where none of the rows is there any more. Raises CannotDo for a file that is live."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return bool(
                rows.update(
                    state=State.QUEUED, attempts=0, failure="", progress=0, queued_at=now, finished_at=None, **fields
                )
            )
    except IntegrityError:
        raise CannotDo("Dit bestand is intussen opnieuw geüpload. Kijk bij die upload.") from None


def set_aside(row: Import) -> bool:
    """Have what waits not read, and what failed or is double no longer asked about; the file stays.

    False: it was put aside before. Raises CannotDo for what is being read at this moment, or was read.
    """
    may_go = Import.objects.waiting(silent_before(timezone.now())) | Import.objects.filter(
        state__in=[State.FAILED, State.DUPLICATE]
    )
    if _put_aside(may_go.filter(pk=row.pk)):
        return True
    row.refresh_from_db()
    if row.state == State.PARSING:
        raise CannotDo("Dit bestand wordt op dit moment gelezen. Wacht even tot het klaar is.")
    if row.state == State.READY:
        raise CannotDo("Dit bestand is intussen gelezen. U kunt de nieuwsbrief nakijken.")
    return False


def set_waiting_aside(rows: ImportQuerySet) -> list[int]:
    """Have none of these read that still wait; the ids of those that will not be."""
    with transaction.atomic():
        waiting = rows.waiting(silent_before(timezone.now()))
        ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
        _put_aside(Import.objects.filter(pk__in=ids))
    return ids


def _put_aside(rows: ImportQuerySet) -> int:
    now = timezone.now()
    count = rows.update(state=State.SET_ASIDE, progress=0, finished_at=now)
    if count:
        logger.info("%s imports put aside", count)
    return count


@transaction.atomic
def fill_in_by_hand(row: Import, *, by: User) -> Newsletter:
    """An empty draft newsletter for a file that could not be read, with the file as its original.

    Twice gives the same newsletter. Raises CannotDo for what did not fail, or where the same file was read by now.
    """
    row = Import.objects.select_for_update().get(pk=row.pk)
    if row.state == State.READY and not row.kind and row.newsletter is not None:
        return row.newsletter
    if not row.may_be_filled_in:
        raise CannotDo("Deze upload is niet mislukt. Laad de pagina opnieuw.")
    row.newsletter = Newsletter.objects.create()
    row.state, row.problem, row.progress, row.finished_at = State.READY, BY_HAND, 100, timezone.now()
    try:
        with transaction.atomic():
            row.save(update_fields=["newsletter", "state", "problem", "progress", "finished_at"])
    except IntegrityError:
        raise CannotDo("Dit bestand is intussen opnieuw geüpload. Kijk bij die upload.") from None
    logger.info("import %s: filled in by hand by %s", row.pk, audit.person(by.pk))
    return row.newsletter
