"""Whether an upgrade is seen by anybody: the old version serves and works while the new one is put in its place.

    DATABASE_URL=… REDIS_URL=… .venv/bin/python -m bench.upgrade [--old REVISION] [--seconds 10]

Serves the old version (by default that before the newest migration) as deploy/ does, from a folder of its own, with a
database of its own. Members then read, bookmark and fetch each page's style and scripts, and a griffier
uploads and publishes. Meanwhile the steps of docs/operations.md ("Upgrading") are taken, with the working tree as the
new version. Nothing may fail: no request, no upload, no newsletter that was published.
"""

import argparse
import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.samples import FORMATS
from tests.portal_server import PROJECT_DIR, free_port, portal_surroundings, wait_for

READERS = 4
PASSWORD = "een-lang-wachtwoord-voor-de-proef"
MAKE = f"""
from django.contrib.auth.models import Group
from accounts.models import User
griffier = User.objects.create_user("griffier@voorbeeldstad.example", {PASSWORD!r}, name="Griffier", is_staff=True)
griffier.groups.add(Group.objects.get(name="Griffie"))
for number in range({READERS}):
    User.objects.create_user(f"lezer{{number}}@voorbeeldstad.example", {PASSWORD!r}, name=f"Lezer {{number}}")
"""
TELL = """
import json
from newsletters.models import Import, Item, Newsletter, Word
print(json.dumps(dict(
    states=list(Import.objects.filter(filename__startswith="upgrade").values_list("state", "attempts")),
    published=Newsletter.objects.published().filter(imports__filename__startswith="upgrade").count(),
)))
"""
PAGES = ("/", "/berichten/", "/berichten/?q=gemeente", "/berichten/?met_datum=1", "/agenda/", "/nieuwsbrieven/")
LOG_IN = "/account/login/"
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PHASES = ("before", "migrate", "collectstatic", "reload", "after")


class Unhappy(Exception):
    """An answer that nobody should get."""


class LoggedOut(Exception):
    """The session has ended: some versions have everybody log in again. Nothing is lost by it."""


@dataclass(kw_only=True)
class Load:
    """What was asked and what failed, by the step that the upgrade was at."""

    url: str
    phase: str = PHASES[0]
    is_over: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)
    logged_out: int = 0
    uploads: int = 0
    published: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, browser: urllib.request.OpenerDirector, address: str, data: object = None, **headers: str) -> str:
        phase, begun = self.phase, time.monotonic()
        body = data if isinstance(data, bytes | None) else urllib.parse.urlencode(data).encode()  # type: ignore[arg-type]
        try:
            request = urllib.request.Request(f"{self.url}{address}", body, headers)
            with browser.open(request, timeout=60) as answer:
                text: str = answer.read().decode(errors="replace")
                ended_at = urllib.parse.urlsplit(answer.geturl()).path
        except (OSError, urllib.error.URLError) as error:
            with self.lock:
                self.failed.append(f"{phase}: {address}: {error}")
            raise Unhappy from error
        finally:
            with self.lock:
                self.asked[phase] += 1
                self.slowest[phase] = max(self.slowest.get(phase, 0), time.monotonic() - begun)
        if ended_at == LOG_IN != address:
            raise LoggedOut
        return text

    def log_in(self, email: str) -> urllib.request.OpenerDirector:
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.ask(browser, LOG_IN)
        self.ask(browser, LOG_IN, {"login": email, "password": PASSWORD, **token_in(page)})
        return browser


def token_in(page: str) -> dict[str, str]:
    found = TOKEN.search(page)
    if found is None:
        raise Unhappy("a page without a form")
    return {"csrfmiddlewaretoken": found.group(1)}


def read(load: Load, number: int) -> None:
    """A member: pages with all that belongs to them, and now and then a bookmark."""
    browser = load.log_in(f"lezer{number}@voorbeeldstad.example")
    turn = number
    while not load.is_over:
        turn += 1
        try:
            page = load.ask(browser, PAGES[turn % len(PAGES)])
            for asset in sorted(set(ASSET.findall(page))):
                load.ask(browser, asset)
            if found := re.search(r'action="(/berichten/\d+/bladwijzer/)"', page):
                load.ask(browser, found.group(1), {"aan": str(turn % 2), "volgende": "/berichten/", **token_in(page)})
        except LoggedOut:
            load.logged_out += 1
            browser = load.log_in(f"lezer{number}@voorbeeldstad.example")
        except Unhappy:
            continue


