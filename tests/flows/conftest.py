"""A real portal with a real worker, and a real browser; both are shared by the tests of one module."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tests.leaks import leaks_of
from tests.portal_server import running_portal

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",  # for root, as in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with running_portal(tmp_path_factory.mktemp("portal"), {"IMPORT_STALE_SECONDS": "3"}) as portal:
        yield portal
        assert leaks_of(portal) == []  # whatever the tests of this module sent to it


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(open_page_of_module):
    return open_page_of_module


@pytest.fixture(scope="module")
def open_page_of_module(chromium, portal):
    """A page of somebody's own browser. What the console complains of fails the test, CSP violations above all.

    expected are parts of the complaints that a test causes itself, such as those of a connection that it cuts.
    """

    @contextmanager
    def opened(role=None, *, width=1280, scripts=True, bypass_csp=False, expected=()):
        context = chromium.new_context(
            base_url=portal.url,
            viewport={"width": width, "height": 900},
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            java_script_enabled=scripts,
            bypass_csp=bypass_csp,
            accept_downloads=True,
        )
        page = context.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on(
            "response",
            lambda response: complaints.append(f"{response.status} {response.url}") if response.status >= 500 else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if role:
            log_in(page, *portal.logins[role])
        yield page
        context.close()
        unexpected = [words for words in complaints if not any(part in words for part in expected)]
        assert unexpected == [], portal.logged()[-2000:]

    return opened


def log_in(page, email, password):
    page.goto("/account/login/")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/")
