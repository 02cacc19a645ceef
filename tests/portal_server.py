"""A real portal for tests: `manage.py serve` on a free port, with a data directory and a database of its own.

On the embedded default the log-ins are those that the first start makes. With DATABASE_URL set there are none,
so they are made here, in a database and a Redis number that are made for this portal and dropped after it.
"""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from redis import Redis

PROJECT_DIR = Path(__file__).resolve().parent.parent
MARKER = "GRIFFIEPORTAL_TEST_PORTAL"  # the variable that every process of a portal carries
PATIENCE = 120.0  # seconds; a deadline against hanging, not a measurement
KINDS = {"serve": "\0serve\0", "web": "\0gunicorn\0", "worker": "\0worker\0", "schedule": "\0beat\0"}
LOGIN = re.compile(r"^  (\w+)  (\S+@\S+)  (\S+)$", re.MULTILINE)
USERS = """
from django.contrib.auth.models import Group
from accounts.models import User
griffier = User.objects.create_user("griffier@voorbeeldstad.example", {0!r}, name="Griffier", is_staff=True)
griffier.groups.add(Group.objects.get(name="Griffie"))
User.objects.create_user("raadslid@voorbeeldstad.example", {1!r}, name="Raadslid")
"""


@dataclass(kw_only=True)
class Portal:
    """A portal that runs. logins: role -> (e-mail address, password)."""

    url: str
    port: int
    data_dir: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    logins: dict[str, tuple[str, str]] = field(default_factory=dict)

    def pids(self, kind: str = "") -> list[int]:
        """Its living processes: serve, web, worker or schedule, or all; the leader of a group comes first."""
        return sorted(pids_with(self.env[MARKER], KINDS.get(kind, "")), key=lambda pid: (_pgid(pid) != pid, pid))

    def manage(self, *arguments: str) -> str:
        """Run manage.py on the same data; what it printed. Raises where it failed."""
        command = [sys.executable, "manage.py", *arguments]
        env = {name: value for name, value in self.env.items() if name != MARKER}
        return subprocess.run(command, cwd=PROJECT_DIR, env=env, check=True, capture_output=True, text=True).stdout

    def printed(self) -> str:
        return (self.data_dir.parent / "serve.out").read_text()

    def logged(self) -> str:
        return (self.data_dir.parent / "serve.err").read_text()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running_portal(
    tmp_path: Path, extra_env: Mapping[str, str] | None = None, *, with_logins: bool = True
) -> Iterator[Portal]:
    """Start a portal under tmp_path, wait until it is ready, and leave nothing of it behind."""
    with portal_surroundings(tmp_path, extra_env) as env, served(tmp_path, env) as portal:
        portal.logins = {role: (email, password) for role, email, password in LOGIN.findall(portal.printed())}
        if with_logins and not portal.logins:
            griffier, raadslid = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
            portal.manage("shell", "-v0", "-c", USERS.format(griffier, raadslid))
            portal.logins = {
                "griffier": ("griffier@voorbeeldstad.example", griffier),
                "raadslid": ("raadslid@voorbeeldstad.example", raadslid),
            }
        yield portal


@contextmanager
def portal_surroundings(tmp_path: Path, extra_env: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The environment of a portal, with a database and a queue that nobody else uses. It outlives restarts."""
    env = {name: value for name, value in os.environ.items() if name not in {"SITE_URL", "ALLOWED_HOSTS", "DATA_DIR"}}
    env |= {"DATA_DIR": str(tmp_path / "data"), MARKER: secrets.token_hex(16), **(extra_env or {})}
    if not env.get("DATABASE_URL"):
        yield env
        return
    with _own_database(env["DATABASE_URL"]) as database_url, _own_redis(env["REDIS_URL"]) as redis_url:
        yield {**env, "DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextmanager
def served(tmp_path: Path, env: dict[str, str]) -> Iterator[Portal]:
    """`manage.py serve` in these surroundings, from ready to gone."""
    port = free_port()
    with start_serve(tmp_path, env, "--port", str(port)) as process:
        portal = Portal(
            url=f"http://127.0.0.1:{port}", port=port, data_dir=Path(env["DATA_DIR"]), env=env, process=process
        )
        try:
            wait_for(lambda: "is ready on" in portal.printed() or process.poll() is not None)
            if process.poll() is not None:
                raise AssertionError(f"serve ended:\n{portal.printed()}{portal.logged()}")
            yield portal
            if process.poll() is None:
                portal.stop()
        finally:
            send_signal([process.pid, *portal.pids()] if process.poll() is None else portal.pids(), signal.SIGKILL)


def send_signal(pids: Iterable[int], number: signal.Signals) -> None:
    """To each of these processes that still lives: one that dies may take others with it."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def start_serve(tmp_path: Path, env: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """serve with its lines going to serve.out and serve.err under tmp_path."""
    with (tmp_path / "serve.out").open("wb") as out, (tmp_path / "serve.err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "manage.py", "serve", *arguments],
            cwd=PROJECT_DIR,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )


def wait_for(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Return when condition holds; fail when it never does."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.1)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pids_with(marker: str, part: str = "") -> set[int]:
    """Living processes that carry this marker, with part in their command line, whose words end with NUL."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            is_ours = f"{MARKER}={marker}\0" in (process / "environ").read_text(errors="replace")
            if is_ours and part in (process / "cmdline").read_text(errors="replace"):
                found.add(int(process.name))
    return found


def _pgid(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


@contextmanager
def _own_database(url: str) -> Iterator[str]:
    name = f"griffieportal_test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _own_redis(url: str) -> Iterator[str]:
    """One of Redis' numbered databases that is empty and that we were the first to claim."""
    for number in range(15, 0, -1):
        own_url = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        with closing(Redis.from_url(own_url)) as redis:
            if redis.dbsize() or not redis.set("claimed by a test", "1", nx=True, ex=3600):
                continue
            try:
                yield own_url
            finally:
                redis.flushdb()
            return
    raise AssertionError("no empty database is left in this Redis")
