"""One issue of a newsletter."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.formats import date_format

from events.models import validate_day
from newsletters.models.names import ADDRESS_OF_SENDER, Source


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Reads of newsletters; each page of the portal starts from published()."""

    def published(self) -> Self:
        return self.filter(state=Newsletter.State.PUBLISHED)

    def with_item_count(self) -> Self:
        """Adds item_count, the number of published items."""
        return self.annotate(item_count=Count("items", filter=Q(items__state="published")))

    def last_issue_first(self) -> Self:
        """The newest issue first; one without a day of its own counts by the day that it was uploaded."""
        return self.order_by(Coalesce("published_on", TruncDate("created_at")).desc(), "-pk")

    def last_of_source(self) -> Self:
        """Of each source the newest issue."""
        newest = Newsletter.objects.filter(source=OuterRef("source")).last_issue_first()
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def announcing_overdue(self, today: date) -> Self:
        """The newest issues whose announced next issue should have been here before today, and is awaited still."""
        awaited = Q(source__not_awaited__isnull=True) | ~Q(source__not_awaited=F("next_issue_on"))
        return self.last_of_source().filter(awaited, next_issue_on__lt=today).order_by("next_issue_on", "pk")

    def planned(self) -> Self:
        """Those that will be published by themselves, the first to come first."""
        return self.filter(publish_at__isnull=False).order_by("publish_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by(F("published_on").desc(nulls_last=True), "-pk")


class Newsletter(models.Model):
    """One issue. message_id and outlook_id tell that a mail in two formats is one, sender_address whose mail it is.

    All three stay with the griffie.

    publish_at: the moment at which it will be published by itself; None where nothing is planned, or it is done.
    waved_through are the keys of the open points that the griffier saw when that was planned. plan_problem: a Dutch
    sentence that says why it was not published at the planned moment.
    """

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
    sender_address = models.CharField(max_length=ADDRESS_OF_SENDER, blank=True, editable=False, db_index=True)
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
    publish_at = models.DateTimeField("te publiceren op", null=True, blank=True, editable=False, db_index=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="gepland door",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    waved_through = models.JSONField("aandachtspunten bij het plannen", default=list, editable=False)
    plan_problem = models.CharField("waarom niet gepubliceerd", max_length=1000, blank=True, editable=False)

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
            models.CheckConstraint(
                condition=~Q(state="published") | Q(publish_at__isnull=True),
                name="newsletters_published_is_not_planned",
            ),
        ]

    def __str__(self) -> str:
        if self.title:
            return self.title
        day = date_format(self.published_on, "j F Y") if self.published_on else "datum onbekend"
        return f"{self.source or 'Nieuwsbrief'}, {day}"

    def get_absolute_url(self) -> str:
        return reverse("newsletter_detail", args=[self.pk])
