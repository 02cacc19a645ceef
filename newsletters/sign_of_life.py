"""The sign of life that a worker gives: the time of one file, so that it is as true on a folder as on Redis.

The uploads that a worker reads are in DATA_DIR too, so every worker and every web server sees the same file; where
they are in a bucket instead, no folder is shared and the sign is a moment in Redis (SIGNS_IN_CACHE). The worker's main
process gives the sign while it listens to the broker; files that take long are read in other processes and never keep
it silent.
"""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from redis import RedisError

KEY = "sign-of-life:{}"
logger = logging.getLogger(__name__)


def give() -> None:
    """Say that a worker is alive now."""
    _touch(settings.WORKER_SIGN_OF_LIFE)


def give_for_schedule() -> None:
    """Say that the schedule is alive now: what sends lost messages again."""
    _touch(settings.SCHEDULE_SIGN_OF_LIFE)


def _touch(path: Path) -> None:
    """What goes wrong is logged: a full disk must end neither worker nor schedule."""
    try:
        if settings.SIGNS_IN_CACHE:
            cache.set(KEY.format(path.name), datetime.now(tz=UTC).timestamp(), timeout=None)
        else:
            path.touch()
    except (OSError, RedisError) as error:
        logger.warning("no sign of life could be given: %s", error)


def last_given() -> datetime | None:
    """When a worker was last known to be alive; None where none ever was. Raises RedisError, where signs are there."""
    return _touched(settings.WORKER_SIGN_OF_LIFE)


def last_given_by_schedule() -> datetime | None:
    """When the schedule was last known to be alive; None where it never was. Raises as last_given does."""
    return _touched(settings.SCHEDULE_SIGN_OF_LIFE)


def _touched(path: Path) -> datetime | None:
    if settings.SIGNS_IN_CACHE:
        moment = cache.get(KEY.format(path.name))
        return None if moment is None else datetime.fromtimestamp(moment, tz=UTC)
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError:
        return None


def silent_before(now: datetime) -> datetime:
    """Who gave no sign since that moment counts as dead: a worker, or its work on one file."""
    return now - timedelta(seconds=settings.IMPORT_STALE_SECONDS)
