"""Makes a backup: database and files in one file, with checksums, encrypted where a key is given."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import audit
from griffieportal import archive
from griffieportal.archive.encryption import encrypted, suffix_for


class Command(BaseCommand):
    """May run while the portal does. The file appears under its name once it is whole."""

    help = "Writes a backup of the database and all files into FOLDER."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--encrypt-to", default=settings.BACKUP_ENCRYPT_TO, help="a public key of age or gpg")
        parser.add_argument("--keep", type=int, default=0, help="how many backups to leave there (0: all)")

    def handle(self, *args: Any, folder: Path, encrypt_to: str, keep: int, **options: Any) -> None:
        os.umask(0o077)
        name = f"griffieportal-{timezone.now():%Y%m%d-%H%M%S-%f}.tar{suffix_for(encrypt_to)}"
        part = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as out:
                with encrypted(out, encrypt_to) as stream:
                    report = archive.write(stream)
                out.flush()
                os.fsync(out.fileno())
            path = part.rename(folder / name)
        except (archive.BadArchive, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from problem
        finally:
            part.unlink(missing_ok=True)
        audit.tell("backup_made")
        self.stdout.write(f"{path}: {report.rows} rows and {report.files} files, {path.stat().st_size} bytes")
        for old in sorted(folder.glob("griffieportal-*.tar*"))[:-keep] if keep else []:
            old.unlink()
        if report.missing:
            raise CommandError(
                f"{len(report.missing)} files that the database names are gone, such as {report.missing[0]}. "
                "The backup holds all the rest."
            )
