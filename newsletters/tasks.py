"""What runs in the background. A task calls its service and nothing more; it is safe to run twice."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from newsletters.services import imports, planning

logger = logging.getLogger(__name__)


@shared_task
def read_import(import_id: int) -> None:
    imports.read_import(import_id)


@shared_task
def sweep_imports() -> None:
    for import_id in imports.sweep_imports():
        _send(import_id)


@shared_task
def publish_planned() -> None:
    now = timezone.now()
    for pk in planning.due_newsletters(now):
        try:
            planning.publish_due(pk, now=now)
        except Exception:
            logger.exception("newsletter %s: could not be published at its planned moment", pk)


def queue_reading(import_id: int) -> None:
    """Send the message that has an import read, once the transaction is through.

    Where the broker does not answer that is logged and the row stays: the sweep sends it again.
    """

    # a function of its own: Django tells what failed by __qualname__, which a partial lacks
    def send() -> None:
        _send(import_id)

    transaction.on_commit(send, robust=True)


def _send(import_id: int) -> None:
    read_import.apply_async([import_id], expires=imports.MESSAGE_SECONDS)
