"""bench.scan looks at the whole plan; and the holes that it is tried on are holes, and nowhere in the portal."""

import ast
import json
import os
import subprocess
import sys
from urllib.request import urlopen

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, clear_url_caches, get_resolver, path, resolve, set_urlconf

from bench.scan import EXPLAINED, crashes_in, explanation
from bench.scan_addresses import (
    LEFT_OUT,
    QUERIES,
    UNNAMED,
    Asked,
    addresses,
    asked_on,
    excluded,
    reason_to_leave_out,
)
from bench.scan_tools import MODULES, NOT_RUN, Finding, endpoint
from newsletters.models import Theme
from tests.address_plan import patterns_of
from tests.holes import HOLES
from tests.holes.urls import holes
from tests.portal_server import PROJECT_DIR

THINGS = [
    "item", "event", "newsletter", "draft", "member", "request", "draft_item", "draft_event", "passkey", "search",
    "theme", "source", "group", "domain", "rejection", "mail", "change", "import",
]  # fmt: skip
KNOWN = dict.fromkeys(THINGS, 7) | {"feed": "geheim", "calendar": "geheim"}


@pytest.fixture
def holed(settings):
    settings.ROOT_URLCONF = "tests.holes.urls"
    clear_url_caches()
    set_urlconf(None)
    yield
    clear_url_caches()


def plan():
    return list(patterns_of(get_resolver().url_patterns))


def test_the_scan_comes_to_every_address_or_tells_why_not():
    scanned = list(addresses(get_resolver().url_patterns, KNOWN))
    left_out = [route for route, pattern in plan() if reason_to_leave_out(route, pattern.name)]
    assert len(scanned) + len(left_out) == len(plan())
    assert len(scanned) > 150
    wrong = {}
    for address in scanned:
        match = resolve(address.plain)
        if match.url_name != address.name:
            wrong[address.plain] = (address.name, match.url_name)
    assert wrong == {}


def test_whatever_is_left_out_is_there_and_has_a_reason():
    names = {pattern.name for _, pattern in plan()}
    assert set(LEFT_OUT) - names == set()
    assert set(QUERIES) - names == set()
    assert [name for name, reason in {**LEFT_OUT, **UNNAMED}.items() if len(reason) < 10] == []
    assert len(excluded(get_resolver().url_patterns)) == len(LEFT_OUT)


def test_a_new_address_is_scanned_and_one_with_an_unknown_argument_fails():
    assert [one.plain for one in addresses([path("nieuw/", HttpResponse, name="new")], KNOWN)] == ["/nieuw/"]
    with pytest.raises(KeyError):
        list(addresses([path("nieuw/<int:number>/", HttpResponse, name="new")], KNOWN))


def test_each_argument_is_marked_for_the_scanner():
    found = {address.name: address.path for address in addresses(get_resolver().url_patterns, KNOWN)}
    assert found["item_detail"] == "/berichten/7*/"
    assert found["account_reset_password_from_key"] == "/account/password/reset/key/1*-token*/"
    assert found["newsletters_import_picture"] == "/admin/newsletters/import/7*/beeld/1*.png"


def test_links_and_forms_of_a_page_are_read():
    page = """
        <a href="?pagina=2&q=a%20b">2</a><a href="/agenda/?van=2026-01-01">a</a><a href="https://x.example/?a=1">x</a>
        <form method="get"><input name="q"><select name="thema"><option value="wonen">w</option></select></form>
        <form method="post" action="bewaar/"><input type="hidden" name="csrfmiddlewaretoken" value="x">
        <input name="naam" value="Wonen"><input type="file" name="f"><button name="doe" value="weg"></button></form>
    """
    assert sorted(asked_on(page, "/berichten/"), key=lambda one: one.path) == [
        Asked("/agenda/", "van=2026-01-01"),
        Asked("/berichten/", "pagina=2&q=1&thema=wonen"),
        Asked("/berichten/bewaar/", "", (("naam", "Wonen"), ("doe", "weg"))),
    ]


def test_every_module_of_wapiti_that_is_not_run_has_a_reason():
    assert set(MODULES) & set(NOT_RUN) == set()
    assert {"xss", "permanentxss", "sql", "timesql", "exec", "file", "ssrf", "xxe", "crlf", "csrf"} <= set(MODULES)
    assert all(NOT_RUN.values())


def test_only_what_was_explained_is_a_false_alarm():
    assert explanation(Finding("wapiti", "GET /", "Secure Flag cookie", "", "")) == EXPLAINED[0][3]
    for kind in ("SQL Injection", "HttpOnly Flag cookie", "Internal Server Error", "Reflected Cross Site Scripting"):
        assert explanation(Finding("wapiti", "GET /", kind, "q", "")) == ""
    assert explanation(Finding("sqlmap", "GET /", "SQL injection", "q", "")) == ""


def test_errors_in_the_log_are_counted_and_refusals_are_not():
    log = (
        "2026-01-01 01:02:03,004 WARNING django.request: Forbidden: /admin/\nTraceback (most recent call last):\n  x\n"
        "2026-01-01 01:02:03,004 ERROR django.request: Internal Server Error: /berichten/12/\n"
        "Traceback (most recent call last):\n  x\nValueError: 12\n"
    )
    assert crashes_in(log + log) == {"django.request: Internal Server Error: /berichten/0/ ValueError: 0": 2}


