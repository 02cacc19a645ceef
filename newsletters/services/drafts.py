"""Turns what was recognised into rows: newsletter, items, links and events, all as drafts."""

from itertools import groupby
from typing import TypeVar

from django.db import transaction
from django.db.models import Manager, Q
from django.utils.text import slugify

from events.models import Event
from newsletters import search
from newsletters.models import ADDRESS_LENGTH, Item, ItemEvent, ItemLink, Newsletter, Source, Theme
from newsletters.parsing.drafts import DraftEvent, DraftItem, DraftNewsletter

TITLE_LENGTH = 300
MAX_EVENTS_AN_ITEM = 50

Named = TypeVar("Named", Source, Theme)


def store(draft: DraftNewsletter) -> Newsletter:
    """The draft as a new newsletter with state draft. Runs in the caller's transaction, or in one of its own."""
    with transaction.atomic():
        newsletter = Newsletter.objects.create(
            source=source_named(draft.source) if draft.source else None,
            title=(draft.title or "")[:TITLE_LENGTH],
            published_on=draft.published_on,
            published_on_basis=draft.published_on_basis or "",
            next_issue_on=draft.next_issue_on,
            message_id=(draft.message_id or "")[:998],
            outlook_id=(draft.outlook_id or "")[:64],
        )
        themes = {name: theme_named(name) for name in {item.theme for item in draft.items} if name}
        items = [
            Item(
                newsletter=newsletter,
                position=position,
                theme=themes.get(item.theme or ""),
                title=(item.title or "")[:TITLE_LENGTH],
                summary=item.summary,
                first_line=item.first_line,
                last_line=item.last_line,
            )
            for position, item in enumerate(draft.items)
        ]
        Item.objects.bulk_create(items)
        ItemLink.objects.bulk_create(
            link for item, row in zip(draft.items, items, strict=True) for link in _links(item, row)
        )
        _store_events(draft, items)
        search.index(item.pk for item in items)
    return newsletter


def _links(item: DraftItem, row: Item) -> list[ItemLink]:
    # an address that is longer than any browser takes counts as one that we do not know
    known = [
        (link.text, link.url, str(link.kind)) if len(link.url) <= ADDRESS_LENGTH else (link.text, "", "")
        for link in item.links
    ]
    unknown = [(text, "", "") for text in item.missing_links]
    return [
        ItemLink(item=row, position=position, text=text[:TITLE_LENGTH], url=url, kind=kind)
        for position, (text, url, kind) in enumerate([*known, *unknown])
    ]


def _store_events(draft: DraftNewsletter, items: list[Item]) -> None:
    events: list[Event] = []
    announcements: list[ItemEvent] = []
    for index, group in groupby(sorted(draft.events, key=lambda event: event.item), key=lambda event: event.item):
        for drafted in list(group)[:MAX_EVENTS_AN_ITEM]:
            event = _event(drafted)
            events.append(event)
            announcements.append(ItemEvent(item=items[index], event=event))
    Event.objects.bulk_create(events)
    ItemEvent.objects.bulk_create(announcements)


def _event(draft: DraftEvent) -> Event:
    """The row of a drafted event. An end before its start is left out: a wrong time is worse than none."""
    has_later_day = draft.starts_on is not None and draft.ends_on is not None and draft.ends_on > draft.starts_on
    starts_at = draft.starts_at if draft.starts_on else None
    ends_at = draft.ends_at if starts_at else None
    if starts_at and ends_at and not has_later_day and ends_at <= starts_at:
        ends_at = None
    return Event(
        title=draft.title[:TITLE_LENGTH],
        starts_on=draft.starts_on,
        ends_on=draft.ends_on if has_later_day else None,
        starts_at=starts_at,
        ends_at=ends_at,
        location=(draft.location or "")[:TITLE_LENGTH],
        sentence=draft.sentence,
        weekday_agrees=draft.weekday_agrees,
    )


def source_named(name: str) -> Source:
    """The source with this name, made where it is new; case and accents do not make another one."""
    return _named(Source.objects, name.strip()[:200], slug=slugify(name)[:200] or "bron")


def theme_named(name: str) -> Theme:
    """The theme with this name, made where it is new; case and accents do not make another one."""
    return _named(Theme.objects, name.strip()[:100], slug=slugify(name)[:100] or "thema")


def _named(manager: Manager[Named], name: str, *, slug: str) -> Named:
    # a griffier may have given the row another name since, so either may be the one that is known
    known = manager.filter(Q(name__iexact=name) | Q(slug=slug)).order_by("pk").first()
    return known or manager.get_or_create(slug=slug, defaults={"name": name})[0]


def warnings(draft: DraftNewsletter) -> list[dict[str, object]]:
    """What the griffier must look at, as kept with the import."""
    return [{"code": warning.code, "message": warning.message, "item": warning.item} for warning in draft.warnings]


def unplaced_links(draft: DraftNewsletter) -> list[dict[str, str]]:
    """The links that could not be placed, as kept with the import."""
    links = [link for link in draft.unplaced_links if len(link.url) <= ADDRESS_LENGTH]
    return [{"text": link.text, "url": link.url, "kind": str(link.kind)} for link in links]
