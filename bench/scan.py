"""Two scanners over the whole portal: do wapiti and sqlmap find a hole in it, and those that were planted?

    [DATABASE_URL=… REDIS_URL=…] .venv/bin/python -m bench.scan [--holes] [--only wapiti|sqlmap]
        [--roles stranger member griffier] [--seconds 60] [--jobs 2]

Starts the portal as `manage.py serve` does, with made-up newsletters, in a folder (and database) of its own and with
the limits on guessing lifted. For a stranger, a member and a griffier with a second step wapiti goes over it with all
modules but brute force and those that ask the internet; sqlmap tries every parameter of every address: of the path, of
the links and forms on the pages, and those that a page reads besides. bench/scan_addresses.py says which addresses are
left out, and why. --seconds: so long at most for a module of wapiti and for a request of sqlmap; what came to no end is
told. Exits with 1 where something is found that EXPLAINED does not explain, with 2 where nothing could be scanned.

--holes scans tests/holes instead, as a member: twelve holes, planted on purpose. Exits with 1 unless ten are found.

Both scanners are fetched once into .venv-scan. They reach this machine only: bench/loopback refuses the rest.
"""

import argparse
import http.client
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlencode

import django

from bench.scan_addresses import Address, Asked, addresses, asked_on, excluded, reason_to_leave_out
from bench.scan_tools import NOT_RUN, TOKEN, Finding, Scanners, scanners, sqlmap, wapiti
from tests.portal_server import Portal, running_portal

ROLES = ("stranger", "member", "griffier")
ENOUGH = 10  # of the holes
# What is found and is none: the tool, what it says, where, and why.
EXPLAINED: tuple[tuple[str, str, str, str], ...] = (
    (
        "wapiti",
        r"^(Secure Flag cookie|Unencrypted Channels|HTTP Strict Transport Security.*)$",
        r"",
        "it goes over http, on this machine itself; with https all three are there (docs/asvs.md, V3.3.1, V3.4.1)",
    ),
)

# Runs in manage.py shell: who asks, with the second step behind them, and something of everything that has an address.
CAST = """
import json, time
from datetime import timedelta
from importlib import import_module
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from accounts.models import Change, Mail, RejectionText, SignUpRequest, TrustedDomain, User
from accounts.secret_addresses import make_address
from events.models import Event, EventBookmark
from newsletters.models import Import, Item, ItemBookmark, Newsletter, SavedSearch, Source, Theme
from tests.griffieportal.test_address_plan import credential
member, griffier = (User.objects.get(email=email) for email in {emails!r})
cookies, now = dict(stranger=""), time.time()
for role, user in (("member", member), ("griffier", griffier)):
    data = dict(name="Key", credential=credential())
    passkey = Authenticator.objects.create(user=user, type="webauthn", data=data)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        dict(method="password", at=now), dict(method="mfa", type="webauthn", id=passkey.pk, at=now)
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.create()
    cookies[role] = settings.SESSION_COOKIE_NAME + "=" + session.session_key
    if role == "member":
        own = passkey.pk
# one newsletter of members and one draft: more of them are more of the same addresses
item = Item.objects.published().newest_first().first()
draft = Newsletter.objects.exclude(state="published").first()
Newsletter.objects.exclude(pk__in=[item.newsletter_id, draft.pk]).delete()
Event.objects.filter(item_events__isnull=True).delete()
event = Event.objects.published().first()
ItemBookmark.objects.get_or_create(user=member, item=item)
EventBookmark.objects.get_or_create(user=member, event=event)
other = User.objects.create_user("ander@voorbeeldstad.example", name="Ander raadslid")
address = "kim@voorbeeldstad.example"
request = SignUpRequest.objects.create(name="Kim", email=address, audience="raadslid", state="confirmed")
things = dict(
    item=item.pk, event=event.pk, newsletter=item.newsletter_id, draft=draft.pk, member=other.pk, request=request.pk,
    draft_item=draft.items.first().pk, draft_event=event.pk, passkey=own,
    search=SavedSearch.objects.create(user=member, name="Wonen", query="q=wonen").pk,
    feed=make_address(member, kind="zoekvragen"), calendar=make_address(member, kind="mijn-agenda"),
    theme=Theme.objects.first().pk, source=Source.objects.first().pk, group=Group.objects.first().pk,
    domain=TrustedDomain.objects.create(domain="voorbeeldstad.example").pk,
    rejection=getattr(RejectionText.objects.first(), "pk", 1), mail=getattr(Mail.objects.first(), "pk", 1),
    change=getattr(Change.objects.first(), "pk", 1),
)
things["import"] = Import.objects.first().pk
print(json.dumps(dict(cookies=cookies, things=things)))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address told to a role."""

    status: int
    location: str
    page: str

    @property
    def is_refused(self) -> bool:
        return self.status == 403 or (self.status == 302 and self.location.startswith("/account/login/?next="))

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.status, self.location, self.page + other.page)


