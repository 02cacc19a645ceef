"""How long it takes from the upload of a newsletter to its drafts, with a real portal and worker.

    .venv/bin/python -m bench.upload_to_drafts FILE [--runs 5]

Starts a portal of its own (with DATABASE_URL and REDIS_URL set: in a database of its own), uploads FILE through
the admin's form as a griffier, and asks for the list of uploads until it says that the file was read. Each run
adds an empty line to the file's end and other numbers to Outlook's ids, so that it is no duplicate.
"""

import argparse
import re
import statistics
import tempfile
import time
import uuid
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.portal_server import Portal, running_portal

UPLOAD = "/admin/newsletters/import/add/"
LIST = "/admin/newsletters/import/"
ROWS = re.compile(r"<tr>.*?</tr>", re.DOTALL)
OUTLOOK_ID = re.compile(rb"(?<=%7C)[0-9a-f]{32}(?=%7C)")


def get(browser: OpenerDirector, url: str) -> str:
    with browser.open(url) as page:
        return str(page.read().decode())


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the page has no form")
    return found[1]


def logged_in(portal: Portal) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    email, password = portal.logins["griffier"]
    login = f"{portal.url}/account/login/"
    form = {"csrfmiddlewaretoken": token(get(browser, login)), "login": email, "password": password}
    browser.open(login, urlencode(form).encode()).close()
    return browser


def upload(browser: OpenerDirector, url: str, filename: str, data: bytes) -> None:
    boundary = uuid.uuid4().hex
    fields = {"csrfmiddlewaretoken": token(get(browser, url + UPLOAD)), "text": ""}
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    header = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{filename}"\r\n\r\n'
    body += header.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    browser.open(Request(url + UPLOAD, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})).close()


def seconds_to_drafts(browser: OpenerDirector, url: str, data: bytes) -> float:
    filename = f"{uuid.uuid4().hex}.txt"
    begun = time.monotonic()
    upload(browser, url, filename, data)
    while True:
        [row] = [row for row in ROWS.findall(get(browser, url + LIST)) if filename in row]
        if "state-ready" in row:
            return time.monotonic() - begun
        if "state-failed" in row or "state-duplicate" in row:
            raise SystemExit(f"the file did not become drafts: {row}")
        time.sleep(0.02)


def variant(data: bytes, number: int) -> bytes:
    """The same newsletter as another mail: the front of Outlook's id is changed, its clock at the end is kept."""
    return OUTLOOK_ID.sub(lambda found: f"{number:04x}".encode() + found[0][4:], data) + b"\n" * number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    data = options.file.read_bytes()
    with tempfile.TemporaryDirectory() as folder, running_portal(Path(folder)) as portal:
        browser = logged_in(portal)
        seconds = [seconds_to_drafts(browser, portal.url, variant(data, run)) for run in range(1, options.runs + 1)]
    print(f"min {min(seconds):.2f} s, median {statistics.median(seconds):.2f} s, max {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
