"""Puts a backup back."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from griffieportal import archive
from griffieportal.archive.encryption import decrypted
from griffieportal.data_dir import data_dir_to_ourselves


class Command(BaseCommand):
    """The portal must not run meanwhile. Whatever goes wrong is told, and then the rows are as they were."""

    help = "Restores the backup FILE into the database and the folder of this portal, and compares all of it."
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", default="", help="the file with the private key of age")
        parser.add_argument("--replace", action="store_true", help="take the place of what is there now")

    def handle(self, *args: Any, file: Path, identity: str, replace: bool, **options: Any) -> None:
        os.umask(0o077)
        with data_dir_to_ourselves():
            if not replace and archive.is_filled():
                raise CommandError("This portal holds data already. With --replace it is all taken away.")
            try:
                with decrypted(file, identity=identity, folder=settings.DATA_DIR) as source:
                    manifest = archive.restore(source, say=self.stdout.write)
            except (archive.BadArchive, OSError) as problem:
                raise CommandError(f"Not restored: {problem}") from problem
        audit.tell("backup_restored")
        self.stdout.write(
            f"Restored: {manifest.rows} rows of {len(manifest.tables)} tables and {len(manifest.files)} files, "
            f"all checksums equal. The backup is of {manifest.made_at}."
        )
        if manifest.missing:
            self.stderr.write(f"{len(manifest.missing)} files were gone already when the backup was made.")
