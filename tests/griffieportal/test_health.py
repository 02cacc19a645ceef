"""What machines see of the portal: whether it is well, and its measurements; strangers see no more than that."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from griffieportal import health
from newsletters import sign_of_life
from newsletters.models import Import
from newsletters.services.imports import receive_text

pytestmark = pytest.mark.django_db
READY, LIVE, MEASUREMENTS = "/gezondheid/", "/gezondheid/leeft/", "/gezondheid/metingen/"


@pytest.fixture(autouse=True)
def _all_is_well(settings, tmp_path):
    """Worker and schedule gave a sign, the queue's folder is there, and nothing is remembered of another test."""
    settings.SCHEDULE_SIGN_OF_LIFE = tmp_path / "schedule-alive"
    settings.DATA_DIR = tmp_path
    settings.BROKER_DIR = tmp_path / "broker"
    settings.BROKER_DIR.mkdir()
    sign_of_life.give()
    sign_of_life.give_for_schedule()
    health._is_migrated.cache_clear()
    yield
    health._is_migrated.cache_clear()


def problems():
    return {check.name for check in health.examine() if not check.is_well}


def make_old(path):
    moment = (timezone.now() - timedelta(minutes=5)).timestamp()
    os.utime(path, (moment, moment))


def test_a_portal_that_is_well_says_ok_and_nothing_more():
    for address in (READY, LIVE):
        answer = Client().get(address)
        assert (answer.status_code, answer.content) == (200, b"ok\n")
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_a_worker_that_died_is_told_from_an_empty_queue(settings):
    make_old(settings.WORKER_SIGN_OF_LIFE)
    assert problems() == {"worker"}
    answer = Client().get(READY)
    assert (answer.status_code, answer.content) == (503, b"niet ok\n")
    assert Client().get(LIVE).status_code == 200


def test_a_schedule_that_died_is_told(settings):
    make_old(settings.SCHEDULE_SIGN_OF_LIFE)
    assert problems() == {"schedule"}


def test_a_worker_that_never_was_is_told(settings):
    settings.WORKER_SIGN_OF_LIFE.unlink()
    [told] = [check for check in health.examine() if not check.is_well]
    assert told.problem == "De worker heeft nog nooit een teken van leven gegeven."


def test_a_disk_that_is_nearly_full_is_told(settings):
    settings.DISK_MIN_FREE_BYTES = 2**60
    assert problems() == {"disk"}


def test_a_data_directory_that_is_gone_is_told(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "weg"
    assert problems() == {"disk"}


def test_migrations_that_are_not_done_are_told():
    last = MigrationRecorder.Migration.objects.filter(app="newsletters").order_by("pk").last()
    MigrationRecorder.Migration.objects.filter(pk=last.pk).delete()
    assert problems() == {"migrations"}


def test_a_queue_that_does_not_answer_is_told(settings, tmp_path):
    settings.REDIS_URL = "redis://:geheim@127.0.0.1:1/0"
    settings.BROKER_DIR = tmp_path / "weg"
    [told] = [check for check in health.examine() if not check.is_well]
    assert told.name == "broker"
    assert "geheim" not in told.problem


def test_strangers_get_an_answer_by_any_name_and_without_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(READY, HTTP_HOST="10.1.2.3").status_code == 200


def test_what_is_not_there_for_machines_is_a_plain_404():
    answer = Client().get("/gezondheid/../admin/")
    assert (answer.status_code, answer.content) == (404, b"niet gevonden\n")


def test_the_command_tells_what_is_wrong(settings, capsys):
    call_command("health")
    assert "Worker: goed" in capsys.readouterr().out
    make_old(settings.WORKER_SIGN_OF_LIFE)
    with pytest.raises(SystemExit):
        call_command("health")
    assert "Worker: De worker heeft al 5" in capsys.readouterr().out


def test_measurements_hold_uploads_by_state_and_how_long_they_took(griffier):
    now = timezone.now()
    ended = receive_text("Een tekst", by=griffier)
    Import.objects.filter(pk=ended.pk).update(
        state=Import.State.READY, started_at=now - timedelta(seconds=2), finished_at=now, heartbeat_at=now
    )
    receive_text("Een andere tekst", by=griffier)
    text = Client().get(MEASUREMENTS).content.decode()
    assert 'griffieportal_imports{state="ready"} 1.0' in text
    assert 'griffieportal_imports{state="queued"} 1.0' in text
    assert 'griffieportal_imports{state="failed"} 0.0' in text
    assert 'griffieportal_import_seconds_bucket{le="1.0"} 0.0' in text
    assert 'griffieportal_import_seconds_bucket{le="2.5"} 1.0' in text
    assert "griffieportal_import_seconds_sum 2.0" in text
    assert 'griffieportal_health{check="worker"} 1.0' in text
    assert "griffieportal_queue_messages" in text


def test_measurements_count_requests_by_the_name_of_the_page(as_raadslid):
    def count():
        lines = as_raadslid.get(MEASUREMENTS).content.decode().splitlines()
        start = 'griffieportal_requests_total{method="GET",status="200",view="item_list"} '
        return sum(float(line.removeprefix(start)) for line in lines if line.startswith(start))

    before = count()
    as_raadslid.get("/berichten/?q=heel-geheim")
    assert count() == before + 1
    assert "geheim" not in as_raadslid.get(MEASUREMENTS).content.decode()


READERS = [
    ({}, "127.0.0.1", True),
    ({}, "::1", True),
    ({}, "192.0.2.7", False),
    ({}, "", False),
    ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", False),
    ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1", False),
]


@pytest.mark.parametrize(("headers", "address", "is_let_in"), READERS)
def test_without_a_token_only_this_machine_itself_reads_measurements(headers, address, is_let_in):
    answer = Client().get(MEASUREMENTS, headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == (200 if is_let_in else 404)


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer lang-geheim", 200), ("Bearer kort", 404), ("", 404), ("Bearer lang-gehëim", 404)]
)
def test_with_a_token_only_who_knows_it_reads_measurements(settings, given, status):
    settings.METRICS_TOKEN = "lang-geheim"
    assert Client().get(MEASUREMENTS, headers={"Authorization": given}).status_code == status
    assert Client().get(MEASUREMENTS).status_code == 404
