"""The child process that reads one file: a line of JSON and the file's bytes in, one JSON object out.

In: {"filename": str, "reference": "YYYY-MM-DD" or null, "max_bytes": int}, a line end, and the bytes until the end.
Out: {"newsletter": {...}} or {"error": {"code": ..., "message": ...}}; the exit status is 0 in both cases.
"""

import ctypes
import json
import signal
import sys
from datetime import date
from typing import BinaryIO

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.read import MAX_BYTES, read
from newsletters.parsing.recognise import recognise
from newsletters.parsing.wire import error_to_json, to_json

TOO_COSTLY = (
    "Dit bestand kost te veel tijd of geheugen om te lezen. Upload alleen de tekst van de nieuwsbrief of plak die."
)


PR_SET_PDEATHSIG = 1  # from Linux's sys/prctl.h


def die_with_parent() -> None:
    """Have the kernel end this process when the one that started it ends. Only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def answer(source: BinaryIO) -> str:
    """The whole answer to what stands on source, as JSON."""
    header = json.loads(source.readline())
    reference = header.get("reference")
    try:
        document = read(source.read(), header.get("filename") or "", max_bytes=header.get("max_bytes") or MAX_BYTES)
        draft = recognise(document, reference=date.fromisoformat(reference) if reference else None)
        return f'{{"newsletter": {to_json(draft)}}}'
    except UnreadableFile as error:
        return f'{{"error": {error_to_json(error)}}}'
    except (RecursionError, MemoryError):
        return f'{{"error": {error_to_json(UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY))}}}'


if __name__ == "__main__":
    die_with_parent()
    sys.stdout.write(answer(sys.stdin.buffer) + "\n")
