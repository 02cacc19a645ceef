"""What is shown of an uploaded file: made in the cage the first time that somebody looks, and kept for the next time.

It is made by the web server and not by the worker: most files are never looked at again, and a drawing that waits
behind 300 uploads helps nobody. A file that takes long holds up one thread of the server, and one more that wants to
look at the same time; whoever comes then is soon asked to come back. Nothing of it is stored in the database: what is
kept may be thrown away at any time.
"""

import hashlib
import io
import json
import logging
import struct
import threading
import time
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from newsletters import cage
from newsletters.models import Import
from newsletters.parsing.blocks import UnreadableFile
from newsletters.parsing.original import CHANNELS, Dots, Original
from newsletters.parsing.wire import original_from_json, original_to_json
from newsletters.services.files import stored_bytes

logger = logging.getLogger(__name__)

FOLDER = "originals"
VERSION = 1  # of what is kept; another one leaves the old behind
KEPT = 50  # files
WIDTH = 900  # dots of a page
MOST_PAGES = 40
MOST_BYTES = 40 * 1024 * 1024  # of the pictures of one file
MOST_ANSWER = 64 * 1024 * 1024
PAGE_SECONDS = 4.0
WAIT_SECONDS = 3.0  # for others, who seldom take as long
RETRY_AFTER = timedelta(minutes=10)  # what could not be made may have met a busy machine
INDEX = "view.json"

_places = threading.BoundedSemaphore(2)
_turn = threading.Lock()


class Busy(Exception):
    """Others are being drawn; ask again in a few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown of a file. drawn has the width and height of each page, None for one that has no picture.

    problem: a Dutch sentence that says why there is nothing to show, and then original is None.
    """

    original: Original | None = None
    problem: str = ""
    drawn: tuple[tuple[int, int] | None, ...] = ()


def view_of(row: Import) -> View:
    """What is shown of the upload's file. Raises Busy, and OSError where the file is gone or the store is away."""
    if not row.file:
        raise FileNotFoundError
    if view := _kept(row):
        return view
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        with _turn:
            return _kept(row) or _make(row)
    finally:
        _places.release()


def picture_of(row: Import, page: int) -> bytes | None:
    """The picture (PNG) of a page, counted from 1; None where it was not drawn. Raises OSError."""
    try:
        with default_storage.open(_name(row), "rb") as file, zipfile.ZipFile(file) as kept:
            return kept.read(_picture_name(page))
    except (FileNotFoundError, KeyError, zipfile.BadZipFile, zlib.error):
        return None


def forget(row: Import) -> None:
    """Nothing is left of what was shown of it."""
    default_storage.delete(_name(row))


def _name(row: Import) -> str:
    # lines are told by the text that was read at the time
    what = f"{VERSION} {row.sha256} {hashlib.sha256(row.text.encode()).hexdigest()}"
    return f"{FOLDER}/{hashlib.sha256(what.encode()).hexdigest()[:32]}.zip"


def _picture_name(page: int) -> str:
    return f"{page}.png"


def _kept(row: Import) -> View | None:
    try:
        with default_storage.open(_name(row), "rb") as file, zipfile.ZipFile(file) as kept:
            found = json.loads(kept.read(INDEX))
        if found["problem"] and default_storage.get_modified_time(_name(row)) < timezone.now() - RETRY_AFTER:
            return None
    except (FileNotFoundError, zipfile.BadZipFile, zlib.error, KeyError, ValueError):
        return None  # not there, or half written by one that died
    return View(
        original=original_from_json(found["original"]) if found["original"] else None,
        problem=found["problem"],
        drawn=tuple(tuple(size) if size else None for size in found["drawn"]),
    )


def _make(row: Import) -> View:
    data = stored_bytes(row, at_most=settings.UPLOAD_MAX_BYTES + 1)
    limits = cage.Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES,
        seconds=settings.READING_MAX_SECONDS,
        memory=settings.READING_MAX_MEMORY,
        max_answer=MOST_ANSWER,
    )
    viewer = cage.Viewer(data, limits)
    try:
        original = viewer.original()
        pictures = _draw(viewer, original.pages)
        view = View(original=original, drawn=tuple(size for size, _ in pictures))
    except UnreadableFile as error:
        view, pictures = View(problem=error.message), []
    finally:
        viewer.close()
    _keep(row, view, [picture for _, picture in pictures])
    return view


def _draw(viewer: cage.Viewer, pages: int) -> list[tuple[tuple[int, int] | None, bytes]]:
    """The size and the picture of each page; those that take too long or too much have none."""
    drawn: list[tuple[tuple[int, int] | None, bytes]] = []
    deadline = time.monotonic() + settings.READING_MAX_SECONDS
    left = MOST_BYTES
    for page in range(pages):
        size, picture = None, b""
        seconds = min(PAGE_SECONDS, deadline - time.monotonic())
        if page < MOST_PAGES and seconds > 0:
            try:
                dots = viewer.page(page, width=WIDTH, seconds=seconds)
            except UnreadableFile:
                logger.warning("a page could not be drawn")
            else:
                picture = as_png(dots)
                if len(picture) <= left:
                    size, left = (dots.width, dots.height), left - len(picture)
        drawn.append((size, picture if size else b""))
    return drawn


def as_png(dots: Dots) -> bytes:
    """The dots of a page as a picture. It is made here, so that no file has a hand in how it is written."""
    stride = CHANNELS * dots.width
    rows = b"".join(b"\0" + dots.rgb[at : at + stride] for at in range(0, len(dots.rgb), stride))
    header = struct.pack(">IIBBBBB", dots.width, dots.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _keep(row: Import, view: View, pictures: list[bytes]) -> None:
    index = {
        "original": original_to_json(view.original) if view.original else None,
        "problem": view.problem,
        "drawn": view.drawn,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as kept:
        kept.writestr(INDEX, json.dumps(index))
        for page, picture in enumerate(pictures, 1):
            if picture:
                kept.writestr(_picture_name(page), picture)
    name = _name(row)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(buffer.getvalue()))
    _throw_away_old()


def _throw_away_old() -> None:
    names = [str(PurePosixPath(FOLDER) / name) for name in default_storage.listdir(FOLDER)[1]]
    if len(names) > KEPT:
        for name in sorted(names, key=_kept_since)[:-KEPT]:
            default_storage.delete(name)


def _kept_since(name: str) -> datetime:
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:  # another server threw it away a moment ago
        return datetime.min.replace(tzinfo=UTC)
