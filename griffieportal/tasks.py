"""What time brings, over all apps: the one place where what is too old is erased.

A task calls its service and nothing more; it is safe to run twice.
"""

from celery import shared_task
from django.utils import timezone

from accounts import tasks as people
from newsletters.services import old_files


@shared_task
def keep_up() -> None:
    """Once an hour. What goes wrong with the files must not keep what is people's, nor the other way round."""
    try:
        old_files.erase_old(timezone.now())
        old_files.erase_ownerless(timezone.now())
    finally:
        people.keep_up()
