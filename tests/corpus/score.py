"""Scores a parsed newsletter against the answer beside it: for each field the share that is exactly right.

The answers were written before the parser had seen the files. Run `python -m tests.corpus.score` to see what differs.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newsletters.parsing.drafts import DraftEvent, DraftItem, DraftLink, DraftNewsletter
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise

HERE = Path(__file__).parent
SUFFIXES = (".txt", ".html", ".eml", ".msg", ".pdf")
FIGURES = (
    "items",
    "order",
    "titles",
    "themes",
    "summaries",
    "links",
    "missing",
    "events",
    "unplaced",
    "facts",
    "warnings",
    "secrets",
)


def newsletters() -> list[Path]:
    found = (path for path in HERE.iterdir() if path.suffix in SUFFIXES)
    return sorted(path for path in found if path.with_suffix(".expected.json").exists())


def parse(path: Path) -> DraftNewsletter:
    return recognise(read(path.read_bytes(), path.name))


def score(path: Path) -> dict[str, float]:
    """Every figure from 0 to 1 for one file of the corpus."""
    return {name: share(rows) for name, rows in compare(path).items()}


def share(rows: list[tuple[Any, Any]]) -> float:
    return sum(want == got for want, got in rows) / len(rows) if rows else 1.0


def compare(path: Path) -> dict[str, list[tuple[Any, Any]]]:
    """For each figure the pairs of what was expected and what came out."""
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    draft = parse(path)
    wanted = expected["items"]
    items = [by_text(draft.items, want) for want in wanted]
    events = [event_row(event) for event in draft.events]
    whole = json.dumps(asdict(draft), ensure_ascii=False, default=str).casefold()
    facts = ("source", "title", "published_on", "published_on_basis", "next_issue_on", "outlook_id")
    known = json.loads(json.dumps(asdict(draft), default=str))
    return {
        "items": [(len(wanted), len(draft.items)), *((True, item is not None) for item in items)],
        "order": [([want["title"] for want in wanted], [item.title for item in draft.items])],
        "titles": [(want["title"], item and item.title) for want, item in zip(wanted, items, strict=True)],
        "themes": [(want["theme"], item and item.theme) for want, item in zip(wanted, items, strict=True)],
        "summaries": [(want["summary"], item and item.summary) for want, item in zip(wanted, items, strict=True)],
        "links": [
            (want["links"], item and [link_row(link) for link in item.links])
            for want, item in zip(wanted, items, strict=True)
        ],
        "missing": [
            (want["missing"], item and list(item.missing_links)) for want, item in zip(wanted, items, strict=True)
        ],
        "events": [
            (len(expected["events"]), len(events)),
            *((want, nearest(want, events)) for want in expected["events"]),
        ],
        "unplaced": [(expected["unplaced"], [link.url for link in draft.unplaced_links])],
        "facts": [(expected[name], known[name]) for name in facts],
        "warnings": [(expected["warnings"], sorted({warning.code for warning in draft.warnings}))],
        "secrets": [
            (False, secret.casefold() in whole.replace(str(expected["outlook_id"]), ""))
            for secret in expected["secrets"]
        ],
    }


def by_text(items: tuple[DraftItem, ...], want: dict[str, Any]) -> DraftItem | None:
    """The item with that title, or with that summary for one without a title."""
    key = "title" if want["title"] is not None else "summary"
    return next((item for item in items if getattr(item, key) == want[key]), None)


def link_row(link: DraftLink) -> list[str]:
    return [link.text, link.url, str(link.kind)]


def event_row(event: DraftEvent) -> dict[str, Any]:
    return {
        "title": event.title,
        "starts_on": event.starts_on and event.starts_on.isoformat(),
        "ends_on": event.ends_on and event.ends_on.isoformat(),
        "starts_at": event.starts_at and f"{event.starts_at:%H:%M}",
        "ends_at": event.ends_at and f"{event.ends_at:%H:%M}",
        "location": event.location,
        "item": event.item,
    }


def nearest(want: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any] | None:
    mine = [event for event in events if event["item"] == want["item"]]
    return max(mine, key=lambda event: sum(event[name] == want[name] for name in want), default=None)


def show() -> str:
    """What differs, file by file."""
    lines = []
    for path in newsletters():
        for name, rows in compare(path).items():
            lines += [f"{path.stem} {name}\n  want {want!r}\n  got  {got!r}" for want, got in rows if want != got]
    return "\n".join(lines) or "alles goed"


if __name__ == "__main__":
    print(show())  # noqa: T201
