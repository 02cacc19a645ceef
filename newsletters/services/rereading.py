"""Reading a newsletter's file once more: first what would change, then, when the griffier wants that, the change.

What people have touched stays as it is: what was changed, made or put aside by hand, what is published, and what a
member keeps. Only drafts that nobody has touched follow the file.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.formats import date_format

from accounts import history
from accounts.models import User
from events.models import Event
from newsletters import search
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.blocks import UnreadableFile
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.passages import file_of
from newsletters.services import drafts, files, imports, naming
from newsletters.services.reviewing import LEFT_OUT
from newsletters.stories import Words, pair_up

logger = logging.getLogger(__name__)

NO_FILE = "Bij deze nieuwsbrief is geen bestand om te lezen."
CHANGED_SINCE = "Er is intussen iets veranderd. Kijk nog eens wat er zou veranderen."


class CannotReread(Exception):
    """The file cannot be read again; the message is a Dutch sentence for the griffier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An item that stays as it is, and why."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An untouched draft that would follow the file. what are the names of what differs."""

    item: Item
    index: int  # of the draft's item
    heading: str  # as it would be
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What reading again would do. filled_in: facts of the newsletter itself that are empty now, as sentences."""

    draft: DraftNewsletter
    new: list[int] = field(default_factory=list)  # indexes of the draft's items
    changed: list[Changed] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    filled_in: list[str] = field(default_factory=list)
    pairs: dict[int, Item] = field(default_factory=dict)  # the row of each of the draft's items that has one

    @property
    def changes_nothing(self) -> bool:
        return not (self.new or self.changed or self.gone or self.filled_in)

    @property
    def new_headings(self) -> list[str]:
        return [item.title or item.summary[:80] for item in (self.draft.items[index] for index in self.new)]

    @property
    def fingerprint(self) -> str:
        """Tells whether what would happen is still what the griffier was shown."""
        told = [
            *(f"new {heading}" for heading in self.new_headings),
            *(f"changed {change.item.pk} {change.heading} {change.what}" for change in self.changed),
            *(f"gone {item.pk}" for item in self.gone),
            *self.filled_in,
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def look(newsletter: Newsletter) -> Rereading:
    """Read the file and say what would change; nothing does. Raises CannotReread."""
    row, draft = _read(newsletter)
    return _compare(newsletter, row, draft)


def read_again(newsletter: Newsletter, *, fingerprint: str, by: User) -> Rereading:
    """Read the file and have the untouched drafts follow it.

    Raises CannotReread also where something else would change than what the griffier was shown.
    """
    row, draft = _read(newsletter)
    with transaction.atomic():
        newsletter = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
        row = Import.objects.select_for_update().get(pk=row.pk)
        found = _compare(newsletter, row, draft)
        if found.fingerprint != fingerprint:
            raise CannotReread(CHANGED_SINCE)
        _apply(newsletter, row, found, by=by)
    logger.info("newsletter %s: read again", newsletter.pk)
    return found


def _read(newsletter: Newsletter) -> tuple[Import, DraftNewsletter]:
    row = file_of(newsletter)
    if row is None:
        raise CannotReread(NO_FILE)
    is_by_hand = newsletter.published_on_basis == Newsletter.Basis.BY_HAND
    try:
        # a day that the griffier filled in settles the years that the file leaves open
        reference = newsletter.published_on if is_by_hand else None
        return row, imports.parse(row, on_tick=_nothing, reference=reference)
    except UnreadableFile as error:
        raise CannotReread(error.message) from None
    except FileNotFoundError:
        raise CannotReread(files.GONE) from None
    except files.FilesAway:
        raise CannotReread(files.AWAY) from None


def _nothing() -> None:
    """Nobody waits for a sign of life."""


def _compare(newsletter: Newsletter, row: Import, draft: DraftNewsletter) -> Rereading:
    rows = list(newsletter.items.select_related("theme").prefetch_related("links", "item_events__event"))
    is_same_text = draft.text == row.text
    pairs = _pairs(rows, draft, is_same_text=is_same_text)
    is_only_file = newsletter.imports.filter(state=Import.State.READY).count() == 1
    why = {item.pk: _why_kept(item) for item in rows}
    held = [item for item in rows if why[item.pk]]
    new = [
        index
        for index in range(len(draft.items))
        if index not in pairs and not (is_same_text and _is_covered(draft, index, held))
    ]
    found = Rereading(draft=draft, new=new, pairs=pairs, filled_in=_to_fill_in(newsletter, draft))
    paired = {item.pk: index for index, item in pairs.items()}
    for item in rows:
        index = paired.get(item.pk)
        if why[item.pk]:
            found.kept.append(Kept(item=item, reason=why[item.pk]))
        elif index is not None and (what := _differences(item, draft, index, is_only_file=is_only_file)):
            drafted = draft.items[index]
            heading = drafted.title or drafted.summary[:80]
            found.changed.append(Changed(item=item, index=index, heading=heading, what=what))
        elif index is None and item.first_line is not None:  # another file's items bear no lines
            found.gone.append(item)
    return found


def _pairs(rows: list[Item], draft: DraftNewsletter, *, is_same_text: bool) -> dict[int, Item]:
    """Which of the draft's items is which row: by its first line where the text is the same, else by its words."""
    pairs: dict[int, Item] = {}
    if is_same_text:
        by_line = {item.first_line: item for item in reversed(rows) if item.first_line is not None}
        for index, drafted in enumerate(draft.items):
            if drafted.first_line is not None and drafted.first_line in by_line:
                pairs[index] = by_line.pop(drafted.first_line)
    taken = {item.pk for item in pairs.values()}
    left = [item for item in rows if item.pk not in taken]
    indexes = [index for index in range(len(draft.items)) if index not in pairs]
    alike = pair_up(
        [Words.of(draft.items[index].title or "", draft.items[index].summary) for index in indexes],
        [Words.of(item.title, item.summary) for item in left],
    )
    return pairs | {indexes[one]: left[other] for one, other in alike.items()}


