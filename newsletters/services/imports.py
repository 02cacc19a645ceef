"""The life of an upload: received, claimed by one worker, read, and ended as ready, failed or duplicate.

Whoever calls these queues the task; see newsletters.tasks. Every step is a conditional UPDATE on the row,
so a message may get lost or come twice, and a worker may die at any moment.
"""

import hashlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from newsletters import cage
from newsletters.models import Import, ItemLink, Newsletter, is_silent
from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.services import drafts
from newsletters.services.files import GONE, FilesAway, stored_bytes
from newsletters.sign_of_life import silent_before

logger = logging.getLogger(__name__)

# How long a message to the worker counts. After that the sweep sends a new one, so none needs to be kept safe.
MESSAGE_SECONDS = 30
# The same where the worker has nothing else to do.
IDLE_SECONDS = 3
TRIES = 10  # to store a row while others end or come at the same moment

NO_NEWSLETTER = (
    "In dit bestand is geen nieuwsbrief te herkennen. "
    "Kijk of u het goede bestand hebt, of plak de tekst van de nieuwsbrief."
)
TOO_LARGE = "Dit bestand is groter dan {limit} MB. Upload alleen de nieuwsbrief zelf, zonder bijlagen."
GIVEN_UP, FILE_GONE = "given_up", "gone"  # as failure, beside the codes of UnreadableFile
GAVE_UP = "Het lezen is {attempts} keer afgebroken. Probeer het opnieuw, of plak de tekst van de nieuwsbrief."


class ClaimLost(Exception):
    """Another worker has taken this import over; whoever gets this must stop without a trace."""


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


def receive_upload(
    file: "File[bytes]", *, filename: str, by: User, batch: uuid.UUID | None = None, number: int = 0
) -> Import:
    """Keep an uploaded file as it came and put it in the queue; a file that is there already is a duplicate.

    batch and number say which file it is of what was sent in one go. Sent again, the row is the one that is there.
    Raises OSError where the file could not be kept; then there is no row either. Raises DatabaseError where the row
    could not be stored, or nobody can tell: a connection that was lost while it committed. The file stays, so that a
    row that is there after all has it; old_files.erase_ownerless takes it where there is none.
    """
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
        batch=batch or uuid.uuid4(),
        number=number,
    )
    row.file.save(filename, file, save=False)
    kept = _keep(row)
    if kept is not row:
        _drop_file(row)
    logger.info("import %s: received, %s bytes, %s", kept.pk, kept.size, kept.state)
    return kept


def _drop_file(row: Import) -> None:
    """Take away a file that no row names. Where that fails it stays: nobody can reach it."""
    try:
        row.file.delete(save=False)
    except OSError as error:
        logger.warning("a file that no upload needs could not be deleted: %s", error)


def _keep(row: Import) -> Import:
    """Store a new row; the row that is there where the same file was sent to the same place before."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            sent = Import.objects.filter(batch=row.batch, number=row.number).first()
            if sent and sent.sha256 == row.sha256:
                return sent
            if sent:  # another file under a number that is taken, such as from a form that the browser kept
                last = Import.objects.filter(batch=row.batch).aggregate(last=Max("number"))["last"]
                row.number = (last or 0) + 1
            else:
                _make_duplicate(row)
        else:
            return row
    raise RuntimeError(f"no place for upload {row.number} of {row.batch}")


def receive_text(text: str, *, by: User, batch: uuid.UUID | None = None, number: int = 0) -> Import:
    """Keep pasted text as if it were an uploaded file."""
    filename = f"Geplakte tekst, {date_format(timezone.localtime(), 'j F Y H.i')} uur.txt"
    file = ContentFile(text.encode(), name=filename)
    return receive_upload(file, filename=filename, by=by, batch=batch, number=number)


def _make_duplicate(row: Import) -> None:
    first = Import.objects.live().filter(sha256=row.sha256).order_by("-pk").first()
    if first is None:  # it ended a moment ago, so there is room for this one after all
        return
    row.state = Import.State.DUPLICATE
    day = date_format(timezone.localtime(first.uploaded_at), "j F Y")
    row.problem = f"Dit bestand is al geüpload op {day}, met de naam '{first.filename}'."
    row.first, row.newsletter = first, first.newsletter
    row.finished_at = timezone.now()


def claim(import_id: int) -> Claim | None:
    """Take an import that waits, or whose worker has died. None: someone else has it, or it is done."""
    now = timezone.now()
    rows = Import.objects.waiting(silent_before(now)).filter(pk=import_id, attempts__lt=settings.IMPORT_MAX_ATTEMPTS)
    if not rows.update(
        state=Import.State.PARSING,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
        problem="",
        failure="",
        progress=10,
    ):
        return None
    return Claim(import_id, Import.objects.values_list("attempts", flat=True).get(pk=import_id))


def read_import(import_id: int) -> None:
    """Read one import to its end: drafts, or a sentence that says what is wrong. Safe to call twice."""
    held = claim(import_id)
    if held is None:
        return
    logger.info("import %s: attempt %s", import_id, held.attempt)
    row = Import.objects.get(pk=import_id)
    try:
        draft = parse(row, on_tick=held.update)
        held.update(progress=70)
        _store(row, draft, held)
    except UnreadableFile as error:
        _fail(held, problem=error.message, failure=str(error.code))
    except FileNotFoundError:
        _fail(held, problem=GONE, failure=FILE_GONE)
    except FilesAway as error:
        # no fault of this file, so no attempt is counted; the sweep sends it again
        held.update(state=Import.State.QUEUED, attempts=F("attempts") - 1, queued_at=timezone.now(), progress=0)
        logger.warning("import %s: waits for the store of files: %s", import_id, error)
    except ClaimLost:
        logger.warning("import %s: attempt %s was taken over", import_id, held.attempt)


def parsing_limits() -> cage.Limits:
    return cage.Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES, seconds=settings.READING_MAX_SECONDS, memory=settings.READING_MAX_MEMORY
    )


def parse(row: Import, *, on_tick: Callable[[], None], reference: date | None = None) -> DraftNewsletter:
    """What the upload's file says. Raises UnreadableFile, FilesAway, and FileNotFoundError where the file is gone."""
    if row.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnreadableFile(UnreadableFileCode.TOO_LARGE, TOO_LARGE.format(limit=limit))
    data = stored_bytes(row)
    draft = cage.parse(data, filename=row.filename, limits=parsing_limits(), reference=reference, on_tick=on_tick)
    if not draft.items:
        raise UnreadableFile(UnreadableFileCode.NO_TEXT, NO_NEWSLETTER)
    return draft


