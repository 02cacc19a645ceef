"""What a backup says of itself: which tables and files it holds, how many, and their checksums."""

import json
from dataclasses import asdict, dataclass, field

FORMAT = 1
NAME = "manifest.json"


class BadArchive(Exception):
    """A backup that cannot be used, and why, in a sentence for whoever restores it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; kind is how its values are written, see rows.KINDS."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """sha256 is that of its lines, in the order of the key, each with its newline."""

    name: str
    key: str
    columns: tuple[Column, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """migrations are those that were applied, as "app.name"; missing are files that a row names and nobody has."""

    made_at: str
    migrations: tuple[str, ...]
    tables: tuple[Table, ...]
    files: tuple[StoredFile, ...]
    missing: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def from_bytes(data: bytes) -> Manifest:
    """Raises BadArchive for what is no manifest of a format that is known here."""
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise BadArchive(f"The backup has format {told['format']}, and this version reads format {FORMAT}.")
        tables = tuple(
            Table(**{**table, "columns": tuple(Column(**column) for column in table["columns"])})
            for table in told["tables"]
        )
        return Manifest(
            made_at=told["made_at"],
            migrations=tuple(told["migrations"]),
            tables=tables,
            files=tuple(StoredFile(**file) for file in told["files"]),
            missing=tuple(told["missing"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadArchive("The backup's manifest can't be read.") from error
