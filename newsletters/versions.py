"""What a page was made of, in a few signs: an action that was chosen on an older page can tell that things changed."""

import hashlib
from collections.abc import Iterable

from events.models import Event
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter

OF_EVENT = ("title", "starts_on", "ends_on", "starts_at", "ends_at", "location")


def version_of_item(item: Item) -> str:
    """Of what the item says and whether it is kept; not of its place."""
    return _digest([item.pk, item.state, item.title, item.summary, item.theme_id])


def version_of_newsletter(newsletter: Newsletter) -> str:
    """Of everything that publishing would show."""
    items = newsletter.items.order_by("pk")
    links = ItemLink.objects.filter(item__newsletter=newsletter).order_by("pk")
    announced = ItemEvent.objects.filter(item__newsletter=newsletter).order_by("pk")
    events = Event.objects.filter(pk__in=announced.values("event")).order_by("pk")
    own = [newsletter.state, newsletter.source_id, newsletter.title, newsletter.published_on, newsletter.next_issue_on]
    return _digest(
        [
            own,
            list(items.values_list("pk", "position", "state", "title", "summary", "theme", "same_as")),
            list(links.values_list("pk", "item", "text", "url", "resolved_url")),
            list(announced.values_list("item", "event")),
            list(events.values_list("pk", "state", *OF_EVENT)),
        ]
    )


def _digest(facts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()[:12]
