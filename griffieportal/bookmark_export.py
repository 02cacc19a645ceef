"""A member's bookmarks as a file to take along: for a spreadsheet, a program, or a browser."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import escape

from accounts import spreadsheets

HEAD = ("soort", "titel", "adres", "links", "bron", "datum", "notitie", "labels", "bewaard op")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bookmark. day is that of the newsletter or of the event, as YYYY-MM-DD, or empty."""

    kind: str
    title: str
    url: str
    links: tuple[str, ...]
    source: str
    day: str
    note: str
    labels: tuple[str, ...]
    kept_at: datetime


def as_csv(rows: Iterable[Row]) -> bytes:
    """For Dutch spreadsheets."""
    return spreadsheets.as_csv([HEAD, *map(_cells, rows)])


def _cells(row: Row) -> Sequence[str]:
    kept = f"{timezone.localtime(row.kept_at):%Y-%m-%d %H:%M}"
    links, labels = " ".join(row.links), ", ".join(row.labels)
    return (row.kind, row.title, row.url, links, row.source, row.day, row.note, labels, kept)


def as_json(rows: Sequence[Row]) -> bytes:
    """A list of objects; times in ISO 8601."""
    return json.dumps([_fields(row) for row in rows], ensure_ascii=False, indent=2).encode() + b"\n"


def _fields(row: Row) -> dict[str, object]:
    return {**asdict(row), "kept_at": row.kept_at.isoformat()}


def as_html(rows: Iterable[Row]) -> bytes:
    """The Netscape bookmark file, which browsers and linkding take in; notes stand as descriptions."""
    lines = [
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>",
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">',
        "<TITLE>Bookmarks</TITLE>",
        "<H1>Bookmarks</H1>",
        "<DL><p>",
    ]
    for row in rows:
        tags = ",".join(row.labels)
        lines.append(
            f'<DT><A HREF="{escape(row.url)}" ADD_DATE="{int(row.kept_at.timestamp())}" PRIVATE="1"'
            f' TAGS="{escape(tags)}">{escape(_one_line(row.title))}</A>'
        )
        if row.note:
            lines.append(f"<DD>{escape(_one_line(row.note))}")
    return "\n".join([*lines, "</DL><p>", ""]).encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
