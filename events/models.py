"""The agenda: events, and who keeps them."""

import uuid
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Keeping, User

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)


def validate_day(day: date) -> None:
    """Refuse a day that can only be a slip of the hand: a calendar of the griffie begins and ends somewhere."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(f"Kies een dag van {FIRST_DAY.year} tot en met {LAST_DAY.year}.")


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of events; each page starts from published()."""

    def published(self) -> Self:
        return self.filter(state=Event.State.PUBLISHED)

    def upcoming(self, today: date) -> Self:
        """Not yet over on today, the soonest first; undated events last."""
        return self.filter(Q(starts_on__isnull=True) | Q(last_day__gte=today)).order_by(
            F("starts_on").asc(nulls_last=True), F("starts_at").asc(nulls_first=True), "pk"
        )

    def within(self, first: date, last: date) -> Self:
        """On one of these days at least, in order."""
        return self.filter(starts_on__lte=last, last_day__gte=first).order_by(
            "starts_on", F("starts_at").asc(nulls_first=True), "pk"
        )

    def undated(self) -> Self:
        return self.filter(starts_on__isnull=True).order_by("pk")

    def in_calendars(self, since: date) -> Self:
        """With a day, not over before since, and published now or before: what was taken back must be told too."""
        known = Q(state=Event.State.PUBLISHED) | Q(published_at__isnull=False)
        return self.filter(known, starts_on__isnull=False, last_day__gte=since).order_by("starts_on", "pk")

    def past(self, today: date) -> Self:
        """Over before today, the latest first."""
        return self.filter(last_day__lt=today).order_by("-starts_on", "-starts_at", "-pk")

    def with_bookmark(self, user: User) -> Self:
        """Adds is_bookmarked, for this user only."""
        return self.annotate(is_bookmarked=Exists(EventBookmark.objects.filter(user=user, event=OuterRef("pk"))))

    def bookmarked_by(self, user: User) -> Self:
        return self.filter(bookmarks__user=user)


class EventManager(models.Manager["Event"]):
    """Every event carries last_day, the day after which it is past."""

    def get_queryset(self) -> EventQuerySet:
        return EventQuerySet(self.model, using=self._db).annotate(last_day=Coalesce("ends_on", "starts_on"))


class Event(models.Model):
    """Something to put in a calendar. Days and times that are not known stay empty."""

    class State(models.TextChoices):
        DRAFT = "draft", "concept"
        PUBLISHED = "published", "gepubliceerd"
        DISMISSED = "dismissed", "weggelegd"

    class Origin(models.TextChoices):
        """Who made it. One of the agenda's own no newsletter announces, so the griffie publishes it by itself."""

        READ = "read", "gelezen uit een nieuwsbrief"
        BY_HAND = "by_hand", "met de hand, bij een bericht"
        OWN = "own", "met de hand, los van een nieuwsbrief"

    title = models.CharField("titel", max_length=300)
    starts_on = models.DateField("begint op", null=True, blank=True, validators=[validate_day])
    ends_on = models.DateField(
        "eindigt op", null=True, blank=True, validators=[validate_day], help_text="Laat leeg bij één dag."
    )
    starts_at = models.TimeField("begintijd", null=True, blank=True)
    ends_at = models.TimeField("eindtijd", null=True, blank=True)
    location = models.CharField("plaats", max_length=300, blank=True)
    url = models.URLField("link", max_length=2000, blank=True)
    is_cancelled = models.BooleanField(
        "gaat niet door", default=False, help_text="Het agendapunt blijft staan, met de woorden “gaat niet door”."
    )
    state = models.CharField("status", max_length=10, choices=State, default=State.DRAFT, db_index=True)
    origin = models.CharField("herkomst", max_length=7, choices=Origin, default=Origin.READ, editable=False)
    sentence = models.TextField("zin in de nieuwsbrief", blank=True)
    weekday_agrees = models.BooleanField("weekdag klopt met de datum", null=True, blank=True)
    uid = models.UUIDField("kenmerk in agenda's", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField("versie in agenda's", default=0, editable=False)
    published_at = models.DateTimeField("voor het eerst gepubliceerd op", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("gemaakt op", auto_now_add=True)
    updated_at = models.DateTimeField("gewijzigd op", auto_now=True)

    objects = EventManager.from_queryset(EventQuerySet)()

    class Meta:
        verbose_name = "agendapunt"
        verbose_name_plural = "agendapunten"
        ordering: ClassVar = ["starts_on", "starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "starts_on"], name="events_event_state_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gt=F("starts_on")),
                name="events_event_ends_after_it_starts",
                violation_error_message="De laatste dag moet na de eerste dag liggen. Laat hem leeg bij één dag.",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(starts_on__isnull=False),
                name="events_event_time_needs_a_day",
                violation_error_message="Vul bij een tijd ook de dag in.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
                name="events_event_end_time_needs_a_start_time",
                violation_error_message="Vul bij een eindtijd ook de begintijd in.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_on__isnull=False)
                | Q(ends_at__gt=F("starts_at")),
                name="events_event_end_time_after_start_time",
                violation_error_message="De eindtijd moet na de begintijd liggen.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_called_off(self) -> bool:
        """Calendars that have it must strike it out: it does not go on, or members may no longer see it."""
        return self.is_cancelled or self.state != Event.State.PUBLISHED

    def get_absolute_url(self) -> str:
        return reverse("event_detail", args=[self.pk])


class EventBookmark(Keeping):
    """A member keeps an event. Visible to that member only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="event_bookmarks")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField("bewaard op", auto_now_add=True)

    class Meta:
        verbose_name = "bladwijzer bij een agendapunt"
        verbose_name_plural = "bladwijzers bij agendapunten"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "event"], name="events_bookmark_once")]

    def __str__(self) -> str:
        return f"bladwijzer {self.pk}"
