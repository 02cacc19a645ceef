"""Sending mail."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class NoServer(BaseEmailBackend):
    """Where no mail server is set: says so in the log, without the mail. A link in it would let anybody in."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        logger.error("%s mails not sent: set EMAIL_URL", len(email_messages))
        return 0
