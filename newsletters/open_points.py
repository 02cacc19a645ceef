"""What a griffier still has to look at in a newsletter: told by the rows as they are, so it shrinks with the work."""

from collections import defaultdict
from dataclasses import dataclass

from events.models import Event
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.links import holds_address


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A Dutch sentence about the newsletter, or about the item at this position in it."""

    message: str
    position: int | None = None


def open_points(newsletter: Newsletter, row: Import | None) -> list[OpenPoint]:
    """All open points: those of the newsletter first, then those of each item that is kept, in its order."""
    points = [OpenPoint(message=message) for message in _of_newsletter(newsletter, row)]
    items = newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position")
    calls = defaultdict(list)
    doubtful = set()
    for link in ItemLink.objects.filter(item__in=items).order_by("position", "pk"):
        if not link.url:
            calls[link.item_id].append(link.text)
        elif holds_address(link.href):
            doubtful.add(link.item_id)
    told: set[int] = set()
    for item in items.prefetch_related("item_events__event"):
        messages = _of_item(item, calls[item.pk], is_doubtful=item.pk in doubtful)
        for event in _events_first_told_by(item, told):
            messages += _of_event(event)
        points += [OpenPoint(message=message, position=item.position) for message in messages]
    return points


def kept_counts(newsletter: Newsletter) -> tuple[int, int]:
    """How many items, and how many of their events, readers will see."""
    items = newsletter.items.exclude(state=Item.State.DISMISSED)
    events = Event.objects.exclude(state=Event.State.DISMISSED).filter(
        pk__in=ItemEvent.objects.filter(item__in=items).values("event")
    )
    return items.count(), events.count()


def _of_newsletter(newsletter: Newsletter, row: Import | None) -> list[str]:
    messages = []
    if newsletter.source_id is None:
        messages.append("Van wie deze nieuwsbrief komt, is niet bekend. Kies de bron.")
    if newsletter.published_on is None:
        messages.append("De datum van de nieuwsbrief is niet bekend. Vul hem in als u hem weet.")
    if count := len(row.unplaced_links) if row else 0:
        words = "1 link hoort" if count == 1 else f"{count} links horen"
        messages.append(f"{words} nog bij geen bericht. Kies bij welk bericht, of laat ze weg.")
    return messages


def _of_item(item: Item, calls: list[str], *, is_doubtful: bool) -> list[str]:
    messages = []
    if not item.title:
        messages.append("Er is geen titel gevonden. Vul een titel in.")
    if calls:
        names = ", ".join(f"'{text}'" for text in calls)
        words = "Het adres van de link" if len(calls) == 1 else "De adressen van de links"
        is_known = "is" if len(calls) == 1 else "zijn"
        messages.append(f"{words} {names} {is_known} niet bekend.")
    if is_doubtful:
        messages.append("In een link staat een e-mailadres. Is het dat van de griffie? Haal de link dan weg.")
    return messages


def _events_first_told_by(item: Item, told: set[int]) -> list[Event]:
    events = [row.event for row in item.item_events.all() if row.event_id not in told]
    told.update(event.pk for event in events)
    return [event for event in events if event.state != Event.State.DISMISSED]


def _of_event(event: Event) -> list[str]:
    messages = []
    if event.starts_on is None:
        messages.append(f"De dag van '{event.title}' is niet bekend. Vul hem in als u hem weet.")
    if event.weekday_agrees is False:
        messages.append(f"De weekdag in de tekst past niet bij de datum van '{event.title}'. Kijk welke klopt.")
    return messages
