"""What a griffier makes by hand: newsletters, items and events; and how that goes again before anybody reads it."""

import logging
from datetime import date

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts import history
from accounts.models import User
from events.models import Event, EventBookmark
from events.services import remove_event
from newsletters import search
from newsletters.models import Item, ItemBookmark, ItemEvent, Newsletter, Source, Theme
from newsletters.services import reviewing

logger = logging.getLogger(__name__)


class CannotRemove(Exception):
    """It must stay; the message is a Dutch sentence for the griffier that says why, and what can be done instead."""


@transaction.atomic
def make_newsletter(*, source: Source | None, title: str, published_on: date | None, by: User) -> Newsletter:
    """An empty draft newsletter without a file."""
    newsletter = Newsletter.objects.create(
        source=source,
        title=title,
        published_on=published_on,
        published_on_basis=Newsletter.Basis.BY_HAND if published_on else "",
    )
    history.note(newsletter, "Met de hand gemaakt.", by=by)
    logger.info("newsletter %s: made by hand", newsletter.pk)
    return newsletter


@transaction.atomic
def make_item(newsletter: Newsletter, *, title: str, theme: Theme | None, summary: str, address: str, by: User) -> Item:
    """One more draft behind the items that the newsletter has. Raises ValueError for an address that can be no link."""
    newsletter = Newsletter.objects.select_for_update().get(pk=newsletter.pk)  # one place for one item
    last = newsletter.items.aggregate(last=Max("position"))["last"]
    item = Item(
        newsletter=newsletter,
        position=0 if last is None else last + 1,
        title=title,
        theme=theme,
        summary=summary,
        is_handmade=True,
        edited_by=by,
        edited_at=timezone.now(),
    )
    search.set_stems([item])
    search.create([item])
    history.note(item, "Met de hand gemaakt.", by=by, part_of=newsletter)
    if address:
        reviewing.add_link(item, address, by=by)
    return item


def why_item_stays(item: Item) -> str:
    """Why an item must stay, as a Dutch sentence; empty where it can be removed."""
    if not item.is_handmade:
        return "Dit bericht komt uit een bestand. Leg het weg bij het nakijken: dan zien leden het niet."
    if Item.objects.published().filter(pk=item.pk).exists():
        return "Leden kunnen dit bericht lezen. Leg het weg bij het nakijken: dan zien zij het niet meer."
    if item.bookmarks.exists() or _kept(_only_of(Item.objects.filter(pk=item.pk))):
        return "Een lid bewaart dit bericht of het agendapunt erbij. Leg het weg bij het nakijken."
    return ""


@transaction.atomic
def remove_item(item: Item, *, by: User) -> None:
    """Remove an item that was made by hand, with its events, while nobody sees or keeps it; else CannotRemove."""
    item = Item.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=item.pk)
    if why := why_item_stays(item):
        raise CannotRemove(why)
    history.note(item, "Verwijderd.", by=by, part_of=item.newsletter)
    events = list(_only_of(Item.objects.filter(pk=item.pk)))
    item.delete()
    _remove_events(events, by=by)


def why_newsletter_stays(newsletter: Newsletter) -> str:
    """Why a newsletter must stay, as a Dutch sentence; empty where it can be removed."""
    if newsletter.imports.exists():
        return "Deze nieuwsbrief komt uit een upload en blijft daarbij. Publiceert u hem niet, dan ziet niemand hem."
    if newsletter.state == Newsletter.State.PUBLISHED:
        return "Leden kunnen deze nieuwsbrief lezen. Trek hem eerst terug."
    if ItemBookmark.objects.filter(item__newsletter=newsletter).exists() or _kept(_only_of(newsletter.items.all())):
        return "Een lid bewaart iets uit deze nieuwsbrief. Laat hem teruggetrokken: dan ziet niemand hem."
    return ""


@transaction.atomic
def remove_newsletter(newsletter: Newsletter, *, by: User) -> None:
    """Remove a newsletter that came from no file, with all in it, while nobody sees or keeps it; else CannotRemove."""
    newsletter = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
    if why := why_newsletter_stays(newsletter):
        raise CannotRemove(why)
    history.note(newsletter, "Verwijderd.", by=by, action="newsletter_removed")
    events = list(_only_of(newsletter.items.all()))
    newsletter.delete()
    _remove_events(events, by=by)
    logger.info("newsletter made by hand: removed")


def _only_of(items: QuerySet[Item]) -> QuerySet[Event]:
    """The events that these items announce, and no other item does."""
    own = ItemEvent.objects.filter(item__in=items).values("event")
    others = ItemEvent.objects.exclude(item__in=items).values("event")
    return Event.objects.filter(pk__in=own).exclude(pk__in=others)


def _kept(events: QuerySet[Event]) -> bool:
    return EventBookmark.objects.filter(event__in=events).exists()


def _remove_events(events: list[Event], *, by: User) -> None:
    for event in events:
        if event.origin == Event.Origin.BY_HAND:
            remove_event(event, by=by)
        else:  # moved here from an item that was read
            event.delete()
