"""The log of what matters for safety: one line an event, in a chain, so that a line that was changed or is gone shows.

A line says what was done to what, how it went, by whom, from where and when; never a name, an address, a word that
somebody wrote or a search. People and places are pseudonyms: keyed hashes, by which lines about the same person or
place are told apart from others, and which only who has the portal's key can hold against somebody.

All processes write one chain, whose end stands in a file that is locked meanwhile. A line bears the code of the line
before it and a code (HMAC) over itself; without the key nobody can make one that fits. Nothing fails where the log or
that file cannot be written: the line then bears no number, or is found missing.
"""

import fcntl
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.request_ids import request_id

logger = logging.getLogger("griffieportal.audit")

MARK = "audit"  # the first name in each line, by which it is told from the rest of a log
DONE, REFUSED = "done", "refused"
PORTAL = "portal"  # who acts where nobody asked
MAX_WAIT = 2.0  # seconds for another process that writes; after that the line goes without a number
MAX_ACTION = 60  # signs

# how to find the network address of the request that is being answered; unset in workers and commands
client: ContextVar[Callable[[], str] | None] = ContextVar("client", default=None)


def tell(action: str, *, about: str = "", actor: int | None = None, result: str = DONE) -> None:
    """Write a line once the transaction is committed, at once where there is none.

    about: the key of a row, such as "newsletters.newsletter:5", with a pseudonym for people; see person. actor: the
    id of the account. None: the portal itself, or somebody who is not in.
    """
    line = {
        "time": datetime.now(tz=UTC).isoformat(timespec="milliseconds"),
        # as in every line of the log, for who takes it apart
        "level": logging.getLevelName(logging.INFO),
        "logger": logger.name,
        "message": f"{action[:MAX_ACTION]} {result}",
        "action": action[:MAX_ACTION],
        "object": about,
        "result": result,
        "actor": person(actor) if actor else ("" if client.get() else PORTAL),
        "origin": _origin(),
        "request_id": request_id.get(),
    }

    def write() -> None:
        _write(line)

    transaction.on_commit(write, robust=True)


def person(user_id: int | None) -> str:
    """The pseudonym of an account."""
    return _pseudonym("person", str(user_id)) if user_id else ""


def typed_address(email: str) -> str:
    """The pseudonym of an address that somebody typed, whether or not anybody has it."""
    return _pseudonym("address", email.strip().lower())


def place(address: str) -> str:
    """The pseudonym of a network address; of the network in a house where each device changes its own (IPv6)."""
    try:
        known = ip_address(address.strip())
    except ValueError:
        return ""
    return _pseudonym("place", str(known if known.version == 4 else ip_network(f"{known}/64", strict=False)))


def _origin() -> str:
    find = client.get()
    try:
        return place(find()) if find else ""
    except PermissionDenied:  # a request that no network address is known of
        return ""


def _pseudonym(kind: str, value: str) -> str:
    return salted_hmac(f"accounts.audit.{kind}", value, algorithm="sha256").hexdigest()[:16]


def code_of(line: dict[str, Any], *, key: str | None = None) -> str:
    """The code over a line: all of it but the code itself. key is one of Django's; None for that of now."""
    plain = json.dumps({name: line[name] for name in line if name != "code"}, sort_keys=True)
    return salted_hmac("accounts.audit.chain", plain, secret=key, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class End:
    """The last line of a chain: its number and its code, with the name of the chain."""

    chain: str
    number: int
    code: str


def _write(line: dict[str, Any]) -> None:
    try:
        with _locked(Path(settings.AUDIT_CHAIN)) as file:
            end = _read(file) or End(secrets.token_hex(6), 0, "")
            chained = {MARK: end.chain, "number": end.number + 1, **line, "before": end.code}
            chained["code"] = code_of(chained)
            # the end first: a line that could not be written after all is then found missing
            _keep(file, End(end.chain, end.number + 1, chained["code"]))
            _log(chained)
    except OSError as problem:
        loose = {MARK: "", "number": None, **line, "before": "", "problem": type(problem).__name__}
        _log({**loose, "code": code_of(loose)})


def _log(line: dict[str, Any]) -> None:
    """To the file that holds all of them, as a command by hand has a log that nobody keeps; and to the log."""
    text = json.dumps(line)
    try:
        file = os.open(settings.AUDIT_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, f"{text}\n".encode())
        finally:
            os.close(file)
    except OSError:
        logger.warning("the file of the audit log cannot be written")
    logger.info("%s", text, extra={"is_whole": True})


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file with the end of the chain, open and for this writer alone. Raises OSError where that cannot be."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        patience = time.monotonic() + MAX_WAIT
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.005)
        yield file
    finally:
        os.close(file)  # and the lock with it


