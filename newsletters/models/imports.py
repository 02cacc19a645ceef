"""An uploaded file, and the job of reading it."""

import uuid
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from newsletters.models.newsletter import Newsletter

# Ways of failing that are the same each time that the same file is read: the sentence says what to do instead.
HOPELESS = frozenset({"empty", "too_large", "unknown_kind", "encrypted"})


FOLDER = "imports"  # of the files, in the storage


def upload_path(instance: "Import", filename: str) -> str:
    """A random name: the griffie's own file name never becomes a path."""
    return f"{FOLDER}/{uuid.uuid4().hex}{PurePath(filename).suffix[:8].lower() if filename.isascii() else ''}"


def is_silent(silent_before: datetime) -> Q:
    """What was being read by a worker that is gone: no sign since that moment, or one of a time that is yet to come.

    The second is left by a worker whose clock was ahead; it would look alive until that time had come.
    """
    ahead = silent_before + timedelta(seconds=2 * settings.IMPORT_STALE_SECONDS)
    return Q(heartbeat_at__lt=silent_before) | Q(heartbeat_at__gt=ahead)


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads of uploads."""

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def as_sent(self) -> Self:
        """Those of one batch in the order of the files."""
        return self.order_by("number", "pk")

    def busy(self) -> Self:
        """Waiting or being read."""
        return self.filter(state__in=[Import.State.QUEUED, Import.State.PARSING])

    def live(self) -> Self:
        """Those of which a file can only have one; the same rule as the constraint."""
        return self.filter(
            Q(state__in=[Import.State.QUEUED, Import.State.PARSING])
            | Q(state=Import.State.READY, newsletter__isnull=False)
        )

    def waiting(self, silent_before: datetime) -> Self:
        """Not yet being read, or no longer: the worker that read it has been silent since before that moment."""
        return self.filter(Q(state=Import.State.QUEUED) | (Q(state=Import.State.PARSING) & is_silent(silent_before)))

    def worth_retrying(self) -> Self:
        """Failed, and not in a way that will be the same each time."""
        return self.with_file().filter(state=Import.State.FAILED).exclude(failure__in=HOPELESS)

    def with_file(self) -> Self:
        """Those whose file is there: it is erased after a term where settings give one."""
        return self.exclude(file="")

    def for_list(self) -> Self:
        """With the rows that the list of uploads shows, and without the texts that it does not."""
        related = self.select_related("uploaded_by", "newsletter__source", "first__newsletter__source")
        return related.defer(
            *("text", "warnings", "unplaced_links"),
            *("first__text", "first__warnings", "first__unplaced_links"),
        )


class Import(models.Model):
    """One uploaded file and the job of reading it. The row is the truth about the job, not the broker.

    batch and number are the place in what was sent in one go: the same file at the same place is the same upload,
    sent again after an answer that got lost. first is the upload of the same bytes that came earlier.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "in de wachtrij"
        PARSING = "parsing", "wordt gelezen"
        READY = "ready", "klaar"
        FAILED = "failed", "mislukt"
        DUPLICATE = "duplicate", "dubbel"
        SET_ASIDE = "set_aside", "weggelegd"

    class Kind(models.TextChoices):
        TEXT = "text", "tekst"
        PDF = "pdf", "PDF"
        EML = "eml", "mail (.eml)"
        MSG = "msg", "Outlook-bericht (.msg)"
        HTML = "html", "webpagina"

    class Double(models.TextChoices):
        """What the griffier wants with a mail that came in before, in another format."""

        ADD = "add", "voeg toe wat nieuw is"
        BOTH = "both", "houd beide"

    file = models.FileField("bestand", upload_to=upload_path, max_length=200)
    filename = models.CharField("bestandsnaam", max_length=255)
    sha256 = models.CharField("vingerafdruk", max_length=64, editable=False)
    size = models.PositiveBigIntegerField("grootte in bytes", editable=False)
    kind = models.CharField("soort", max_length=4, choices=Kind, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="geüpload door",
        null=True,
        on_delete=models.SET_NULL,
        related_name="imports",
    )
    uploaded_at = models.DateTimeField("geüpload op", auto_now_add=True)
    state = models.CharField("status", max_length=9, choices=State, default=State.QUEUED, db_index=True)
    problem = models.CharField("wat er mis is", max_length=500, blank=True)
    failure = models.CharField("soort fout", max_length=12, blank=True, editable=False)
    progress = models.PositiveSmallIntegerField("voortgang in procenten", default=0)
    queued_at = models.DateTimeField("in de wachtrij sinds", null=True)
    started_at = models.DateTimeField("lezen begonnen op", null=True)
    heartbeat_at = models.DateTimeField("laatste teken van leven", null=True)
    finished_at = models.DateTimeField("klaar op", null=True)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    text = models.TextField("tekst van het origineel", blank=True, editable=False)
    warnings = models.JSONField("aandachtspunten", default=list, editable=False)
    unplaced_links = models.JSONField("links zonder plaats", default=list, editable=False)
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name="nieuwsbrief",
        null=True,
        on_delete=models.SET_NULL,
        related_name="imports",
    )
    double = models.CharField("als hij er al is", max_length=4, choices=Double, blank=True, editable=False)
    first = models.ForeignKey(
        "self",
        verbose_name="zelfde bestand als",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="doubles",
    )
    batch = models.UUIDField("in één keer geüpload", null=True, blank=True, editable=False)
    number = models.PositiveIntegerField("plaats daarin", default=0, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "upload"
        verbose_name_plural = "uploads"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="newsletters_import_sha256")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(state__in=["queued", "parsing"]) | Q(state="ready", newsletter__isnull=False),
                name="newsletters_import_one_live_a_file",
            ),
            models.UniqueConstraint(fields=["batch", "number"], name="newsletters_import_place_once"),
            models.CheckConstraint(
                condition=~Q(state="parsing") | Q(started_at__isnull=False, heartbeat_at__isnull=False),
                name="newsletters_import_parsing_has_a_heartbeat",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem=""), name="newsletters_import_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def may_be_added(self) -> bool:
        """A duplicate that was read: another format of a mail, which may tell more than the first."""
        return self.state == self.State.DUPLICATE and bool(self.kind) and bool(self.file)

    @property
    def may_be_read_again(self) -> bool:
        """It failed or was put aside, and reading it once more may end otherwise."""
        has_ended = self.state in {self.State.FAILED, self.State.SET_ASIDE}
        return has_ended and self.failure not in HOPELESS and bool(self.file)

    @property
    def may_be_filled_in(self) -> bool:
        """It could not be read, so a griffier may make its newsletter by hand."""
        return self.state == self.State.FAILED or (self.state == self.State.SET_ASIDE and bool(self.failure))

    @property
    def resembles(self) -> Newsletter | None:
        """The newsletter that a duplicate equals or looks like; None while the first upload of it is not read."""
        return self.newsletter or (self.first.newsletter if self.first else None)
