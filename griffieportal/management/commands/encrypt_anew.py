"""Encrypts the secrets of apps and recovery codes with the SECRET_KEY of now."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import encrypting


class Command(BaseCommand):
    """Run after a change of SECRET_KEY with the old one in SECRET_KEY_FALLBACKS, which can go after it."""

    help = (
        "Encrypts the secrets of apps and recovery codes, kept under a key of SECRET_KEY_FALLBACKS, with SECRET_KEY. "
        "May be run at any time and again; nobody has to set up anything anew."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """There are none."""

    def handle(self, *args: Any, **options: Any) -> None:
        renewed = encrypting.encrypt_anew()
        self.stdout.write(f"{renewed.anew} encrypted anew, {renewed.already} were so already.")
        if renewed.unreadable:
            raise CommandError(
                f"{renewed.unreadable} can be read with no key of SECRET_KEY and SECRET_KEY_FALLBACKS: put the key "
                "that made them there, or let their owners set them up anew."
            )
