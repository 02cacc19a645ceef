"""Tells on the machine itself what is well and what is not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from griffieportal import health


class Command(BaseCommand):
    """For people and for timers: the exit status is 1 where something is not well."""

    help = "Tells whether database, queue, worker, schedule and disk are well."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        checks = health.examine()
        for check in checks:
            self.stdout.write(f"{check.title}: {check.problem or 'goed'}")
        if not all(check.is_well for check in checks):
            sys.exit(1)