def test_what_a_scanner_asks_beyond_this_machine_is_refused(tmp_path):
    asked = """
import socket
for host in ("voorbeeldstad.example", "192.0.2.1"):
    try:
        socket.create_connection((host, 80), 1)
    except ConnectionRefusedError as error:
        print(error)
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
    print("let through")
"""
    env = {"PYTHONPATH": str(PROJECT_DIR / "bench" / "loopback"), "LOOPBACK_ONLY_LOG": str(tmp_path / "refused")}
    ran = subprocess.run([sys.executable, "-c", asked], env=os.environ | env, capture_output=True, text=True)
    assert ran.stdout.splitlines() == [
        "'voorbeeldstad.example' is beyond this machine",
        "'192.0.2.1' is beyond this machine",
        "let through",
    ]
    assert (tmp_path / "refused").read_text().splitlines() == ["'voorbeeldstad.example'", "'192.0.2.1'"]


# The holes.


def test_no_hole_is_in_the_portal():
    assert len(HOLES) == 12
    assert {pattern.name for pattern in holes} & {pattern.name for _, pattern in plan()} == set()
    for hole in HOLES:
        with pytest.raises(Resolver404):
            resolve(hole.address)


def test_nothing_of_the_portal_imports_tests_or_bench():
    """import-linter holds it too; here also for what is named in words, such as in the settings."""
    found = []
    for app in ("griffieportal", "newsletters", "events", "accounts"):
        for file in (PROJECT_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
                found += [(file.name, name) for name in names if name.split(".")[0] in {"tests", "bench"}]
    assert found == []


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"GRIFFIEPORTAL_HOLES": "1"},
        {"GRIFFIEPORTAL_HOLES": "planted", "SITE_URL": "https://portaal.voorbeeldstad.example"},
    ],
)
def test_the_holes_do_not_start_by_mistake(tmp_path, env):
    told = "from tests.holes import settings"
    known = {name: value for name, value in os.environ.items() if name not in {"SITE_URL", "GRIFFIEPORTAL_HOLES"}}
    command = [sys.executable, "-c", told]
    run = {"cwd": PROJECT_DIR, "capture_output": True, "text": True}
    ran = subprocess.run(command, env=known | {"DATA_DIR": str(tmp_path)} | env, **run)
    assert "ImproperlyConfigured: This portal is full of holes" in ran.stderr
    good = known | {"DATA_DIR": str(tmp_path), "GRIFFIEPORTAL_HOLES": "planted"}
    assert subprocess.run(command, env=good, **run).returncode == 0


@pytest.fixture
def themes(item):
    """A theme with a name that sorts first and one that sorts last."""
    return [Theme.objects.create(name=name, slug=name.lower()) for name in ("Aaa", "Zzz")]


def text_of(client, address, **options):
    return client.get(address, options).text


def through_order(client, themes, tmp_path):
    wish = "CASE WHEN 1={} THEN name ELSE 'x' END, name DESC"
    pages = [text_of(client, "/gaten/volgorde/", sorteer=wish.format(number)) for number in (1, 2)]
    return pages[0].index("Aaa") < pages[0].index("Zzz") and pages[1].index("Aaa") > pages[1].index("Zzz")


def through_text(client, themes, tmp_path):
    return "uit-de-database" in text_of(client, "/gaten/zoeken/", q="x' UNION SELECT 'uit-de' || '-database' --")


def through_number(client, themes, tmp_path):
    own, other = themes[0].pk, themes[1].pk
    return "Zzz" in text_of(
        client, f"/gaten/thema/{own} AND 1=2 UNION SELECT name FROM newsletters_theme WHERE id={other}/"
    )


def through_blind(client, themes, tmp_path):
    pages = [client.post("/gaten/bestaat/", {"naam": f"aaa' AND '1'='{number}"}).text for number in (1, 2)]
    return "is er." in pages[0] and "is er niet." in pages[1]


def through_echo(client, themes, tmp_path):
    return "<script>x</script>" in text_of(client, "/gaten/echo/", tekst="<script>x</script>")


def through_attribute(client, themes, tmp_path):
    return 'value="" onfocus="x"' in text_of(client, "/gaten/kenmerk/", waarde='" onfocus="x')


def through_stored(client, themes, tmp_path):
    client.post("/gaten/gastenboek/", {"bericht": "<script>x</script>"})
    return "<script>x</script>" in text_of(client, "/gaten/gastenboek/")


def through_file(client, themes, tmp_path):
    (tmp_path / "geheim.txt").write_text("geheim")
    return client.get("/gaten/bestand/", {"naam": f"../../../../../..{tmp_path}/geheim.txt"}).content == b"geheim"


def through_command(client, themes, tmp_path):
    return "\n42\n" in text_of(client, "/gaten/opdracht/", woord="hallo; expr 6 '*' 7")


def through_redirect(client, themes, tmp_path):
    return client.get("/gaten/verder/", {"naar": "https://elders.example/"})["Location"] == "https://elders.example/"


def through_fetch(client, themes, tmp_path):
    with endpoint() as (own, others):
        for path in ("ssrf/x/1/61646472/", "iets.dtd"):
            assert "200" in text_of(client, "/gaten/ophalen/", adres=f"{own}{path}")
        with urlopen(f"{own}get_ssrf.php?session_id=x") as answer:
            seen = json.load(answer)
    assert (list(seen), list(seen["1"]), others) == (["1"], ["61646472"], {"/iets.dtd"})
    return "Daar is niets" in text_of(client, "/gaten/ophalen/", adres="http://voorbeeldstad.example/")


def through_token(client, themes, tmp_path):
    client.handler.enforce_csrf_checks = True
    assert client.post("/gaten/bestaat/", {"naam": "x"}).status_code == 403
    return "Gewijzigd" in client.post("/gaten/wijzigen/", {"kleur": "rood"}).text


@pytest.mark.django_db
@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.name)
def test_each_hole_is_one_for_members(holed, client, as_raadslid, themes, hole, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    answer = client.get(hole.address)
    assert answer.status_code == (404 if hole.name == "number" else 302)
    assert globals()[f"through_{hole.name}"](as_raadslid, themes, tmp_path)
