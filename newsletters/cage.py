"""Runs parsing in a child process of its own, with limits: a hostile file costs one child, never the worker."""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.parsing.wire import answer_from_json

if sys.platform == "linux":
    import resource

logger = logging.getLogger(__name__)

CHUNK = 65_536  # bytes that go through a pipe at a time
PROJECT_DIR = Path(__file__).resolve().parent.parent
TOO_COSTLY = (
    "Dit bestand kost te veel tijd of geheugen om te lezen. Upload alleen de nieuwsbrief zelf, of plak de tekst."
)
DAMAGED = "Dit bestand lijkt beschadigd en kan niet worden gelezen. Sla het opnieuw op en upload het nog eens."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost: its own size, seconds of wall and CPU time, and bytes of memory and of the answer.

    tick is the number of seconds between two calls of on_tick.
    """

    max_bytes: int
    seconds: int
    memory: int
    max_answer: int = 256 * 1024 * 1024
    tick: float = 2.0


def parse(
    data: bytes,
    *,
    filename: str,
    limits: Limits,
    reference: date | None = None,
    on_tick: Callable[[], None] = lambda: None,
) -> DraftNewsletter:
    """The newsletter in data, read in a child process. on_tick is called every few seconds while it runs.

    Raises UnreadableFile for what cannot be read, too_costly where a limit was hit. An exception out of
    on_tick ends the child and comes through.
    """
    header = {
        "filename": filename,
        "reference": reference.isoformat() if reference else None,
        "max_bytes": limits.max_bytes,
    }
    command = [sys.executable, "-m", "newsletters.parsing"]
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        try:
            _limit(process.pid, limits)
            output, errors = _talk(process, json.dumps(header).encode() + b"\n" + data, limits, on_tick)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        # the last line of a traceback begins with the exception's name; what follows may quote the file
        cause = errors.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        logger.warning("parsing child ended with status %s: %s", process.returncode, cause[:80])
        if process.returncode < 0 or cause == "MemoryError":
            raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY)
        raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED)
    return _answer(output)


def _answer(output: bytes) -> DraftNewsletter:
    """What the child printed; it may have been taken over by the file, so anything can stand there."""
    try:
        return answer_from_json(output.decode())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("parsing child gave no answer: %s", type(error).__name__)
        raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED) from error


def _limit(pid: int, limits: Limits) -> None:
    """Set before any data is sent, so that the child waits for its input until then."""
    if sys.platform == "linux":
        with suppress(ProcessLookupError):  # gone already: its status tells
            resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory, limits.memory))
            resource.prlimit(pid, resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))


def _talk(
    process: "subprocess.Popen[bytes]", data: bytes, limits: Limits, on_tick: Callable[[], None]
) -> tuple[bytes, bytes]:
    """What the child prints and complains of. Unlike communicate() it takes no more than max_answer of it."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("a child without pipes")
    received = {process.stdout: bytearray(), process.stderr: bytearray()}
    unsent = memoryview(data)
    os.set_blocking(process.stdin.fileno(), False)
    deadline = time.monotonic() + limits.seconds
    next_tick = time.monotonic() + limits.tick
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdin, selectors.EVENT_WRITE)
        for pipe in received:
            pipes.register(pipe, selectors.EVENT_READ)
        while pipes.get_map():
            for key, _ in pipes.select(timeout=max(0.0, next_tick - time.monotonic())):
                if key.fileobj is process.stdin:
                    unsent = unsent[_write(key.fd, unsent) :]
                    if not unsent:
                        pipes.unregister(process.stdin)
                        process.stdin.close()
                else:
                    chunk = os.read(key.fd, CHUNK)
                    if not chunk:
                        pipes.unregister(key.fileobj)
                    received[key.fileobj] += chunk  # type: ignore[index]
            if time.monotonic() >= deadline or sum(map(len, received.values())) > limits.max_answer:
                raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY)
            if time.monotonic() >= next_tick:
                on_tick()
                next_tick = time.monotonic() + limits.tick
    try:
        process.wait(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY) from None
    return bytes(received[process.stdout]), bytes(received[process.stderr])


def _write(pipe: int, data: memoryview) -> int:
    """How much of data is dealt with: all of it where nobody reads it any more."""
    try:
        return os.write(pipe, data[:CHUNK])
    except BrokenPipeError:
        return len(data)
