"""The life of an upload: received, claimed by one worker, read, and ended as ready, failed or duplicate.

Whoever calls these queues the task; see newsletters.tasks. Every step is a conditional UPDATE on the row,
so a message may get lost or come twice, and a worker may die at any moment.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from newsletters import cage
from newsletters.models import Import, ItemLink, Newsletter
from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.services import drafts

logger = logging.getLogger(__name__)

# How long a message to the worker counts. After that the sweep sends a new one, so none needs to be kept safe.
MESSAGE_SECONDS = 30

NO_NEWSLETTER = (
    "In dit bestand is geen nieuwsbrief te herkennen. "
    "Kijk of u het goede bestand hebt, of plak de tekst van de nieuwsbrief."
)
TOO_LARGE = "Dit bestand is groter dan {limit} MB. Upload alleen de nieuwsbrief zelf, zonder bijlagen."
GAVE_UP = "Het lezen is {attempts} keer afgebroken. Probeer het opnieuw, of plak de tekst van de nieuwsbrief."


class ClaimLost(Exception):
    """Another worker has taken this import over; whoever gets this must stop without a trace."""


class CannotRetry(Exception):
    """The import cannot be read again; the message is a Dutch sentence for the griffier."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's right to read one import: it holds while the row still counts this attempt."""

    import_id: int
    attempt: int

    def update(self, **fields: object) -> None:
        """Change the claimed row. Raises ClaimLost where the claim no longer holds."""
        rows = Import.objects.filter(pk=self.import_id, state=Import.State.PARSING, attempts=self.attempt)
        if not rows.update(heartbeat_at=timezone.now(), **fields):
            raise ClaimLost


def receive_upload(file: "File[bytes]", *, filename: str, by: User) -> Import:
    """Keep an uploaded file as it came and put it in the queue; a file that is there already is a duplicate."""
    sha256 = hashlib.sha256()
    for chunk in file.chunks():
        sha256.update(chunk)
    file.seek(0)
    row = Import(
        filename="".join(char for char in filename if char.isprintable())[-255:] or "zonder naam",
        sha256=sha256.hexdigest(),
        size=file.size,
        uploaded_by=by,
        queued_at=timezone.now(),
    )
    row.file.save(filename, file, save=False)
    try:
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            _save_as_duplicate(row)
    except BaseException:
        row.file.delete(save=False)
        raise
    logger.info("import %s: received, %s bytes, %s", row.pk, row.size, row.state)
    return row


def receive_text(text: str, *, by: User) -> Import:
    """Keep pasted text as if it were an uploaded file."""
    filename = f"Geplakte tekst, {date_format(timezone.localtime(), 'j F Y H.i')} uur.txt"
    return receive_upload(ContentFile(text.encode(), name=filename), filename=filename, by=by)


def _save_as_duplicate(row: Import) -> None:
    first = _live().filter(sha256=row.sha256).latest("pk")
    row.state = Import.State.DUPLICATE
    row.problem = f"Dit bestand is al geüpload op {date_format(timezone.localtime(first.uploaded_at), 'j F Y')}."
    row.newsletter = first.newsletter
    row.finished_at = timezone.now()
    row.save()


def _live() -> QuerySet[Import]:
    """The imports of which a file can only have one; the same rule as the constraint."""
    return Import.objects.filter(
        Q(state__in=[Import.State.QUEUED, Import.State.PARSING]) | Q(state=Import.State.READY, newsletter__isnull=False)
    )


def claim(import_id: int) -> Claim | None:
    """Take an import that waits, or whose worker has died. None: someone else has it, or it is done."""
    now = timezone.now()
    rows = Import.objects.filter(pk=import_id, attempts__lt=settings.IMPORT_MAX_ATTEMPTS).filter(
        Q(state=Import.State.QUEUED) | Q(state=Import.State.PARSING, heartbeat_at__lt=_stale_before(now))
    )
    if not rows.update(
        state=Import.State.PARSING,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
        problem="",
        progress=10,
    ):
        return None
    return Claim(import_id, Import.objects.values_list("attempts", flat=True).get(pk=import_id))


def _stale_before(now: datetime) -> datetime:
    return now - timedelta(seconds=settings.IMPORT_STALE_SECONDS)


def read_import(import_id: int) -> None:
    """Read one import to its end: drafts, or a sentence that says what is wrong. Safe to call twice."""
    held = claim(import_id)
    if held is None:
        return
    logger.info("import %s: attempt %s", import_id, held.attempt)
    row = Import.objects.get(pk=import_id)
    try:
        draft = _parse(row, on_tick=held.update)
        held.update(progress=70)
        _store(row, draft, held)
    except UnreadableFile as error:
        _fail(held, error)
    except ClaimLost:
        logger.warning("import %s: attempt %s was taken over", import_id, held.attempt)


def parsing_limits() -> cage.Limits:
    return cage.Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES, seconds=settings.READING_MAX_SECONDS, memory=settings.READING_MAX_MEMORY
    )