def _is_covered(draft: DraftNewsletter, index: int, held: Iterable[Item]) -> bool:
    """Whether the drafted item's first line is part of an item that stays: a griffier has put the two together."""
    line = draft.items[index].first_line
    return line is not None and any(
        item.first_line is not None and item.first_line <= line <= (item.last_line or item.first_line) for item in held
    )


def _why_kept(item: Item) -> str:
    """Why an item stays as it is; empty for a draft that nobody has touched."""
    if item.is_handmade:
        return "met de hand gemaakt"
    if item.state == Item.State.PUBLISHED:
        return "gepubliceerd"
    if item.state == Item.State.DISMISSED:
        return "weggelegd"
    if item.edited_at is not None:
        return "met de hand gewijzigd"
    if item.bookmarks.exists():
        return "door een lid bewaard"
    if any(_is_touched(event) for event in _own_events(item)):
        return "agendapunt met de hand gewijzigd of bewaard"
    return ""


def _own_events(item: Item) -> list[Event]:
    """The events that no other item announces."""
    events = [row.event for row in item.item_events.all()]
    shared = ItemEvent.objects.exclude(item=item).filter(event__in=events).values_list("event", flat=True)
    return [event for event in events if event.pk not in set(shared)]


def _is_touched(event: Event) -> bool:
    is_as_read = event.origin == Event.Origin.READ and event.sequence == 0 and event.state == Event.State.DRAFT
    return not is_as_read or event.bookmarks.exists()


def _differences(item: Item, draft: DraftNewsletter, index: int, *, is_only_file: bool) -> tuple[str, ...]:
    """The names of what the file tells otherwise than the row."""
    drafted = draft.items[index]
    links = _links(item, draft, index, is_only_file=is_only_file)
    told: dict[str, tuple[object, object]] = {
        "titel": (item.title, (drafted.title or "")[: drafts.TITLE_LENGTH]),
        "samenvatting": (item.summary, drafted.summary),
        "thema": (item.theme, naming.known_theme(drafted.theme) if drafted.theme else None),
        "links": ([_of_link(link) for link in item.links.all()], [_of_link(link) for link in links]),
    }
    what = [name for name, (old, new) in told.items() if old != new]
    if drafted.theme and told["thema"] == (None, None):
        what.append("thema")  # one that is new to the portal
    own = _own_events(item)
    if len(own) == item.item_events.count():  # those that another newsletter announces too are told there
        new = [drafts.event_of(event) for event in draft.events if event.item == index][: drafts.MAX_EVENTS_AN_ITEM]
        if sorted(map(_of_event, own)) != sorted(map(_of_event, new)):
            what.append("agendapunten")
    return tuple(what)


def _links(item: Item, draft: DraftNewsletter, index: int, *, is_only_file: bool) -> list[ItemLink]:
    """The links that the item would have. What another file told of them stays."""
    links = drafts.links_of(draft.items[index], item)
    if is_only_file:
        return links
    known = {link.text: link for link in item.links.all() if link.url}
    if not links:
        return list(item.links.all())
    for link in links:
        if not link.url and link.text in known:
            link.url, link.kind = known[link.text].url, known[link.text].kind
    return links


def _of_link(link: ItemLink) -> tuple[str, str]:
    return link.text, link.url


def _of_event(event: Event) -> tuple[str, ...]:
    facts = (event.title, event.starts_on, event.ends_on, event.starts_at, event.ends_at, event.location)
    return tuple(str(fact) for fact in (*facts, event.weekday_agrees))


