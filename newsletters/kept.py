"""What is worked out once for each state of what is published, and kept in the cache until that changes.

Every service notes what it does (accounts.history), in the transaction that does it. So the newest changes and items
tell whether anything that members see may be other than it was. Nothing that is one member's own may be kept here.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any, TypeVar, overload

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

Made = TypeVar("Made")
Key = TypeVar("Key", bound=Hashable)

SECONDS = 3600
MOST_THINGS = 3000  # items and events of lists that one process keeps, a few kB each
# Changes get their number before they are there for others, so one may come after a higher one: the number of the
# last ones tells. So many are never under way at once.
UNDER_WAY = 500


def stamp() -> str:
    """Another one after each change; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            # the moment: after a backup was restored the same numbers are given out once more
            "SELECT MAX(id), COUNT(*), MAX(at), (SELECT MAX(id) FROM newsletters_item),"
            " (SELECT MAX(published_at) FROM newsletters_item) FROM accounts_change"
            " WHERE id > (SELECT MAX(id) FROM accounts_change) - %s",
            [UNDER_WAY],
        )
        return "/".join(map(str, cursor.fetchone()))


def kept(stamp: str, question: str, make: Callable[[], Made]) -> Made:
    """What make returns, from the cache where the same question was asked under the same stamp."""
    return kept_many(stamp, [question], lambda _: {question: make()})[question]


def kept_many(stamp: str, questions: Sequence[str], make: Callable[[list[str]], Mapping[str, Made]]) -> dict[str, Made]:
    """What make returns for each question, asked at once for all that the cache has not under this stamp."""
    keys = {question: f"kept:{sha256(f'{stamp}:{question}'.encode()).hexdigest()}" for question in questions}
    known = cache.get_many(keys.values())
    missing = [question for question, key in keys.items() if key not in known]
    made = make(missing) if missing else {}
    if made:
        cache.set_many({keys[question]: made[question] for question in missing}, SECONDS)
    return {question: made[question] if question in made else known[key] for question, key in keys.items()}


class KeptList(Sequence[int]):
    """The first keys that a query finds and how many it finds, for a Paginator; what comes later is asked each time."""

    MOST = 1000

    def __init__(self, stamp: str, question: str, keys: QuerySet[Any, int]) -> None:
        self.stamp, self.question, self.keys = stamp, question, keys

    def __len__(self) -> int:
        if len(self._first) < self.MOST:
            return len(self._first)
        return kept(self.stamp, f"number:{self.question}", self.keys.count)

    @overload
    def __getitem__(self, wanted: int) -> int: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[int]: ...
    def __getitem__(self, wanted: int | slice) -> int | list[int]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        is_kept = wanted.stop is not None and wanted.stop <= self.MOST
        return self._first[wanted] if is_kept else list(self.keys[wanted])

    @cached_property
    def _first(self) -> list[int]:
        return kept(self.stamp, f"first:{self.question}", lambda: list(self.keys[: self.MOST]))


# Rows of lists: many small things, so that fetching them from another process costs as much as making them. They stay
# in this one, as they are; whoever gets one changes nothing in it.
_things: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def kept_each(
    stamp: str, kind: str, keys: Iterable[Key], make: Callable[[list[Key]], Mapping[Key, Made]]
) -> dict[Key, Made]:
    """What make returns for each key, asked only for those that are not kept under this stamp.

    It may leave some out.
    """
    wanted = list(dict.fromkeys(keys))
    with _lock:
        found = {key: _things[stamp, kind, key] for key in wanted if (stamp, kind, key) in _things}
        for key in found:
            _things.move_to_end((stamp, kind, key))
    if missing := [key for key in wanted if key not in found]:
        made = make(missing)
        with _lock:
            for key, thing in made.items():
                _things[stamp, kind, key] = thing
            while len(_things) > MOST_THINGS:
                _things.popitem(last=False)
        found.update(made)
    return {key: found[key] for key in wanted if key in found}


def forget_each() -> None:
    """Begin anew, as another process would."""
    with _lock:
        _things.clear()
