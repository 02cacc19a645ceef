"""Changes to the agenda: events as the griffie edits them, and what members keep of them."""

from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from events.models import Event, EventBookmark


def change_event(event: Event, *, changed: Iterable[str]) -> None:
    """Save the changed fields of an event, and no other: somebody may be publishing or withdrawing it.

    Its sequence goes up, so that calendars which have it take over the change.
    """
    event.sequence = F("sequence") + 1
    event.save(update_fields=[*changed, "sequence", "updated_at"])
    event.refresh_from_db(fields=["sequence"])


def show_events(events: QuerySet[Event]) -> None:
    """Publish events. To the calendars that had one before it is a new version."""
    now = timezone.now()
    again = events.filter(published_at__isnull=False).values_list("pk", flat=True)
    Event.objects.filter(pk__in=list(again)).update(sequence=F("sequence") + 1)
    events.update(state=Event.State.PUBLISHED, published_at=Coalesce("published_at", now), updated_at=now)


def hide_events(events: QuerySet[Event]) -> None:
    """Take published events back; the calendars that have one are told that it is off."""
    now = timezone.now()
    shown_at = Coalesce("published_at", now)  # it was, whatever the row says
    events.update(state=Event.State.DRAFT, sequence=F("sequence") + 1, published_at=shown_at, updated_at=now)


def set_bookmark(event: Event, *, user: User, is_on: bool) -> None:
    """Keep the event for this user, or let it go. A second time changes nothing."""
    if is_on:
        EventBookmark.objects.get_or_create(user=user, event=event)
    else:
        EventBookmark.objects.filter(user=user, event=event).delete()