def work(load: Load) -> None:
    """A griffier: uploads a newsletter, waits until it is read, and publishes it."""
    browser = load.log_in("griffier@voorbeeldstad.example")
    number = 0
    while not load.is_over:
        number += 1
        try:
            add = "/admin/newsletters/import/add/"
            fields = token_in(load.ask(browser, add))
            batch = str(uuid.uuid4())
            data, kind = form_data({**fields, "batch": batch, "number": "0"}, number)
            load.ask(browser, add, data, **{"Content-Type": kind})
            load.uploads += 1
            review = when_read(load, browser, batch)
            address = f"/admin/newsletters/newsletter/{review}/publiceren/"
            page = load.ask(browser, address)
            values = re.findall(r'<input type="checkbox" name="items" value="(\d+)"', page)
            seen = re.search(r'name="seen" value="([^"]*)"', page)
            chosen = [("items", value) for value in values] + [("seen", seen.group(1) if seen else "")]
            load.ask(browser, address, [*chosen, *token_in(page).items()])
            load.published += 1
        except LoggedOut:
            load.logged_out += 1
            browser = load.log_in("griffier@voorbeeldstad.example")
        except Unhappy as error:
            if str(error):
                load.failed.append(f"{load.phase}: upload {number} {error}")


def when_read(load: Load, browser: urllib.request.OpenerDirector, batch: str) -> str:
    """The key of the newsletter, once a worker has read the upload."""
    for _ in range(300):
        page = load.ask(browser, f"/admin/newsletters/import/?upload={batch}")
        if review := re.search(r"/admin/newsletters/newsletter/(\d+)/change/", page):
            return review.group(1)
        time.sleep(0.2)
    raise Unhappy("was not read")


