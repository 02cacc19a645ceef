"""What the code of the version before does not survive in a migration: it serves on while the database is migrated.

docs/operations.md ("Upgrading") tells the order. What takes something away belongs in a later version than the code
that stops using it; such a migration says so in its module: OLD_CODE_SURVIVES = "a sentence that tells why".
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

# Tables that may hold so many rows that making an index on them keeps writers waiting for seconds.
LARGE = frozenset(
    {
        ("newsletters", name)
        for name in ("item", "itemlink", "itemevent", "itemread", "itembookmark", "import", "newsletter")
    }
    | {("events", "event"), ("events", "eventbookmark"), ("accounts", "change"), ("accounts", "mail")}
)
TAKES_AWAY = (operations.RemoveField, operations.DeleteModel)
RENAMES = (operations.RenameField, operations.RenameModel, operations.AlterModelTable)


def complaints(app: str, done: Iterable[Operation], state: ProjectState) -> Iterator[str]:
    """What is wrong with these operations on a database in that state. The state goes along with them."""
    made: set[str] = set()
    for operation in done:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from complaints(app, operation.database_operations, state.clone())
        else:
            yield from _complaints(app, operation, state, made)
        operation.state_forwards(app, state)


def _complaints(app: str, operation: Operation, state: ProjectState, made: set[str]) -> Iterator[str]:
    model = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
    what = f"{type(operation).__name__} {model}.{getattr(operation, 'name', '')}".rstrip(".")
    if isinstance(operation, operations.CreateModel):
        made.add(model)
    if isinstance(operation, operations.RunSQL):
        yield "RunSQL: nobody but its writer can tell what the old code meets"
    if model in made:
        return
    if isinstance(operation, TAKES_AWAY):
        yield f"{what}: the old code still asks for it"
    if isinstance(operation, RENAMES):
        yield f"{what}: the old code knows it by its old name"
    if isinstance(operation, operations.AddConstraint):
        yield f"{what}: the old code may write what it refuses"
    is_large = (app, model) in LARGE
    if isinstance(operation, operations.AddIndex) and not isinstance(operation, AddIndexConcurrently) and is_large:
        yield f"{what}: writers wait while it is made; use AddIndexConcurrently"
    if isinstance(operation, operations.AddField):
        yield from (f"{what}: {why}" for why in _of_new(operation.field, is_large=is_large))
    if isinstance(operation, operations.AlterField):
        before = state.models[app, model].fields[operation.name]
        yield from (f"{what}: {why}" for why in _of_changed(before, operation.field, is_large=is_large))


def _is_indexed(field: "models.Field[Any, Any]") -> bool:
    return bool(field.db_index or field.unique)


def _has_value(field: "models.Field[Any, Any]") -> bool:
    """Whether a row that does not name the column can be written."""
    return field.null or field.db_default is not NOT_PROVIDED


def _of_new(field: "models.Field[Any, Any]", *, is_large: bool) -> Iterator[str]:
    if field.many_to_many:
        return
    if not _has_value(field):
        yield "the old code writes rows without it; give it a db_default, or let it be null"
    if _is_indexed(field) and is_large:
        yield "its index keeps writers waiting; add the column first and its index by AddIndexConcurrently"


def _of_changed(before: "models.Field[Any, Any]", after: "models.Field[Any, Any]", *, is_large: bool) -> Iterator[str]:
    if _has_value(before) and not _has_value(after):
        yield "the old code writes rows without it"
    if before.get_internal_type() != after.get_internal_type():
        yield "the old code knows another type"
    lengths = getattr(before, "max_length", None), getattr(after, "max_length", None)
    if lengths[1] is not None and (lengths[0] is None or lengths[0] > lengths[1]):
        yield "the old code writes longer texts"
    if after.unique and not before.unique:
        yield "the old code may write what it refuses"
    if _is_indexed(after) and not _is_indexed(before) and is_large:
        yield "its index keeps writers waiting; make it by AddIndexConcurrently"


def why_survived(migration: Migration) -> str:
    """What the migration's module says; empty where it says nothing."""
    module = __import__(type(migration).__module__, fromlist=["OLD_CODE_SURVIVES"])
    return str(getattr(module, "OLD_CODE_SURVIVES", ""))
