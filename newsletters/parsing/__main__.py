"""The child process that reads files: a question in, an answer out, until there is no question any more.

In: one line of JSON, {"want": what, "filename": str, "reference": "YYYY-MM-DD" or null, "max_bytes": int, "size": int},
and size bytes. Out: the answer's length in digits, a line end, and the answer: {"error": {"code": ..., "message": ...}}
or what was wanted.

newsletter: {"newsletter": {...}}. original: {"original": {...}}, to look at. page, with "page": int and "width": int:
{"width": int, "height": int}, a line end, and the dots of that page.

The child dies with its parent, has no network where the kernel lets it go without, and may open no file but those of
Python and of this package.
"""

import ctypes
import json
import os
import signal
import sys
import sysconfig
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.original import draw, look_at
from newsletters.parsing.read import MAX_BYTES, read
from newsletters.parsing.recognise import recognise
from newsletters.parsing.wire import error_to_json, original_to_json, to_json

TOO_COSTLY = (
    "Dit bestand kost te veel tijd of geheugen om te lezen. Upload alleen de tekst van de nieuwsbrief of plak die."
)

# Linux: sys/prctl.h, linux/sched.h
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

READABLE = tuple(
    {
        *(os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"))),
        str(Path(__file__).resolve().parent) + os.sep,
        "/usr/share/zoneinfo/",
    }
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = (
    "socket.", "subprocess.", "sqlite3.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.kill", "pty.", "shutil.", "tempfile.", "ftplib.", "http.", "urllib.", "smtplib.",
)  # fmt: skip


def die_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends. Only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_network() -> None:
    """Go where there is no network, not even this machine's own; a kernel or a container may not allow it."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWNET)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's audit hook: no sockets, processes or changes to files, and no reading of what is not Python's own."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, int):
            return
        if flags & WRITING or not os.path.realpath(os.fsdecode(path)).startswith(READABLE):
            raise PermissionError("the reading of newsletters opens no other file")
    elif event.startswith(FORBIDDEN):
        raise PermissionError(f"the reading of newsletters needs no {event}")


def newsletter(header: dict[str, Any], data: bytes) -> bytes:
    reference = header.get("reference")
    document = read(data, header.get("filename") or "", max_bytes=header.get("max_bytes") or MAX_BYTES)
    draft = recognise(document, reference=date.fromisoformat(reference) if reference else None)
    return b'{"newsletter": %s}' % to_json(draft).encode()


def original(header: dict[str, Any], data: bytes) -> bytes:
    seen = look_at(data, max_bytes=header.get("max_bytes") or MAX_BYTES)
    return b'{"original": %s}' % original_to_json(seen).encode()


def page(header: dict[str, Any], data: bytes) -> bytes:
    dots = draw(data, header["page"], width=header["width"])
    return b'{"width": %d, "height": %d}\n' % (dots.width, dots.height) + dots.rgb


WANTED = {"newsletter": newsletter, "original": original, "page": page}


def answer(header: dict[str, Any], data: bytes) -> bytes:
    """The whole answer to one question."""
    try:
        return WANTED[header["want"]](header, data)
    except UnreadableFile as error:
        return b'{"error": %s}' % error_to_json(error).encode()
    except (RecursionError, MemoryError):
        return b'{"error": %s}' % error_to_json(UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY)).encode()


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer questions until there is none."""
    while line := source.readline():
        header = json.loads(line)
        said = answer(header, source.read(header["size"]))
        target.write(b"%d\n" % len(said) + said)
        target.flush()


if __name__ == "__main__":
    die_with_parent()
    leave_network()
    sys.addaudithook(refuse)
    serve(sys.stdin.buffer, sys.stdout.buffer)
