"""`manage.py serve` for real: its processes, its sentences, its log-ins."""

import http.cookiejar
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing

import pytest

from tests.portal_server import (
    MARKER,
    PROJECT_DIR,
    free_port,
    pids_with,
    portal_surroundings,
    running_portal,
    served,
    wait_for,
)

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with running_portal(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def log_in(portal, role):
    """A browser of sorts, logged in; and the address where it landed."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    email, password = portal.logins[role]
    with browser.open(f"{portal.url}/account/login/") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode()).group(1)
    form = {"csrfmiddlewaretoken": token, "login": email, "password": password, "next": "/bladwijzers/"}
    with browser.open(f"{portal.url}/account/login/", urllib.parse.urlencode(form).encode()) as page:
        return browser, page.url


def answers(portal):
    try:
        with urllib.request.urlopen(f"{portal.url}/account/login/") as page:
            return page.status == 200
    except OSError:
        return False


def status_of(browser, url):
    try:
        with browser.open(url) as page:
            return page.status if page.url == url else page.url
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def serve(env, *arguments):
    command = [sys.executable, "manage.py", "serve", *arguments]
    return subprocess.run(command, cwd=PROJECT_DIR, env=env, capture_output=True, text=True, timeout=120)


def count(portal, model):
    return portal.manage("shell", "-v0", "-c", f"from {model[0]} import {model[1]} as m; print(m.objects.count())")


@pytest.mark.parametrize("role", ["griffier", "raadslid"])
def test_the_log_ins_log_in(portal, role):
    _, landed_on = log_in(portal, role)
    assert landed_on == f"{portal.url}/bladwijzers/"


def test_the_griffier_works_in_the_admin_and_the_raadslid_does_not(portal):
    as_griffier, as_raadslid = (log_in(portal, role)[0] for role in ("griffier", "raadslid"))
    assert status_of(as_griffier, f"{portal.url}/admin/") == 200
    assert status_of(as_raadslid, f"{portal.url}/admin/") != 200


def test_static_files_are_served_under_names_that_change_with_them(portal):
    with urllib.request.urlopen(f"{portal.url}/account/login/") as page:
        style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.read().decode()).group(1)
    with urllib.request.urlopen(portal.url + style) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("kind", ["worker", "schedule", "web"])
def test_a_process_that_is_killed_comes_back(portal, kind):
    wait_for(lambda: portal.pids(kind))
    before = portal.pids(kind)
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: portal.pids(kind) and not set(before) & set(portal.pids(kind)))
    wait_for(lambda: answers(portal))


def test_the_same_port_is_told_in_one_sentence(portal):
    refused = serve(portal.env, "--port", str(portal.port))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Port {portal.port} of 127.0.0.1 is in use by another program; "
        f"choose another port, such as --port {portal.port + 1}.\n"
    )


def test_the_same_data_on_another_port_are_told_in_one_sentence(portal):
    refused = serve(portal.env, "--port", str(free_port()))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"The portal is already being served from {portal.data_dir}; stop that one first, or set DATA_DIR "
        "to another folder.\n"
    )


@pytest.mark.embedded
def test_only_their_owner_can_read_the_demo_log_ins(portal):
    path = portal.data_dir / "demo-inloggegevens.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(password in path.read_text() for _, password in portal.logins.values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_and_the_next_start_keeps_everything(tmp_path, number):
    with portal_surroundings(tmp_path) as env:
        with served(tmp_path, env) as portal:
            wait_for(lambda: portal.pids("worker"))
            portal.manage("demo_data", "--newsletters", "2", "--members", "1")
            first_lines = portal.printed()
            members, items = count(portal, ("accounts.models", "User")), count(portal, ("newsletters.models", "Item"))
            assert portal.stop(number) == 0
            assert portal.pids() == []
            assert portal.printed().endswith("Stopped.\n")
        with served(tmp_path, env) as portal:
            assert count(portal, ("accounts.models", "User")) == members
            assert count(portal, ("newsletters.models", "Item")) == items
            log_ins = [line for line in first_lines.splitlines() if line.startswith("  ")]
            assert [line for line in portal.printed().splitlines() if line.startswith("  ")] == log_ins


def test_nothing_outlives_a_killed_serve(tmp_path):
    with running_portal(tmp_path, with_logins=False) as portal:
        wait_for(lambda: len(portal.pids("worker")) > 1)
        portal.process.kill()
        portal.process.wait()
        wait_for(lambda: portal.pids() == [])


@pytest.mark.postgresql
def test_with_a_database_of_ones_own_there_are_no_demo_log_ins(tmp_path):
    with running_portal(tmp_path, with_logins=False) as portal:
        assert count(portal, ("accounts.models", "User")) == "0\n"
        assert "manage.py first_beheerder" in portal.printed()
        assert not (portal.data_dir / "demo-inloggegevens.txt").exists()


@pytest.mark.embedded
def test_demo_log_ins_are_never_served_to_other_machines(portal, tmp_path):
    env = {**portal.env, "SITE_URL": "https://portaal.voorbeeldstad.example", MARKER: "other"}
    portal.stop()
    refused = serve(env, "--port", str(free_port()))
    assert refused.returncode == 1
    assert "must not be reached from other machines" in refused.stderr
    fresh = serve({**env, "DATA_DIR": str(tmp_path / "leeg"), "SITE_URL": ""}, "--host", "0.0.0.0")
    assert fresh.returncode == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"DATABASE_URL": "postgres://nobody:geheim@127.0.0.1:1/nothing", "REDIS_URL": "redis://127.0.0.1:1"},
            "database",
        ),
        ({"DATA_DIR": "/proc/self/data"}, "can't be written"),
    ],
)
def test_what_does_not_answer_is_told_in_one_sentence(tmp_path, wrong, sentence):
    env = {**os.environ, "DATA_DIR": str(tmp_path), MARKER: "wrong", **wrong}
    refused = serve(env, "--port", str(free_port()))
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "geheim" not in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert pids_with("wrong") == set()


def test_a_port_that_somebody_else_took_is_told(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        refused = serve({**os.environ, "DATA_DIR": str(tmp_path)}, "--port", str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"--port {port + 1}" in refused.stderr