def _read(file: int) -> End | None:
    try:
        values = json.loads(os.pread(file, 1000, 0))
        return End(str(values["chain"]), int(values["number"]), str(values["code"]))
    except (ValueError, KeyError, TypeError):
        return None  # empty, or broken: a new chain begins, and the check tells


def _keep(file: int, end: End) -> None:
    data = json.dumps({"chain": end.chain, "number": end.number, "code": end.code}).encode().ljust(200)
    if os.pwrite(file, data, 0) != len(data):
        raise OSError("not all of it was written")


def end_now() -> End | None:
    """Where the chain of this installation ends; None where there is none, or its file cannot be read."""
    try:
        with _locked(Path(settings.AUDIT_CHAIN)) as file:
            return _read(file)
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a log told: how many lines of the chain it holds, its first and last numbers, and what is wrong with it."""

    count: int
    first: int | None
    last: End | None
    problems: tuple[str, ...]


def check(lines: Iterable[str], *, end: End | None = None) -> Checked:
    """Whether the lines of a log are all there, in order and as they were written. Other lines are passed over.

    The log may begin with any line of the chain. end: where it must end; None where that is not known.
    """
    problems: list[str] = []
    count, first, last = 0, None, None
    for at, text in enumerate(lines, 1):
        line = _line_in(text)
        if line is None:
            continue
        wrong, count = "", count + 1
        if not _is_ours(line):
            wrong = "was changed, or was not written by this portal"
        elif not line[MARK]:
            wrong = f"has no number, as the chain could not be kept ({line.get('problem', '')})"
        if wrong:
            problems.append(f"line {at}: {wrong}")
        number, chain = line.get("number"), str(line.get(MARK))
        if not isinstance(number, int) or not chain:
            continue
        problem = _gap(last, chain=chain, number=number, before=str(line.get("before")))
        if problem:
            problems.append(f"line {at}: {problem}")
        first = number if first is None else first
        if last is None or chain != last.chain or number > last.number:
            last = End(chain, number, str(line.get("code")))
    if end is not None and (last is None or last.chain != end.chain):
        problems.append(f"the end: the chain that is written now (until number {end.number}) is not in this log")
    elif end is not None and last is not None and last.number < end.number:
        problems.append(f"the end: numbers {last.number + 1} to {end.number} are missing")
    return Checked(count, first, last, tuple(problems))


def _line_in(text: str) -> dict[str, Any] | None:
    """The line of the chain in a line of a log, which may begin with what others put before it."""
    begin = text.find('{"' + MARK + '":')
    if begin < 0:
        return None
    try:
        line, _ = json.JSONDecoder().raw_decode(text[begin:])
    except ValueError:
        return {MARK: "", "number": None}
    return line if isinstance(line, dict) else None


def _is_ours(line: dict[str, Any]) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = str(line.get("code", ""))
    return any(hmac.compare_digest(given.encode(), code_of(line, key=key).encode()) for key in keys)


def _gap(last: End | None, *, chain: str, number: int, before: str) -> str:
    """What is wrong between the last line and this one; empty where this one follows."""
    if last is None:
        return ""
    if chain != last.chain:
        return f"another chain begins here, after number {last.number}"
    if number <= last.number:
        return f"number {number} stands here again, or in another place than where it was written"
    if number > last.number + 1:
        missing = (
            f"number {last.number + 1}" if number == last.number + 2 else f"numbers {last.number + 1} to {number - 1}"
        )
        return f"{missing} missing before number {number}"
    return "" if hmac.compare_digest(before, last.code) else f"number {number} does not follow the line before it"
