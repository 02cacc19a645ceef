"""Whether the portal can do its work: database, migrations, broker, worker, schedule, disk and store of files."""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.timesince import timesince
from redis import Redis, RedisError

from newsletters import sign_of_life

logger = logging.getLogger(__name__)

NO_ANSWER = (RedisError, OSError, ValueError)
REDIS_SECONDS = 2
MB = 1024 * 1024


class NotWell(Exception):
    """What is wrong, in a Dutch sentence for whoever runs the portal."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and in words what is wrong with it; no words where nothing is."""

    name: str
    title: str
    problem: str = ""

    @property
    def is_well(self) -> bool:
        return not self.problem


def examine(*, thoroughly: bool = False) -> tuple[Check, ...]:
    """Look at everything. Never raises: what cannot be looked at is not well.

    thoroughly is for people who ask once: a store elsewhere is given a file too, and must give it back.
    """
    looks = dict(LOOKS)
    if hasattr(storages["default"], "look"):  # files on this disk are looked after with it
        looks["store"] = ("Opslag van bestanden", partial(_look_at_store, thoroughly=thoroughly))
    return tuple(_examined(name, title, look) for name, (title, look) in looks.items())


def _examined(name: str, title: str, look: Callable[[], None]) -> Check:
    try:
        look()
    except NotWell as problem:
        return Check(name, title, str(problem))
    except (DatabaseError, *NO_ANSWER) as error:
        # the words of an error may hold an address with its password
        logger.warning("health: %s: %s", name, type(error).__name__)
        return Check(name, title, f"Geen antwoord ({type(error).__name__}).")
    return Check(name, title)


def _look_at_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _look_at_migrations() -> None:
    _look_at_database()
    if not _is_migrated():
        _is_migrated.cache_clear()
        raise NotWell("De database is van een andere versie: voer manage.py migrate uit.")


@cache
def _is_migrated() -> bool:
    """Whether nothing is left to be done; asked of the database until it once was so."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def redis() -> Iterator[Redis]:
    """A Redis that is not waited for long."""
    client = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=None
    )
    try:
        yield client
    finally:
        client.close()


def _look_at_broker() -> None:
    if settings.EMBEDDED:
        with tempfile.TemporaryFile(dir=settings.BROKER_DIR):
            return
    with redis() as client:
        client.ping()


def _look_at_worker() -> None:
    _expect_sign(sign_of_life.last_given(), "De worker")


def _look_at_schedule() -> None:
    _expect_sign(sign_of_life.last_given_by_schedule(), "Het schema")


def _expect_sign(at: datetime | None, who: str) -> None:
    now = timezone.now()
    if at is None:
        raise NotWell(f"{who} heeft nog nooit een teken van leven gegeven.")
    if at < sign_of_life.silent_before(now):
        raise NotWell(f"{who} heeft al {timesince(at, now)} geen teken van leven gegeven.")


def _look_at_disk() -> None:
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        file.write(b"0")
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < settings.DISK_MIN_FREE_BYTES:
        raise NotWell(f"De schijf is bijna vol: nog {free // MB} MB vrij van {settings.DATA_DIR}.")


def _look_at_store(*, thoroughly: bool) -> None:
    try:
        storages["default"].look(thoroughly=thoroughly)  # type: ignore[attr-defined]
    except OSError as error:
        raise NotWell(f"De opslag van bestanden (S3_BUCKET) antwoordt niet goed: {error}.") from error


LOOKS: dict[str, tuple[str, Callable[[], None]]] = {
    "database": ("Database", _look_at_database),
    "migrations": ("Versie van de database", _look_at_migrations),
    "broker": ("Wachtrij", _look_at_broker),
    "worker": ("Worker", _look_at_worker),
    "schedule": ("Schema", _look_at_schedule),
    "disk": ("Schijf", _look_at_disk),
}
