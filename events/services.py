"""Changes to the agenda: events as the griffie edits them, and what members keep of them."""

from collections.abc import Iterable

from django.db.models import F

from accounts.models import User
from events.models import Event, EventBookmark


def change_event(event: Event, *, changed: Iterable[str]) -> None:
    """Save the changed fields of an event, and no other: somebody may be publishing or withdrawing it.

    Its sequence goes up, so that calendars which have it take over the change.
    """
    event.sequence = F("sequence") + 1
    event.save(update_fields=[*changed, "sequence", "updated_at"])
    event.refresh_from_db(fields=["sequence"])


def set_bookmark(event: Event, *, user: User, is_on: bool) -> None:
    """Keep the event for this user, or let it go. A second time changes nothing."""
    if is_on:
        EventBookmark.objects.get_or_create(user=user, event=event)
    else:
        EventBookmark.objects.filter(user=user, event=event).delete()
