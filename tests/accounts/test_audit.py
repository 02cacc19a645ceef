"""The log of what matters for safety: what its lines say and never say, and that nothing is taken out unseen."""

import io
import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import audit
from accounts.services import deciding, members
from griffieportal.logs import HideSecrets
from griffieportal.tracing import AddRequestId, JsonLines
from newsletters.models import Newsletter
from newsletters.services import reviewing
from tests.accounts.app_codes import set_up_app
from tests.conftest import PASSWORD
from tests.portal_server import PROJECT_DIR

pytestmark = pytest.mark.django_db

NAMES = {
    "audit",
    "number",
    "time",
    "level",
    "logger",
    "message",
    "action",
    "object",
    "result",
    "actor",
    "origin",
    "request_id",
    "before",
    "code",
}
WRITE = """
from accounts import audit
for number in range(40):
    audit.tell("proef", about=f"proef:{number}")
"""


@pytest.fixture
def log(settings):
    """What the audit log writes as the portal would, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for one in (AddRequestId(), HideSecrets()):
        handler.addFilter(one)
    audit.logger.addHandler(handler)
    yield lambda: stream.getvalue().splitlines()
    audit.logger.removeHandler(handler)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Within it, what a transaction leaves for later is done as soon as it would be."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def chain(log, committed):
    """Six lines of a chain."""
    with committed():
        for number in range(6):
            audit.tell("proef", about=f"proef:{number}")
    return log()


def problems(lines, **options):
    return [problem.partition(": ")[2] for problem in audit.check(lines, **options).problems]


def told(log):
    return [(line["action"], line["result"]) for line in map(json.loads, log())]


def test_logging_in_and_out_and_what_goes_wrong_is_told(log, committed, raadslid):
    client = Client()
    with committed():
        client.post("/account/login/", {"login": raadslid.email, "password": "verkeerd-wachtwoord"})
        client.post("/account/login/", {"login": "niemand@voorbeeldstad.example", "password": "verkeerd-wachtwoord"})
    with committed():
        client.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    with committed():
        client.post("/account/logout/")
    assert told(log) == [("log_in", "refused"), ("log_in", "refused"), ("log_in", "done"), ("log_out", "done")]
    wrong, other, into, out = map(json.loads, log())
    assert wrong["object"] != other["object"]
    assert wrong["object"] == f"address:{audit.typed_address(raadslid.email.upper())}"
    assert {into["actor"], out["actor"]} == {audit.person(raadslid.pk)}
    assert {line["origin"] for line in (wrong, other, into, out)} == {audit.place("127.0.0.1")}
    assert (wrong["actor"], into["object"]) == ("", f"accounts.user:{audit.person(raadslid.pk)}")


def test_too_many_tries_are_told(log, committed, raadslid):
    with committed():
        for _ in range(6):
            Client().post("/account/login/", {"login": raadslid.email, "password": "verkeerd"})
    assert ("too_many_login_attempts", "refused") in told(log)


def test_who_comes_back_after_the_mandate_is_told(log, committed, griffier, raadslid):
    members.end_now(raadslid.pk, by=griffier)
    with committed():
        Client().post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    assert told(log) == [("log_in", "refused")]


def test_a_new_password_and_a_second_step_are_told(log, committed, raadslid):
    client = Client()
    client.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    new = "nog-een-lang-wachtwoord"
    with committed():
        client.post("/account/password/change/", {"oldpassword": "onjuist", "password1": new, "password2": new})
        client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    with committed():
        set_up_app(client)
    with committed():
        other = Client()
        other.post("/account/login/", {"login": raadslid.email, "password": new})
        other.post("/account/2fa/authenticate/", {"code": "000000"})
    kinds = told(log)
    assert ("enter_current_password", "refused") in kinds
    assert ("password_changed", "done") in kinds
    assert ("totp_activated", "done") in kinds
    assert ("second_step", "refused") in kinds


def test_what_the_griffie_decides_and_publishes_is_told(log, committed, griffier, raadslid, make_request, item):
    with committed():
        deciding.approve(make_request("een@voorbeeldstad.example").pk, by=griffier)
        deciding.reject(make_request("twee@voorbeeldstad.example").pk, reason="Onbekend.", by=griffier)
        members.end_now(raadslid.pk, by=griffier)
        reviewing.withdraw(Newsletter.objects.get(), by=griffier)
        reviewing.publish(Newsletter.objects.get(), by=griffier)
    lines = [json.loads(line) for line in log()]
    assert [line["action"] for line in lines] == [
        "request_approved",
        "account_made",
        "request_rejected",
        "member_ended",
        "newsletter_withdrawn",
        "newsletter_published",
    ]
    assert {line["actor"] for line in lines} == {audit.person(griffier.pk)}
    assert lines[3]["object"] == f"accounts.user:{audit.person(raadslid.pk)}"
    assert lines[5]["object"] == f"newsletters.newsletter:{item.newsletter_id}"


def test_files_with_what_is_somebodys_own_are_told(log, committed, as_raadslid, as_griffier):
    with committed():
        as_raadslid.get("/bladwijzers/bladwijzers.csv")
        as_griffier.get("/admin/accounts/member/leden.csv")
    assert told(log) == [("bookmarks_exported", "done"), ("members_exported", "done")]


def test_what_is_rolled_back_is_not_told(log, griffier, raadslid, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        members.end_now(raadslid.pk, by=griffier)
    assert (len(waiting), log()) == (1, [])


def test_a_line_says_what_by_whom_from_where_and_when_and_nothing_else(log, committed, raadslid):
    with committed():
        Client().post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    [text] = log()
    line = json.loads(text)
    assert set(line) == NAMES
    assert (line["action"], line["result"], line["number"]) == ("log_in", "done", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    for word in (raadslid.email, raadslid.name, "127.0.0.1", PASSWORD, f':{raadslid.pk}"'):
        assert word not in text


def test_a_line_leads_to_the_other_lines_of_its_request(log, committed, raadslid):
    with committed():
        answer = Client().post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    with committed():
        audit.tell("nothing")
    inside, outside = map(json.loads, log())
    assert inside["request_id"] == answer["X-Request-ID"] != ""
    assert outside["request_id"] == ""


def test_people_and_places_are_told_apart_and_need_the_key_to_be_known(settings, raadslid, griffier):
    assert audit.person(raadslid.pk) != audit.person(griffier.pk)
    assert audit.place("2001:db8::1") == audit.place("2001:db8::2") != audit.place("2001:db8:0:1::1")
    assert audit.place("192.0.2.1") != audit.place("192.0.2.2")
    assert audit.place("onzin") == ""
    before = audit.person(raadslid.pk), audit.place("192.0.2.1")
    settings.SECRET_KEY = "een-andere-sleutel"
    assert not {audit.person(raadslid.pk), audit.place("192.0.2.1")} & set(before)


def test_a_whole_log_is_found_whole_among_other_lines_and_from_any_line_on(chain):
    other = ['{"time": "x", "message": "import 5: ready"}', "2026-06-01 INFO newsletters: iets", ""]
    assert problems([*other, *chain, *other], end=audit.end_now()) == []
    assert problems([f"web-1  | 2026-06-01 INFO griffieportal.audit: {line}" for line in chain]) == []
    checked = audit.check(chain[2:], end=audit.end_now())
    assert (checked.problems, checked.count, checked.first, checked.last.number) == ((), 4, 3, 6)


def test_a_line_that_was_taken_out_is_found(chain):
    assert problems([*chain[:2], *chain[3:]]) == ["number 3 missing before number 4"]
    assert problems([chain[0], *chain[4:]]) == ["numbers 2 to 4 missing before number 5"]
    assert problems(chain[:4], end=audit.end_now()) == ["numbers 5 to 6 are missing"]
    assert len(problems([], end=audit.end_now())) == 1


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_line_that_was_changed_is_found(chain, name):
    line = json.loads(chain[2])
    line[name] = line[name] + 1 if name == "number" else "anders"
    found = problems([*chain[:2], json.dumps(line), *chain[3:]])
    assert "was changed, or was not written by this portal" in found


def test_a_line_that_was_cut_off_or_emptied_is_found(chain):
    assert problems([*chain[:2], chain[2][:80], *chain[3:]])
    assert problems([*chain[:2], '{"audit": {}}', *chain[3:]])
    assert problems([*chain[:2], '{"audit": "' + "x" * 9 + '", "number": true}', *chain[3:]])


def test_lines_that_changed_places_are_found(chain):
    assert problems([chain[0], chain[2], chain[1], *chain[3:]])
    assert problems(list(reversed(chain)))


def test_a_line_that_was_added_is_found(chain, settings):
    again = "number 3 stands here again, or in another place than where it was written"
    assert problems([*chain[:5], chain[2], chain[5]]) == [again]
    forged = json.loads(chain[3])
    forged |= {"action": "niets", "number": 7, "before": json.loads(chain[5])["code"]}
    settings.SECRET_KEY = "van-wie-het-vervalst"
    forged["code"] = audit.code_of(forged)
    settings.SECRET_KEY = "van-het-portal"
    assert "was changed, or was not written by this portal" in problems([*chain, json.dumps(forged)])


def test_a_log_of_before_the_key_changed_can_still_be_checked(chain, settings, log, committed):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een-nieuwe-sleutel"
    with committed():
        audit.tell("proef")
    assert problems(log(), end=audit.end_now()) == []
    settings.SECRET_KEY_FALLBACKS = []
    assert len(problems(log())) == 6


def test_a_chain_that_begins_anew_is_told(chain, settings, log, committed):
    settings.AUDIT_CHAIN.write_text("kapot")
    with committed():
        audit.tell("proef")
    assert problems(log()) == ["another chain begins here, after number 6"]
    assert problems(log()[:6], end=audit.end_now()) != []


def test_who_logs_in_does_not_notice_that_the_log_cannot_be_kept(log, committed, raadslid, settings, tmp_path):
    settings.AUDIT_CHAIN, settings.AUDIT_LOG = tmp_path / "weg" / "audit-chain", tmp_path / "weg" / "audit.log"
    client = Client()
    with committed():
        client.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    assert client.get("/").status_code == 200
    warning, line = log()
    assert json.loads(warning)["message"] == "the file of the audit log cannot be written"
    assert (json.loads(line)["number"], json.loads(line)["action"]) == (None, "log_in")
    assert problems([line]) == ["has no number, as the chain could not be kept (FileNotFoundError)"]
    assert audit.end_now() is None


def test_a_writer_that_hangs_keeps_nobody_waiting(log, committed, settings, monkeypatch):
    monkeypatch.setattr(audit, "MAX_WAIT", 0.05)
    with audit._locked(settings.AUDIT_CHAIN), committed():
        audit.tell("proef")
    assert problems(log()) == ["has no number, as the chain could not be kept (BlockingIOError)"]


def test_a_log_that_cannot_be_written_to_stops_nothing_and_is_found(chain, log, committed, monkeypatch, capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError("No space left on device")

    [handler] = [one for one in audit.logger.handlers if isinstance(one, logging.StreamHandler)]
    monkeypatch.setattr(logging, "raiseExceptions", False)
    whole = handler.setStream(Full())
    with committed():
        audit.tell("proef")
    handler.setStream(whole)
    assert problems(log(), end=audit.end_now()) == ["numbers 7 to 7 are missing"]


@pytest.mark.embedded
def test_processes_that_write_at_once_write_one_chain(tmp_path, settings):
    env = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "LOG_FORMAT": "line", "SECRET_KEY": settings.SECRET_KEY}
    path = tmp_path / "log"
    (tmp_path / "data").mkdir()
    with path.open("ab") as file:
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", WRITE]
        writers = [subprocess.Popen(command, cwd=PROJECT_DIR, env=env, stderr=file) for _ in range(3)]
        assert [writer.wait() for writer in writers] == [0, 0, 0]
    settings.AUDIT_CHAIN = tmp_path / "data" / "audit-chain"
    checked = audit.check(path.read_text().splitlines(), end=audit.end_now())
    assert (checked.problems, checked.count, checked.last.number) == ((), 120, 120)
    assert problems((tmp_path / "data" / "audit.log").read_text().splitlines(), end=audit.end_now()) == []


def test_the_command_tells_whether_a_log_is_whole(chain, tmp_path, capsys, raadslid, monkeypatch):
    path = tmp_path / "portal.log"
    path.write_text("\n".join(chain))
    call_command("check_log", path)
    assert "6 lines, numbers 1 to 6, all as they were written; the end was compared" in capsys.readouterr().out
    path.write_text("\n".join(chain[:4]))
    with pytest.raises(CommandError, match="1 problems in 4 lines"):
        call_command("check_log", path)
    assert "numbers 5 to 6 are missing" in capsys.readouterr().out
    call_command("check_log", path, "--until-earlier")
    assert "not compared" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(chain)))
    call_command("check_log", "-")
    path.write_text("iets anders\n")
    with pytest.raises(CommandError, match="no line of the chain"):
        call_command("check_log", path, "--until-earlier")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_log", tmp_path / "weg")
    capsys.readouterr()
    call_command("check_log")
    assert "6 lines, numbers 1 to 6" in capsys.readouterr().out
    call_command("check_log", "--who", raadslid.email.upper())
    assert capsys.readouterr().out.split() == [
        *("typed", "at", "logging", "in:", audit.typed_address(raadslid.email)),
        *("account:", audit.person(raadslid.pk)),
    ]
