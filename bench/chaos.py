"""Breaks everything that a portal stands on while it reads, and counts what was lost, doubled or shown by half.

    .venv/bin/python -m bench.chaos ROUNDS SEED

Starts a PostgreSQL and a Redis of its own on free ports, a worker and the schedule. Each round uploads 50 files and
meanwhile, by chance: kills worker, schedule or Redis (which keeps nothing), empties Redis, restarts PostgreSQL
without letting it end, fills the disk, shifts the worker's clock by an hour either way, sends each message three
times, or sends a file whose reading kills its worker every time. The uploading side sends again what was not
answered, as the page for uploads does. With every fifth file a mail is asked for, which goes to a mail server of the
bench's own: none may come twice, nor be told as sent without having come. Needs PostgreSQL's and Redis' servers; for
the disk the right to mount a tmpfs, and for the clock Debian's package faketime: what a machine lacks is told and left
out.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg
from redis import Redis, RedisError

from bench.samples import FORMATS, POISON, stories
from bench.throughput import suffix_of
from tests.mailbox import Mailbox, receiving
from tests.portal_server import PROJECT_DIR, free_port

FILES = 50
FILES_A_MAIL = 5
STALE_SECONDS = "3"
PATIENCE = 120.0  # seconds for a round to end by itself
TARGET = 10.0  # seconds from the moment that all is back
MAIL_PATIENCE = 10.0  # seconds; one that a dead worker held is looked at after five minutes only
UNDER_WAY = ("waiting", "sending")
DISK = 48 * 1024 * 1024
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)

UPLOAD = """
import json, time
from pathlib import Path
from uuid import UUID
from django.core.files.base import ContentFile
from django.db import connection
from accounts.models import Mail, User
from accounts.tasks import queue_mails
from newsletters.services.imports import receive_upload
from newsletters.tasks import queue_reading
tries = 0
for number, path in enumerate(sorted(Path({folder!r}).iterdir())):
    while True:
        try:
            by = User.objects.get(email="griffier@voorbeeldstad.example")
            file = ContentFile(path.read_bytes(), name=path.name)
            row = receive_upload(file, filename=path.name, by=by, batch=UUID({batch!r}), number=number)
            for _ in range({times}):
                queue_reading(row.pk)
            if number % {files_a_mail} == 0:
                address = f"{batch}-{{number}}@voorbeeldstad.example"
                mail, _ = Mail.objects.get_or_create(kind=Mail.Kind.KNOWN, to=address)
                queue_mails([mail.pk] * {times})
            break
        except Exception:
            tries += 1
            connection.close()
            time.sleep(0.2)
    time.sleep(0.04)
print(json.dumps(tries))
"""
ROWS = """
SELECT i.filename, i.state, i.problem, i.attempts, i.newsletter_id,
       (SELECT count(*) FROM newsletters_item t WHERE t.newsletter_id = i.newsletter_id)
FROM newsletters_import i WHERE i.batch = %s
"""
MAILS = 'SELECT "to", state FROM accounts_mail'
TOTALS = """
SELECT (SELECT count(*) FROM newsletters_newsletter), (SELECT count(*) FROM newsletters_item),
       (SELECT count(*) FROM newsletters_newsletter n
        WHERE NOT EXISTS (SELECT FROM newsletters_import i WHERE i.newsletter_id = n.id AND i.state = 'ready'))