def form_data(fields: dict[str, str], number: int) -> tuple[bytes, str]:
    """A form with a file in it, and the kind of data that it is."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="upgrade{number}.txt"\r\n'
    data = "\r\n".join([*parts, f"{head}Content-Type: text/plain\r\n\r\n"]).encode()
    return data + FORMATS["txt"](number) + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def lay(files: Iterator[tuple[str, bytes]], folder: Path) -> None:
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=PROJECT_DIR, check=True, capture_output=True).stdout


def files_at(revision: str) -> Iterator[tuple[str, bytes]]:
    for name in git("ls-tree", "-r", "--name-only", "-z", revision).decode().split("\0"):
        if name and not name.startswith(("docs/", "tests/corpus/")):
            yield name, git("show", f"{revision}:{name}")


def files_here() -> Iterator[tuple[str, bytes]]:
    for name in git("ls-files", "-co", "--exclude-standard", "-z").decode().split("\0"):
        if name and (PROJECT_DIR / name).is_file():
            yield name, (PROJECT_DIR / name).read_bytes()


def before_newest_migration() -> str:
    newest = (
        git("log", "-1", "--diff-filter=A", "--no-merges", "--format=%H", "--", "*/migrations/0*.py").decode().strip()
    )
    return git("rev-parse", f"{newest}^").decode().strip()


@dataclass(kw_only=True)
class Version:
    """What runs, as deploy/ runs it: from a link to the folder of a version."""

    link: Path
    env: dict[str, str]
    log: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, code: Path, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=code, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def switch(self, code: Path) -> None:
        """The link goes from one version to the other at once: there is no moment without."""
        new = self.link.with_name("link-new")
        new.symlink_to(code)
        new.replace(self.link)

    def start(self, who: str) -> None:
        celery = ["celery", "--app", "griffieportal", "--quiet"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        config = ["--config", "griffieportal/gunicorn_config.py", "--chdir", str(self.link)]
        command = {
            "web": ["gunicorn", "griffieportal.wsgi", *config],
            "worker": [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "1", *quiet],
            "schedule": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
        }[who]
        with self.log.open("ab") as log:
            self.running[who] = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=self.link, env=self.env, stdout=log, stderr=log
            )

    def restart(self, who: str) -> None:
        self.stop(who)
        self.start(who)

    def stop(self, who: str) -> None:
        process = self.running.pop(who)
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def serving(folder: Path, old: str) -> Iterator[tuple[Version, Load]]:
    port = free_port()
    with portal_surroundings(folder) as env, ExitStack() as stack:
        env |= {"WEB_BIND": f"127.0.0.1:{port}", "PYTHONDONTWRITEBYTECODE": "1", "SECRET_KEY": "only-for-this-bench"}
        env["PWD"] = str(folder / "current")
        version = Version(link=folder / "current", env=env, log=folder / "log")
        lay(files_at(old), folder / "old")
        version.switch(folder / "old")
        for arguments in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["shell", "-v0", "-c", MAKE]):
            version.manage(version.link, *arguments)
        version.manage(version.link, "demo_data", "--newsletters", "40", "--members", "10")
        for who in ("web", "worker", "schedule"):
            version.start(who)
            stack.callback(lambda who=who: version.stop(who))
        load = Load(url=f"http://127.0.0.1:{port}")
        wait_for(lambda: _answers(load.url))
        yield version, load


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/gezondheid/leeft/", timeout=5).close()
    except OSError:
        return False
    return True


def upgrade(version: Version, load: Load, *, seconds: float) -> None:
    """The steps of the manual, with some load before and after."""
    new = version.link.with_name("new")
    lay(files_here(), new)
    with (new / "static" / "portal.css").open("a") as style:  # pages of the two versions ask for different files
        style.write("\n/* the new one */\n")
    time.sleep(seconds)

    def reload() -> None:
        version.switch(new)
        version.running["web"].send_signal(signal.SIGHUP)

    steps: dict[str, Callable[[], object]] = {
        "migrate": lambda: version.manage(new, "migrate", "-v0"),
        "collectstatic": lambda: version.manage(new, "collectstatic", "--noinput", "-v0"),
        "reload": reload,
    }
    for phase, take in steps.items():
        load.phase = phase
        take()
        time.sleep(2)
    for who in ("worker", "schedule"):
        version.restart(who)
    time.sleep(seconds)
    load.phase = "after"
    time.sleep(seconds)
    load.is_over = True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", default="", help="the revision that serves first")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        parser.error("set DATABASE_URL and REDIS_URL: SQLite is not what is upgraded while people read")
    old = git("rev-parse", options.old or before_newest_migration()).decode().strip()
    folder = Path(tempfile.mkdtemp(prefix="griffieportal-upgrade-"))
    try:
        with serving(folder, old) as (version, load):
            threads = [threading.Thread(target=read, args=(load, number)) for number in range(READERS)]
            threads.append(threading.Thread(target=work, args=(load,)))
            for thread in threads:
                thread.start()
            upgrade(version, load, seconds=options.seconds)
            for thread in threads:
                thread.join()
            told = json.loads(version.manage(version.link, "shell", "-v0", "-c", TELL))
            errors = [line for line in version.log.read_text(errors="replace").splitlines() if "Error" in line]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for phase in PHASES:
        print(f"{phase}: {load.asked[phase]} requests, slowest {load.slowest.get(phase, 0):.2f} s")
    states = Counter(state for state, _ in told["states"])
    print(f"{load.uploads} uploads: {dict(states)}; {load.published} published; {load.logged_out} logged out")
    for line in [*load.failed[:20], *errors[:20]]:
        print(f"  {line}")
    # the last one may have been published while its answer was still on its way
    is_whole = states == {"ready": load.uploads} and 0 <= told["published"] - load.published <= 1
    print(
        f"from {old[:9]}: {sum(load.asked.values())} requests, {len(load.failed)} failed; {len(errors)} errors logged"
    )
    sys.exit(0 if is_whole and not load.failed and not errors else 1)


if __name__ == "__main__":
    main()
