"""What a page of the portal costs: queries, and CPU of application and database, for the database that is set.

    DATABASE_URL=… REDIS_URL=… .venv/bin/python -m bench.portal [TIMES] [--cold]

Fill it first with manage.py demo_data. Nothing is written but what a visit writes. The floor of a page is a bare view
that runs the page's main query and shows its titles; both are asked in turn, so that what else the machine does
counts for both. The database's CPU is that of our own connection, read from /proc, so PostgreSQL must run on this
machine. --cold forgets before each request whatever was kept, as after something was published.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.db import connection
from django.test import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "griffieportal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.http import HttpRequest, HttpResponse, QueryDict  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from events.models import Event  # noqa: E402
from griffieportal import urls  # noqa: E402
from newsletters.filters import ItemFilter  # noqa: E402
from newsletters.kept import forget_each  # noqa: E402
from newsletters.models import Item, Newsletter, Theme  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

NUMBERS = [int(word) for word in sys.argv[1:] if word.isdecimal()]
TIMES = NUMBERS[0] if NUMBERS else 20
IS_COLD = "--cold" in sys.argv
if IS_COLD:  # one of our own, so that nothing of others is forgotten
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MAIN: dict[str, Callable[[], Iterable[Any]]] = {}  # the main query of the page that is measured now


def floor(request: HttpRequest) -> HttpResponse:
    """A bare view with the same main query."""
    return HttpResponse("".join(f"<p>{row} {getattr(row, 'newsletter', '')}</p>" for row in MAIN["now"]()))


def database_seconds() -> float:
    """CPU of the database's process that serves us; 0.0 on SQLite, which runs in ours."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def queries_of(client: Client, address: str) -> int:
    statements: list[str] = []

    def counted(execute: Any, sql: str, *args: Any) -> Any:
        statements.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(counted):
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
    return len(statements)


def forget() -> None:
    if IS_COLD:
        forget_each()
        cache.clear()


def measure(client: Client, address: str) -> tuple[float, float, float]:
    """Milliseconds of one request: CPU of application and of database, and the clock."""
    forget()
    before, mine, now = database_seconds(), time.process_time(), time.perf_counter()
    client.get(address)
    own, clock = time.process_time() - mine, time.perf_counter() - now
    return 1000 * own, 1000 * (database_seconds() - before), 1000 * clock


def pages(user: User) -> dict[str, tuple[str, Callable[[], Iterable[Any]]]]:
    """The address of each page and its main query."""

    def listed(query: str) -> Callable[[], Iterable[Any]]:
        found = ItemFilter(QueryDict(query), user=user).qs.with_origin()
        return lambda: found.all()[:20]

    walked = Item.objects.published().newest_first()
    theme = Theme.objects.order_by("pk").first()
    item = walked[200]
    last = walked.values_list("newsletter__published_on", "newsletter", "position")[9979:9980]
    place = ".".join(map(str, last[0])) if last else ""
    own = Item.objects.published().with_origin().bookmarked_by(user)
    lists = {
        "list": "",
        "page 3": "pagina=3",
        "page 500": f"pagina=500&na={place}",
        "theme": f"thema={theme.slug if theme else ''}",
        "period": "van=2026-01-01",
        "with a date": "met_datum=1",
        "unread": "ongelezen=1",
        "bookmarked": "bladwijzers=1",
        "compact": "weergave=compact",
        "search, rare": "q=bibliotheek+dorpshuis",
        "search, common": "q=gemeente",
        "search, relevance": "q=woningbouw&sorteer=relevantie",
        "search, compound": "q=programma",
        "search, theme": f"q=gemeente&thema={theme.slug if theme else ''}",
        "search, nothing": "q=woningbow",
    }
    return {
        "home": ("/", listed("")),
        **{name: (f"/berichten/?{query}", listed(query)) for name, query in lists.items()},
        "suggestions": ("/berichten/voorstellen/?q=woni", listed("q=woni")),
        "item": (item.get_absolute_url(), lambda: [Item.objects.published().with_origin().get(pk=item.pk)]),
        "newsletters": (
            "/nieuwsbrieven/",
            lambda: Newsletter.objects.published().select_related("source").with_item_count().newest_first()[:20],
        ),
        "newsletter": (
            item.newsletter.get_absolute_url(),
            lambda: Item.objects.published().with_origin().filter(newsletter=item.newsletter_id),
        ),
        "agenda": ("/agenda/", lambda: Event.objects.published().upcoming(timezone.localdate())[:20]),
        "bookmarks": ("/bladwijzers/", lambda: own.all()[:20]),
    }


def main() -> None:
    urls.urlpatterns.append(path("vloer/", floor))
    user = User.objects.filter(email__startswith="raadslid").order_by("pk").first()
    assert user is not None, "fill the database with manage.py demo_data first"
    client = Client()
    client.force_login(user)
    kind = "cold" if IS_COLD else "warm"
    print(f"{Item.objects.count()} items on {connection.vendor}, {TIMES} times each, {kind}")
    print(f"{'page':20}{'queries':>8}{'app ms':>9}{'db ms':>9}{'CPU ms':>9}{'floor':>8}{'times':>7}{'clock ms':>10}")
    for name, (address, MAIN["now"]) in pages(user).items():
        client.get("/vloer/")
        client.get(address)
        forget()
        client.force_login(user)
        queries = queries_of(client, address)
        both = [(measure(client, address), measure(client, "/vloer/")) for _ in range(TIMES)]
        own, its, clock = (median(one[number] for one, _ in both) for number in range(3))
        cpu = median(one[0] + one[1] for one, _ in both)
        least = median(one[0] + one[1] for _, one in both)
        print(
            f"{name:20}{queries:8}{own:9.1f}{its:9.1f}{cpu:9.1f}{least:8.1f}{cpu / least:7.1f}{clock:10.1f}", flush=True
        )


if __name__ == "__main__":
    main()
