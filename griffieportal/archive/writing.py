"""Making a backup: one moment of the database, and the files that its rows name."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from griffieportal.archive import rows
from griffieportal.archive.manifest import NAME, BadArchive, Manifest, StoredFile, Table

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a backup holds. missing: files that a row names and that are not there any more."""

    rows: int
    files: int
    missing: tuple[str, ...]


def write(out: IO[bytes]) -> Report:
    """Write a backup to a stream. Raises BadArchive where that can't be done rightly."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        with _one_moment():
            migrations = _applied()
            models_by_table = rows.tables_of(apps)
            tables = tuple(_write_table(tar, model) for model in models_by_table.values())
            names = _file_names(models_by_table.values())
        # A file bears a random name and never changes, so it may be copied later than the row was read.
        files, missing = [], []
        for name in names:
            stored = _write_file(tar, name)
            if stored:
                files.append(stored)
            else:
                missing.append(name)
        manifest = Manifest(
            made_at=timezone.now().isoformat(),
            migrations=migrations,
            tables=tables,
            files=tuple(files),
            missing=tuple(missing),
        )
        _add(tar, NAME, manifest.as_bytes())
    return Report(rows=manifest.rows, files=len(files), missing=tuple(missing))


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads in it see the database as it is now; writers are not kept waiting."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    connection.ensure_connection()  # which sets the mode
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def _applied() -> tuple[str, ...]:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BadArchive("The database is of another version than the code: run manage.py migrate first.")
    return tuple(sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations))


def _write_table(tar: tarfile.TarFile, model: type[models.Model]) -> Table:
    name, columns = model._meta.db_table, rows.columns_of(model)
    digest, count = hashlib.sha256(), 0
    lines = rows.lines(model, columns, using=DEFAULT_DB_ALIAS)
    while chunk := list(islice(lines, rows.CHUNK)):
        data = b"".join(chunk)
        digest.update(data)
        _add(tar, f"tables/{name}/{count:09}.jsonl.gz", gzip.compress(data, compresslevel=1, mtime=0))
        count += len(chunk)
    key = str(model._meta.pk.column)
    return Table(name=name, key=key, columns=columns, rows=count, sha256=digest.hexdigest())


def _file_names(kept: Iterable[type[models.Model]]) -> list[str]:
    """Of all files that a row names, each once."""
    names: set[str] = set()
    for model in kept:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names.update(models.QuerySet(model).order_by().values_list(field.attname, flat=True))
    return sorted(name for name in names if name)


def _write_file(tar: tarfile.TarFile, name: str) -> StoredFile | None:
    """None where nobody has it any more."""
    try:
        with default_storage.open(name) as file:
            data = file.read()
    except FileNotFoundError:
        return None
    _add(tar, f"files/{name}", data)
    return StoredFile(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))
