"""A real portal from outside: ready only while its worker lives, its counts whole, one id into the worker."""

import http.cookiejar
import json
import re
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.portal_server import running_portal, send_signal, wait_for

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    env = {"IMPORT_STALE_SECONDS": "3", "LOG_FORMAT": "json"}
    with running_portal(tmp_path_factory.mktemp("portal"), env) as portal:
        yield portal


def ask(portal, address):
    try:
        with urllib.request.urlopen(f"{portal.url}{address}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()


def send_text(portal):
    """Upload a text as a griffier does; the id of that request."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    email, password = portal.logins["griffier"]
    page = f"{portal.url}/account/login/"
    for address, fields in (
        (page, {"login": email, "password": password}),
        (f"{portal.url}/admin/newsletters/import/add/", {"text": "Radenpost\n\nEen bericht over wonen."}),
    ):
        with browser.open(address) as form:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.read().decode()).group(1)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(address, data, {"X-Request-ID": "proef-van-griffier"})
        with browser.open(request):
            pass


def logged(portal):
    return [json.loads(line) for line in portal.logged().splitlines() if line.startswith("{")]


def test_the_id_of_an_upload_goes_along_to_the_worker(portal):
    send_text(portal)
    wait_for(
        lambda: any(
            line["logger"] == "newsletters.services.imports"
            and line.get("request_id") == "proef-van-griffier"
            and "attempt 1" in line["message"]
            for line in logged(portal)
        )
    )


def test_the_log_of_what_matters_for_safety_is_one_chain_of_all_processes(portal, tmp_path):
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(send_text, [portal] * 8))
    portal.manage("backup", str(tmp_path / "backups"))
    assert "all as they were written" in portal.manage("check_log")
    lines = (portal.data_dir / "audit.log").read_text().splitlines()
    assert len(lines) >= 9
    portal_log = {line for line in portal.logged().splitlines() if line.startswith('{"audit"')}
    assert [json.loads(line)["action"] for line in lines if line not in portal_log] == ["backup_made"]
    copy = tmp_path / "zonder.log"
    copy.write_text("\n".join([*lines[:3], *lines[4:]]))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        portal.manage("check_log", str(copy))
    assert "number 4 missing before number 5" in refused.value.stdout


def test_the_counts_of_all_web_processes_are_told(portal):
    for _ in range(20):
        ask(portal, "/account/login/")
    _, text = ask(portal, "/gezondheid/metingen/")
    counts = re.findall(r'griffieportal_requests_total{method="GET",status="200",view="account_login"} (\S+)', text)
    assert sum(map(float, counts)) >= 20


def test_a_portal_without_its_worker_is_not_ready_until_it_is_back(portal):
    wait_for(lambda: ask(portal, "/gezondheid/") == (200, "ok\n"))
    held = portal.pids("worker")
    send_signal(held, signal.SIGSTOP)
    try:
        wait_for(lambda: ask(portal, "/gezondheid/") == (503, "niet ok\n"))
        assert ask(portal, "/gezondheid/leeft/") == (200, "ok\n")
    finally:
        send_signal(held, signal.SIGCONT)
    wait_for(lambda: ask(portal, "/gezondheid/") == (200, "ok\n"))