def _fail(held: Claim, *, problem: str, failure: str) -> None:
    held.update(
        state=Import.State.FAILED, problem=problem[:500], failure=failure, finished_at=timezone.now(), progress=100
    )
    logger.info("import %s: failed, %s", held.import_id, failure)


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
        drop_placed(existing)
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


def drop_placed(newsletter: Newsletter) -> None:
    """Take from the links without a place those that an item of the newsletter has by now."""
    placed = set(ItemLink.objects.filter(item__newsletter=newsletter).values_list("url", flat=True))
    for row in newsletter.imports.select_for_update().exclude(unplaced_links=[]):
        row.unplaced_links = [link for link in row.unplaced_links if link["url"] not in placed]
        row.save(update_fields=["unplaced_links"])


def _is_idle(now: datetime) -> bool:
    """Nothing was begun or ended lately and nothing is being read, so what waits waits for a message that is lost.

    A worker runs the sweep, behind all messages that came before: it is no queue that is merely long.
    """
    lately = (now - timedelta(seconds=IDLE_SECONDS), now)
    return not Import.objects.filter(
        Q(state=Import.State.PARSING) | Q(started_at__range=lately) | Q(finished_at__range=lately)
    ).exists()


def sweep_imports() -> list[int]:
    """Put back what a dead worker left, give up after too many attempts, and say whose message must be sent again.

    Returns the ids of the imports to queue.
    """
    now = timezone.now()
    stale = Import.objects.filter(is_silent(silent_before(now)), state=Import.State.PARSING)
    gave_up = GAVE_UP.format(attempts=settings.IMPORT_MAX_ATTEMPTS)
    if count := stale.filter(attempts__gte=settings.IMPORT_MAX_ATTEMPTS).update(
        state=Import.State.FAILED, problem=gave_up, failure=GIVEN_UP, finished_at=now, progress=100
    ):
        logger.error("%s imports given up after %s attempts", count, settings.IMPORT_MAX_ATTEMPTS)
    if count := stale.update(state=Import.State.QUEUED, progress=0, queued_at=None):
        logger.warning("%s imports taken back from a worker that is gone", count)
    longest = timedelta(seconds=IDLE_SECONDS if _is_idle(now) else MESSAGE_SECONDS)
    unsent = Import.objects.filter(state=Import.State.QUEUED).filter(
        Q(queued_at__isnull=True) | Q(queued_at__lt=now - longest) | Q(queued_at__gt=now + longest)
    )
    # What was being read when its worker died may have been its death. Of such files one at a time is read again: else
    # whatever is read along with the one that kills would be given up with it.
    suspect = Q(attempts__gte=1)
    ids = list(unsent.exclude(suspect).order_by("pk").values_list("pk", flat=True))
    is_read_again = Q(state=Import.State.PARSING, attempts__gte=2)
    is_sent_again = Q(suspect, state=Import.State.QUEUED, queued_at__range=(now - longest, now))
    if not Import.objects.filter(is_read_again | is_sent_again).exists():
        ids += unsent.filter(suspect).order_by("pk").values_list("pk", flat=True)[:1]
    Import.objects.filter(pk__in=ids, state=Import.State.QUEUED).update(queued_at=now)
    return ids
