"""How many newsletters a minute the portal reads: upload, a real worker, the database; and what that costs.

    .venv/bin/python -m bench.throughput [--files 1000] [--stored ITEMS]

Makes newsletters of its own in every format, each in other words; some come twice, some a second time as another
format of the same mail, some cannot be read. They go through the service that the admin's form uses, to the worker
of a portal of its own (with DATABASE_URL and REDIS_URL set: in a database of its own). --stored puts as many
items there first, so that it shows what grows with what is stored.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.samples import FORMATS, as_eml, as_msg, stories
from tests.portal_server import MARKER, PROJECT_DIR, Portal, running_portal

# What of each hundred files comes; the rest are texts.
SHARES = {"html": 26, "eml": 22, "pdf": 18, "msg": 6}
TWICE, OTHER_FORMAT, UNREADABLE = 4, 2, 2
BROKEN = (b"%PDF-1.7\nhalf a file", b"PK\x03\x04word/", b"\x89PNG\r\n\x1a\n", b"   \n")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1024 * 1024
DEMO_ITEMS = 8  # in a newsletter of demo_data

# Runs in manage.py shell: uploads a folder, then tells twice a second what the rows say, until all are done.
UPLOAD = """
import json, time
from collections import Counter
from pathlib import Path
from django.core.files.base import ContentFile
from django.db.models import Max, Min
from accounts.models import User
from newsletters.models import Import, Item, Newsletter
from newsletters.services.imports import receive_upload
from newsletters.tasks import queue_reading
by = User.objects.get(email__startswith="griffier")
known = set(Import.objects.values_list("pk", flat=True))
newsletters, items = Newsletter.objects.count(), Item.objects.count()
begun, spent = time.monotonic(), time.process_time()
for path in sorted(Path({!r}).iterdir()):
    row = receive_upload(ContentFile(path.read_bytes(), name=path.name), filename=path.name, by=by)
    if row.state == Import.State.QUEUED:
        queue_reading(row.pk)
print(json.dumps(dict(uploaded=time.monotonic() - begun, cpu=time.process_time() - spent)), flush=True)
mine = Import.objects.exclude(pk__in=known)
while True:
    states = Counter(mine.values_list("state", flat=True))
    print(json.dumps(dict(states=states)), flush=True)
    if not states["queued"] + states["parsing"]:
        break
    time.sleep(0.5)
