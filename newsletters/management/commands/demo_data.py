"""Fills a database with made-up Dutch newsletters, members and what members do with them."""

import argparse
import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import islice
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Audience, User
from events.models import Event, EventBookmark
from newsletters import demo, search
from newsletters.models import Import, Item, ItemBookmark, ItemEvent, ItemLink, ItemRead, Newsletter, Source, Theme
from newsletters.parsing.drafts import DraftEvent, DraftItem, DraftNewsletter
from newsletters.services import drafts, naming

ITEMS = (6, 10)  # of one newsletter, at least and at most
BATCH = 250  # newsletters a transaction
ROWS = 2000  # a statement
RECENT = 2000  # items that members pick from
PICKS = (4, 12)  # of one member, at least and at most
HOST = "voorbeeldstad.example"


class Command(BaseCommand):
    """Rows are written in bulk, past the services: a load test wants thousands of them in a minute."""

    help = (
        "Adds N made-up newsletters and M members to what is there: each run goes on where the last one ended and "
        "nothing comes twice. The newest newsletter of a run is a draft. Members can't log in."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--newsletters", type=_count, default=6, metavar="N", help="how many to add (%(default)s)")
        parser.add_argument("--members", type=_count, default=3, metavar="M", help="how many to add (%(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other newsletters")

    def handle(self, *args: Any, newsletters: int, members: int, seed: int, verbosity: int, **options: Any) -> None:
        today = timezone.localdate()
        known = Newsletter.objects.filter(message_id__startswith="<demo-").count()
        days = demo.days(newsletters, today=today, known=known)
        made = [
            demo.newsletter(
                known + number,
                seed=seed,
                day=day,
                item_count=Random(f"{seed}/{known + number}/items").randint(*ITEMS),  # noqa: S311
            )
            for number, day in enumerate(days)
        ]
        if made:
            _store_draft(made[0])
        for start in range(1, len(made), BATCH):
            with transaction.atomic():
                _store_published(made[start : start + BATCH])
            if verbosity > 1:
                self.stdout.write(f"{min(start + BATCH, len(made))} newsletters")
        with transaction.atomic():
            _add_members(members, seed=seed)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # PostgreSQL would do it by itself, but a minute later
        if verbosity > 0:
            items = sum(len(newsletter.items) for newsletter in made)
            self.stdout.write(f"Added {len(made)} newsletters with {items} items, and {members} members.")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a number from 0 on is needed")
    return int(text)


def _store_draft(draft: DraftNewsletter) -> None:
    """As the worker would: a draft with its upload, so that there is something to review."""
    data = draft.text.encode()
    with transaction.atomic():
        now = timezone.now()
        row = Import(
            filename=f"{draft.title}.txt",
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            kind=Import.Kind.TEXT,
            state=Import.State.READY,
            progress=100,
            queued_at=now,
            started_at=now,
            heartbeat_at=now,
            finished_at=now,
            attempts=1,
            text=draft.text,
            newsletter=drafts.store(draft),
        )
        row.file.save("demo.txt", ContentFile(data), save=True)


def _store_published(made: Sequence[DraftNewsletter]) -> None:
    sources = {name: naming.source_named(name) for name in {draft.source or "" for draft in made}}
    themes = {name: naming.theme_named(name) for draft in made for item in draft.items if (name := item.theme)}
    newsletters = Newsletter.objects.bulk_create([_newsletter(draft, sources) for draft in made])
    items: list[Item] = []
    links: list[ItemLink] = []
    events: list[Event] = []
    announcements: list[ItemEvent] = []
    for newsletter, draft in zip(newsletters, made, strict=True):
        rows = [_item(newsletter, position, item, themes) for position, item in enumerate(draft.items)]
        items += rows
        links += [link for item, row in zip(draft.items, rows, strict=True) for link in _links(item, row)]
        for event in draft.events:
            events.append(_event(event, rows[event.item]))
            announcements.append(ItemEvent(item=rows[event.item], event=events[-1]))
    Item.objects.bulk_create(items, batch_size=ROWS)
    ItemLink.objects.bulk_create(links, batch_size=ROWS)
    Event.objects.bulk_create(events, batch_size=ROWS)
    ItemEvent.objects.bulk_create(announcements, batch_size=ROWS)
    search.index(item.pk for item in items)


def _newsletter(draft: DraftNewsletter, sources: dict[str, Source]) -> Newsletter:
    day = draft.published_on or date.min
    return Newsletter(
        source=sources[draft.source or ""],
        title=draft.title or "",
        published_on=day,
        published_on_basis=draft.published_on_basis or "",
        next_issue_on=draft.next_issue_on,
        message_id=draft.message_id or "",
        state=Newsletter.State.PUBLISHED,
        published_at=timezone.make_aware(datetime.combine(day, time(12))),
    )


def _item(newsletter: Newsletter, position: int, item: DraftItem, themes: dict[str, Theme]) -> Item:
    """Published, but for a few in a hundred that the griffie laid aside."""
    is_dismissed = item.title is not None and (newsletter.pk * 31 + position) % 37 == 0
    return Item(
        newsletter=newsletter,
        position=position,
        theme=themes[item.theme] if item.theme else None,
        title=item.title or "",
        summary=item.summary,
        state=Item.State.DISMISSED if is_dismissed else Item.State.PUBLISHED,
        published_at=newsletter.published_at,
        first_line=item.first_line,
        last_line=item.last_line,
    )


def _links(item: DraftItem, row: Item) -> list[ItemLink]:
    known = [(link.text, link.url, str(link.kind)) for link in item.links]
    unknown = [(text, "", "") for text in item.missing_links]
    return [
        ItemLink(item=row, position=position, text=text, url=url, kind=kind)
        for position, (text, url, kind) in enumerate([*known, *unknown])
    ]


def _event(event: DraftEvent, item: Item) -> Event:
    return Event(
        title=event.title,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        location=event.location or "",
        sentence=event.sentence,
        weekday_agrees=event.weekday_agrees,
        state=Event.State.PUBLISHED if item.state == Item.State.PUBLISHED else Event.State.DISMISSED,
        published_at=item.newsletter.published_at if item.state == Item.State.PUBLISHED else None,
    )


def _add_members(count: int, *, seed: int) -> None:
    """raadslid1@…, raadslid2@… and on. They and other made-up members without any get bookmarks and read marks."""
    made_up = User.objects.filter(email__endswith=f"@{HOST}")
    emails = set(made_up.values_list("email", flat=True))
    numbers = (number for number in range(1, count + len(emails) + 1) if f"raadslid{number}@{HOST}" not in emails)
    User.objects.bulk_create(
        [
            User(
                email=f"raadslid{number}@{HOST}",
                name=f"Raadslid {number}",
                audience=Audience.RAADSLID,
                fractie=f"Fractie {number % 7 + 1}",
                password=make_password(None),
            )
            for number in islice(numbers, count)
        ],
        batch_size=ROWS,
    )
    items = list(Item.objects.published().newest_first().values_list("pk", flat=True)[:RECENT])
    events = list(Event.objects.published().order_by("-starts_on", "pk").values_list("pk", flat=True)[:RECENT])
    bookmarks: list[ItemBookmark] = []
    reads: list[ItemRead] = []
    kept: list[EventBookmark] = []
    for member in made_up.filter(item_bookmarks=None, items_read=None, event_bookmarks=None).order_by("pk"):
        random = Random(f"{seed}/{member.email}")  # noqa: S311
        picked = random.sample(items, min(len(items), random.randint(*PICKS)))
        bookmarks += [ItemBookmark(user=member, item_id=pk) for pk in picked]
        reads += [ItemRead(user=member, item_id=pk) for pk in picked]
        kept += [EventBookmark(user=member, event_id=pk) for pk in random.sample(events, min(len(events), PICKS[0]))]
    ItemBookmark.objects.bulk_create(bookmarks, batch_size=ROWS)
    ItemRead.objects.bulk_create(reads, batch_size=ROWS)
    EventBookmark.objects.bulk_create(kept, batch_size=ROWS)
