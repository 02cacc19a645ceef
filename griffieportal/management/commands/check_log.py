"""Tells whether the log of what matters for safety is whole: nothing changed, taken out, added or put elsewhere."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.models import User


class Command(BaseCommand):
    """Needs the key with which the log was written, and for the end of the log the portal's own DATA_DIR."""

    help = "Checks the chain of lines in the log FILE (- for what comes in; without one audit.log in DATA_DIR)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--until-earlier", action="store_true", help="the log ends before now, as a rotated one does"
        )
        parser.add_argument("--who", metavar="EMAIL", help="print by which pseudonyms the log knows an address")

    def handle(self, *args: Any, file: Path | None, until_earlier: bool, who: str | None, **options: Any) -> None:
        if who:
            user = User.objects.filter(email__iexact=who.strip()).first()
            self.stdout.write(f"typed at logging in: {audit.typed_address(who)}")
            self.stdout.write(f"account: {audit.person(user.pk) if user else 'none'}")
        if file is None and who:
            return
        file = file or Path(settings.AUDIT_LOG)
        # the end is looked up first: what is written meanwhile stands behind it
        end = None if until_earlier else audit.end_now()
        try:
            if str(file) == "-":
                checked = audit.check(sys.stdin, end=end)
            else:
                with file.open(encoding="utf-8", errors="replace") as lines:
                    checked = audit.check(lines, end=end)
        except OSError as problem:
            raise CommandError(f"The log cannot be read: {problem}") from problem
        for words in checked.problems:
            self.stdout.write(words)
        if checked.problems:
            raise CommandError(f"The log is not whole: {len(checked.problems)} problems in {checked.count} lines.")
        if checked.last is None:
            raise CommandError("There is no line of the chain in this log.")
        told = f"{checked.count} lines, numbers {checked.first} to {checked.last.number}, all as they were written"
        self.stdout.write(f"{told}; the end was {'compared' if end else 'not compared'} with that of the portal")
