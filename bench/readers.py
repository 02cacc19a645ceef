"""How soon many readers at once get their pages: real web servers, the database that is set, a page a reader and tick.

    DATABASE_URL=… REDIS_URL=… .venv/bin/python -m bench.readers [--readers 50] [--every 5] [--seconds 60] [--seed 1]

Fill it first with manage.py demo_data. Each reader asks one page every few seconds: lists, filters, pages, items, the
agenda and searches in words of the items, most of which nobody asked before. Nothing is written but what a visit
writes. Told are the clock of each answer, and the CPU that web servers and database took of it.
"""

import argparse
import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "griffieportal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from newsletters.models import Item, Theme, Word  # noqa: E402

PORT = 8974
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Answers:
    """Kind of page, seconds and status of each."""

    rows: list[tuple[str, float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def addresses(chance: random.Random) -> list[tuple[str, str]]:
    """Pages to ask, each with its kind."""
    items = list(Item.objects.published().newest_first().values_list("pk", flat=True)[:2000])
    themes = list(Theme.objects.values_list("slug", flat=True))
    words = list(Word.objects.order_by("word").values_list("word", flat=True))
    made = [("home", "/")] * 10 + [("list", "/berichten/")] * 15
    made += [("page", f"/berichten/?pagina={chance.randint(2, 30)}") for _ in range(8)]
    made += [("theme", f"/berichten/?thema={chance.choice(themes)}") for _ in range(8)]
    made += [("filter", query) for query in ("/berichten/?ongelezen=1", "/berichten/?met_datum=1")] * 4
    made += [("item", f"/berichten/{chance.choice(items)}/") for _ in range(25)]
    made += [("search", f"/berichten/?q={chance.choice(words)}") for _ in range(9)]
    made += [("search", f"/berichten/?q={chance.choice(words)}+{chance.choice(words)}") for _ in range(6)]
    made += [("bookmarks", "/bladwijzers/")] * 5 + [("agenda", "/agenda/")] * 6
    chance.shuffle(made)
    return made


def read(cookie: str, plan: list[tuple[str, str]], start: float, every: float, answers: Answers) -> None:
    """One reader: a page each tick, on a connection that stays open as long as the server lets it."""
    server = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    for number, (kind, address) in enumerate(plan):
        time.sleep(max(0.0, start + number * every - time.monotonic()))
        begun, status = time.perf_counter(), 0
        for _ in range(2):  # a connection that the server closed meanwhile
            try:
                server.request("GET", address, headers={"Cookie": cookie})
                answer = server.getresponse()
                answer.read()
                status = answer.status
                break
            except (http.client.HTTPException, OSError):
                server.close()
        with answers.lock:
            answers.rows.append((kind, time.perf_counter() - begun, status))


def cpu_of(server: int) -> tuple[float, float]:
    """Seconds of CPU so far: of the web servers, and of the database's processes for the database that is set."""
    processes = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            processes[int(folder.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS)
    web = sum(used for pid, (parent, used) in processes.items() if server in (pid, parent))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        database = sum(processes.get(pid, (0, 0.0))[1] for (pid,) in cursor.fetchall())
    return web, database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--every", type=float, default=5.0, help="seconds")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1, help="another number asks other searches")
    options = parser.parse_args()
    ticks = int(options.seconds / options.every)
    chance = random.Random(options.seed)
    cookies = []
    for user in User.objects.filter(email__startswith="raadslid").order_by("pk")[: options.readers]:
        client = Client()
        client.force_login(user)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    pages = addresses(chance)
    plans = [[chance.choice(pages) for _ in range(ticks)] for _ in cookies]
    answers = Answers()
    with tempfile.TemporaryDirectory() as static:
        environment = {**os.environ, "STATIC_ROOT": static, "WEB_BIND": f"127.0.0.1:{PORT}"}
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "gunicorn", "griffieportal.wsgi", "-c", "griffieportal/gunicorn_config.py"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            warm_up(cookies[0])
            before, begun = cpu_of(server.pid), time.monotonic()
            threads = [
                threading.Thread(
                    target=read,
                    args=(cookie, plan, begun + number * options.every / len(cookies), options.every, answers),
                )
                for number, (cookie, plan) in enumerate(zip(cookies, plans, strict=True))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.monotonic() - begun
            after = cpu_of(server.pid)
        finally:
            server.terminate()
            server.wait()
    tell(answers.rows, took=took, cpu=[now - then for now, then in zip(after, before, strict=True)])


def warm_up(cookie: str) -> None:
    for _ in range(100):
        with suppress(OSError, http.client.HTTPException):
            for _ in range(6):
                asked = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
                asked.request("GET", "/berichten/", headers={"Cookie": cookie})
                asked.getresponse().read()
            return
        time.sleep(0.2)
    raise SystemExit("the web server does not answer")


def tell(rows: list[tuple[str, float, int]], *, took: float, cpu: list[float]) -> None:
    wrong = sum(status != 200 for *_, status in rows)
    print(f"{Item.objects.count()} items, {len(rows)} answers in {took:.0f} s, {wrong} wrong")
    print(
        f"load of the machine {os.getloadavg()[0]:.1f}; CPU an answer: web {1000 * cpu[0] / len(rows):.1f} ms,", end=" "
    )
    print(f"database {1000 * cpu[1] / len(rows):.1f} ms; of one core {100 * sum(cpu) / took:.0f}%")
    for kind in ["", *sorted({kind for kind, *_ in rows})]:
        times = [1000 * seconds for its, seconds, _ in rows if kind in ("", its)]
        cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
        print(f"{kind or 'all':10}{len(times):6} p50 {cuts[49]:7.1f} p95 {cuts[94]:7.1f} p99 {cuts[98]:7.1f} ms")


if __name__ == "__main__":
    main()
