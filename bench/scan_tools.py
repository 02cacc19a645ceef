"""The two scanners of bench.scan: where they are, how they are run, and what they found."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlencode, urlsplit

from bench.scan_addresses import Asked
from tests.portal_server import PROJECT_DIR

VENV = PROJECT_DIR / ".venv-scan"
WANTED = ("sqlmap==1.10.10", "wapiti3==3.2.3")
TOKEN = "a" * 32  # a cookie and a header with the same token: what a page's own form would send
MODULES = (
    "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "https_redirect",
    "ldap", "methods", "permanentxss", "redirect", "shellshock", "spring4shell", "sql", "ssl", "ssrf", "timesql",
    "upload", "xss", "xxe",
)  # fmt: skip
# Modules that are not run. The others of this version are in MODULES.
NOT_RUN = {
    "brute_login_form": "brute force",
    "buster": "brute force",
    "nikto": "brute force, with a list that it fetches",
    "cms": "recognizes other people's programs by files that it fetches",
    "htp": "the same",
    "network_device": "the same",
    "wapp": "the same",
    "wp_enum": "the same, of WordPress",
    "log4shell": "about Java, and asks the DNS",
    "takeover": "asks the DNS of others",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a scanner told, of which address."""

    tool: str
    address: str
    kind: str
    parameter: str
    told: str = field(compare=False)


@dataclass(slots=True)
class Scanners:
    """Where the two are, and what they asked beyond this machine, which was refused."""

    folder: Path
    refused: Path

    def run(self, command: str, *arguments: str, seconds: float) -> tuple[str, bool]:
        """What it printed, and whether it came to its end."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.refused.parent),
            "PYTHONPATH": str(PROJECT_DIR / "bench" / "loopback"),
            "LOOPBACK_ONLY_LOG": str(self.refused),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        process = subprocess.Popen(
            [str(self.folder / "bin" / command), *arguments],
            cwd=self.refused.parent,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.communicate(timeout=seconds)[0].decode(errors="replace"), True
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return process.communicate()[0].decode(errors="replace"), False

    def asked_beyond(self) -> dict[str, int]:
        lines = self.refused.read_text().splitlines() if self.refused.exists() else []
        return {line: lines.count(line) for line in sorted(set(lines))}


@contextmanager
def scanners() -> Iterator[Scanners]:
    """Both, in a folder of their own that git knows nothing of. Ends loudly where they can't be had."""
    if not all((VENV / "bin" / name).exists() for name in ("sqlmap", "wapiti")):
        try:
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
            subprocess.run([str(VENV / "bin" / "pip"), "install", "--quiet", *WANTED], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"NOTHING WAS SCANNED: {' and '.join(WANTED)} can't be installed: {error}", file=sys.stderr)
            sys.exit(2)
    with TemporaryDirectory(prefix="griffieportal-scan-") as folder:
        yield Scanners(VENV, Path(folder) / "refused")


