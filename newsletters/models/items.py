"""The stories of a newsletter, the events that they announce, and what members keep and have seen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import Keeping, User
from events.models import Event
from newsletters.models.names import Theme
from newsletters.models.newsletter import Newsletter

MOST_UNREAD_AGAIN = 1000  # stories that one member marks as unread by hand


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
        return self.kept_by(user).annotate(bookmark=last).shown_once().order_by("-bookmark")

    def with_story(self) -> Self:
        """Adds story, the number that all tellings of one story share; an index is kept on it."""
        return self.alias(story=Coalesce("same_as_id", "pk"))

    def telling(self, story: int | OuterRef) -> Self:
        """All tellings of the story with this number."""
        return self.with_story().filter(story=story)

    def telling_any(self, stories: Iterable[int]) -> Self:
        """All tellings of the stories with these numbers."""
        return self.with_story().filter(story__in=set(stories))

    def with_read(self, user: User) -> Self:
        """Adds is_read, for this user only: whichever telling of the story was read."""
        marks = ItemRead.objects.filter(user=user, item__in=_tellings_of_outer())
        is_kept = ~Exists(marks.filter(is_read=False))
        whens = [When(Exists(marks.filter(is_read=True)), then=Value(value=True))]
        if user.read_until is not None:
            whens.append(When(Q(told_at__lte=user.read_until) & is_kept, then=Value(value=True)))
        is_read = Case(*whens, default=Value(value=False), output_field=BooleanField())
        return self.with_story().alias(told_at=_told_at()).annotate(is_read=is_read)

    def unread_by(self, user: User, *, again: Sequence[int] | None = None) -> Self:
        """The stories that this user has not read, or marked as unread again: those are asked for, or given."""
        marks = ItemRead.objects.filter(user=user).annotate(story=Coalesce("item__same_as_id", "item_id"))
        unread = self.with_story().exclude(story__in=marks.filter(is_read=True).values("story"))
        if user.read_until is None:
            return unread
        # as values, so that the index on the moment of publishing can be used beside them
        again = unread_again(user) if again is None else again
        late = Q(published_at__gt=user.read_until) & ~Q(same_as__published_at__lte=user.read_until)
        return unread.filter(late | Q(story__in=again)) if again else unread.filter(late)

    def kept_by(self, user: User) -> Self:
        """The stories that this user keeps, in whatever order, each telling of them."""
        marks = ItemBookmark.objects.filter(user=user).annotate(story=Coalesce("item__same_as_id", "item_id"))
        return self.with_story().filter(story__in=marks.values("story"))

    def published_since(self, moment: datetime | None) -> Self:
        """Those that members could not see yet at that moment; None: all of them."""
        return self if moment is None else self.filter(published_at__gt=moment)

    def with_origin(self) -> Self:
        """With newsletter, source and theme; without the stems, which no page shows."""
        return self.select_related("newsletter__source", "theme").defer("search_title", "search_text")

    def with_events(self) -> Self:
        """With the published events that they announce."""
        events = Event.objects.published().order_by("starts_on", "starts_at", "pk")
        return self.prefetch_related(Prefetch("events", queryset=events))

    def with_context(self) -> Self:
        """With the rows that a member's list shows: as with_origin, the published events, and who else told it."""
        retellings = Item.objects.published().with_origin().order_by("pk")
        return self.with_origin().with_events().prefetch_related(Prefetch("retellings", queryset=retellings))

    def newest_first(self) -> Self:
        return self.order_by(F("newsletter__published_on").desc(nulls_last=True), "-newsletter_id", "position")

    def behind(self, day: date | None, number: int, position: int) -> Self:
        """Those that come in newest_first() after this position of the newsletter of this day and number."""
        same = Q(newsletter_id=number, position__gt=position)
        if day is None:
            return self.filter(Q(newsletter__published_on=None) & (Q(newsletter_id__lt=number) | same))
        # the first filter is for the database alone: it tells which newsletters need not be looked into
        not_newer = Q(newsletter__published_on__lte=day) | Q(newsletter__published_on=None)
        later = Q(newsletter__published_on__lt=day) | Q(newsletter__published_on=None)
        return self.filter(not_newer).filter(later | Q(newsletter__published_on=day, newsletter_id__lt=number) | same)


def unread_again(user: User) -> list[int]:
    """The stories that this user marked as unread; few, as that is done one by one and all reading undoes it."""
    marks = ItemRead.objects.filter(user=user, is_read=False)
    return list(marks.values_list(Coalesce("item__same_as_id", "item_id"), flat=True)[:MOST_UNREAD_AGAIN])


def _told_at() -> Coalesce:
    """When members could first see the story: what was read then is not unread because it is told again."""
    return Coalesce("same_as__published_at", "published_at")


def _tellings_of_outer() -> "models.QuerySet[Item, tuple[int]]":
    """The numbers of all tellings of the story of the query around the query that this stands in."""
    tellings = Item.objects.order_by().telling(OuterRef(OuterRef("story")))
    return tellings.values_list("pk")


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
    is_handmade = models.BooleanField("met de hand gemaakt", default=False, editable=False)
    published_at = models.DateTimeField("gepubliceerd op", null=True, blank=True, editable=False, db_index=True)
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
        indexes: ClassVar = [models.Index(Coalesce("same_as_id", "id"), name="newsletters_item_story")]
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

    @property
    def shown_theme(self) -> Theme | None:
        """The theme that members see."""
        return self.theme if self.theme and not self.theme.is_hidden else None

    def get_absolute_url(self) -> str:
        return reverse("item_detail", args=[self.pk])


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


class ItemBookmark(Keeping):
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
    """A member has read an item, or (is_read false) wants it unread again. Visible to that member only.

    It goes before User.read_until, which counts all that was published until then as read.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="items_read")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reads")
    read_at = models.DateTimeField("gelezen op", auto_now_add=True)
    is_read = models.BooleanField("gelezen", default=True)

    class Meta:
        verbose_name = "gelezen bericht"
        verbose_name_plural = "gelezen berichten"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "item"], name="newsletters_read_once")]

    def __str__(self) -> str:
        return f"leesteken {self.pk}"
