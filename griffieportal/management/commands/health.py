"""Tells on the machine itself what is well and what is not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from griffieportal import health


class Command(BaseCommand):
    """For people and for timers: the exit status is 1 where something is not well."""

    help = "Tells whether database, queue, worker, schedule, disk and the store of files are well."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        checks = health.examine(thoroughly=True)
        for check in checks:
            self.stdout.write(f"{check.title}: {check.problem or 'goed'}")
        if not all(check.is_well for check in checks):
            sys.exit(1)
