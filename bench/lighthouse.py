"""Lighthouse's scores for the pages of a member, on a slow telephone and on a desk.

    npm install lighthouse --prefix FOLDER
    .venv/bin/python -m bench.lighthouse FOLDER [--only home item] [--desktop]

Starts a portal with demo data, logs a member in, and has Lighthouse look at each page in Debian's chromium (or what
CHROME_PATH names). Asked are 100 for accessibility and best practices and at least 95 for performance. Exits with 1
where a page has less, and prints which of Lighthouse's checks failed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.portal_server import Portal, free_port, running_portal

WANTED = {"accessibility": 100, "best-practices": 100, "performance": 95}
PAGES = {
    "home": "/",
    "list": "/berichten/",
    "search": "/berichten/?q=woning",
    "item": "/berichten/{item}/",
    "newsletters": "/nieuwsbrieven/",
    "bookmarks": "/bladwijzers/",
    "agenda": "/agenda/",
    "account": "/account/gegevens/",
    "own data": "/account/gegevens/inzage/",
    "privacy": "/privacy/",
}
FIRST_ITEM = "from newsletters.models import Item; print(Item.objects.published().newest_first().first().pk)"


@contextmanager
def browser(folder: Path, portal: Portal) -> Iterator[int]:
    """A browser in which a member is logged in, and the port on which it can be told what to do."""
    port = free_port()
    arguments = [f"--remote-debugging-port={port}"]
    program = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(folder, executable_path=program, args=arguments)
        page = context.new_page()
        page.goto(f"{portal.url}/account/login/")
        page.fill("[name=login]", portal.logins["raadslid"][0])
        page.fill("[name=password]", portal.logins["raadslid"][1])
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{portal.url}/")
        yield port
        context.close()


def look(lighthouse: Path, address: str, port: int, *, desktop: bool) -> dict[str, int]:
    """The scores of one page, of 100; prints what each score was lowered by."""
    command = [str(lighthouse), address, f"--port={port}", f"--only-categories={','.join(WANTED)}"]
    command += ["--quiet", "--output=json", "--disable-storage-reset", *(["--preset=desktop"] if desktop else [])]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if found["finalDisplayedUrl"] != found["requestedUrl"]:
        raise SystemExit(f"{address} led to {found['finalDisplayedUrl']}")
    for category in found["categories"].values():
        lowered_by = {ref["id"] for ref in category["auditRefs"] if ref["weight"]}
        for name in sorted(lowered_by):
            audit = found["audits"][name]
            if (audit["score"] or 0) < 1 and audit["scoreDisplayMode"] not in {"notApplicable", "manual"}:
                print(f"    {category['id']}: {audit['title']} {audit.get('displayValue', '')}")
    return {name: round(100 * found["categories"][name]["score"]) for name in WANTED}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where npm has put Lighthouse")
    parser.add_argument("--only", nargs="+", choices=PAGES, default=list(PAGES), help="these pages")
    parser.add_argument("--desktop", action="store_true", help="a desk with a quick line in place of a slow telephone")
    options = parser.parse_args()
    lighthouse = options.folder / "node_modules" / ".bin" / "lighthouse"
    too_low = 0
    with tempfile.TemporaryDirectory() as folder, running_portal(Path(folder)) as portal:
        portal.manage("demo_data", "--newsletters", "40")
        item = portal.manage("shell", "-v0", "-c", FIRST_ITEM).strip()
        with browser(Path(folder, "browser"), portal) as port:
            for name in options.only:
                address = f"{portal.url}{PAGES[name].format(item=item)}"
                scores = look(lighthouse, address, port, desktop=options.desktop)
                too_low += any(scores[category] < wanted for category, wanted in WANTED.items())
                print(f"{name}: " + ", ".join(f"{category} {score}" for category, score in scores.items()), flush=True)
    sys.exit(1 if too_low else 0)


if __name__ == "__main__":
    main()
