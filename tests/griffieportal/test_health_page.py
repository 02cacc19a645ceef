"""The desk's page about the portal itself: each part in a sentence, and what to do where something is wrong."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from griffieportal import health, health_page
from newsletters import sign_of_life
from tests.buckets import storage_at
from tests.portal_server import free_port

pytestmark = pytest.mark.django_db
PAGE, DESK = "/admin/werking/", "/admin/"


@pytest.fixture(autouse=True)
def _all_is_well(settings, tmp_path):
    settings.SCHEDULE_SIGN_OF_LIFE = tmp_path / "schedule-alive"
    settings.DATA_DIR = tmp_path
    settings.BROKER_DIR = tmp_path / "broker"
    settings.BROKER_DIR.mkdir()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.voorbeeldstad.example"
    sign_of_life.give()
    sign_of_life.give_for_schedule()
    health._is_migrated.cache_clear()
    yield
    health._is_migrated.cache_clear()


def words_of(response):
    return " ".join(response.content.decode().split())


def test_a_portal_that_is_well_says_so_of_each_part(as_griffier):
    page = words_of(as_griffier.get(PAGE))
    assert "Alles werkt." in page
    for title, _ in health.LOOKS.values():
        assert f"{title}: goed." in page
    assert "Het portal verstuurt mail via mail.voorbeeldstad.example. Er wacht geen mail." in page
    desk = words_of(as_griffier.get(DESK))
    assert "Niet goed:" not in desk
    assert f'<a href="{PAGE}">Bekijk alle onderdelen</a>' in desk


def test_what_is_wrong_is_told_with_what_it_means_and_from_the_first_page(as_griffier, settings):
    moment = (timezone.now() - timedelta(minutes=5)).timestamp()
    os.utime(settings.SCHEDULE_SIGN_OF_LIFE, (moment, moment))
    settings.DISK_MIN_FREE_BYTES = 2**60
    page = words_of(as_griffier.get(PAGE))
    assert "2 onderdelen werken nu niet goed." in page
    assert "Schema: niet goed." in page
    assert "Wat u hebt gepland, wordt niet vanzelf gepubliceerd." in page
    assert "Uploaden kan mislukken." in page
    assert "Worker: goed." in page
    desk = words_of(as_griffier.get(DESK))
    assert "<strong>Niet goed:</strong> Schema, Schijf." in desk
    assert f'<a href="{PAGE}">Bekijk wat er is en wat u kunt doen</a>' in desk


def test_what_has_a_sentence_of_its_own_on_the_first_page_is_told_once(as_griffier, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    desk = words_of(as_griffier.get(DESK))
    assert desk.count("<strong>Mail:</strong> Er is geen mailserver ingesteld.") == 1
    assert "Niet goed:" not in desk
    assert f'<a href="{PAGE}">Bekijk wat er is en wat u kunt doen</a>' in desk


@pytest.mark.parametrize(
    ("state", "minutes", "sentence"),
    [
        ("waiting", 16, "1 mail wacht al langer dan een kwartier."),
        ("failed", 0, "1 mail is niet goed verstuurd."),
        ("unsure", 0, "1 mail is niet goed verstuurd."),
    ],
)
def test_mails_that_did_not_go_are_told_with_a_way_to_them(as_griffier, state, minutes, sentence):
    at = timezone.now() - timedelta(minutes=minutes)
    Mail.objects.create(kind="confirm", to="kim@voorbeeldstad.example", state=state, created_at=at)
    page = words_of(as_griffier.get(PAGE))
    assert sentence in page
    assert 'href="/admin/accounts/mail/"' in page
    assert "kim@" not in page


def test_mails_that_are_on_their_way_are_no_problem(as_griffier):
    Mail.objects.create(kind="confirm", to="kim@voorbeeldstad.example")
    assert "Er wacht 1 mail." in words_of(as_griffier.get(PAGE))


def test_a_store_that_is_away_is_told_without_where_it_is(as_griffier, settings):
    port = free_port()
    settings.STORAGES = {**settings.STORAGES, "default": storage_at(f"http://127.0.0.1:{port}")}
    page = words_of(as_griffier.get(PAGE))
    assert "Opslag van bestanden: niet goed." in page
    assert str(port) not in page
    assert "geheim" not in page
    assert "Opslag van bestanden" in words_of(as_griffier.get(DESK))


def test_every_part_has_its_words():
    assert set(health_page.WORDS) == {*health.LOOKS, "store"}
