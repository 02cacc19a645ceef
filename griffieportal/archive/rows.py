"""Rows as lines of JSON, the same whatever database they come from, and back into one."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import connections, models
from django.db.models.base import Model

from griffieportal.archive.manifest import BadArchive, Column, Table

CHUNK = 10_000  # rows
# never kept: whoever found a backup could go on as somebody who was logged in
SESSIONS = ("django_session", "accounts_signin")

# How the values of a column are written. A type that is not here stops the backup: nothing is guessed.
KINDS = {
    "AutoField": "int",
    "BigAutoField": "int",
    "BigIntegerField": "int",
    "IntegerField": "int",
    "PositiveBigIntegerField": "int",
    "PositiveIntegerField": "int",
    "PositiveSmallIntegerField": "int",
    "SmallIntegerField": "int",
    "BooleanField": "bool",
    "CharField": "text",
    "FileField": "text",
    "SlugField": "text",
    "TextField": "text",
    "DateField": "date",
    "DateTimeField": "datetime",
    "TimeField": "time",
    "UUIDField": "uuid",
    "JSONField": "json",
}


def tables_of(apps: Apps) -> dict[str, type[Model]]:
    """The model of each table that is kept, by the table's name."""
    kept = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    by_name = {model._meta.db_table: model for model in kept if not model._meta.proxy}
    for name in SESSIONS:
        by_name.pop(name, None)
    return dict(sorted(by_name.items()))


def columns_of(model: type[Model]) -> tuple[Column, ...]:
    return tuple(Column(name=str(field.column), kind=_kind(field)) for field in model._meta.concrete_fields)


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    internal = field.get_internal_type()
    if internal not in KINDS:
        raise BadArchive(f"A backup doesn't know how to keep {field.model._meta.label}.{field.name} ({internal}).")
    kind = KINDS[internal]
    # in JSON both a NULL and a null are None; a column that may hold a NULL holds that
    return "json?" if kind == "json" and field.null else kind


def lines(model: type[Model], columns: Iterable[Column], *, using: str) -> Iterator[bytes]:
    """Every row of a table in the order of its key, its values in the order of these columns."""
    attributes = {field.column: field.attname for field in model._meta.concrete_fields}
    every: models.QuerySet[Model] = models.QuerySet(model, using=using)
    rows = every.order_by("pk").values_list(*(attributes[each.name] for each in columns))
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain).encode
    for row in rows.iterator(chunk_size=CHUNK):
        yield encode(row).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a row holds a {type(value).__name__}")


def insert(table: Table, rows: Iterable[bytes], *, using: str) -> None:
    """Put lines into a table that is empty."""
    connection = connections[using]
    names = ", ".join(connection.ops.quote_name(column.name) for column in table.columns)
    name = connection.ops.quote_name(table.name)
    parsed = map(json.loads, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            json_at = [at for at, column in enumerate(table.columns) if column.kind.startswith("json")]
            with cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
                for row in parsed:
                    for at in json_at:
                        row[at] = _json(row[at], table.columns[at].kind)
                    copy.write_row(row)
        else:
            to_sqlite = [_TO_SQLITE.get(column.kind) for column in table.columns]
            places = ", ".join(["%s"] * len(table.columns))
            values = ([_as(change, value) for change, value in zip(to_sqlite, row, strict=True)] for row in parsed)
            cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({places})", values)  # type: ignore[arg-type] # noqa: S608 - quoted names


def _json(value: object, kind: str) -> str | None:
    return None if value is None and kind == "json?" else json.dumps(value, ensure_ascii=False)


# As Django writes them there.
_TO_SQLITE: dict[str, Any] = {
    "datetime": lambda value: str(datetime.fromisoformat(value).replace(tzinfo=None)),
    "uuid": lambda value: value.replace("-", ""),
    "json": json.dumps,  # never None: such a column has no NULL, and no model here a null
    "json?": json.dumps,
}


def _as(change: Any, value: object) -> object:
    return value if change is None or value is None else change(value)
