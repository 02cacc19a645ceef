"""The files that newsletters were read from, erased after their term where settings give one.

What was read stays: items, and the text of the file that the review page shows. What is lost is the file itself: it
can no longer be fetched, looked at as it came, or read again. A file that no row names goes by itself.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from newsletters.models import Import
from newsletters.models.imports import FOLDER
from newsletters.services import originals

logger = logging.getLogger(__name__)

DONE = (Import.State.READY, Import.State.FAILED, Import.State.DUPLICATE, Import.State.SET_ASIDE)
AT_ONCE = 500  # files in one go; the next hour takes the next
# How old a file without a row is when it goes. Younger: its row may still come. Older: it was there before, so rather
# than the file its row is missing, such as on a portal that was started on another database.
OWNERLESS = (timedelta(hours=1), timedelta(days=2))


def erase_old(now: datetime) -> int:
    """How many files went. One that is waited for or being read stays until that is over."""
    if not settings.ORIGINALS_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.ORIGINALS_KEPT_DAYS)
    old = Import.objects.filter(uploaded_at__lt=before, state__in=DONE).exclude(file="")
    count = sum(_erase(pk) for pk in list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))
    if count:
        logger.info("%s original files erased", count)
    return count


def _erase(import_id: int) -> bool:
    """The file goes first: what breaks off then is told by the row, and done again an hour later."""
    with transaction.atomic():
        row = Import.objects.select_for_update().filter(pk=import_id, state__in=DONE).exclude(file="").first()
        if row is None:
            return False
        default_storage.delete(str(row.file.name))
        originals.forget(row)
        Import.objects.filter(pk=import_id).update(file="")
    return True


def erase_ownerless(now: datetime) -> int:
    """How many files went of uploads that broke off between the file and its row."""
    try:
        names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    except FileNotFoundError:  # nothing was uploaded yet
        return 0
    count = sum(_erase_ownerless(name, now) for name in names - set(Import.objects.values_list("file", flat=True)))
    if count:
        logger.info("%s files without an upload erased", count)
    return count


def _erase_ownerless(name: str, now: datetime) -> bool:
    try:
        age = now - default_storage.get_modified_time(name)
    except FileNotFoundError:
        return False
    if not OWNERLESS[0] < age < OWNERLESS[1] or Import.objects.filter(file=name).exists():
        return False
    default_storage.delete(name)
    return True
