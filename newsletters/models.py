"""The newsletter and its reading: uploads, what was read from them, and what members keep and have seen."""

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator

from accounts.models import User
from events.models import Event, validate_day

ADDRESS_LENGTH = 4000  # signs of a link


class Source(models.Model):
    """Who sends a newsletter, under the name that readers know."""

    name = models.CharField("naam", max_length=200, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=200, unique=True)

    class Meta:
        verbose_name = "bron"
        verbose_name_plural = "bronnen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What items are about, in the words of the newsletters."""

    name = models.CharField("naam", max_length=100, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=100, unique=True)

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Reads of newsletters; each page of the portal starts from published()."""

    def published(self) -> Self:
        return self.filter(state=Newsletter.State.PUBLISHED)

    def with_item_count(self) -> Self:
        """Adds item_count, the number of published items."""
        return self.annotate(item_count=Count("items", filter=Q(items__state=Item.State.PUBLISHED)))

    def newest_first(self) -> Self:
        return self.order_by(F("published_on").desc(nulls_last=True), "-pk")


class Newsletter(models.Model):
    """One issue. message_id and outlook_id tell that a mail in two formats is one; both stay with the griffie."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"
        WITHDRAWN = "withdrawn", "teruggetrokken"

    class Basis(models.TextChoices):
        MAIL_HEADER = "mail_header", "de kop van de mail"
        PRINT_HEADER = "print_header", "de kop van de afdruk"
        LINK_RECEIPT = "link_receipt", "het moment van ontvangst in de links van Outlook"
        UPLOAD = "upload", "de dag van het uploaden"
        BY_HAND = "by_hand", "met de hand ingevuld"

    source = models.ForeignKey(
        Source, verbose_name="bron", null=True, blank=True, on_delete=models.PROTECT, related_name="newsletters"
    )
    title = models.CharField("titel", max_length=300, blank=True)
    published_on = models.DateField("datum", null=True, blank=True, validators=[validate_day])
    published_on_basis = models.CharField("datum volgens", max_length=12, choices=Basis, blank=True)
    next_issue_on = models.DateField("volgende nummer op", null=True, blank=True, validators=[validate_day])
    state = models.CharField("status", max_length=10, choices=State, default=State.DRAFT, db_index=True)
    message_id = models.CharField(max_length=998, blank=True, editable=False)
    outlook_id = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("gemaakt op", auto_now_add=True)
    published_at = models.DateTimeField("gepubliceerd op", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="gepubliceerd door",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = "nieuwsbrief"
        verbose_name_plural = "nieuwsbrieven"
        ordering: ClassVar = ["-published_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="newsletters_message_id_once"
            ),
            models.UniqueConstraint(
                fields=["outlook_id"], condition=~Q(outlook_id=""), name="newsletters_outlook_id_once"
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, published_on_basis="")
                | (Q(published_on__isnull=False) & ~Q(published_on_basis="")),
                name="newsletters_day_has_its_basis",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="newsletters_published_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        if self.title:
            return self.title
        day = date_format(self.published_on, "j F Y") if self.published_on else "datum onbekend"
        return f"{self.source or 'Nieuwsbrief'}, {day}"

    def get_absolute_url(self) -> str:
        return reverse("newsletter_detail", args=[self.pk])


# Ways of failing that are the same each time that the same file is read: the sentence says what to do instead.
HOPELESS = frozenset({"empty", "too_large", "unknown_kind", "encrypted"})


def upload_path(instance: "Import", filename: str) -> str:
    """A random name: the griffie's own file name never becomes a path."""
    return f"imports/{uuid.uuid4().hex}{PurePath(filename).suffix[:8].lower() if filename.isascii() else ''}"


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
        return self.filter(Q(state=Import.State.QUEUED) | Q(state=Import.State.PARSING, heartbeat_at__lt=silent_before))

    def worth_retrying(self) -> Self:
        """Failed, and not in a way that will be the same each time."""
        return self.filter(state=Import.State.FAILED).exclude(failure__in=HOPELESS)

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
        return self.state == self.State.DUPLICATE and bool(self.kind)

    @property
    def may_be_read_again(self) -> bool:
        """It failed or was put aside, and reading it once more may end otherwise."""
        return self.state in {self.State.FAILED, self.State.SET_ASIDE} and self.failure not in HOPELESS

    @property
    def may_be_filled_in(self) -> bool:
        """It could not be read, so a griffier may make its newsletter by hand."""
        return self.state == self.State.FAILED or (self.state == self.State.SET_ASIDE and bool(self.failure))

    @property
    def resembles(self) -> Newsletter | None:
        """The newsletter that a duplicate equals or looks like; None while the first upload of it is not read."""
        return self.newsletter or (self.first.newsletter if self.first else None)


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads of items; each page of the portal starts from published()."""

    def published(self) -> Self:
        """What members may see: published items of published newsletters."""
        return self.filter(state=Item.State.PUBLISHED, newsletter__state=Newsletter.State.PUBLISHED)

    def shown_once(self) -> Self:
        """Without the items that tell the story of an earlier one that is in this QuerySet too."""
        earlier = self.order_by().filter(
            Q(pk=OuterRef("same_as")) | Q(same_as=OuterRef("same_as"), pk__lt=OuterRef("pk")),
        )
        return self.filter(Q(same_as__isnull=True) | ~Exists(earlier))

    def with_bookmark(self, user: User) -> Self:
        """Adds is_bookmarked, for this user only: whichever telling of the story was kept."""
        return self.annotate(is_bookmarked=Exists(_bookmarks_of_story(user)))

    def bookmarked_by(self, user: User) -> Self:
        """The stories that this user keeps, each once, the last kept first."""
        last = Subquery(_bookmarks_of_story(user).order_by("-pk").values("pk")[:1])
        return self.annotate(bookmark=last).filter(bookmark__isnull=False).shown_once().order_by("-bookmark")

    def with_origin(self) -> Self:
        """With newsletter, source and theme; without the stems, which no page shows."""
        return self.select_related("newsletter__source", "theme").defer("search_title", "search_text")

    def with_context(self) -> Self:
        """With the rows that a member's list shows: as with_origin, the published events, and who else told it."""
        events = Event.objects.published().order_by("starts_on", "starts_at", "pk")
        retellings = Item.objects.published().with_origin().order_by("pk")
        return self.with_origin().prefetch_related(
            Prefetch("events", queryset=events), Prefetch("retellings", queryset=retellings)
        )

    def newest_first(self) -> Self:
        return self.order_by(F("newsletter__published_on").desc(nulls_last=True), "-newsletter_id", "position")


def _bookmarks_of_story(user: User) -> "models.QuerySet[ItemBookmark]":
    """This user's bookmarks at the item of the outer query, or at another that tells its story."""
    return ItemBookmark.objects.filter(user=user).filter(
        Q(item=OuterRef("pk"))
        | Q(item=OuterRef("same_as"))
        | Q(item__same_as=OuterRef("pk"))
        | Q(item__same_as=OuterRef("same_as"))
    )


class Item(models.Model):
    """One story of a newsletter. search_title and search_text hold stems, written by newsletters.search."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"
        DISMISSED = "dismissed", "weggelegd"

    newsletter = models.ForeignKey(
        Newsletter, verbose_name="nieuwsbrief", on_delete=models.CASCADE, related_name="items"
    )
    position = models.PositiveIntegerField("plaats in de nieuwsbrief")
    theme = models.ForeignKey(
        Theme, verbose_name="thema", null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    title = models.CharField("titel", max_length=300, blank=True)
    summary = models.TextField("samenvatting", blank=True)
    state = models.CharField("status", max_length=10, choices=State, default=State.DRAFT, db_index=True)
    first_line = models.PositiveIntegerField(null=True, editable=False)
    last_line = models.PositiveIntegerField(null=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="met de hand gewijzigd door",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    edited_at = models.DateTimeField("met de hand gewijzigd op", null=True, blank=True, editable=False)
    same_as = models.ForeignKey(
        "self",
        verbose_name="zelfde verhaal als",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="retellings",
    )
    events: "models.ManyToManyField[Event, ItemEvent]" = models.ManyToManyField(
        Event, through="ItemEvent", related_name="items", verbose_name="agendapunten"
    )
    search_title = models.TextField(blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        ordering: ClassVar = ["newsletter", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["newsletter", "position"], name="newsletters_item_position_once"),
            models.CheckConstraint(
                condition=~Q(title="") | ~Q(summary=""),
                name="newsletters_item_says_something",
                violation_error_message="Vul een titel of een samenvatting in.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The title; for an item without one the first words of its text."""
        return self.title or Truncator(self.summary).words(9)

    def get_absolute_url(self) -> str:
        return reverse("item_detail", args=[self.pk])


class ItemLink(models.Model):
    """A link of an item. Without a url it is a call to action whose address is not known; readers never see those."""

    class Kind(models.TextChoices):
        DIRECT = "direct", "rechtstreeks"
        TRACKED = "tracked", "via de klikteller van de afzender"
        MAIL = "mail", "e-mail"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveIntegerField(default=0)
    text = models.CharField("tekst", max_length=300, blank=True)
    url = models.CharField("link", max_length=ADDRESS_LENGTH, blank=True)
    kind = models.CharField("soort", max_length=7, choices=Kind, blank=True)
    resolved_url = models.CharField("echte link", max_length=ADDRESS_LENGTH, blank=True)

    class Meta:
        verbose_name = "link"
        verbose_name_plural = "links"
        ordering: ClassVar = ["item", "position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(url="", kind="") | (~Q(url="") & ~Q(kind="")), name="newsletters_link_has_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.text or self.href

    @property
    def href(self) -> str:
        """Where it goes: the address that the griffier found, else the cleaned one; empty where neither is known."""
        return self.resolved_url or self.url

    @property
    def is_tracked(self) -> bool:
        """Goes by the sender's click tracker, because nobody has filled in the true address."""
        return self.kind == self.Kind.TRACKED and not self.resolved_url

    @property
    def host(self) -> str:
        """The website that it opens; empty for an e-mail address and for what is no web address."""
        try:
            parts = urlsplit(self.href)
        except ValueError:
            return ""
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"http", "https"} else ""

    @property
    def is_mail(self) -> bool:
        return self.href.lower().startswith("mailto:")


class ItemEvent(models.Model):
    """An item announces an event."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="item_events")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="item_events")

    class Meta:
        verbose_name = "aankondiging"
        verbose_name_plural = "aankondigingen"
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "event"], name="newsletters_item_event_once")]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.event_id}"


class ItemBookmark(models.Model):
    """A member keeps an item. Visible to that member only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="item_bookmarks")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField("bewaard op", auto_now_add=True)

    class Meta:
        verbose_name = "bladwijzer bij een bericht"
        verbose_name_plural = "bladwijzers bij berichten"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "item"], name="newsletters_bookmark_once")]

    def __str__(self) -> str:
        return f"bladwijzer {self.pk}"


class ItemRead(models.Model):
    """A member has read an item. Visible to that member only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="items_read")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reads")
    read_at = models.DateTimeField("gelezen op", auto_now_add=True)

    class Meta:
        verbose_name = "leesteken"
        verbose_name_plural = "leestekens"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "item"], name="newsletters_read_once")]

    def __str__(self) -> str:
        return f"leesteken {self.pk}"
