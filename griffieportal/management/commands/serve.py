"""Serves the portal: the web server, one worker and the schedule, from the first start on to Ctrl-C."""

import argparse
import errno
import hashlib
import http.client
import os
import shutil
import socket
import sys
import tempfile
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from redis import Redis, RedisError

from accounts.models import User
from griffieportal import demo_logins
from griffieportal.data_dir import data_dir_to_ourselves
from griffieportal.supervisor import Child, Supervisor
from newsletters.models import Newsletter

HOST, PORT = "127.0.0.1", 8000
NEEDED_BYTES = 50 * 1024 * 1024
READY_SECONDS = 90
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to look for a server that listens everywhere


class Command(BaseCommand):
    """Everything that can be wrong is told in one sentence before anything is started."""

    help = "Serves the portal with one worker and the schedule, until Ctrl-C."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default=HOST, help="the address to listen on (%(default)s)")
        parser.add_argument("--port", default=PORT, type=_port, help="the port to listen on (%(default)s)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        os.umask(0o077)  # uploads, database and log-ins are nobody else's
        try:
            self._serve(host, port)
        except CommandError as problem:
            self._fail(str(problem))
        except KeyboardInterrupt:
            self._fail("Stopped before everything was ready; the next start goes on from here.")
        except OSError as problem:
            if problem.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self._fail(f"The disk of {settings.DATA_DIR} is full. Make room and start again.")

    def _serve(self, host: str, port: int) -> None:
        _check_address(host, port)
        _check_room()
        with data_dir_to_ourselves():
            _check_database()
            _check_redis()
            self._migrate()
            self._collect_static()
            self._tell_who_can_log_in(host)
            supervisor = Supervisor(
                _children(host, port), env=_environment(host, port), cwd=settings.BASE_DIR, say=self._warn
            )
            if not supervisor.run(
                is_ready=lambda: _answers(host, port),
                on_ready=lambda: self._say(f"Griffieportal is ready on {_address(host, port)}"),
                ready_seconds=READY_SECONDS,
            ):
                raise CommandError("The web server does not answer as it should; the lines above tell why.")
            self._say("Stopped.")

    def _migrate(self) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as problem:
            raise CommandError(f"The database can't be brought up to date: {_first_line(problem)}") from problem

    def _collect_static(self) -> None:
        """Only where a file changed: making compressed copies takes seconds."""
        stamp, wanted = settings.STATIC_ROOT / "collected", _static_fingerprint()
        if not stamp.exists() or stamp.read_text() != wanted:
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(wanted)

    def _tell_who_can_log_in(self, host: str) -> None:
        logins: tuple[demo_logins.Login, ...] = ()
        if settings.EMBEDDED:
            logins = self._demo_logins(is_own_machine=_is_loopback(host) and _is_loopback(_site_host()))
        for login in logins:
            self._say(f"  {login.role}  {login.email}  {login.password}")
        if not User.objects.exists():
            self._say("Nobody can log in yet. Make the first account: .venv/bin/python manage.py first_beheerder")

    def _demo_logins(self, *, is_own_machine: bool) -> tuple[demo_logins.Login, ...]:
        if is_own_machine and not User.objects.exists() and not Newsletter.objects.exists():
            self._say("First start: making log-ins and made-up newsletters ...")
            with transaction.atomic():
                demo_logins.make(settings.DATA_DIR)
                call_command("demo_data", newsletters=6, members=3, verbosity=0)
        logins = demo_logins.working(settings.DATA_DIR)
        if logins and not is_own_machine:
            raise CommandError(
                f"The demo log-ins of {settings.DATA_DIR} still work and must not be reached from other machines: "
                "set DATA_DIR to an empty folder, or give these accounts other passwords first."
            )
        if logins:
            self._say("Log-ins of this demo (role, e-mail address, password):")
        return logins

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _warn(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()

    def _fail(self, sentence: str) -> None:
        self._warn(sentence)
        sys.exit(1)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]


def _check_address(host: str, port: int) -> None:
    if not _is_loopback(host) and not os.environ.get("SITE_URL"):
        raise CommandError(
            f"To serve on {host}, set SITE_URL to the https:// address that people type; without it only this "
            "machine itself is served."
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except socket.gaierror as problem:
        raise CommandError(f"{host} is not an address of this machine; choose another with --host.") from problem
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} of {host} is in use by another program; choose another port, such as --port {port + 1}."
            ) from problem
        if problem.errno == errno.EACCES:
            raise CommandError(f"Port {port} needs more rights; choose one above 1023 with --port.") from problem
        raise CommandError(f"{host} is not an address of this machine; choose another with --host.") from problem


