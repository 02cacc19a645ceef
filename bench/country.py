"""The hour after a newsletter is published, in one portal as large as all councils together: does it hold?

    DATABASE_URL=… REDIS_URL=… .venv/bin/python -m bench.country [--members 8500] [--newsletters 1000] [--hosts 1]
        [--seconds 60] [--rates 20,30,40]

Of 8,500 members four in ten come in that hour, and ask for six pages each; half of all calendars are fetched once.
That is 24,650 requests, 6.8 a second; the peak minute is taken as three times that: 20 a second. The mix is in MIX.
Requests come at moments drawn beforehand, whether the one before was answered or not, and a request takes as long as
from its moment to its answer: a server that falls behind shows it. Each rate runs in a portal that is warm; more
rates show where it stops. --hosts 2: two web servers on ports of their own, asked in turns. What asks runs on the
same machine and its CPU is told apart. Exits with 1 where the first rate had an error or a p95 over 300 ms.
"""

import argparse
import http.client
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from bench.throughput import DEMO_ITEMS, TICKS
from tests.portal_server import PROJECT_DIR, Portal, free_port, running_portal, wait_for

TARGET = 0.300  # seconds, of 95 in 100 requests
ASKING = 64  # requests that can be under way at once
SESSIONS = 1500  # members who are logged in; each takes a row
WORDS = ["woning", "jeugdzorg", "energie", "begroting", "omgevingsplan", "verkeer", "raad", "subsidie", "scholen"]
MIX = {
    "home": 20, "list": 15, "filter": 12, "search": 12, "item": 22, "agenda": 5, "bookmarks": 2, "bookmark": 4,
    "read": 5, "calendar": 3,
}  # fmt: skip

# Runs in manage.py shell: logs members in, gives some of them a calendar address, and tells what can be asked for.
CAST = """
import json, random
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from accounts.secret_addresses import make_address
from newsletters.models import Item, Theme
store = import_module(settings.SESSION_ENGINE).SessionStore
members = list(User.objects.filter(email__startswith="raadslid", is_active=True).order_by("pk"))
sessions, calendars = [], []
for number, user in enumerate(random.Random(1).sample(members, min(len(members), {count}))):
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    sessions.append(session.session_key)
    if number % 5 == 0:
        calendars.append(make_address(user, kind="agenda"))
print(json.dumps(dict(
    cookie=settings.SESSION_COOKIE_NAME, csrf=settings.CSRF_COOKIE_NAME, sessions=sessions, calendars=calendars,
    items=list(Item.objects.published().newest_first().values_list("pk", flat=True)[:200]),
    themes=list(Theme.objects.values_list("slug", flat=True)),
)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, where and by whom; body is that of a form that is sent."""

    kind: str
    address: str
    header: dict[str, str]
    body: str | None = None


