"""What runs in the background for people: weighing requests, sending mails, and what time brings.

A task calls its service and nothing more; it is safe to run twice.
"""

from collections.abc import Iterable

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone

from accounts import history, mails
from accounts.services import asking, deciding, erasing, leaving, sign_ins


@shared_task
def weigh_request(request_id: int) -> None:
    mail_id = asking.weigh(request_id)
    if mail_id is not None:
        mails.send(mail_id)


@shared_task
def send_mail(mail_id: int) -> None:
    mails.send(mail_id)


@shared_task
def sweep_mails() -> None:
    """Send messages again for whatever still waits."""
    now = timezone.now()
    for request_id in asking.unweighed(now):
        _queue(weigh_request, request_id)
    for mail_id in mails.due(now):
        _queue(send_mail, mail_id)


@shared_task
def keep_up() -> None:
    """What time brings to people: erasing what is too old, the reminder to the griffie, and ends of mandates."""
    now = timezone.now()
    asking.erase_old(now)
    leaving.note_ends(now)
    leaving.erase_old(now)
    sign_ins.erase_old(now)
    mails.forget_erased()
    erasing.erase_late(now)
    erasing.hide_gone()
    history.erase_old(now)
    for mail_id in (*deciding.remind_griffie(now), *leaving.warn(now)):
        _queue(send_mail, mail_id)


def queue_weighing(request_id: int) -> None:
    """Once the transaction is through; where the broker does not answer, the sweep sends it again."""
    _queue_later(weigh_request, request_id)


def queue_mails(mail_ids: Iterable[int]) -> None:
    """Once the transaction is through; where the broker does not answer, the sweep sends them again."""
    for mail_id in mail_ids:
        _queue_later(send_mail, mail_id)


def _queue_later(task: Task, row_id: int) -> None:
    # a function of its own: Django tells what failed by __qualname__, which a partial lacks
    def queue() -> None:
        _queue(task, row_id)

    transaction.on_commit(queue, robust=True)


def _queue(task: Task, row_id: int) -> None:
    task.apply_async([row_id], expires=mails.MESSAGE_SECONDS)
