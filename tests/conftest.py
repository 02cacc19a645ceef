"""The cast and the facts that tests share."""

import logging
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import mail as outbox
from django.db import connection
from django.db.models.signals import post_migrate  # noqa: TID251 - the one signal that a flush sends
from django.test import Client
from hypothesis import HealthCheck, settings

from accounts.models import User
from events.models import Event
from newsletters import search
from newsletters.kept import forget_each
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter, Source, Theme
from tests.leaks import Lines, leaks_in, names_below

# A test that fails because a machine is busy tells nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

PASSWORD = "een-lang-wachtwoord-voor-tests"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite as in production, in a file with WAL: in memory it locks otherwise."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _group_after_flush():
    """A test on real connections ends with a flush, which takes the group that a migration made; put it back.

    Its file may run before any other file on the same worker, so going last is no answer.
    """
    files = sorted(Path(apps.get_app_config("newsletters").path, "migrations").glob("*_group_*.py"))
    migrations = [import_module(f"newsletters.migrations.{file.stem}") for file in files]

    def put_back(**kwargs):
        for migration in migrations:
            migration.make_group(apps, None)

    post_migrate.connect(put_back, sender=apps.get_app_config("newsletters"))
    yield
    post_migrate.disconnect(put_back, sender=apps.get_app_config("newsletters"))


@pytest.fixture(autouse=True)
def _plain_surroundings(settings, tmp_path):
    """Files in a folder of the test's own, static files without a manifest, nothing kept or counted before."""
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "uploads"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.WORKER_SIGN_OF_LIFE = tmp_path / "worker-alive"
    settings.AUDIT_CHAIN, settings.AUDIT_LOG = tmp_path / "audit-chain", tmp_path / "audit.log"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget_each()
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"{tmp_path}:"}}


@pytest.fixture(autouse=True)
def _nothing_leaks(request, tmp_path):
    """Whatever a test does, its log, mails and names of files tell no recipient, no tenant and no wrapped link.

    Of rows the test of leaks takes care: others put wrapped links there on purpose.
    """
    lines, root = Lines(), logging.getLogger()
    root.addHandler(lines)
    yield
    root.removeHandler(lines)
    if request.node.get_closest_marker("plants_leaks"):
        return
    mails = [("mail", str(message.message())) for message in getattr(outbox, "outbox", [])]
    assert leaks_in([*lines.kept, *mails, *names_below(tmp_path / "uploads")]) == []


@pytest.fixture
def griffier(db):
    user = User.objects.create_user("griffier@voorbeeldstad.example", PASSWORD, name="Gerrie Griffier", is_staff=True)
    user.groups.add(Group.objects.get(name="Griffie"))
    return user


@pytest.fixture
def raadslid(db):
    return User.objects.create_user("raadslid@voorbeeldstad.example", PASSWORD, name="Rian Raadslid")


@pytest.fixture
def ander_raadslid(db):
    return User.objects.create_user("ander@voorbeeldstad.example", PASSWORD, name="Anne Ander")


@pytest.fixture
def beheerder(db):
    return User.objects.create_superuser("beheerder@voorbeeldstad.example", PASSWORD, name="Bas Beheer")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_griffier(griffier):
    return client_of(griffier)


@pytest.fixture
def as_raadslid(raadslid):
    return client_of(raadslid)


@pytest.fixture
def as_ander_raadslid(ander_raadslid):
    return client_of(ander_raadslid)


@pytest.fixture
def as_nobody():
    return Client()


@pytest.fixture
def source(db):
    return Source.objects.create(name="Radenpost", slug="radenpost")


@pytest.fixture
def theme(db):
    return Theme.objects.create(name="Wonen", slug="wonen")


@pytest.fixture
def newsletter(source):
    """A published newsletter without items."""
    return Newsletter.objects.create(
        source=source,
        title="Radenpost van juni",
        published_on=date(2026, 6, 1),
        published_on_basis=Newsletter.Basis.MAIL_HEADER,
        state=Newsletter.State.PUBLISHED,
        published_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
    )


@pytest.fixture
def make_item(newsletter):
    """Makes a published item with a link, in the published newsletter unless another is given."""

    def make(**fields):
        fields.setdefault("newsletter", newsletter)
        fields.setdefault("position", fields["newsletter"].items.count())
        fields.setdefault("title", f"Bericht {fields['position']}")
        fields.setdefault("summary", "De gemeenteraad vergadert over de woningbouw.")
        fields.setdefault("state", Item.State.PUBLISHED)
        if fields["state"] == Item.State.PUBLISHED:
            fields.setdefault("published_at", fields["newsletter"].published_at)
        url = fields.pop("url", "https://www.voorbeeldstad.example/bericht")
        item = Item.objects.create(**fields)
        ItemLink.objects.create(item=item, text="Lees meer", url=url, kind=ItemLink.Kind.DIRECT)
        search.index([item.pk])
        return item

    return make


@pytest.fixture
def item(make_item, theme):
    return make_item(title="Woningbouw in de kern", theme=theme)


@pytest.fixture
def event(item):
    """A published event that the item announces."""
    event = Event.objects.create(
        title="Bijeenkomst woningbouw",
        starts_on=date(2030, 9, 14),
        location="stadhuis",
        state=Event.State.PUBLISHED,
    )
    ItemEvent.objects.create(item=item, event=event)
    return event
