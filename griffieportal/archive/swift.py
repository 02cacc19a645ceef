"""Filling tables of PostgreSQL fast: indexes and references are made again once all rows are there."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# In this order they can be made again; primary keys and unique constraints stay.
REFERENCES = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""
INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid::regclass::text = ANY(%s)
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def without_indexes(tables: list[str]) -> Iterator[None]:
    """To be used in a transaction: where making them again fails, all is as it was. Elsewhere it does nothing."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        dropped: list[tuple[str, str]] = []
        for found in (REFERENCES, INDEXES):
            cursor.execute(found, [tables])
            dropped += cursor.fetchall()
        for drop, _ in dropped:
            cursor.execute(drop)
        yield
        for _, make in reversed(dropped):
            cursor.execute(make)
