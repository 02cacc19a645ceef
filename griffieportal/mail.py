"""Sending mail, and whether the portal can."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class NoServer(BaseEmailBackend):
    """Where no mail server is set: says so in the log, without the mail. A link in it would let anybody in."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        logger.error("%s mails not sent: set EMAIL_URL", len(email_messages))
        return 0


@dataclass(frozen=True, slots=True)
class MailState:
    """Whether the portal can send mail, as far as its settings tell, and a Dutch sentence about it."""

    is_sending: bool
    message: str


def mail_state() -> MailState:
    """By the settings alone: no mail server is asked anything."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return MailState(is_sending=True, message=f"Het portal verstuurt mail via {settings.EMAIL_HOST}.")
    return MailState(
        is_sending=False,
        message="Er is geen mailserver ingesteld. Het portal kan geen mail versturen, ook niet om een nieuw "
        "wachtwoord te kiezen. Vraag de beheerder om een mailserver in te stellen (EMAIL_URL).",
    )
