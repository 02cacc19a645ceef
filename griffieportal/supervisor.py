"""Child processes that are kept alive and ended together. Plain Python: no Django, no settings.

Each child leads a session of its own, so that Ctrl-C in a terminal reaches the supervisor only and what a child
started can be ended with it. On Linux a child is also told to end when the supervisor is gone, however it went,
and processes that a dead child leaves behind become the supervisor's own, which ends them.
"""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

IS_LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
PR_SET_CHILD_SUBREAPER = 36
STDERR = 2

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 1.0  # seconds between two looks where no signal comes
STEADY = 10.0  # seconds after which a child counts as running well
FIRST_DELAY = 0.2  # seconds before a restart; doubles each time that it dies before it was steady
LAST_DELAY = 30.0

_libc = ctypes.CDLL(None, use_errno=True) if IS_LINUX else None


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does between fork and exec: ask for SIGTERM when its parent ends."""

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # gone before we asked
                os._exit(1)

    return ask


@dataclass(slots=True, kw_only=True)
class Child:
    """One process of the supervisor. stop_seconds is what it gets to end by itself after SIGTERM."""

    name: str
    command: Sequence[str]
    stop_seconds: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    delay: float = field(default=FIRST_DELAY)

    def start(self, *, env: Mapping[str, str], cwd: Path) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=STDERR,  # its log lines; stdout is the supervisor's own
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the supervisor has no threads
        )
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        if self.process is not None and self.is_running():
            self.process.terminate()

    def kill_group(self) -> None:
        """End the child and all that is left of its group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM where only zombies are left
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def plan_restart(self, now: float) -> float:
        """Settle when it starts again; the seconds until then."""
        delay = self.delay if now - self.started_at < STEADY else FIRST_DELAY
        self.start_again_at = now + delay
        self.delay = min(delay * 2, LAST_DELAY)
        return delay


class Supervisor:
    """Starts children, restarts those that die, ends all of them when it is told to stop."""

    def __init__(
        self, children: Iterable[Child], *, env: Mapping[str, str], cwd: Path, say: Callable[[str], None]
    ) -> None:
        self.children = tuple(children)
        self.env = env
        self.cwd = cwd
        self.say = say
        self.stops_asked = 0
        self._wake_up, self._woken = socket.socketpair()

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None], ready_seconds: float) -> bool:
        """Serve until a stop signal. False: the children were not ready in time, and were ended."""
        self._adopt_orphans()
        self._listen_to_signals()
        try:
            for child in self.children:
                child.start(env=self.env, cwd=self.cwd)
            if not self._wait_until(is_ready, seconds=ready_seconds):
                return bool(self.stops_asked)
            on_ready()
            while not self.stops_asked:
                self._look_after()
                self._wait(TICK)
            return True
        finally:
            self._stop()

    def _wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.stops_asked and time.monotonic() < deadline:
            self._look_after()
            if is_ready():
                return True
            self._wait(0.1)
        return False

    def _look_after(self) -> None:
        """Notice who died, clean up after them and start them again when their time has come."""
        now = time.monotonic()
        for child in self.children:
            if child.is_running():
                continue
            if child.process is not None:
                status = child.process.returncode
                child.kill_group()
                self._end_orphans()
                child.process = None
                delay = child.plan_restart(now)
                self.say(f"The {child.name} ended ({_describe(status)}); it starts again in {delay:g} s.")
            elif now >= child.start_again_at:
                child.start(env=self.env, cwd=self.cwd)

    def _stop(self) -> None:
        """Ask all to end and wait for one after the other; a second stop signal ends the waiting."""
        asked = self.stops_asked
        begun = time.monotonic()
        for child in self.children:
            child.terminate()
        for child in self.children:
            deadline = begun + child.stop_seconds
            while child.is_running() and time.monotonic() < deadline and self.stops_asked <= max(asked, 1):
                self._wait(0.1)
            child.kill_group()
        self._end_orphans()

    def _wait(self, seconds: float) -> None:
        """Sleep, but wake up at once for a signal: a child's end or a stop."""
        if select.select([self._woken], [], [], seconds)[0]:
            signals = self._woken.recv(256)
            self.stops_asked += sum(number in STOP_SIGNALS for number in signals)
            if signal.SIGCHLD in signals:
                self._end_orphans()

    def _listen_to_signals(self) -> None:
        self._wake_up.setblocking(False)
        signal.set_wakeup_fd(self._wake_up.fileno(), warn_on_full_buffer=False)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, _note)  # the wake-up socket carries the number

    def _adopt_orphans(self) -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)

    def _end_orphans(self) -> None:
        """End what dead children left in sessions of their own. They come to us one generation at a time."""
        for _ in range(100):
            ours = {child.process.pid for child in self.children if child.process is not None}
            orphans = _children_of(os.getpid()) - ours
            if not orphans:
                return
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _note(number: int, frame: FrameType | None) -> None:
    """A handler must be there for the number to reach the wake-up socket."""


def _describe(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"


def _children_of(parent: int) -> set[int]:
    """Pids of the direct children, zombies too. Empty where there is no /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            ppid = int(stat.read_text().rpartition(")")[2].split()[1])
            if ppid == parent:
                found.add(int(stat.parent.name))
    return found
