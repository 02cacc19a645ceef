"""Makes the first beheerder, who chooses a password at a link that works once."""

import argparse
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from accounts.history import tell
from accounts.models import User


class Command(BaseCommand):
    """No password is made, mailed or typed here. The link works until a password was chosen, or time is up."""

    help = "Makes the first beheerder and prints the link at which the password is chosen."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            if User.objects.able().filter(is_superuser=True).exists():
                raise CommandError("There is a beheerder already, who can make others in the admin.")
            try:
                user = User.objects.create_superuser(email, name=name)
            except ValidationError as problem:
                raise CommandError(" ".join(problem.messages)) from problem
        elif not user.is_superuser or user.has_usable_password():
            # whoever may run this could do anything; but not by accident, and not unseen
            raise CommandError(f"{user.email} has an account already; a new password is asked at the log-in page.")
        tell("first_beheerder_link", user, by=None)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        uid, _, key = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(f"Choose a password for {user.email} within {hours} hours, at this link that works once:")
        self.stdout.write(f"{settings.SITE_URL}{path}")
