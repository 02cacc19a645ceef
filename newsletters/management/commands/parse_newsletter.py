"""manage.py parse_newsletter FILE...: read files without a database, and print one JSON object a line."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from newsletters import cage
from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftLink, DraftNewsletter
from newsletters.services.imports import parsing_limits


class Command(BaseCommand):
    help = "Reads newsletters without touching the database and prints one JSON object a line."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: object, files: list[str], **options: object) -> None:
        failed = False
        for name in files:
            try:
                answer = as_json(name, _parse(name))
            except UnreadableFile as error:
                failed = True
                answer = {"file": name, "error": {"code": error.code, "message": error.message}}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if failed:
            sys.exit(1)


def _parse(name: str) -> DraftNewsletter:
    limits = parsing_limits()
    try:
        with Path(name).open("rb") as file:
            data = file.read(limits.max_bytes + 1)  # one byte too many tells that it is too large
    except OSError as error:
        message = f"Dit bestand is niet te openen ({error.strerror}). Kijk of de naam klopt en of u het mag lezen."
        raise UnreadableFile(UnreadableFileCode.DAMAGED, message) from error
    return cage.parse(data, filename=Path(name).name, limits=limits)


def as_json(name: str, draft: DraftNewsletter) -> dict[str, Any]:
    """The shape that other programs read; see "Seams" in the README."""
    return {
        "file": name,
        "format": draft.format,
        "source": draft.source,
        "title": draft.title,
        "published_on": draft.published_on and draft.published_on.isoformat(),
        "published_on_basis": draft.published_on_basis,
        "next_issue_on": draft.next_issue_on and draft.next_issue_on.isoformat(),
        "items": [
            {
                "title": item.title,
                "theme": item.theme,
                "summary": item.summary,
                "links": [_link(link) for link in item.links],
            }
            for item in draft.items
        ],
        "events": [
            {
                "title": event.title,
                "starts_on": event.starts_on and event.starts_on.isoformat(),
                "ends_on": event.ends_on and event.ends_on.isoformat(),
                "starts_at": event.starts_at and event.starts_at.strftime("%H:%M"),
                "ends_at": event.ends_at and event.ends_at.strftime("%H:%M"),
                "location": event.location,
                "item": event.item,
            }
            for event in draft.events
        ],
        "unplaced_links": [link.url for link in draft.unplaced_links],
        "warnings": [{"code": warning.code, "message": warning.message} for warning in draft.warnings],
    }


def _link(link: DraftLink) -> dict[str, str]:
    return {"text": link.text, "url": link.url, "kind": link.kind}
