"""Changes to the agenda: events as the griffie makes and edits them, and what members keep of them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import history
from accounts.models import User
from events.models import Event, EventBookmark


class CannotChange(Exception):
    """What was asked cannot be done with this event; the message is a Dutch sentence for the griffier."""


NOT_OWN = "Dit agendapunt hoort bij een nieuwsbrief. Het wordt met die nieuwsbrief gepubliceerd en teruggetrokken."


@transaction.atomic
def make_own_event(event: Event, *, by: User) -> None:
    """Store a new event of the agenda's own, which no newsletter announces, as a draft."""
    event.origin, event.state = Event.Origin.OWN, Event.State.DRAFT
    event.save()
    history.note(event, "Met de hand gemaakt.", by=by)


@transaction.atomic
def publish_own_event(event: Event, *, by: User) -> None:
    """Show an event of the agenda's own to all members. Twice is the same as once. Raises CannotChange for others."""
    _move(event, Event.State.PUBLISHED, "Gepubliceerd.", by=by)


@transaction.atomic
def withdraw_own_event(event: Event, *, by: User) -> None:
    """Take an event of the agenda's own back. Twice is the same as once. Raises CannotChange for others."""
    _move(event, Event.State.DRAFT, "Teruggetrokken.", by=by)


def _move(event: Event, state: Event.State, words: str, *, by: User) -> None:
    own = Event.objects.filter(pk=event.pk, origin=Event.Origin.OWN)
    moved = own.exclude(state=state)
    if moved.exists():
        (show_events if state == Event.State.PUBLISHED else hide_events)(moved)
        is_shown = state == Event.State.PUBLISHED
        history.note(event, words, by=by, action="event_published" if is_shown else "event_withdrawn")
    elif not own.exists():
        raise CannotChange(NOT_OWN)
    event.refresh_from_db()


def why_not_removable(event: Event) -> str:
    """Why an event must stay, as a Dutch sentence; empty where it can be removed."""
    if event.origin == Event.Origin.READ:
        return "Dit agendapunt komt uit een nieuwsbrief. Leg het weg bij het nakijken: dan zien leden het niet."
    if event.state == Event.State.PUBLISHED:
        return "Dit agendapunt staat nu in de agenda van de leden. Trek het eerst terug."
    if event.bookmarks.exists():
        return "Een lid bewaart dit agendapunt. Laat het teruggetrokken: dan ziet niemand het."
    return ""


@transaction.atomic
def remove_event(event: Event, *, by: User) -> None:
    """Remove an event that was made by hand and that nobody sees or keeps. Raises CannotChange for others."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if why_not := why_not_removable(event):
        raise CannotChange(why_not)
    history.note(event, "Verwijderd.", by=by)
    event.delete()


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
