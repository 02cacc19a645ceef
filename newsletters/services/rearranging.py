"""Which items a newsletter has and in what order: made from the original's text, split, joined, moved."""

import logging
import re

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts import history
from accounts.models import User
from newsletters import search
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.services import reviewing

logger = logging.getLogger(__name__)

TITLE_LENGTH = 300
TITLE_WORDS = 20  # a first line that is longer, or ends as a sentence does, is no title
MOST_LINES = 400  # of the original that one item can be made of
CHANGED = "Een ander heeft dit intussen gewijzigd. Kijk nog eens, en doe het dan opnieuw."


class CannotDo(Exception):
    """It cannot be done as things are now; the message is a Dutch sentence for the griffier."""


def paragraphs(text: str) -> list[str]:
    """The lines of a summary that say something: an item is split between two of them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


@transaction.atomic
def split_item(item: Item, *, at: int, begins: str, by: User) -> Item:
    """Make an item of its own of the paragraph at this number and all behind it; returns the new item, behind the old.

    begins is that paragraph as the griffier saw it. Links and events whose words stand in the new part only go along.
    Raises CannotDo where the paragraph is another by now, or is the first.
    """
    newsletter, items = _locked(item)
    item = _among(items, item.pk)
    parts = paragraphs(item.summary)
    if at < 1 or at >= len(parts) or parts[at] != begins:
        raise CannotDo(CHANGED)
    cut = _place_of(item.summary, at)
    head, tail = item.summary[:cut].rstrip(), item.summary[cut:].strip()
    title, rest = _title_of(tail)
    _make_room(newsletter, behind=item.position)
    first, last = item.first_line, item.last_line
    cut_line = _line_of(newsletter, item, begins)
    item.summary = head
    item.last_line = cut_line - 1 if cut_line else last
    _save(item, by=by)
    new = Item(
        newsletter=newsletter,
        position=item.position + 1,
        theme=item.theme,
        title=title,
        summary=rest,
        state=item.state,
        published_at=item.published_at,  # what was read and seen of the whole was of its parts
        first_line=cut_line or first,
        last_line=last,
    )
    _save(new, by=by)
    _hand_over(item, new, head=f"{item.title}\n{head}", tail=tail)
    history.note(item, f"Gesplitst: vanaf “{begins[:60]}” is het een eigen bericht.", by=by, part_of=newsletter)
    history.note(new, f"Gemaakt door “{item.heading}” te splitsen.", by=by, part_of=newsletter)
    return new


@transaction.atomic
def merge_into_above(item: Item, *, above: Item, by: User) -> Item:
    """Put an item's text, links and events into the kept item right above it; returns that item.

    The item itself is put aside as another telling of the same story, so that bookmarks at it are kept.
    Raises CannotDo where another item stands above it by now.
    """
    newsletter, items = _locked(item)
    item, above = _neighbours(items, item, above)
    above.summary = "\n\n".join(filter(None, [above.summary, item.title, item.summary]))
    if above.last_line is not None and item.last_line is not None:
        above.last_line = max(above.last_line, item.last_line)
    item.state = Item.State.DISMISSED
    item.same_as = above.same_as or above
    item.first_line = item.last_line = None
    _save(above, by=by)
    _save(item, by=by)
    Item.objects.filter(same_as=item).exclude(pk=item.same_as.pk).update(same_as=item.same_as)
    known = set(above.links.values_list("url", flat=True)) - {""}
    item.links.exclude(url__in=known).update(item=above, position=F("position") + above.links.count())
    ItemEvent.objects.filter(item=item).exclude(event__in=above.events.all()).update(item=above)
    reviewing.settle_events(newsletter)
    history.note(above, f"Samengevoegd met “{item.heading}”.", by=by, part_of=newsletter)
    history.note(item, f"Samengevoegd in “{above.heading}”.", by=by, part_of=newsletter)
    return above


@transaction.atomic
def move_item(item: Item, *, past: Item, is_up: bool, by: User) -> None:
    """Have an item change places with the kept item right above it, or else right below it.

    Raises CannotDo where that is another by now, so twice is the same as once.
    """
    newsletter, items = _locked(item)
    lower, upper = (item, past) if is_up else (past, item)
    lower, upper = _neighbours(items, lower, upper)
    _renumber(newsletter, {upper.pk: lower.position, lower.pk: upper.position})
    history.note(item, f"Naar {'boven' if is_up else 'beneden'} verplaatst.", by=by, part_of=newsletter)


@transaction.atomic
def add_item_of_lines(row: Import, *, first: int, last: int, by: User) -> Item:
    """A draft of these lines of the original, the last included; it stands behind what comes before it in the text.

    The first line is the title where it looks like one. Twice gives the same item.
    Raises CannotDo where there are no such lines, or nothing stands on them.
    """
    newsletter = row.newsletter
    lines = row.text.split("\n")
    if newsletter is None or not 0 <= first <= last < len(lines):
        raise CannotDo(f"Kies regels van 1 tot en met {len(lines)}, de eerste niet na de laatste.")
    if last - first >= MOST_LINES:
        raise CannotDo(f"Dat zijn te veel regels voor één bericht. Kies er niet meer dan {MOST_LINES}.")
    text = "\n".join(lines[first : last + 1]).strip()
    if not text:
        raise CannotDo("Op deze regels staat geen tekst. Kies andere regels.")
    newsletter = _lock(newsletter.pk)
    same = newsletter.items.filter(first_line=first, last_line=last).exclude(edited_by=None).first()
    if same is not None:
        return same
    title, rest = _title_of(re.sub(r"\n\s*\n\s*", "\n\n", text))
    before = newsletter.items.filter(first_line__lt=first).aggregate(last=Max("position"))["last"]
    _make_room(newsletter, behind=-1 if before is None else before)
    item = Item(
        newsletter=newsletter,
        position=0 if before is None else before + 1,
        title=title,
        summary=rest,
        first_line=first,
        last_line=last,
    )
    _save(item, by=by)
    told = f"Gemaakt van regel {first + 1} tot en met {last + 1} van het origineel."
    history.note(item, told, by=by, part_of=newsletter)
    return item


def _lock(newsletter_id: int) -> Newsletter:
    """The newsletter, for whoever has it alone until the end of the transaction."""
    return Newsletter.objects.select_for_update().get(pk=newsletter_id)


def _locked(item: Item) -> tuple[Newsletter, list[Item]]:
    newsletter = _lock(item.newsletter_id)
    return newsletter, list(newsletter.items.order_by("position"))


def _among(items: list[Item], pk: int) -> Item:
    for item in items:
        if item.pk == pk:
            return item
    raise CannotDo("Dit bericht is er niet meer.")


def _neighbours(items: list[Item], lower: Item, upper: Item) -> tuple[Item, Item]:
    """Both as they are now, where nothing that is kept stands between them."""
    kept = [item for item in items if item.state != Item.State.DISMISSED]
    lower, upper = _among(kept, lower.pk), _among(kept, upper.pk)
    if kept.index(upper) + 1 != kept.index(lower):
        raise CannotDo("De volgorde is intussen veranderd. Kijk nog eens, en doe het dan opnieuw.")
    return lower, upper


def _make_room(newsletter: Newsletter, *, behind: int) -> None:
    """One free position right behind this one."""
    later = newsletter.items.filter(position__gt=behind).values_list("pk", "position")
    _renumber(newsletter, {pk: position + 1 for pk, position in later})


def _renumber(newsletter: Newsletter, wanted: dict[int, int]) -> None:
    """Give items other positions. No two may have one position, not even halfway, so they all step out first."""
    last = newsletter.items.aggregate(last=Max("position"))["last"] or 0
    newsletter.items.filter(pk__in=wanted).update(position=F("position") + last + len(wanted) + 1)
    Item.objects.bulk_update([Item(pk=pk, position=position) for pk, position in wanted.items()], ["position"])


def _save(item: Item, *, by: User) -> None:
    item.edited_by, item.edited_at = by, timezone.now()
    item.save()
    search.index([item.pk])


def _place_of(text: str, number: int) -> int:
    """Where the paragraph with this number begins."""
    place = 0
    for line in text.split("\n"):
        if line.strip():
            number -= 1
            if number < 0:
                break
        place += len(line) + 1
    return place


def _title_of(text: str) -> tuple[str, str]:
    """The first line as title and what follows; no title where that line looks like a sentence or is all there is."""
    first, _, rest = text.partition("\n")
    first = first.strip()
    is_title = len(first.split()) <= TITLE_WORDS and len(first) <= TITLE_LENGTH and not first.endswith((".", ";", ","))
    return (first, rest.strip()) if is_title else ("", text)


def _line_of(newsletter: Newsletter, item: Item, begins: str) -> int | None:
    """The line of the original, behind the item's first one, where a paragraph begins."""
    if item.first_line is None or item.last_line is None:
        return None
    row = newsletter.imports.filter(state=Import.State.READY).order_by("pk").first()
    lines = row.text.split("\n") if row else []
    for number in range(item.first_line + 1, min(item.last_line + 1, len(lines))):
        line = lines[number].strip(" \t-•*·")
        if line and begins.strip(" \t-•*·").startswith(line):
            return number
    return None


def _hand_over(item: Item, new: Item, *, head: str, tail: str) -> None:
    """Give the new item the links and events whose words stand in its part only."""
    for link in item.links.all():
        if link.text and link.text in tail and link.text not in head:
            ItemLink.objects.filter(pk=link.pk).update(item=new)
    for row in ItemEvent.objects.filter(item=item).select_related("event"):
        sentence = row.event.sentence
        if sentence and sentence in tail and sentence not in head:
            row.item = new
            row.save(update_fields=["item"])