def _parse(row: Import, *, on_tick: Callable[[], None], reference: date | None = None) -> DraftNewsletter:
    if row.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnreadableFile(UnreadableFileCode.TOO_LARGE, TOO_LARGE.format(limit=limit))
    with row.file.open("rb") as file:
        data = file.read()
    draft = cage.parse(data, filename=row.filename, limits=parsing_limits(), reference=reference, on_tick=on_tick)
    if not draft.items:
        raise UnreadableFile(UnreadableFileCode.NO_TEXT, NO_NEWSLETTER)
    return draft


def _fail(held: Claim, error: UnreadableFile) -> None:
    held.update(state=Import.State.FAILED, problem=error.message[:500], finished_at=timezone.now(), progress=100)
    logger.info("import %s: failed, %s", held.import_id, error.code)


def _store(row: Import, draft: DraftNewsletter, held: Claim) -> None:
    try:
        _finish(row, draft, held)
    except IntegrityError:
        # the same mail in another format was stored a moment ago; this time it is found
        _finish(row, draft, held)


@transaction.atomic
def _finish(row: Import, draft: DraftNewsletter, held: Claim) -> None:
    """Drafts, newsletter and the end of the import, all or nothing."""
    # the claim comes first: a worker that returns from the dead waits here, and then finds it lost
    held.update(progress=100)
    existing = drafts.same_newsletter(draft)
    state, problem, unplaced = Import.State.READY, "", drafts.unplaced_links(draft)
    if existing is None or row.double == Import.Double.BOTH:
        newsletter = drafts.store(draft, is_second=existing is not None)
    elif row.double == Import.Double.ADD:
        newsletter = existing
        drafts.add_new(existing, draft)
        _drop_placed(existing)
        unplaced = []  # the review page shows those of the first file
    else:
        newsletter = existing
        state, problem = Import.State.DUPLICATE, f"Dit lijkt op {existing}. Kies wat u wilt."[:500]
    held.update(
        state=state,
        problem=problem,
        kind=draft.format,
        text=draft.text,
        warnings=drafts.warnings(draft),
        unplaced_links=unplaced,
        newsletter=newsletter,
        finished_at=timezone.now(),
    )
    logger.info("import %s: %s", row.pk, state)


def _drop_placed(newsletter: Newsletter) -> None:
    """Take from the links without a place those that an item of the newsletter has by now."""
    placed = set(ItemLink.objects.filter(item__newsletter=newsletter).values_list("url", flat=True))
    for row in newsletter.imports.select_for_update().exclude(unplaced_links=[]):
        row.unplaced_links = [link for link in row.unplaced_links if link["url"] not in placed]
        row.save(update_fields=["unplaced_links"])


def settle_duplicate(row: Import, *, choice: Import.Double) -> None:
    """Have a duplicate read again, now to add what is new or to stand beside the first.

    Raises CannotRetry where it is no duplicate that was read, or is being settled already.
    """
    doubles = Import.objects.filter(pk=row.pk, state=Import.State.DUPLICATE).exclude(kind="")
    try:
        with transaction.atomic():
            updated = doubles.update(
                state=Import.State.QUEUED,
                double=choice,
                attempts=0,
                problem="",
                progress=0,
                newsletter=None,
                queued_at=timezone.now(),
            )
    except IntegrityError:
        raise CannotRetry("Dit bestand wordt al gelezen. Kijk bij die upload.") from None
    if not updated:
        raise CannotRetry("Deze upload is geen dubbele meer. Laad de pagina opnieuw.")


def retry_import(row: Import) -> None:
    """Put a failed import in the queue again. Raises CannotRetry where it has not failed or is there by now."""
    failed = Import.objects.filter(pk=row.pk, state=Import.State.FAILED)
    try:
        with transaction.atomic():
            updated = failed.update(
                state=Import.State.QUEUED, attempts=0, problem="", progress=0, queued_at=timezone.now()
            )
    except IntegrityError:
        raise CannotRetry("Dit bestand is intussen opnieuw geüpload. Kijk bij die upload.") from None
    if not updated:
        raise CannotRetry("Deze upload is niet mislukt en hoeft dus niet opnieuw.")


def sweep_imports() -> list[int]:
    """Put back what a dead worker left, give up after too many attempts, and say whose message must be sent again.

    Returns the ids of the imports to queue.
    """
    now = timezone.now()
    stale = Import.objects.filter(state=Import.State.PARSING, heartbeat_at__lt=_stale_before(now))
    gave_up = GAVE_UP.format(attempts=settings.IMPORT_MAX_ATTEMPTS)
    if count := stale.filter(attempts__gte=settings.IMPORT_MAX_ATTEMPTS).update(
        state=Import.State.FAILED, problem=gave_up, finished_at=now, progress=100
    ):
        logger.error("%s imports given up after %s attempts", count, settings.IMPORT_MAX_ATTEMPTS)
    if count := stale.update(state=Import.State.QUEUED, progress=0, queued_at=None):
        logger.warning("%s imports taken back from a worker that is gone", count)
    unsent = Import.objects.filter(state=Import.State.QUEUED).filter(
        Q(queued_at__isnull=True) | Q(queued_at__lt=now - timedelta(seconds=MESSAGE_SECONDS))
    )
    ids = list(unsent.order_by("pk").values_list("pk", flat=True))
    Import.objects.filter(pk__in=ids, state=Import.State.QUEUED).update(queued_at=now)
    return ids
