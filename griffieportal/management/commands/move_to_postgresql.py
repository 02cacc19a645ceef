"""Moves a portal from the embedded default to PostgreSQL, with nothing lost."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from griffieportal.data_dir import data_dir_to_ourselves

NEW = ("NEW_DATABASE_URL", "NEW_REDIS_URL")


class Command(BaseCommand):
    """A backup of the one, restored into the other: that compares the count and the checksum of every table.

    SQLite's file stays as it is; uploaded files stay in their place.
    """

    help = "Copies this portal's SQLite database to the empty PostgreSQL of NEW_DATABASE_URL; NEW_REDIS_URL beside it."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("This portal is on PostgreSQL already: DATABASE_URL is set.")
        if missing := [name for name in NEW if not os.environ.get(name)]:
            raise CommandError(f"Set {' and '.join(missing)} to the addresses to move to.")
        with TemporaryDirectory(dir=settings.DATA_DIR, prefix="move-") as folder:
            with data_dir_to_ourselves():  # nobody writes while it is read
                call_command("backup", folder, encrypt_to="", stdout=self.stdout)
            [file] = Path(folder).iterdir()
            database, redis = (os.environ[name] for name in NEW)
            env = {**os.environ, "DATABASE_URL": database, "REDIS_URL": redis, "DATA_DIR": str(settings.DATA_DIR)}
            command = [sys.executable, "manage.py", "restore", str(file)]
            done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
        self.stdout.write(done.stdout.rstrip())
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            raise CommandError(f"Not moved; go on with SQLite as before. {reason}")
        self.stdout.write("Moved. Set DATABASE_URL and REDIS_URL from now on; everybody logs in again.")
