"""How long things are kept: what goes at its term, on a clock that the test sets, and what settings say of it."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import history
from accounts.models import Change, KnownDevice, Mail, SignIn, SignUpRequest
from accounts.services import asking, deciding, sign_ins
from accounts.tokens import request_of, token_of
from griffieportal import tasks
from newsletters.kept import stamp
from tests.accounts.test_details import log_in
from tests.portal_server import PROJECT_DIR


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_a_request_that_nobody_confirms_goes_after_its_term(make_request, settings):
    make_request(is_confirmed=False)
    asking.erase_old(in_days(13))
    assert SignUpRequest.objects.exists()
    settings.UNCONFIRMED_REQUESTS_KEPT_DAYS = 3
    asking.erase_old(in_days(4))
    assert not SignUpRequest.objects.exists()


def test_the_link_works_as_long_as_the_request_is_kept_as_the_mail_says(make_request, settings, mailbox, run_worker):
    settings.UNCONFIRMED_REQUESTS_KEPT_DAYS = 3
    row = make_request(is_confirmed=False)
    run_worker()
    assert "3 dagen" in mailbox.text().replace("\n", " ")
    SignUpRequest.objects.filter(pk=row.pk).update(created_at=in_days(-2))
    row.refresh_from_db()
    assert request_of(token_of(row)) == row
    SignUpRequest.objects.filter(pk=row.pk).update(created_at=in_days(-4))
    row.refresh_from_db()
    assert request_of(token_of(row)) is None


def test_a_request_that_waits_for_the_griffie_stays_and_a_decided_one_goes_after_its_term(
    make_request, griffier, settings
):
    settings.DECIDED_REQUESTS_KEPT_DAYS = 40
    waiting = make_request("wacht@voorbeeldstad.example")
    for number, decide in enumerate([deciding.approve, lambda pk, by: deciding.reject(pk, reason="Nee.", by=by)]):
        decide(make_request(f"kandidaat{number}@voorbeeldstad.example").pk, by=griffier)
    asking.erase_old(in_days(39))
    assert SignUpRequest.objects.count() == 3
    asking.erase_old(in_days(41))
    assert list(SignUpRequest.objects.all()) == [waiting]


def test_mails_that_are_done_go_after_their_term_and_those_that_wait_stay(db, settings):
    settings.MAILS_KEPT_DAYS = 5
    for state in Mail.State:
        Mail.objects.create(kind="device", to="lid@voorbeeldstad.example", state=state)
    asking.erase_old(in_days(4))
    assert Mail.objects.count() == len(Mail.State)
    asking.erase_old(in_days(6))
    assert set(Mail.objects.values_list("state", flat=True)) == {"waiting", "sending"}


def test_a_device_is_known_for_its_term(raadslid, settings):
    settings.DEVICES_KEPT_DAYS = 60
    KnownDevice.objects.create(user=raadslid, name="Firefox op Linux")
    sign_ins.erase_old(in_days(59))
    assert KnownDevice.objects.exists()
    sign_ins.erase_old(in_days(61))
    assert not KnownDevice.objects.exists()


def test_a_session_that_nobody_uses_ends_after_its_term(raadslid, settings):
    settings.SESSION_COOKIE_AGE = 2 * 24 * 3600
    client = log_in(raadslid)
    sign_ins.erase_old(in_days(1))
    assert client.get("/").status_code == 200
    sign_ins.erase_old(in_days(3))
    assert (Session.objects.exists(), SignIn.objects.exists()) == (False, False)
    assert client.get("/").status_code == 302


def test_the_history_goes_after_its_term_but_for_its_last_line(raadslid, item, settings):
    for number in range(3):
        history.note(item, f"Stap {number}.", by=raadslid)
    settings.HISTORY_KEPT_DAYS = 0
    assert history.erase_old(in_days(36500)) == 0
    settings.HISTORY_KEPT_DAYS = 100
    assert history.erase_old(in_days(99)) == 0
    before = stamp()
    assert history.erase_old(in_days(101)) == 2
    assert [change.words for change in Change.objects.all()] == ["Stap 2."]
    assert stamp() != before


def test_one_task_of_the_schedule_erases_all_of_it(make_request, griffier, settings):
    [planned] = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"].endswith("keep_up")]
    assert planned["task"] == tasks.keep_up.name
    row = make_request(is_confirmed=False)
    SignUpRequest.objects.filter(pk=row.pk).update(created_at=in_days(-15))
    Mail.objects.update(created_at=in_days(-15), state="sent")
    for _ in range(2):
        tasks.keep_up()
    assert (SignUpRequest.objects.exists(), Mail.objects.exists()) == (False, False)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UNCONFIRMED_REQUESTS_KEPT_DAYS", "0", "greater than or equal to 1"),
        ("DECIDED_REQUESTS_KEPT_DAYS", "29", "greater than or equal to 30"),
        ("MAILS_KEPT_DAYS", "nooit", "integer"),
        ("HISTORY_KEPT_DAYS", "-1", "greater than or equal to 0"),
        ("SESSION_DAYS", "91", "less than or equal to 90"),
        ("CONTACT", "bel de griffie", "CONTACT must be a mail address or begin with https://"),
        ("PRIVACY_OFFICER", "javascript://x@y", "PRIVACY_OFFICER must be a mail address or begin with https://"),
    ],
)
def test_a_term_or_contact_that_makes_no_sense_stops_the_start(tmp_path, name, value, words):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-c", "import griffieportal.settings"]
    refused = subprocess.run(command, cwd=PROJECT_DIR, env=env, capture_output=True, text=True)
    assert refused.returncode == 1
    assert words in refused.stderr
    assert name in refused.stderr
