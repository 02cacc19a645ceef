"""Takes the second step of logging in from an account whose owner lost it."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import tasks
from accounts.models import User
from accounts.services import resetting


class Command(BaseCommand):
    """For the beheerder who has nobody else to ask; other accounts are reset at their page in the admin."""

    help = "Takes away the app, the passkeys and the recovery codes of an account, and ends its sessions."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        mail_id = resetting.reset_second_factor(user, by=None)
        if mail_id is None:
            raise CommandError(f"{user.email} has no second step.")
        tasks.queue_mails([mail_id])
        self.stdout.write(f"{user.email} logs in without a second step; all sessions were ended.")
