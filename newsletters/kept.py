"""What is worked out once for each state of what is published, and kept in the cache until that changes.

Every service notes what it does (accounts.history), in the transaction that does it. So the newest changes and items
tell whether anything that members see may be other than it was. Nothing that is one member's own may be kept here.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

Made = TypeVar("Made")

SECONDS = 24 * 3600
# Changes get their number before they are there for others, so one may come after a higher one: the number of the
# last ones tells. So many are never under way at once.
UNDER_WAY = 500


def stamp() -> str:
    """Another one after each change; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MAX(id), COUNT(*), (SELECT MAX(id) FROM newsletters_item),"
            " (SELECT MAX(published_at) FROM newsletters_item) FROM accounts_change"
            " WHERE id > (SELECT MAX(id) FROM accounts_change) - %s",
            [UNDER_WAY],
        )
        return "/".join(map(str, cursor.fetchone()))


def kept(stamp: str, question: str, make: Callable[[], Made]) -> Made:
    """What make returns, from the cache where the same question was asked under the same stamp."""
    key = f"kept:{sha256(f'{stamp}:{question}'.encode()).hexdigest()}"
    found: Made | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, SECONDS)
    return found