def _to_fill_in(newsletter: Newsletter, draft: DraftNewsletter) -> list[str]:
    """What the newsletter does not say of itself and the file does; a fact that is there stays."""
    told = []
    if not newsletter.title and draft.title:
        told.append(f"Titel: {draft.title}")
    if newsletter.published_on is None and draft.published_on:
        told.append(f"Datum: {date_format(draft.published_on, 'j F Y')}")
    if newsletter.next_issue_on is None and draft.next_issue_on:
        told.append(f"Volgende nummer: {date_format(draft.next_issue_on, 'j F Y')}")
    return told


def _apply(newsletter: Newsletter, row: Import, found: Rereading, *, by: User) -> None:
    draft = found.draft
    is_only_file = newsletter.imports.filter(state=Import.State.READY).count() == 1
    for item in found.gone:
        history.note(
            item, "Weggehaald bij opnieuw lezen: staat niet meer zo in het bestand.", by=by, part_of=newsletter
        )
        Event.objects.filter(pk__in=[event.pk for event in _own_events(item)]).delete()
        item.delete()
    for change in found.changed:
        _follow(change, draft, is_only_file=is_only_file)
        history.note(change.item, f"Opnieuw gelezen: {', '.join(change.what)}.", by=by, part_of=newsletter)
    search.index([change.item.pk for change in found.changed])
    made = drafts.store_items(newsletter, draft, found.new)
    _renew_lines(newsletter, row, found, made)
    _fill_in(newsletter, draft)
    row.kind, row.text, row.problem = draft.format, draft.text, ""
    row.warnings = drafts.warnings(draft)
    row.unplaced_links = _still_unplaced(newsletter, draft)
    row.save(update_fields=["kind", "text", "problem", "warnings", "unplaced_links"])
    counts = (
        f"{len(found.new)} nieuw, {len(found.changed)} gewijzigd, {len(found.gone)} weg, {len(found.kept)} gehouden"
    )
    history.note(newsletter, f"Opnieuw gelezen: {counts}.", by=by)


def _follow(change: Changed, draft: DraftNewsletter, *, is_only_file: bool) -> None:
    """Make an untouched draft what the file says."""
    item, drafted = change.item, draft.items[change.index]
    links = _links(item, draft, change.index, is_only_file=is_only_file)
    item.title = (drafted.title or "")[: drafts.TITLE_LENGTH]
    item.summary = drafted.summary
    item.theme = naming.theme_named(drafted.theme) if drafted.theme else None
    item.save(update_fields=["title", "summary", "theme"])
    if "links" in change.what:
        item.links.all().delete()
        ItemLink.objects.bulk_create(
            ItemLink(item=item, position=position, text=link.text, url=link.url, kind=link.kind)
            for position, link in enumerate(links)
        )
    if "agendapunten" in change.what:
        Event.objects.filter(pk__in=[event.pk for event in _own_events(item)]).delete()
        drafts.store_events(draft, {change.index: item})


def _renew_lines(newsletter: Newsletter, row: Import, found: Rereading, made: dict[int, Item]) -> None:
    """Where each item stands in the text as it was read now. In the same text what was touched stands where it did."""
    rows = {**found.pairs, **made}
    if found.draft.text == row.text:
        touched = {kept.item.pk for kept in found.kept}
        rows = {index: item for index, item in rows.items() if item.pk not in touched}
    else:
        newsletter.items.filter(first_line__isnull=False).update(first_line=None, last_line=None)
    for index, item in rows.items():
        drafted = found.draft.items[index]
        item.first_line, item.last_line = drafted.first_line, drafted.last_line
    Item.objects.bulk_update(rows.values(), ["first_line", "last_line"])


def _fill_in(newsletter: Newsletter, draft: DraftNewsletter) -> None:
    newsletter.title = newsletter.title or (draft.title or "")[: drafts.TITLE_LENGTH]
    if newsletter.published_on is None and draft.published_on:
        newsletter.published_on, newsletter.published_on_basis = draft.published_on, draft.published_on_basis or ""
    newsletter.next_issue_on = newsletter.next_issue_on or draft.next_issue_on
    newsletter.save(update_fields=["title", "published_on", "published_on_basis", "next_issue_on"])


def _still_unplaced(newsletter: Newsletter, draft: DraftNewsletter) -> list[dict[str, str]]:
    """The links without a place, but for those that a griffier has given one by now or left out."""
    placed = set(ItemLink.objects.filter(item__newsletter=newsletter).values_list("url", flat=True))
    changes = history.changes_of(history.key_of(newsletter))
    left_out = set(changes.filter(words__startswith=LEFT_OUT).values_list("words", flat=True))
    unplaced = drafts.unplaced_links(draft)
    return [link for link in unplaced if link["url"] not in placed and LEFT_OUT + link["url"] not in left_out]