"""


@dataclass(kw_only=True)
class Process:
    """One that can be killed with all below it and started again."""

    command: list[str]
    env: dict[str, str]
    log: Path
    user: str = ""
    running: subprocess.Popen[bytes] | None = None

    def start(self, **extra: str) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=PROJECT_DIR,
                env={**self.env, **extra},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def has_died(self) -> bool:
        return self.running is not None and self.running.poll() is not None


@dataclass(kw_only=True)
class PostgreSQL:
    """A cluster of our own; nobody else's server is touched."""

    folder: Path
    port: int

    def _run(self, program: str, *arguments: str) -> None:
        path = max(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_other, str(path), "-D", str(self.folder / "cluster"), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def make(self) -> None:
        self.folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-U", "griffie", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.control("start")

    def control(self, action: str) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        with suppress(subprocess.CalledProcessError) if action == "stop" else ExitStack():
            self._run("pg_ctl", "-w", "-m", "immediate", "-l", str(self.folder / "log"), "-o", options, action)

    @property
    def url(self) -> str:
        return f"postgres://griffie@127.0.0.1:{self.port}/postgres"

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Asked again where the server is just being restarted."""
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=5) as connection:
                return connection.execute(query, values).fetchall()  # type: ignore[arg-type]
            time.sleep(0.2)


@dataclass(kw_only=True)
class Portal:
    """All that runs, and the ways to break it. back_at: when the last thing was whole again."""

    database: PostgreSQL
    redis_port: int
    data_dir: Path
    worker: Process
    schedule: Process
    redis: Process
    has_disk: bool
    back_at: float = 0.0
    told: Counter[str] = field(default_factory=Counter)

    def faults(self) -> dict[str, Callable[[Random], None]]:
        found = {
            "kill worker": self.kill_worker,
            "kill schedule": self.kill_schedule,
            "kill redis": self.kill_redis,
            "flush redis": self.flush_redis,
            "restart postgresql": self.restart_postgresql,
        }
        if self.has_disk:
            found["full disk"] = self.fill_disk
        if FAKETIME:
            found["clock jump"] = self.shift_clock
        return found

    def kill_worker(self, random: Random) -> None:
        self.worker.kill()
        time.sleep(random.uniform(0.1, 1.5))
        self.worker.start()

    def kill_schedule(self, random: Random) -> None:
        self.schedule.kill()
        time.sleep(random.uniform(0.1, 1.5))
        self.schedule.start()

    def kill_redis(self, random: Random) -> None:
        self.redis.kill()
        time.sleep(random.uniform(0.1, 2))
        self.start_redis()

    def start_redis(self) -> None:
        self.redis.start()
        with closing(Redis(port=self.redis_port)) as client:
            while True:
                with suppress(RedisError):
                    client.ping()
                    return
                time.sleep(0.05)

    def flush_redis(self, random: Random) -> None:
        with closing(Redis(port=self.redis_port)) as client:
            client.flushall()

    def restart_postgresql(self, random: Random) -> None:
        self.database.control("restart")

    def fill_disk(self, random: Random) -> None:
        filler = self.data_dir / "filler"
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"\0" * 65536)
        time.sleep(random.uniform(0.5, 2))
        filler.unlink(missing_ok=True)

    def shift_clock(self, random: Random) -> None:
        """The worker lives an hour ahead or behind for a while, dies, and comes back with the right time."""
        self.worker.kill()
        shift = random.choice(["+3600", "-3600"])
        self.worker.start(LD_PRELOAD=str(FAKETIME), FAKETIME=shift, FAKETIME_DONT_FAKE_MONOTONIC="1")
        time.sleep(random.uniform(2, 5))
        self.worker.kill()
        self.worker.start()


@contextmanager
def running(folder: Path, mail_port: int) -> Iterator[Portal]:
    database = PostgreSQL(folder=folder / "postgresql", port=free_port())
    redis_port, data_dir = free_port(), folder / "data"
    data_dir.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(data_dir)]
    has_disk = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    env = {name: value for name, value in os.environ.items() if name not in {"SITE_URL", "ALLOWED_HOSTS"}}
    env |= {"DATA_DIR": str(data_dir), "DATABASE_URL": database.url, "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
    env |= {"IMPORT_STALE_SECONDS": STALE_SECONDS, "PYTHONWARNINGS": "ignore", "SECRET_KEY": "only-for-this-bench"}
    env["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
    celery = [sys.executable, "-m", "celery", "--app", "griffieportal", "--quiet"]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    portal = Portal(
        database=database,
        redis_port=redis_port,
        data_dir=data_dir,
        has_disk=has_disk,
        worker=Process(
            command=[*celery, "worker", "--include", "bench.poison", "--concurrency", "2", *quiet],
            env=env,
            log=folder / "worker.log",
        ),
        schedule=Process(
            command=[*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(folder / "beat")],
            env=env,
            log=folder / "schedule.log",
        ),
        redis=Process(
            command=["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"],
            env=env,
            log=folder / "redis.log",
        ),
    )
    try:
        database.make()
        portal.start_redis()
        make = "from accounts.models import User; User.objects.create_user('griffier@voorbeeldstad.example')"
        for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", make]):
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=PROJECT_DIR, env=env, check=True)
        portal.worker.start()
        portal.schedule.start()
        yield portal
    finally:
        for process in (portal.worker, portal.schedule, portal.redis):
            process.kill()
        database.control("stop")
        if has_disk:
            subprocess.run(["umount", "-l", str(data_dir)], check=False)


@dataclass(kw_only=True)
class Count:
    """What must all be nothing, over all rounds; and the slowest recovery."""

    lost: int = 0
    doubled: int = 0
    half: int = 0
    untrue: int = 0
    twice: int = 0  # mails that came
    mails: int = 0
    slowest: float = 0.0
    newsletters: int = 0
    items: int = 0

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.half or self.untrue or self.twice)


def play(portal: Portal, folder: Path, number: int, random: Random, count: Count) -> None:
    """One round: files, faults, and what came of them."""
    source = folder / f"round{number}"
    source.mkdir()
    expected: dict[str, int] = {}
    for place in range(FILES):
        which = number * 100 + place
        suffix = suffix_of(which)
        name = f"{place:03}.{suffix}"
        (source / name).write_bytes(FORMATS[suffix](which))
        expected[name] = len(stories(which))
    poison = ""
    if random.random() < 0.3:
        poison = f"{random.randrange(FILES):03}.txt-{POISON}.txt"
        (source / poison).write_bytes(FORMATS["txt"](number * 100 + FILES))
    count.mails += -(-(FILES + bool(poison)) // FILES_A_MAIL)
    times = 3 if random.random() < 0.3 else 1
    names = random.sample(sorted(portal.faults()), random.randint(1, 3))
    batch = str(uuid.uuid4())
    code = UPLOAD.format(folder=str(source), batch=batch, times=times, files_a_mail=FILES_A_MAIL)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=portal.worker.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as upload:
        time.sleep(random.uniform(1, 3))  # until the first files have come
        for name in names:
            portal.faults()[name](random)
            portal.told[name] += 1
            time.sleep(random.uniform(0, 1))
        back_at = time.monotonic()
        deaths = 0
        while True:
            rows = portal.database.ask(ROWS, batch)
            if poison and portal.worker.has_died():
                portal.worker.start()
                deaths, back_at = deaths + 1, time.monotonic()
            is_sent = upload.poll() is not None
            is_done = is_sent and not any(row[1] in ("queued", "parsing") for row in rows)
            if not is_sent:
                back_at = max(back_at, time.monotonic())
            if is_done or time.monotonic() - back_at > PATIENCE:
                break
            time.sleep(0.1)
        tries = json.loads((upload.stdout.read() if upload.stdout else b"") or b"0")
    took = time.monotonic() - back_at
    judge(rows, expected, poison, count)
    newsletters, items, orphans = portal.database.ask(TOTALS)[0]
    count.doubled += abs(int(str(newsletters)) - count.newsletters) + int(str(orphans))
    count.half += abs(int(str(items)) - count.items)
    count.newsletters, count.items = int(str(newsletters)), int(str(items))
    count.slowest = max(count.slowest, took)
    words = ", ".join([*names, *(["messages thrice"] if times > 1 else []), *(["poison"] if poison else [])])
    print(f"round {number}: {words}; sent again {tries}; recovered in {took:.1f} s; {deaths} deaths by poison; {count}")
    sys.stdout.flush()
    shutil.rmtree(source)
    shutil.rmtree(portal.data_dir / "uploads", ignore_errors=True)


def judge(rows: list[tuple[object, ...]], expected: dict[str, int], poison: str, count: Count) -> None:
    """Compare the rows with what was sent; count.newsletters and count.items get what must be there in all."""
    seen = Counter(str(row[0]) for row in rows)
    count.lost += len((set(expected) | ({poison} if poison else set())) - set(seen))
    count.doubled += sum(times - 1 for times in seen.values())
    for name, state, problem, attempts, newsletter, items in rows:
        if name == poison:
            if (state, attempts, bool(problem)) != ("failed", 3, True):
                count.untrue += 1
                print(f"  {name}: {state}, {attempts} attempts, {problem}")
            continue
        if state != "ready" or newsletter is None:
            count.lost += 1
            print(f"  {name}: {state}, {attempts} attempts, {problem}")
            continue
        count.half += items != expected[str(name)]
        count.newsletters += 1
        count.items += expected[str(name)]


def judge_mails(portal: Portal, mailbox: Mailbox, count: Count) -> None:
    """Compare what the mail server got with what the rows tell; what is on its way gets a moment to come."""
    patience = time.monotonic() + MAIL_PATIENCE
    while time.monotonic() < patience and any(row[1] in UNDER_WAY for row in portal.database.ask(MAILS)):
        time.sleep(0.5)
    portal.worker.kill()  # what it is sending just now it may have sent or not
    came = Counter(str(address) for envelope in mailbox.envelopes for address in envelope.rcpt_tos)
    rows = portal.database.ask(MAILS)
    count.twice += sum(times - 1 for times in came.values())
    count.lost += count.mails - len(rows)
    for address, state in rows:
        if (state == "sent" and not came[str(address)]) or (state in ("waiting", "failed") and came[str(address)]):
            count.untrue += 1
            print(f"  a mail is told as {state} and came {came[str(address)]} times")
    print(f"mails: {len(rows)}, came {sum(came.values())}, told as {dict(Counter(str(row[1]) for row in rows))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int)
    parser.add_argument("seed")
    parser.add_argument("--patient", action="store_true", help="however long it took, as on a machine that is busy")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it, nothing is left behind
    count, begun = Count(), time.monotonic()
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with receiving() as (mailbox, port), running(folder, port) as portal:
            if not portal.has_disk:
                print("no right to mount a tmpfs: without full disks")
            if not FAKETIME:
                print("no faketime on this machine: without clock jumps")
            for number in range(options.rounds):
                play(portal, folder, number, Random(f"{options.seed}/{number}"), count)
            judge_mails(portal, mailbox, count)
            print(f"faults: {dict(sorted(portal.told.items()))}")
            if not count.is_well:
                for log in ("worker.log", "schedule.log"):
                    print(f"--- {log}\n{(folder / log).read_text()[-3000:]}")
    print(f"{options.rounds} rounds in {time.monotonic() - begun:.0f} s: {count}; target {TARGET:.0f} s")
    sys.exit(0 if count.is_well and (options.patient or count.slowest <= TARGET) else 1)


if __name__ == "__main__":
    main()
