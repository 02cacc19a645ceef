"""manage.py personal_data EMAIL [--erase]: for somebody who cannot log in, or may not erase the own account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import tasks
from accounts.models import User
from accounts.services import erasing
from griffieportal.personal_data import as_json, parts_of


class Command(BaseCommand):
    help = "Prints all that the portal keeps of somebody, as JSON; with --erase it erases that, at once and for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--erase", action="store_true", help="erase the account, or what is kept of the address")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        user = User.objects.filter(email__iexact=email, erased_at=None).first()
        if options["erase"]:
            self.stdout.write(_erase(user, email))
        elif user is None:
            raise CommandError("No account has this address.")
        else:
            self.stdout.write(as_json(parts_of(user), at=timezone.now()).decode(), ending="")


def _erase(user: User | None, email: str) -> str:
    if user is None:
        count = erasing.erase_address(email)
        return f"No account has this address. Erased: {count} requests and mails."
    try:
        mail_id = erasing.erase_on_request(user.pk, by_beheerder=True)
    except erasing.CannotErase as error:
        raise CommandError(str(error)) from None
    tasks.queue_mails([mail_id] if mail_id else [])
    return f"Erased. The history says {erasing.pseudonym(user)}; a mail tells so."