LOG_IN = Request(kind="log-in", address="/account/login/", header={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who asks, and what there is to ask for."""

    cookie: str
    csrf: str
    sessions: list[str]
    calendars: list[str]
    items: list[int]
    themes: list[str]

    def request(self, random: Random) -> Request:
        """One request as somebody makes it, by chance."""
        kind = random.choices(list(MIX), weights=list(MIX.values()))[0]
        item, token = random.choice(self.items), "a" * 32
        address = {
            "home": "/",
            "list": "/berichten/",
            "filter": f"/berichten/?thema={random.choice(self.themes)}&ongelezen=on",
            "search": f"/berichten/?q={random.choice(WORDS)}",
            "item": f"/berichten/{item}/",
            "agenda": "/agenda/",
            "bookmarks": "/bladwijzers/",
            "bookmark": f"/berichten/{item}/bladwijzer/",
            "read": f"/berichten/{item}/gelezen/",
            "calendar": f"/agenda/abonnement/{random.choice(self.calendars)}.ics",
        }[kind]
        if kind == "calendar":
            return Request(kind=kind, address=address, header={})
        header = {"Cookie": f"{self.cookie}={random.choice(self.sessions)}; {self.csrf}={token}"}
        if kind in {"bookmark", "read"}:
            header |= {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
            return Request(kind=kind, address=address, header=header, body="aan=1")
        return Request(kind=kind, address=address, header=header)


@dataclass(slots=True)
class Taken:
    """What the requests at one rate took, in seconds, by what was asked for; and those that went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, *, since: float, problem: str) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(time.monotonic() - since)
            if problem:
                self.wrong[f"{kind}: {problem}"] += 1

    def at(self, share: float, kind: str | None = None) -> float:
        """So long took this share of the requests at most."""
        every = sorted(self.seconds.get(kind, []) if kind else [one for row in self.seconds.values() for one in row])
        return every[min(len(every) - 1, int(share * len(every)))] if every else 0.0


def ask(waiting: "queue.Queue[tuple[float, int, Request]]", taken: Taken) -> None:
    """Send what is waiting, each at its moment and to its port, until nothing is."""
    while True:
        try:
            moment, port, request = waiting.get_nowait()
        except queue.Empty:
            return
        time.sleep(max(0.0, moment - time.monotonic()))
        taken.note(request.kind, problem=send(port, request), since=moment)


def send(port: int, request: Request) -> str:
    """What was wrong with the answer; nothing, as a rule."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("POST" if request.body else "GET", request.address, request.body, request.header)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
    is_out = answer.headers.get("Location", "").startswith("/account/")  # not logged in after all
    return str(answer.status) if answer.status >= 400 or is_out else ""


def run(cast: Cast, ports: list[int], *, rate: float, seconds: float, seed: str) -> Taken:
    """So many requests a second, at moments as they fall when nobody knows of another."""
    random, taken = Random(seed), Taken()
    waiting: queue.Queue[tuple[float, int, Request]] = queue.Queue()
    moment, number = time.monotonic() + 0.5, 0
    end = moment + seconds
    while moment < end:
        waiting.put((moment, ports[number % len(ports)], cast.request(random)))
        moment, number = moment + random.expovariate(rate), number + 1
    asking = [threading.Thread(target=ask, args=(waiting, taken)) for _ in range(ASKING)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return taken


def cpu_of(pids: set[int]) -> float:
    """Seconds of CPU of processes that live."""
    total = 0
    for pid in pids:
        try:
            values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(values[11]) + int(values[12])
    return total / TICKS


def database_pids(url: str) -> set[int]:
    """PostgreSQL's processes that serve the database at this address."""
    name = urlsplit(url).path.lstrip("/")
    found = subprocess.run(["pgrep", "-f", f"^postgres: .*{name}"], check=False, capture_output=True, text=True)
    return {int(pid) for pid in found.stdout.split()}


@contextmanager
def more_hosts(portal: Portal, count: int) -> Iterator[list[int]]:
    """The ports of the portal's web server and of others beside it, with the same database and queue."""
    with ExitStack() as stack:
        ports = [portal.port]
        for _ in range(count - 1):
            port = free_port()
            command = [sys.executable, "-m", "gunicorn", "griffieportal.wsgi", "--bind", f"127.0.0.1:{port}"]
            command += ["--config", "griffieportal/gunicorn_config.py"]
            env = {**portal.env, "SITE_URL": portal.url}
            other = stack.enter_context(subprocess.Popen(command, cwd=PROJECT_DIR, env=env))
            stack.callback(other.terminate)
            ports.append(port)
        wait_for(lambda: not any(send(port, LOG_IN) for port in ports))
        yield ports


def cpu_used(portal: Portal) -> dict[str, float]:
    """Seconds of CPU so far: of the web servers, of the database, and of what asks."""
    database = database_pids(portal.env["DATABASE_URL"])
    return {"web": cpu_of(set(portal.pids("web"))), "database": cpu_of(database), "asking": time.process_time()}


def report(taken: Taken, rate: float, seconds: float, cpu: dict[str, float]) -> bool:
    """Print what one rate took; whether it held."""
    number, wrong = sum(map(len, taken.seconds.values())), sum(taken.wrong.values())
    p50, p95, p99 = (taken.at(share) * 1000 for share in (0.50, 0.95, 0.99))
    spent = ", ".join(f"{name} {used / seconds:.2f}" for name, used in cpu.items())
    print(f"{rate:.0f}/s: {number} requests, {wrong} wrong {dict(taken.wrong)}")
    print(f"   p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms; cores used: {spent}")
    print("   p95 by kind: " + ", ".join(f"{kind} {taken.at(0.95, kind) * 1000:.0f}" for kind in sorted(taken.seconds)))
    return not taken.wrong and taken.at(0.95) <= TARGET


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=8500)
    parser.add_argument("--newsletters", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rates", default="20")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        parser.error("set DATABASE_URL and REDIS_URL: this is about PostgreSQL")
    rates = [float(rate) for rate in options.rates.split(",")]
    held = []
    with tempfile.TemporaryDirectory() as folder, running_portal(Path(folder)) as portal:
        made = ["--newsletters", str(options.newsletters), "--members", str(options.members)]
        portal.manage("demo_data", *made)
        print(f"{options.members} members, {options.newsletters * DEMO_ITEMS} items, {options.hosts} web servers")
        cast = Cast(**json.loads(portal.manage("shell", "-v0", "-c", CAST.format(count=SESSIONS))))
        with more_hosts(portal, options.hosts) as ports:
            run(cast, ports, rate=5, seconds=15, seed="warm")
            for rate in rates:
                before = cpu_used(portal)
                taken = run(cast, ports, rate=rate, seconds=options.seconds, seed=f"{rate}")
                used = {name: after - before[name] for name, after in cpu_used(portal).items()}
                held.append(report(taken, rate, options.seconds, used))
    sys.exit(0 if held[0] else 1)


if __name__ == "__main__":
    main()
