"""Restoring a backup: looked through first, put back whole or not at all, and compared in the end."""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from griffieportal.archive import rows
from griffieportal.archive.manifest import NAME, BadArchive, Manifest, Table, from_bytes
from griffieportal.archive.swift import without_indexes
from newsletters import search

# Where these hold rows somebody already works with this portal.
FILLED = ("accounts_user", "newsletters_newsletter", "newsletters_import", "events_event")
DAMAGED = (tarfile.TarError, OSError, EOFError, zlib.error, KeyError)


def is_filled() -> bool:
    """Whether the database holds anything that a restore would take away."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in FILLED:
            if table in there:
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - ours
                if cursor.fetchone():
                    return True
    return False


def restore(source: IO[bytes], *, say: Callable[[str], None]) -> Manifest:
    """Put all of it in the place of what is there. Raises BadArchive; then the rows are as they were."""
    try:
        tar = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115 - closed below
        manifest = from_bytes(_bytes(tar, NAME))
    except DAMAGED as error:
        raise BadArchive("This is no backup of a portal, or it was cut off.") from error
    with tar:
        say("Looking through the backup ...")
        _look_through(tar, manifest)
        _migrate_to(manifest)
        say(f"Putting back {len(manifest.files)} files ...")
        for file in manifest.files:
            _put_back(file.name, _bytes(tar, f"files/{file.name}"), file.sha256)
        say(f"Putting back {manifest.rows} rows ...")
        with transaction.atomic():
            _put_rows(tar, manifest)
            say("Comparing what is there now ...")
            _compare(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    search.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # how the database knows which way is short
    return manifest


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    with file:
        return file.read()


def _chunks(tar: tarfile.TarFile, table: Table) -> Iterator[bytes]:
    count = 0
    while count < table.rows:
        data = gzip.decompress(_bytes(tar, f"tables/{table.name}/{count:09}.jsonl.gz"))
        yield data
        count += data.count(b"\n") or table.rows  # an empty one would never end


def _look_through(tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Every byte once, before anything is changed."""
    what = ""
    try:
        for table in manifest.tables:
            what, digest, count = table.name, hashlib.sha256(), 0
            for data in _chunks(tar, table):
                digest.update(data)
                count += data.count(b"\n")
            if (count, digest.hexdigest()) != (table.rows, table.sha256):
                raise BadArchive(f"The backup is damaged: {what}.")
        for file in manifest.files:
            what = file.name
            if PurePosixPath(what).is_absolute() or ".." in PurePosixPath(what).parts:
                raise BadArchive(f"The backup names a file outside the portal: {what}.")
            if hashlib.sha256(_bytes(tar, f"files/{what}")).hexdigest() != file.sha256:
                raise BadArchive(f"The backup is damaged: {what}.")
    except DAMAGED as error:
        raise BadArchive(f"The backup is damaged: {what}.") from error


def _migrate_to(manifest: Manifest) -> None:
    """Bring the database to the version that the backup was made at; a newer one than ours is refused."""
    executor = MigrationExecutor(connection)
    kept = {(app, name) for app, _, name in (each.partition(".") for each in manifest.migrations)}
    if unknown := sorted(kept - set(executor.loader.graph.nodes) - set(executor.loader.replacements)):
        raise BadArchive(f"The backup was made by a newer version of the portal (it has {'.'.join(unknown[0])}).")
    known = kept & set(executor.loader.graph.nodes)
    if set(executor.loader.applied_migrations) - kept:
        raise BadArchive("The database is of a newer version than the backup: restore into an empty database.")
    nodes = executor.loader.graph.node_map
    # the last ones: those that no other one that was applied depends on
    executor.migrate([node for node in sorted(known) if not any(child.key in known for child in nodes[node].children)])


def _put_back(name: str, data: bytes, sha256: str) -> None:
    """A file that is there with the same bytes stays; one with others under its name is not ours to take away."""
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            if hashlib.sha256(file.read()).hexdigest() == sha256:
                return
        raise BadArchive(f"Another file stands in the place of {name}: restore into an empty DATA_DIR or S3_PREFIX.")
    if default_storage.save(name, BytesIO(data)) != name:
        raise BadArchive(f"The file {name} could not be put back under its name.")
    with default_storage.open(name) as file:
        if hashlib.sha256(file.read()).hexdigest() != sha256:
            raise BadArchive(f"The file {name} is not what was written: look at the disk or the bucket.")


def _put_rows(tar: tarfile.TarFile, manifest: Manifest) -> None:
    names = [table.name for table in manifest.tables]
    emptied = [*names, *(set(rows.SESSIONS) & set(connection.introspection.table_names()))]
    with without_indexes(emptied):
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))
        for table in manifest.tables:
            lines = (line for data in _chunks(tar, table) for line in data.splitlines())
            rows.insert(table, lines, using=DEFAULT_DB_ALIAS)
    connection.check_constraints()
    if connection.vendor == "postgresql":
        _set_sequences(manifest)


def _set_sequences(manifest: Manifest) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in manifest.tables:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quote(table.name), table.key])
            if (sequence := cursor.fetchone()[0]) is not None:
                key, name = quote(table.key), quote(table.name)
                cursor.execute(
                    f"SELECT setval(%s, coalesce(max({key}), 1), max({key}) IS NOT NULL) FROM {name}",  # noqa: S608
                    [sequence],
                )


def _compare(manifest: Manifest) -> None:
    """Read all rows back. The models are those of the backup's version, not of the code's."""
    loader = MigrationExecutor(connection).loader
    kept = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    models = rows.tables_of(loader.project_state(kept).apps)
    for table in manifest.tables:
        digest, count = hashlib.sha256(), 0
        for line in rows.lines(models[table.name], table.columns, using=DEFAULT_DB_ALIAS):
            digest.update(line)
            count += 1
        if (count, digest.hexdigest()) != (table.rows, table.sha256):
            raise BadArchive(f"{table.name} is not as it was ({count} of {table.rows} rows); nothing was changed.")
