"""Runs parsing in a child process with limits: a hostile file costs one child, never the worker.

A child reads one file after another, since starting one costs more than reading a newsletter. It is replaced after
a file that it could not read, and after some files anyway. What it may do is for newsletters.parsing.__main__.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.parsing.original import Dots, Original
from newsletters.parsing.wire import answer_from_json, dots_from_answer, original_answer_from_json

if sys.platform == "linux":
    import resource

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

CHUNK = 65_536  # bytes that go through a pipe at a time
PROJECT_DIR = Path(__file__).resolve().parent.parent
READER = (sys.executable, "-m", "newsletters.parsing")
TOO_COSTLY = (
    "Dit bestand kost te veel tijd of geheugen om te lezen. Upload alleen de nieuwsbrief zelf, of plak de tekst."
)
DAMAGED = "Dit bestand lijkt beschadigd en kan niet worden gelezen. Sla het opnieuw op en upload het nog eens."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost: its own size, seconds of wall time, and bytes of memory and of the answer.

    tick is the number of seconds between two calls of on_tick, files the number that one child reads.
    """

    max_bytes: int
    seconds: float
    memory: int
    max_answer: int = 256 * 1024 * 1024
    tick: float = 2.0
    files: int = 100


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
    told = {"filename": filename, "reference": reference.isoformat() if reference else None}
    child = _child_for(limits)
    try:
        answer = child.ask(_question("newsletter", data, limits, **told), limits, on_tick)
        newsletter = _newsletter_in(answer)
    except BaseException:
        child.end()
        raise
    if child.files_read >= limits.files:
        child.end()
    return newsletter


class Viewer:
    """Looks at one file, in a child that reads no other and that close ends."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data, self._limits = data, limits
        self._child: _Child | None = None

    def original(self) -> Original:
        """What is to be seen of the file. Raises UnreadableFile as parse does."""
        return _understood(lambda answer: original_answer_from_json(answer.decode()), self._ask("original"))

    def page(self, number: int, *, width: int, seconds: float) -> Dots:
        """A page, counted from 0, within as many seconds. Raises UnreadableFile; the next page may be asked for."""
        limits = replace(self._limits, seconds=max(0.0, min(seconds, self._limits.seconds)))
        return _understood(dots_from_answer, self._ask("page", limits, page=number, width=width))

    def _ask(self, want: str, limits: Limits | None = None, **told: object) -> bytes:
        limits = limits or self._limits
        if self._child is None:
            self._child = _Child(limits.memory)
        try:
            return self._child.ask(_question(want, self._data, limits, **told), limits, lambda: None)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


def _question(want: str, data: bytes, limits: Limits, **told: object) -> bytes:
    header = {"want": want, "max_bytes": limits.max_bytes, "size": len(data), **told}
    return json.dumps(header).encode() + b"\n" + data


class _Child:
    """A process that reads files, one after another."""

    def __init__(self, memory: int, command: tuple[str, ...] = READER) -> None:
        pipe = subprocess.PIPE
        environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        self.memory = memory
        self.owner = os.getpid()
        self.files_read = 0
        self._process = subprocess.Popen(
            command, cwd=PROJECT_DIR, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        self.end = weakref.finalize(self, _end, self._process, self.owner)
        _limit(self._process.pid, memory)

    def is_usable(self, limits: Limits) -> bool:
        """Whether it is ours, alive, and under the limits that are asked for."""
        return self.owner == os.getpid() and self.memory == limits.memory and self.end.alive and self._is_running()

    def _is_running(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: bytes, limits: Limits, on_tick: Callable[[], None]) -> bytes:
        """The child's answer. Raises UnreadableFile where it gives none within the limits."""
        self.files_read += 1
        answer, complaint = _talk(self._process, question, limits, on_tick)
        if answer is not None:
            return answer
        status = self._process.wait()
        # the last line of a traceback begins with the exception's name; what follows may quote the file
        cause = complaint.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        logger.warning("parsing child ended with status %s: %s", status, cause[:80])
        if status < 0 or cause == "MemoryError":
            raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY)
        raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED)


_children = threading.local()  # a child dies with the thread that started it


def _child_for(limits: Limits) -> _Child:
    child: _Child | None = getattr(_children, "child", None)
    if child is None or not child.is_usable(limits):
        if child is not None:
            child.end()
        child = _children.child = _Child(limits.memory)
    return child


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    """End a child and all that it may have started. In a fork of its owner: let it be."""
    if owner != os.getpid():
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    process.wait()


def _limit(pid: int, memory: int) -> None:
    """Set before any data is sent, so that the child waits for its input until then."""
    if sys.platform == "linux":
        with suppress(ProcessLookupError):  # gone already: its status tells
            resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _talk(
    process: "subprocess.Popen[bytes]", question: bytes, limits: Limits, on_tick: Callable[[], None]
) -> tuple[bytes | None, bytes]:
    """The child's answer, None where it ended without one; and what it complained of.

    An answer is its length in digits, a line end, and as many bytes.
    """
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("a child without pipes")
    answer, complaint, unsent = bytearray(), bytearray(), memoryview(question)
    received = {process.stdout: answer, process.stderr: complaint}
    os.set_blocking(process.stdin.fileno(), False)
    deadline = time.monotonic() + limits.seconds
    next_tick = time.monotonic() + limits.tick
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdin, selectors.EVENT_WRITE)
        for pipe in received:
            pipes.register(pipe, selectors.EVENT_READ)
        while process.stdout in pipes.get_map():
            for key, _ in pipes.select(timeout=max(0.0, min(next_tick, deadline) - time.monotonic())):
                if key.fileobj is process.stdin:
                    unsent = unsent[_write(key.fd, unsent) :]
                    if not unsent:
                        pipes.unregister(process.stdin)
                else:
                    chunk = os.read(key.fd, CHUNK)
                    if not chunk:
                        pipes.unregister(key.fileobj)
                    received[key.fileobj] += chunk  # type: ignore[index]
            if (body := _body(answer)) is not None:
                if unsent:
                    process.kill()  # it did not even wait for the end of the question
                return body, bytes(complaint)
            if time.monotonic() >= deadline or len(answer) + len(complaint) > limits.max_answer:
                raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_COSTLY)
            if time.monotonic() >= next_tick:
                on_tick()
                next_tick = time.monotonic() + limits.tick
    process.kill()  # it may have closed its pipes and gone on
    return None, bytes(complaint)


def _write(pipe: int, data: memoryview) -> int:
    """How much of data is dealt with: all of it where nobody reads it any more."""
    try:
        return os.write(pipe, data[:CHUNK])
    except BrokenPipeError:
        return len(data)


def _body(answer: bytearray) -> bytes | None:
    """The answer without its length; None while it is not whole."""
    end = answer.find(b"\n", 0, 20)
    if end < 0:
        return None
    length, body = bytes(answer[:end]), memoryview(answer)[end + 1 :]
    is_whole = not length.isdigit() or len(body) >= int(length)  # what is no length is for the reader of the answer
    return bytes(body) if is_whole else None


def _newsletter_in(answer: bytes) -> DraftNewsletter:
    return _understood(lambda answer: answer_from_json(answer.decode()), answer)


def _understood(make: Callable[[bytes], Answer], answer: bytes) -> Answer:
    """What the child answered; it may have been taken over by the file, so anything can stand there."""
    try:
        return make(answer)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("parsing child gave no answer: %s", type(error).__name__)
        raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED) from error
