"""Which lines of the original each item came from, so that the review page can point at them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsletters.models import Import, Item, Newsletter

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines of the text, the last included, and the item that was made of them; None where that is nothing."""

    first: int
    last: int
    item: Item | None = None


def file_of(newsletter: Newsletter) -> Import | None:
    """The upload that the newsletter was first read from; others may have been added to it."""
    return newsletter.imports.filter(state=Import.State.READY).order_by("pk").first()


def passages_of(items: Iterable[Item], *, count: int) -> list[Passage]:
    """All lines of a text of count lines, in order. An item's lines end where the next item begins."""
    placed = [(item.first_line, item.last_line, item) for item in items if item.first_line is not None]
    placed = sorted((row for row in placed if row[0] < count), key=lambda row: row[0])
    passages: list[Passage] = []
    at = 0
    for number, (first, last, item) in enumerate(placed):
        following = placed[number + 1][0] if number + 1 < len(placed) else count
        end = min(first if last is None else last, following - 1)
        if end < first:
            continue  # another item begins at the same line
        if at < first:
            passages.append(Passage(first=at, last=first - 1))
        passages.append(Passage(first=first, last=end, item=item))
        at = end + 1
    if at < count:
        passages.append(Passage(first=at, last=count - 1))
    return passages


def by_passage(passages: Sequence[Passage], lines: Iterable[tuple[int, T]]) -> Iterator[tuple[Passage, list[T]]]:
    """What stands on each passage's lines, for those that have something; lines come in order."""
    rest = sorted(lines, key=lambda line: line[0])
    at = 0
    for passage in passages:
        begin = at
        while at < len(rest) and rest[at][0] <= passage.last:
            at += 1
        if at > begin:
            yield passage, [what for _, what in rest[begin:at]]