def ask(portal: Portal, path: str, query: str, cookie: str) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)) as connection:
        header = {"Cookie": f"{cookie}; csrftoken={TOKEN}" if cookie else f"csrftoken={TOKEN}"}
        connection.request("GET", f"{path}?{query}" if query else path, headers=header)
        response = connection.getresponse()
        is_page = response.headers.get_content_type() == "text/html"
        body = response.read().decode(errors="replace") if is_page else ""
        return Answer(response.status, response.headers.get("Location", ""), body)


def shared_out(
    portal: Portal, plan: Iterable[Address], cookies: Mapping[str, str], roles: Iterable[str]
) -> dict[str, dict[Address, Answer]]:
    """Each address at the first role that is let in, or at the last where none is; the desk at the last."""
    found: dict[str, dict[Address, Answer]] = {role: {} for role in roles}
    for address in plan:
        role, answer = "", Answer(0, "", "")
        for role in list(found)[-1:] if address.plain.startswith("/admin/") else found:
            answer = ask(portal, address.plain, "", cookies[role])
            if not answer.is_refused:
                break
        if address.query:  # what is found has other forms than the whole
            answer += ask(portal, address.plain, address.query, cookies[role])
        found[role][address] = answer
    return found


def named(path: str) -> tuple[str, str]:
    """The route and the name of an address in the plan that is set; nothing where it is not there."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - Django was set up a moment ago

    try:
        match = resolve(path)
    except Resolver404:
        return "", ""
    return f"/{match.route}", match.url_name or ""


def requests_of(answers: Mapping[Address, Answer]) -> Iterator[Asked]:
    """What sqlmap tries: the arguments in the path, all that is known of the query, and each form once."""
    by_name = {address.name: address for address in answers}
    queries = {name: dict(parse_qsl(address.query)) for name, address in by_name.items()}
    seen: set[object] = set()
    for address, answer in answers.items():
        is_form_only = answer.status == 405
        if "*" in address.path:
            yield Asked(address.path, address.query, (("aan", "1"),) if is_form_only else None)
        elif is_form_only:
            yield Asked(address.path, "", (("aan", "1"),))
        for asked in asked_on(answer.page, address.plain):
            route, name = named(asked.path)
            if not name or reason_to_leave_out(route, name):
                continue
            if asked.form is None:
                if name in queries:
                    queries[name] = dict(parse_qsl(asked.query)) | queries[name]
            elif asked.form and (name, asked.key) not in seen:
                seen.add((name, asked.key))
                yield asked
    for name, query in queries.items():
        if query:
            yield Asked(by_name[name].plain, urlencode(query))


def explanation(finding: Finding) -> str:
    for tool, kind, address, reason in EXPLAINED:
        if tool == finding.tool and re.search(kind, finding.kind) and re.search(address, finding.address):
            return reason
    return ""


def scan(
    portal: Portal, tool: Scanners, role: str, answers: Mapping[Address, Answer], cookie: str, options: Any
) -> set[Finding]:
    """Both scanners as this role over these addresses."""
    found: set[Finding] = set()
    begun = time.monotonic()
    if "wapiti" in options.only:
        starts = [f"{portal.url}{address.plain}" for address, answer in answers.items() if answer.status == 200]
        root = "/gaten/" if options.holes else "/admin/" if role == "griffier" else "/"
        left_out = [f"{portal.url}{address}" for address in excluded(patterns())]
        told, ended = wapiti(tool, f"{portal.url}{root}", starts, left_out, cookie, seconds=options.seconds)
        found |= set(told)
        print(f"{role}: wapiti at {len(starts)} addresses, {ended}; {time.monotonic() - begun:.0f} s", flush=True)
    if "sqlmap" in options.only:
        begun, asked = time.monotonic(), list(requests_of(answers))
        database = "PostgreSQL" if portal.env.get("DATABASE_URL") else "SQLite"
        ended_early: Counter[str] = Counter()

        def one(request: Asked) -> list[Finding]:
            told, problem = sqlmap(
                tool, portal.url, request, cookie, database=database, seconds=options.seconds * options.patience
            )
            if problem:
                ended_early[problem] += 1
                print(f"  sqlmap {request.path}: {problem}", flush=True)
            for finding in told:  # at once: a scan that is stopped has told what it found until then
                print(f"  sqlmap {request.path}: {finding.kind} {finding.parameter}", flush=True)
            return told

        with ThreadPoolExecutor(options.jobs) as pool:
            for told in pool.map(one, asked):
                found |= set(told)
        count = sum(request.path.count("*") or len(request.tried) for request in asked)
        print(
            f"{role}: sqlmap with {len(asked)} requests, {count} parameters; {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    if cookie and ask(portal, "/account/gegevens/", "", cookie).status != 200:
        print(f"THE SESSION OF {role} ENDED DURING THE SCAN: it says nothing", file=sys.stderr)
        sys.exit(2)
    return found


def patterns() -> list[Any]:
    from django.urls import get_resolver  # noqa: PLC0415 - Django was set up a moment ago

    return list(get_resolver().url_patterns)


def tell(role: str, found: Iterable[Finding]) -> int:
    """Print what was found; how much of it nobody explains."""
    unexplained = 0
    for finding in sorted(found):
        reason = explanation(finding)
        unexplained += not reason
        words = " ".join(finding.told.split())[:160]
        mark = f"explained: {reason}" if reason else "FOUND"
        print(f"  {role}: {finding.tool}, {finding.address}: {finding.kind} {finding.parameter} ({words}) {mark}")
    return unexplained


def crashes_in(log: str) -> Counter[str]:
    """How often each error was logged: its words without numbers, and how its traceback ends."""
    entries = re.split(r"^(?=\d{4}-\d\d-\d\d \d\d:)", log, flags=re.MULTILINE)
    found: Counter[str] = Counter()
    for entry in entries:
        if re.match(r"\S+ \S+ (ERROR|CRITICAL) ", entry):
            first, *more = entry.strip().splitlines()
            found[re.sub(r"\d+", "0", " ".join([first.split(maxsplit=3)[3], *more[-1:]]))] += 1
    return found


def tell_holes(found: set[Finding]) -> int:
    """Which of the holes were found; 0 where that is enough."""
    from tests.holes import HOLES  # noqa: PLC0415 - only here

    count = 0
    for hole in HOLES:
        tools = sorted({one.tool for one in found if hole.address in one.address and re.search(hole.kind, one.kind)})
        count += bool(tools)
        print(f"  {hole.name:<10} {hole.address:<20} {', '.join(tools) or 'NOT FOUND'}")
    print(f"{count} of {len(HOLES)} holes were found; {ENOUGH} are wanted.")
    return int(count < ENOUGH)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--holes", action="store_true")
    parser.add_argument("--only", nargs="+", choices=("wapiti", "sqlmap"), default=["wapiti", "sqlmap"])
    parser.add_argument("--roles", nargs="+", choices=ROLES, default=list(ROLES))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--patience", type=int, default=2, help="so many times --seconds for a request of sqlmap")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="only tell what would be asked")
    options = parser.parse_args()
    module = "tests.holes.settings" if options.holes else "bench.scan_settings"
    extra = {"DJANGO_SETTINGS_MODULE": module, "SECOND_FACTOR_FOR_STAFF": "true", "GRIFFIEPORTAL_HOLES": "planted"}
    with scanners() as tool, TemporaryDirectory() as folder:
        os.environ |= {**extra, "DATA_DIR": folder}
        django.setup()
        with running_portal(Path(folder), extra) as portal:
            if portal.env.get("DATABASE_URL"):
                portal.manage("demo_data")
            emails = [portal.logins[role][0] for role in ("raadslid", "griffier")]
            cast = json.loads(portal.manage("shell", "-v0", "-c", CAST.format(emails=emails)))
            roles = ["member"] if options.holes else options.roles
            plan = list(addresses(patterns(), cast["things"], under="/gaten/" if options.holes else "/"))
            shared = shared_out(portal, plan, cast["cookies"], ["member"] if options.holes else ROLES)
            left_out = ", ".join(f"{name} ({why})" for name, why in NOT_RUN.items())
            print(f"{len(plan)} addresses. Modules of wapiti that are not run: {left_out}.", flush=True)
            if options.list:
                for role in roles:
                    print(
                        "\n".join(
                            f"{role}: {one.path} ?{one.query} {one.form or ''}" for one in requests_of(shared[role])
                        )
                    )
                return 0
            found = {role: scan(portal, tool, role, shared[role], cast["cookies"][role], options) for role in roles}
            unexplained = sum(tell(role, findings) for role, findings in found.items())
            crashes = crashes_in(portal.logged())
        print(f"Asked beyond this machine and refused: {tool.asked_beyond() or 'nothing'}.")
    if options.holes:
        return tell_holes(set().union(*found.values()))
    for crash, count in crashes.items():
        print(f"  error in the portal's log, {count} times: {crash}")
    print(f"{unexplained} findings that nothing explains; {sum(crashes.values())} errors in the portal's log.")
    return int(bool(unexplained or crashes))


if __name__ == "__main__":
    sys.exit(main())
