"""Drafts and originals as JSON and back, exactly: how the child process that reads a file hands over what it found."""

import json
from dataclasses import astuple, fields
from datetime import date, time
from typing import Any

from newsletters.parsing.blocks import FileFormat, UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import (
    DateBasis,
    DraftEvent,
    DraftItem,
    DraftLink,
    DraftNewsletter,
    LinkKind,
    ParseWarning,
)
from newsletters.parsing.original import CHANNELS, Dots, Original, OriginalKind, Place


def to_json(draft: DraftNewsletter) -> str:
    """The newsletter as one JSON object on one line; days and times in ISO form."""
    return json.dumps(draft, ensure_ascii=True, default=told)


def told(value: Any) -> Any:
    """A part of a newsletter by its fields, a day or time in ISO form: what JSON does not know by itself."""
    return str(value) if isinstance(value, (date, time)) else {name: getattr(value, name) for name in value.__slots__}


def from_json(written: str) -> DraftNewsletter:
    """The newsletter that to_json wrote, equal to it. Raises ValueError, KeyError or TypeError on anything else."""
    return make_newsletter(json.loads(written))


def error_to_json(error: UnreadableFile) -> str:
    """The code and the sentence of an unreadable file."""
    return json.dumps({"code": error.code, "message": error.message}, ensure_ascii=True)


def error_from_json(written: str) -> UnreadableFile:
    """The error that error_to_json wrote; it is returned, not raised."""
    return make_error(json.loads(written))


def answer_from_json(written: str) -> DraftNewsletter:
    """What the child process printed. Raises the UnreadableFile that it tells of."""
    found = json.loads(written)
    if "error" in found:
        raise make_error(found["error"])
    return make_newsletter(found["newsletter"])


def make_error(found: dict[str, Any]) -> UnreadableFile:
    return UnreadableFile(UnreadableFileCode(found["code"]), found["message"])


def make_newsletter(found: dict[str, Any]) -> DraftNewsletter:
    """A newsletter from parsed JSON. A field that is missing keeps its default."""
    known = {field.name for field in fields(DraftNewsletter)}
    values = {name: value for name, value in found.items() if name in known}
    basis = values.get("published_on_basis")
    return DraftNewsletter(
        **values
        | {
            "format": FileFormat(values["format"]),
            "published_on": as_day(values.get("published_on")),
            "published_on_basis": None if basis is None else DateBasis(basis),
            "next_issue_on": as_day(values.get("next_issue_on")),
            "items": tuple(make_item(item) for item in values.get("items", ())),
            "events": tuple(make_event(event) for event in values.get("events", ())),
            "unplaced_links": make_links(values.get("unplaced_links", ())),
            "warnings": tuple(ParseWarning(**warning) for warning in values.get("warnings", ())),
        }
    )


def make_item(found: dict[str, Any]) -> DraftItem:
    missing = tuple(found.get("missing_links", ()))
    return DraftItem(**found | {"links": make_links(found.get("links", ())), "missing_links": missing})


def make_event(found: dict[str, Any]) -> DraftEvent:
    days = {name: as_day(found.get(name)) for name in ("starts_on", "ends_on")}
    times = {name: as_time(found.get(name)) for name in ("starts_at", "ends_at")}
    return DraftEvent(**found | days | times)


def make_links(found: Any) -> tuple[DraftLink, ...]:
    return tuple(DraftLink(**link | {"kind": LinkKind(link["kind"])}) for link in found)


def as_day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def as_time(written: str | None) -> time | None:
    return None if written is None else time.fromisoformat(written)


def original_to_json(original: Original) -> str:
    """What is to be seen of a file, as one JSON object on one line; places as bare numbers, for there are many."""
    places = [astuple(place) for place in original.places]
    return json.dumps({**vars_of(original), "places": places}, ensure_ascii=True)


def vars_of(original: Original) -> dict[str, Any]:
    return {field.name: getattr(original, field.name) for field in fields(original)}


def original_answer_from_json(written: str) -> Original:
    """What the child process answered. Raises the UnreadableFile that it tells of."""
    found = json.loads(written)
    if "error" in found:
        raise make_error(found["error"])
    return make_original(found["original"])


def original_from_json(written: str) -> Original:
    """The original that original_to_json wrote, equal to it. Raises as from_json does."""
    return make_original(json.loads(written))


def make_original(found: dict[str, Any]) -> Original:
    names = [field.name for field in fields(Place)]
    places = (dict(zip(names, map(int, numbers), strict=True)) for numbers in found["places"])
    return Original(
        kind=OriginalKind(found["kind"]),
        text=str(found["text"]),
        pages=int(found["pages"]),
        places=tuple(Place(**place) for place in places),
        markup=str(found["markup"]),
        lines=tuple(map(int, found["lines"])),
    )


def dots_from_answer(answer: bytes) -> Dots:
    """The page that the child process drew: its size, a line end, and its dots. Raises as the others do."""
    head, _, rgb = answer.partition(b"\n")
    found = json.loads(head)
    if "error" in found:
        raise make_error(found["error"])
    dots = Dots(width=int(found["width"]), height=int(found["height"]), rgb=rgb)
    if min(dots.width, dots.height) < 1 or len(rgb) != CHANNELS * dots.width * dots.height:
        raise ValueError("a page with too many or too few dots")
    return dots
