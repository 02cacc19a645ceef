"""How long a backup and its restore take, and whether all of it is as it was.

    .venv/bin/python -m bench.backup [--items 200000] [--files 2000] [--kilobytes 200]

Fills a portal of its own (with DATABASE_URL and REDIS_URL set: in a database of its own), makes a backup, restores it
into an empty database and an empty folder, and compares every row and every file by ways of its own, not by the
backup's. The target is 90 seconds for the restore on two cores.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.portal_server import PROJECT_DIR, portal_surroundings

DEMO_ITEMS = 8  # in a newsletter of demo_data
COPIED = 5_000  # items that are made one by one
TARGET = 90  # seconds

FILL = """
import hashlib, random
from django.core.files.base import ContentFile
from django.utils import timezone
from newsletters.models import Import
made = random.Random(1)
now = timezone.now()
rows = []
for number in range({files}):
    data = made.randbytes({kilobytes} * 1024)
    row = Import(filename=f"{{number}}.pdf", sha256=hashlib.sha256(data).hexdigest(), size=len(data), kind="pdf",
        state="ready", progress=100, started_at=now, heartbeat_at=now, finished_at=now, attempts=1, text="tekst " * 500)
    row.file.save("a.pdf", ContentFile(data), save=False)
    rows.append(row)
Import.objects.bulk_create(rows, batch_size=500)
"""
# The same newsletters again and again, each under its own keys: making a text is slow, and its words don't matter here.
MULTIPLY = """
from django.core.management.color import no_style
from django.db import connection, transaction
from events.models import Event
from newsletters import search
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter
models = (Newsletter, Event, Item, ItemLink, ItemEvent)
last = {{model: model._base_manager.order_by("-pk").values_list("pk", flat=True).first() for model in models}}
fresh = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
with transaction.atomic(), connection.cursor() as cursor:
    for copy in range(1, {copies}):
        for model in models:
            words = []
            for field in model._meta.concrete_fields:
                of = model if field.primary_key else field.related_model
                name = field.column
                once = {{"uid": fresh, "message_id": "''", "outlook_id": "''"}}
                words.append(f"{{name}} + {{copy * last[of]}}" if of in last else once.get(name, name))
            names = ", ".join(field.column for field in model._meta.concrete_fields)
            table = model._meta.db_table
            chosen = f"SELECT {{', '.join(words)}} FROM {{table}} WHERE id <= {{last[model]}}"
            cursor.execute(f"INSERT INTO {{table}} ({{names}}) {{chosen}}")
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)
search.rebuild()
"""
# By the database's own view of a row, table by table; sums do not depend on the order.
SUMS = """
import hashlib
from django.apps import apps
from django.db import connection
with connection.cursor() as cursor:
    for name in sorted(connection.introspection.table_names(cursor)):
        if name in ("django_session", "django_migrations") or name.startswith("sqlite_") or "_fts_" in name:
            continue
        cursor.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        order = sorted(range(len(columns)), key=columns.__getitem__)
        total = count = 0
        while rows := cursor.fetchmany(5000):
            for row in rows:
                line = repr([row[at] for at in order]).encode()
                total = (total + int.from_bytes(hashlib.blake2b(line, digest_size=8).digest())) % 2**64
            count += len(rows)
        print(name, count, total)
"""


def manage(env: dict[str, str], *arguments: str) -> tuple[float, str]:
    """Seconds and output of a command; ends all where it fails."""
    begun = time.monotonic()
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT_DIR, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.monotonic() - begun, done.stdout


def files_in(data_dir: Path) -> dict[str, str]:
    folder = data_dir / "uploads"
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def measure(folder: Path, *, items: int, files: int, kilobytes: int) -> bool:
    """Fill, keep, lose, restore, compare."""
    with portal_surroundings(folder / "a") as old, portal_surroundings(folder / "b") as new:
        manage(old, "migrate", "-v0")
        copies = max(1, items // COPIED)
        manage(old, "demo_data", "--newsletters", str(items // copies // DEMO_ITEMS), "--members", "100")
        manage(old, "shell", "-v0", "-c", MULTIPLY.format(copies=copies))
        manage(old, "shell", "-v0", "-c", FILL.format(files=files, kilobytes=kilobytes))
        before, files_before = manage(old, "shell", "-v0", "-c", SUMS)[1], files_in(Path(old["DATA_DIR"]))
        seconds, told = manage(old, "backup", str(folder / "backups"))
        print(f"backup: {seconds:.1f} s; {told.strip()}", flush=True)
        [path] = (folder / "backups").iterdir()
        restored, told = manage(new, "restore", str(path))
        print(f"restore: {restored:.1f} s; {told.strip().splitlines()[-1]}", flush=True)
        after, files_after = manage(new, "shell", "-v0", "-c", SUMS)[1], files_in(Path(new["DATA_DIR"]))
    counts = {line.split()[0]: int(line.split()[1]) for line in after.splitlines()}
    print(
        f"{counts['newsletters_item']} items, {len(files_after)} files of {kilobytes} kB; {sum(counts.values())} rows"
    )
    for line in sorted(set(before.splitlines()) ^ set(after.splitlines())):
        print(f"  not equal: {line}")
    print(f"rows equal: {before == after}; files equal: {files_before == files_after}; target {TARGET} s")
    return before == after and files_before == files_after and restored <= TARGET


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--kilobytes", type=int, default=200)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it, nothing is left behind
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        is_well = measure(Path(folder), items=options.items, files=options.files, kilobytes=options.kilobytes)
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
