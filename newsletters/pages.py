"""One page of a list of items: the hundredth costs about as much as the first."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from accounts.models import User
from newsletters.capped import CAP, Number
from newsletters.filters import ItemFilter
from newsletters.models import Item, ItemQuerySet

PAGE_SIZE = 20
LAST_PAGE = 100_000  # beyond any that there is


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items of what is found. total tells how many there are; where they are too many to count pages is None."""

    items: tuple[Item, ...]
    number: int
    pages: int | None
    total: Number
    has_next: bool

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def last(self) -> int | None:
        """Where the next page goes on; None where pages are counted from the first."""
        return self.items[-1].pk if self.items else None


def item_page(found: ItemFilter, values: QueryDict, *, user: User, total: Number) -> ItemPage:
    """The page that the query string asks for, or the nearest that is there.

    na tells behind which item it begins, so that nothing before it needs to be walked past; pagina is its number.
    """
    number = _number(values.get("pagina", ""))
    # relevance is of the newest hits only
    known = CAP if total.is_more and found.is_ranked else None if total.is_more else total.value
    pages = None if known is None else max(1, -(-known // PAGE_SIZE))
    if pages is not None:
        number = min(number, pages)
    items = found.qs
    rows = _behind(items, values.get("na", "")) if number > 1 and not found.is_ranked else None
    if rows is None:
        start = (number - 1) * PAGE_SIZE
        rows = _rows(items, start)
        if not rows and number > 1:  # behind the last page of more than we count
            known = items.count()
            number = pages = max(1, -(-known // PAGE_SIZE))
            rows = _rows(items, (number - 1) * PAGE_SIZE)
    by_pk = Item.objects.with_context().with_bookmark(user).with_read(user).in_bulk(rows[:PAGE_SIZE])
    shown = tuple(by_pk[pk] for pk in rows[:PAGE_SIZE] if pk in by_pk)
    return ItemPage(shown, number, pages, total, has_next=len(rows) > PAGE_SIZE)


def _rows(items: ItemQuerySet, start: int) -> list[int]:
    return list(items.values_list("pk", flat=True)[start : start + PAGE_SIZE + 1])


def _behind(items: ItemQuerySet, last: str) -> list[int] | None:
    """The items behind one; None where that is not a published item."""
    if not last.isdecimal() or len(last) > 18:
        return None
    item = Item.objects.published().select_related("newsletter").filter(pk=last).first()
    return _rows(items.behind(item), 0) if item else None


def _number(text: str) -> int:
    """0 and negative numbers lead to the last page, as whatever is too high does; no number to the first."""
    try:
        number = int(text[:12])
    except ValueError:
        return 1
    return number if 0 < number < LAST_PAGE else LAST_PAGE