def _check_room() -> None:
    """The data directory can be written and has room for a start."""
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"0" * 4096)
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise CommandError(
            f"The folder {settings.DATA_DIR} can't be written; set its owner, or set DATA_DIR to another folder."
        ) from problem
    if free < NEEDED_BYTES:
        raise CommandError(
            f"The disk of {settings.DATA_DIR} is full: {free // 1024**2} MB free, {NEEDED_BYTES // 1024**2} MB needed. "
            "Make room and start again."
        )


def _check_database() -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        where = settings.DATA_DIR if settings.EMBEDDED else "DATABASE_URL"
        raise CommandError(f"The database of {where} does not answer: {_first_line(problem)}") from problem


def _check_redis() -> None:
    if settings.EMBEDDED:
        (settings.DATA_DIR / "broker" / "control").mkdir(parents=True, exist_ok=True)
        return
    try:
        with closing(Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, socket_timeout=5)) as redis:
            redis.ping()
    except (RedisError, ValueError) as problem:
        raise CommandError(f"The Redis of REDIS_URL does not answer: {_first_line(problem)}") from problem


def _static_fingerprint() -> str:
    """Changes when any static file does, or where they come from."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _environment(host: str, port: int) -> dict[str, str]:
    """The children's: with the address that people type, unless it was given."""
    environment = {**os.environ, "DATA_DIR": str(settings.DATA_DIR), "PYTHONUNBUFFERED": "1"}
    # as root Celery fills the screen with a warning at every start
    environment["PYTHONWARNINGS"] = ",".join(
        filter(None, (os.environ.get("PYTHONWARNINGS"), "ignore:You're running the worker with superuser"))
    )
    if not os.environ.get("SITE_URL") and (host, port) != (HOST, PORT):
        environment["SITE_URL"] = _address(host, port)
    return environment


def _children(host: str, port: int) -> tuple[Child, ...]:
    """What serves: each may end by itself for stop_seconds, the worker with the imports that it is reading."""
    bind = _address(host, port).removeprefix("http://")
    workers = 1 if settings.EMBEDDED else 2
    celery = [sys.executable, "-m", "celery", "--app", "griffieportal", "--quiet"]
    return (
        Child(
            name="web server",
            command=[
                *(sys.executable, "-m", "gunicorn", "griffieportal.wsgi", "--bind", bind),
                *("--config", str(settings.BASE_DIR / "griffieportal" / "gunicorn_config.py")),
                *("--workers", str(workers)),
            ],
            stop_seconds=10,
        ),
        Child(
            name="schedule",
            # no pid file: the lock on DATA_DIR keeps it to one, and none is left to trip over
            command=[
                *(*celery, "beat", "--loglevel", "WARNING", "--pidfile="),
                *("--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME),
            ],
            stop_seconds=5,
        ),
        Child(
            name="worker",
            command=[
                *(*celery, "worker", "--loglevel", "WARNING", "--pool", "prefork", "--concurrency", "2"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            stop_seconds=20,
        ),
    )


def _answers(host: str, port: int) -> bool:
    """Whether the log-in page comes: web server, templates and database at work."""
    with closing(http.client.HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=5)) as web:
        try:
            web.request("GET", reverse("account_login"), headers={"Host": _site_host()})
            return web.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