class _Endpoint(BaseHTTPRequestHandler):
    """What wapiti's own server on the internet does: tells which parameter made somebody fetch an address."""

    seen: dict[str, dict[str, list[dict[str, str]]]]
    others: set[str]  # what was fetched besides: a file of another server, or one that XML names

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        words = parts.path.strip("/").split("/")
        if words[0] == "ssrf" and len(words) == 4:
            hit = {
                "url": self.path,
                "date": datetime.now(UTC).isoformat(),
                "ip": self.client_address[0],
                "method": "GET",
            }
            self.seen.setdefault(words[2], {}).setdefault(words[3], []).append(hit)
        elif words[0] not in {"get_ssrf.php", "get_xxe.php"}:
            self.others.add(parts.path)
        body = json.dumps(self.seen if words[0] == "get_ssrf.php" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Not on the screen."""


@contextmanager
def endpoint() -> Iterator[tuple[str, set[str]]]:
    """An address of this machine that notes who fetches it, and what it was asked that no parameter is known of."""
    others: set[str] = set()
    handler = type("Endpoint", (_Endpoint,), {"seen": {}, "others": others})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", others
        finally:
            server.shutdown()
            thread.join()


def wapiti(
    tool: Scanners, root: str, starts: Sequence[str], left_out: Iterable[str], cookie: str, *, seconds: int
) -> tuple[list[Finding], str]:
    """All modules over these addresses, each for so many seconds at most; the findings and what ended early."""
    with TemporaryDirectory() as folder, endpoint() as (own, others):
        report = Path(folder) / "report.json"
        arguments = ["-u", root, "--scope", "folder", "-d", "1", "--max-links-per-page", "40", "-S", "aggressive"]
        arguments += ["-m", ",".join(MODULES), "--no-bugreport", "--endpoint", own, "--dns-endpoint", "127.0.0.1"]
        arguments += ["--store-session", f"{folder}/session", "--store-config", f"{folder}/config", "--flush-session"]
        arguments += ["--max-scan-time", str(2 * seconds), "--max-attack-time", str(seconds), "-t", "15"]
        arguments += ["-f", "json", "-o", str(report), "-v", "1", "--tasks", "4"]
        for start in starts:
            arguments += ["-s", start]
        for address in left_out:
            arguments += ["-x", address]
        if cookie:
            name, _, value = cookie.partition("=")
            kept = {name: {"value": value, "version": 0, "expires": None, "secure": False, "port": None}}
            jar = Path(folder) / "cookies.json"
            jar.write_text(json.dumps({"127.0.0.1": {"/": kept}}))
            arguments += ["-c", str(jar)]
        printed, _ = tool.run("wapiti", *arguments, seconds=seconds * (len(MODULES) + 4))
        if not report.exists():
            return [], f"wapiti made no report:\n{printed[-3000:]}"
        told = json.loads(report.read_text())
        early = sorted(set(re.findall(r"[Mm]ax attack time was reached for module (\w+)", printed)))
        pages = told["infos"].get("crawled_pages_nbr", "?")
        fetched = [
            Finding("wapiti", f"GET {path}", "Fetched from elsewhere", "", "by whom is not known") for path in others
        ]
        return [*_of_wapiti(told), *fetched], f"{pages} pages and forms; out of time: {', '.join(early) or 'none'}"


def _of_wapiti(report: dict[str, dict[str, list[dict[str, str]]]]) -> Iterator[Finding]:
    for group in ("vulnerabilities", "anomalies"):
        for kind, rows in report[group].items():
            for row in rows:
                address = f"{row['method']} {unquote(urlsplit(row['path']).path)}"
                yield Finding("wapiti", address, kind, row["parameter"] or "", row["info"])


PLACE = re.compile(r"^Parameter: (.+?) \((.+?)\)$", re.MULTILINE)
KIND = re.compile(r"^    Type: (.+)$", re.MULTILINE)
HARMLESS = re.compile(r"do not appear|heavily dynamic|protected by some kind of WAF")
ERROR = re.compile(r"(5\d\d) \([^)]*\) - (\d+) times")


def sqlmap(
    tool: Scanners, root: str, asked: Asked, cookie: str, *, database: str, seconds: int
) -> tuple[list[Finding], str]:
    """Each parameter of one request; the findings, and why it came to no end."""
    address = f"{root.rstrip('/')}{asked.path}" + (f"?{asked.query}" if asked.query else "")
    with TemporaryDirectory() as folder:
        arguments = ["-u", address, "--batch", "--disable-coloring", "--output-dir", folder, "--flush-session"]
        arguments += ["--dbms", database, "--level", "2", "--risk", "1", "--time-sec", "2", "--drop-set-cookie"]
        arguments += ["--ignore-redirects", "--ignore-code", "*", "--timeout", "15", "--retries", "1"]
        arguments += ["--cookie", f"{cookie}; csrftoken={TOKEN}" if cookie else f"csrftoken={TOKEN}"]
        arguments += ["--headers", f"X-CSRFToken: {TOKEN}", "--skip", "Cookie,User-Agent,Referer,Host"]
        if "*" not in asked.path:
            arguments += ["-p", ",".join(asked.tried)]
        if asked.form is not None:
            arguments += ["--method", "POST", "--data", urlencode(asked.form)]
        printed, is_done = tool.run("sqlmap", *arguments, seconds=seconds)
    where = f"{'GET' if asked.form is None else 'POST'} {asked.path}"
    found = []
    places = list(PLACE.finditer(printed))
    for match, after in zip(places, [*places[1:], None], strict=False):
        kinds = sorted(set(KIND.findall(printed, match.end(), after.start() if after else len(printed))))
        found.append(Finding("sqlmap", where, "SQL injection", match[1], ", ".join(kinds)))
    if errors := ERROR.search(printed):
        found.append(Finding("sqlmap", where, "Internal Server Error", "", f"{errors[1]}, {errors[2]} times"))
    if not is_done:
        return found, "out of time"
    problems = [line for line in printed.splitlines() if "[CRITICAL]" in line and not HARMLESS.search(line)]
    return found, problems[-1].partition("] ")[2] if problems and not found else ""
