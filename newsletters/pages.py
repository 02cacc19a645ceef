"""One page of a list of items: the hundredth costs about as much as the first."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.requests import MemberRequest
from newsletters.capped import CAP, Number
from newsletters.facets import Facets, Found
from newsletters.filters import ItemFilter
from newsletters.item_rows import ItemRow, Look, Place, own_marks, own_rows, shared_items
from newsletters.kept import kept
from newsletters.models import ItemQuerySet

PAGE_SIZE = 20
LAST_PAGE = 100_000  # beyond any that there is


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items of what is found. total tells how many there are; where they are too many to count pages is None."""

    items: tuple[ItemRow, ...]
    number: int
    pages: int | None
    total: Number
    has_next: bool
    saved_as: str  # the name under which this member keeps the search; empty where it is not kept

    def __iter__(self) -> Iterator[ItemRow]:
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
    def last(self) -> Place | None:
        """Where the next page goes on; None where pages are counted from the first."""
        return self.items[-1].place if self.items else None


def item_page(found: ItemFilter, request: MemberRequest, *, counted: Facets, stamp: str) -> ItemPage:
    """The page that the query string asks for, or the nearest that is there.

    na tells behind which place it begins, so that nothing before it needs to be walked past; pagina is its number.
    """
    values, total = request.GET, counted.total
    number = _number(values.get("pagina", ""))
    # relevance is of the newest hits only
    known = CAP if total.is_more and found.is_ranked else None if total.is_more else total.value
    pages = None if known is None else max(1, -(-known // PAGE_SIZE))
    if pages is not None:
        number = min(number, pages)
    query = found.state if found.is_on else ""
    if not total:
        saved_as = own_marks((), user=request.user, query=query).saved_as
        return ItemPage((), 1, 1, total, has_next=False, saved_as=saved_as)
    start = (number - 1) * PAGE_SIZE
    place = Place.of(values.get("na", "")) if number > 1 and not found.is_ranked else None
    rows = list(_first(found, counted, stamp=stamp).some(start, PAGE_SIZE + 1)) if start < CAP else []
    if not rows:
        items = found.qs
        rows = _rows(items.behind(place.day, place.newsletter, place.position) if place else items[start:])
        if not rows and number > 1 and not place:  # behind the last page of more than we count
            known = items.count()
            number = pages = max(1, -(-known // PAGE_SIZE))
            rows = _rows(items[(number - 1) * PAGE_SIZE :])
    look = Look(level=2, is_compact=found.is_compact)
    shared = shared_items(dict(rows[:PAGE_SIZE]), stamp=stamp)
    own = own_marks(shared.values(), user=request.user, query=query)
    shown = own_rows(shared, own, request=request, look=look, terms=found.question.wanted)
    return ItemPage(shown, number, pages, total, len(rows) > PAGE_SIZE, own.saved_as)


def _rows(items: ItemQuerySet, size: int = PAGE_SIZE) -> list[tuple[int, int | None]]:
    """Items, each with what it is the same as; one more than the size."""
    return list(items.values_list("pk", "same_as")[: size + 1])


def _first(found: ItemFilter, counted: Facets, *, stamp: str) -> Found:
    """The first CAP of what is found, and one more; of what is one member's own only those that were looked at."""
    if found.is_own:
        return counted.first
    known = counted.first.rows if counted.first.is_all else None
    rows = kept(stamp, f"first:{found.state_without('weergave')}", lambda: known or _rows(found.qs, CAP))
    return Found(tuple(rows), is_all=len(rows) <= CAP)


def _number(text: str) -> int:
    """0 and negative numbers lead to the last page, as whatever is too high does; no number to the first."""
    try:
        number = int(text[:12])
    except ValueError:
        return 1
    return number if 0 < number < LAST_PAGE else LAST_PAGE