span = mine.aggregate(first=Min("uploaded_at"), last=Max("finished_at"))
print(json.dumps(dict(
    seconds=(span["last"] - span["first"]).total_seconds(),
    newsletters=Newsletter.objects.count() - newsletters,
    items=Item.objects.count() - items,
    attempts=mine.aggregate(most=Max("attempts"))["most"],
    without_sentence=mine.filter(state="failed", problem="").count(),
)), flush=True)
"""


@dataclass(slots=True)
class Load:
    """The files of a run, and what must come of them."""

    files: dict[str, bytes] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    items: int = 0

    def add(self, suffix: str, data: bytes, *, end: str, items: int = 0) -> None:
        self.files[f"{len(self.files):05d}.{suffix}"] = data
        self.ends[end] += 1
        self.items += items


def load_of(count: int) -> Load:
    """Files in an order in which the formats are mixed; doubles come some files after the first."""
    load = Load()
    late: list[tuple[str, bytes, str]] = []
    for number in range(count):
        place = number % 100
        if late and place % 10 == 9 and len(load.files) < count:
            suffix, data, end = late.pop(0)
            load.add(suffix, data, end=end)
        elif place < UNREADABLE:
            load.add("pdf", BROKEN[number % len(BROKEN)] + str(number).encode() * (number % 4 < 3), end="failed")
        else:
            suffix = suffix_of(number)
            data = FORMATS[suffix](number)
            load.add(suffix, data, end="ready", items=len(stories(number)))
            if 10 <= place < 10 + TWICE:
                late.append((suffix, data, "duplicate"))
            elif 20 <= place < 20 + OTHER_FORMAT and suffix in ("eml", "msg"):
                late.append(
                    ("msg", as_msg(number), "duplicate") if suffix == "eml" else ("eml", as_eml(number), "duplicate")
                )
    return load


def suffix_of(number: int) -> str:
    """Which format the newsletter with this number has: spread over each hundred by steps that visit all of it."""
    place = number * 37 % 100
    for suffix, share in SHARES.items():
        if place < share:
            return suffix
        place -= share
    return "txt"


@dataclass(frozen=True, slots=True)
class Usage:
    """What the worker and its children use: CPU seconds so far (those that ended too), and resident bytes now."""

    cpu: float
    resident: int
    processes: int


def usage(pids: list[int]) -> Usage:
    cpu, resident, count = 0.0, 0, 0
    for pid in tree(pids):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            cpu += sum(map(int, fields[11:15])) / TICKS
            resident += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
            count += 1
    return Usage(cpu, resident, count)


def tree(pids: list[int]) -> set[int]:
    """The processes and all below them: the children that read files bear no mark of the portal."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def told(portal: Portal, folder: Path) -> Iterator[dict[str, object]]:
    """What the uploading process says, line by line."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", UPLOAD.format(str(folder))]
    env = {name: value for name, value in portal.env.items() if name != MARKER}
    complaints = folder.with_name("upload.err")
    with complaints.open("w") as errors:
        upload = subprocess.Popen(command, cwd=PROJECT_DIR, env=env, stdout=subprocess.PIPE, stderr=errors, text=True)
        with upload as process:
            yield from map(json.loads, process.stdout or ())
    if process.returncode:
        raise SystemExit(f"the upload ended badly:\n{complaints.read_text()}")


def measure(portal: Portal, load: Load, folder: Path) -> bool:
    """Run the load and tell what it took; whether all numbers add up."""
    for name, data in load.files.items():
        (folder / name).write_bytes(data)
    pids = portal.pids("worker")
    before = usage(pids)
    points: list[str] = []
    facts: dict[str, object] = {}
    states: Counter[str] = Counter()
    begun = time.monotonic()
    for line in told(portal, folder):
        facts |= line
        states = Counter(facts.get("states") or {})  # type: ignore[call-overload]
        done = sum(states.values()) - states["queued"] - states["parsing"]
        while len(points) < 10 and done * 10 >= len(load.files) * (len(points) + 1):
            now = usage(pids)
            points.append(f"{now.resident / MB:.0f}")
            print(f"  {done} done after {time.monotonic() - begun:.0f} s, {now.resident / MB:.0f} MB", flush=True)
    after = usage(pids)
    seconds, cpu, count = float(str(facts["seconds"])), after.cpu - before.cpu, len(load.files)
    print(f"{count} files in {seconds:.1f} s: {count / seconds:.1f} a second")
    print(f"uploading took {facts['uploaded']:.1f} s, {facts['cpu']:.1f} s of CPU")
    print(f"CPU of worker and children: {cpu:.1f} s, {cpu / count * 1000:.1f} ms an import")
    print(f"memory of worker and children at 10 points: {' '.join(points)} MB ({before.resident / MB:.0f} before)")
    print(f"states: {dict(sorted(states.items()))}; expected {dict(sorted(load.ends.items()))}")
    print(f"newsletters: {facts['newsletters']}; expected {load.ends['ready']}")
    print(f"items: {facts['items']}; expected {load.items}")
    print(f"most attempts: {facts['attempts']}; failed without a sentence: {facts['without_sentence']}")
    return (
        states == load.ends
        and facts["newsletters"] == load.ends["ready"]
        and facts["items"] == load.items
        and not facts["without_sentence"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--stored", type=int, default=0, metavar="ITEMS")
    options = parser.parse_args()
    load = load_of(options.files)
    with tempfile.TemporaryDirectory() as folder, running_portal(Path(folder)) as portal:
        if options.stored:
            portal.manage("demo_data", "--newsletters", str(options.stored // DEMO_ITEMS), "--members", "0")
        source = Path(folder) / "files"
        source.mkdir()
        adds_up = measure(portal, load, source)
    print("all numbers add up" if adds_up else "THE NUMBERS DO NOT ADD UP")
    sys.exit(0 if adds_up else 1)


if __name__ == "__main__":
    main()
