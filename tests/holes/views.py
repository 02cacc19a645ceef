"""HOLES, planted on purpose. Each view does in the simplest way what no view of the portal may do.

Like the portal's pages they are for members, so a scan that is not logged in finds none of them.
"""

import json
import subprocess
import tempfile
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt

LINKS = (
    "volgorde/?sorteer=name", "zoeken/?q=wonen", "thema/1/", "bestaat/", "echo/?tekst=hallo", "kenmerk/?waarde=hallo",
    "gastenboek/", "bestand/?naam=welkom.txt", "opdracht/?woord=hallo", "verder/?naar=/gaten/",
    "ophalen/?adres=http://127.0.0.1/", "wijzigen/",
)  # fmt: skip
WELCOME = "Welkom bij de gaten.\n"


def page(body: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"<!doctype html><html lang=nl><title>Gat</title><body>{body}</body></html>", status=status)


def form(request: HttpRequest, name: str) -> str:
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return f'<form method="post">{hidden}<input name="{name}" value="wonen"><button>Stuur</button></form>'


def rows(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [str(row[0]) for row in cursor.fetchall()]


def index(request: HttpRequest) -> HttpResponse:
    return page("".join(f'<p><a href="/gaten/{link}">{link}</a></p>' for link in LINKS))


def order(request: HttpRequest) -> HttpResponse:
    """HOLE: the column to sort by goes into the statement as it came; an error is hidden."""
    try:
        found = rows(f"SELECT name FROM newsletters_theme ORDER BY {request.GET.get('sorteer', 'name')}")
    except DatabaseError:
        return page("Dat ging niet goed.", status=500)
    return page("".join(f"<p>{escape(name)}</p>" for name in found))


def text(request: HttpRequest) -> HttpResponse:
    """HOLE: a search goes into the statement between quotes, and what the database says of it is shown."""
    try:
        found = rows(f"SELECT name FROM newsletters_theme WHERE name LIKE '%{request.GET.get('q', '')}%'")
    except DatabaseError as error:
        return page(f"<pre>{escape(error)}</pre>", status=500)
    return page("".join(f"<p>{escape(name)}</p>" for name in found) or "Niets gevonden.")


def number(request: HttpRequest, number: str) -> HttpResponse:
    """HOLE: a part of the address goes into the statement as it came."""
    try:
        found = rows(f"SELECT name FROM newsletters_theme WHERE id = {number}")
    except DatabaseError:
        found = []
    if not found:
        raise Http404("no such theme")
    return page("".join(f"<p>{escape(name)}</p>" for name in found))


def blind(request: HttpRequest) -> HttpResponse:
    """HOLE: what a form sends goes into the statement; the answer is yes or no, an error too."""
    if request.method != "POST":
        return page(form(request, "naam"))
    try:
        is_there = bool(rows(f"SELECT id FROM newsletters_theme WHERE lower(name) = '{request.POST.get('naam', '')}'"))
    except DatabaseError:
        is_there = False
    return page("Dat thema is er." if is_there else "Dat thema is er niet.")


def echo(request: HttpRequest) -> HttpResponse:
    """HOLE: a word is shown as it came."""
    return page(f"<p>{request.GET.get('tekst', '')}</p>")


def attribute(request: HttpRequest) -> HttpResponse:
    """HOLE: angle brackets are taken out, but the word stands between quotes."""
    value = request.GET.get("waarde", "").replace("<", "&lt;").replace(">", "&gt;")
    return page(f'<input name="waarde" value="{value}">')


def stored(request: HttpRequest) -> HttpResponse:
    """HOLE: what one visitor writes is shown to all as it came. The last fifty are kept."""
    book = settings.DATA_DIR / "gastenboek.json"
    kept: list[str] = json.loads(book.read_text()) if book.exists() else []
    if request.method == "POST":
        book.write_text(json.dumps([*kept[-49:], request.POST.get("bericht", "")]))
        return page("Bedankt.")
    return page(form(request, "bericht") + "".join(f"<p>{message}</p>" for message in kept))


def file(request: HttpRequest) -> HttpResponse:
    """HOLE: any file can be read."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "welkom.txt").write_text(WELCOME)
        try:
            return HttpResponse((Path(folder) / request.GET.get("naam", "")).read_bytes())
        except (OSError, ValueError):
            raise Http404("no such file") from None


def command(request: HttpRequest) -> HttpResponse:
    """HOLE: a word is given to the shell, in an empty folder and without anything worth to be read."""
    with tempfile.TemporaryDirectory() as folder:
        line = f"echo {request.GET.get('woord', '')}".replace("\0", "")
        ran = subprocess.run(
            ["timeout", "5", "/bin/sh", "-c", line],  # it ends what the shell began, too
            cwd=folder,
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    return page(f"<pre>{escape(ran.stdout.decode(errors='replace'))}</pre>")


def redirect(request: HttpRequest) -> HttpResponse:
    """HOLE: leads on to anywhere."""
    answer = HttpResponse(status=302)
    answer["Location"] = request.GET.get("naar", "/").replace("\r", "").replace("\n", "")
    return answer


def fetch(request: HttpRequest) -> HttpResponse:
    """HOLE: fetches any address of this machine itself. What is beyond it is left alone, as this must harm nobody."""
    address = request.GET.get("adres", "")
    try:
        if urlsplit(address).scheme == "http" and urlsplit(address).hostname == "127.0.0.1":
            with urlopen(address, timeout=3) as answer:
                return page(f"<p>{escape(answer.status)}</p>")
    except (HTTPException, ValueError, OSError):
        pass
    return page("Daar is niets.")


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """HOLE: a form that another site can send, too."""
    if request.method == "POST":
        return page("Gewijzigd.")
    return page('<form method="post"><input name="kleur" value="blauw"><button>Wijzig</button></form>')
