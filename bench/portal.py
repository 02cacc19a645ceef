"""What a page of the portal costs: queries, and CPU of application and database, for the database that is set.

    DATABASE_URL=… REDIS_URL=… .venv/bin/python -m bench.portal [TIMES]

Fill it first with manage.py demo_data. Nothing is written but what a visit writes. The floor is a bare view that runs
the list's main query and shows its titles; the database's CPU is that of our own connection, read from /proc, so
PostgreSQL must run on this machine.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.db import connection
from django.test import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "griffieportal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from accounts.models import User  # noqa: E402
from griffieportal import urls  # noqa: E402
from newsletters.models import Item, Theme  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def floor(request: HttpRequest) -> HttpResponse:
    """A bare view with the same main query."""
    items = Item.objects.published().with_origin().newest_first()[:20]
    return HttpResponse("".join(f"<p>{item.heading} {item.newsletter}</p>" for item in items))


def database_seconds() -> float:
    """CPU of the database's process that serves us; 0.0 on SQLite, which runs in ours."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def measure(client: Client, address: str) -> tuple[int, float, float, float]:
    """Queries, and the median milliseconds of CPU of application and database and of the clock."""
    client.get(address)
    statements: list[str] = []

    def counted(execute: Any, sql: str, *args: Any) -> Any:
        statements.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(counted):
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
    own, its, clock = [], [], []
    for _ in range(TIMES):
        before, mine, now = database_seconds(), time.process_time(), time.perf_counter()
        client.get(address)
        own.append(time.process_time() - mine)
        clock.append(time.perf_counter() - now)
        its.append(database_seconds() - before)
    return len(statements), 1000 * median(own), 1000 * median(its), 1000 * median(clock)


def main() -> None:
    urls.urlpatterns.append(path("vloer/", floor))
    user = User.objects.filter(email__startswith="raadslid").order_by("pk").first()
    assert user is not None, "fill the database with manage.py demo_data first"
    client = Client()
    client.force_login(user)
    theme = Theme.objects.order_by("pk").first()
    item = Item.objects.published().newest_first()[200]
    last = list(Item.objects.published().newest_first().values_list("pk", flat=True)[9979:9980])
    addresses = {
        "floor": "/vloer/",
        "home": "/",
        "list": "/berichten/",
        "page 500, by number": "/berichten/?pagina=500",
        "page 500, by next": f"/berichten/?pagina=500&na={last[0] if last else 0}",
        "theme": f"/berichten/?thema={theme.slug if theme else ''}",
        "period": "/berichten/?van=2026-01-01",
        "with a date": "/berichten/?met_datum=1",
        "unread": "/berichten/?ongelezen=1",
        "bookmarked": "/berichten/?bladwijzers=1",
        "compact": "/berichten/?weergave=compact",
        "search, rare": "/berichten/?q=bibliotheek+dorpshuis",
        "search, common": "/berichten/?q=gemeente",
        "search, relevance": "/berichten/?q=woningbouw&sorteer=relevantie",
        "search, compound": "/berichten/?q=programma",
        "search, nothing": "/berichten/?q=woningbow",
        "suggestions": "/berichten/voorstellen/?q=woni",
        "item": item.get_absolute_url(),
        "newsletter": item.newsletter.get_absolute_url(),
        "bookmarks": "/bladwijzers/",
    }
    print(f"{Item.objects.count()} items on {connection.vendor}, {TIMES} times each")
    print(f"{'page':22}{'queries':>8}{'app ms':>9}{'db ms':>9}{'CPU ms':>9}{'clock ms':>10}")
    for name, address in addresses.items():
        queries, own, its, clock = measure(client, address)
        print(f"{name:22}{queries:8}{own:9.1f}{its:9.1f}{own + its:9.1f}{clock:10.1f}")


if __name__ == "__main__":
    main()
