"""What nobody may find once mails were imported, and where it would be: rows, lines of the log, names of files, mails.

The file itself, as it came, is kept for the griffie alone (private storage, and what is drawn of it); that holds all of
these, and only there.
"""

import html
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from griffieportal.tracing import JsonLines
from tests.newsletters.letters import RECIPIENT, TENANT
from tests.portal_server import Portal

ROWS = """
from tests.leaks import leaks_in, rows
print(leaks_in(rows()))
"""
WRAPPED = ("safelinks.", "urldefense", "utm_")
NEEDLES = (*WRAPPED, RECIPIENT, TENANT, str(UUID(TENANT)))
DEPTH = 4  # times that an address may be packed into another


def leaks_in(told: Iterable[tuple[str, str]], needles: Iterable[str] = NEEDLES) -> list[tuple[str, str]]:
    """Each needle that is in one of these texts, with where it is; also below percent signs and entities."""
    wanted = [needle.lower() for needle in needles]
    found = []
    for where, text in told:
        readings = [text.lower()]
        while len(readings) <= DEPTH and (below := html.unescape(unquote(readings[-1]))) != readings[-1]:
            readings.append(below)
        found += [(where, needle) for needle in wanted if any(needle in reading for reading in readings)]
    return found


def rows(database: BaseDatabaseWrapper = connection) -> Iterator[tuple[str, str]]:
    """Every row of every table as text, with the name of its table; whatever made the table."""
    with database.cursor() as cursor:
        for table in sorted(database.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield table, " ".join(_text(value) for value in row)


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def names_below(folder: Path) -> Iterator[tuple[str, str]]:
    """The names of all files and folders; not what is in them."""
    for path in folder.rglob("*"):
        yield "name of a file", str(path.relative_to(folder))


def leaks_of(portal: Portal) -> list[tuple[str, str]]:
    """What a portal that runs tells in its rows, what it printed and logged, and the names of its files."""
    in_rows = portal.manage("shell", "-v0", "-c", ROWS).splitlines()[-1]
    told = [("rows", in_rows), ("log", portal.logged()), ("printed", portal.printed())]
    return leaks_in([*told, *names_below(portal.data_dir)])


class Lines(logging.Handler):
    """Keeps what is logged, as a portal writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.kept: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(("log", self.format(record)))
