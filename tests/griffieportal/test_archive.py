"""Backups: all of it, whole or not at all, from one database into the other."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, time

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models

from accounts import history
from accounts.models import User
from events.models import Event, EventBookmark
from griffieportal.archive import rows
from newsletters import search
from newsletters.models import Import, Item, ItemBookmark, Newsletter
from newsletters.services.imports import receive_upload
from tests.conftest import client_of
from tests.portal_server import PROJECT_DIR, portal_surroundings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def portal(griffier, raadslid, item, event, make_item):
    """Something in every corner: text of every kind, empty values, times, links between rows, a file, a session."""
    strange = make_item(title="Ænder\u2028gang\t'\"\\ \U0001f600", summary="regel een\nregel twee\r\n\\N", same_as=item)
    ItemBookmark.objects.create(user=raadslid, item=strange)
    EventBookmark.objects.create(user=raadslid, event=event)
    Event.objects.filter(pk=event.pk).update(
        starts_at=time(19, 30), weekday_agrees=None, updated_at=datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    )
    row = receive_upload(ContentFile(b"Radenpost\x00\xff", name="x"), filename="brief é.txt", by=griffier)
    Import.objects.filter(pk=row.pk).update(warnings=[{"b": 1, "a": "ë", "n": None}], newsletter=item.newsletter)
    history.note(item, "de titel gewijzigd", by=griffier)
    client_of(raadslid)
    return row


def facts():
    """Every row of every table that is kept, as lines."""
    return {
        table: list(rows.lines(model, rows.columns_of(model), using="default"))
        for table, model in rows.tables_of(apps).items()
    }


def make_backup(folder, **options):
    call_command("backup", str(folder), **{"encrypt_to": "", "verbosity": 0, **options})
    [path] = folder.glob("griffieportal-*")
    return path


def lose_everything():
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(default_storage.location)


def test_a_portal_that_is_lost_comes_back_as_it_was(portal, raadslid, tmp_path, capsys):
    before = facts()
    path = make_backup(tmp_path / "backups")
    assert path.stat().st_mode & 0o077 == 0
    lose_everything()
    call_command("restore", str(path))
    assert facts() == before
    with Import.objects.get(pk=portal.pk).file.open() as file:
        assert file.read() == b"Radenpost\x00\xff"
    assert "all checksums equal" in capsys.readouterr().out
    # sessions are not kept, new rows get new keys, and what was found is found
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
    assert User.objects.create_user("nieuw@voorbeeldstad.example").pk > raadslid.pk
    assert search.search(Item.objects.all(), "woningbouw kern").count() == 1


def test_constraints_and_indexes_are_as_they_were(portal, tmp_path):
    def structure():
        with connection.cursor() as cursor:
            return {
                table: connection.introspection.get_constraints(cursor, table)
                for table in connection.introspection.table_names(cursor)
            }

    before = structure()
    path = make_backup(tmp_path / "backups")
    lose_everything()
    call_command("restore", str(path))
    assert structure() == before


def test_a_portal_that_holds_data_is_replaced_only_when_that_is_asked(portal, tmp_path):
    path = make_backup(tmp_path / "backups")
    before = facts()
    Newsletter.objects.update(title="anders")
    with pytest.raises(CommandError, match="holds data already"):
        call_command("restore", str(path))
    call_command("restore", str(path), replace=True)
    assert facts() == before


@pytest.mark.parametrize("place", [b"\x1f\x8b\x08", b"Radenpost\x00\xff", b'"sha256": "'])
def test_a_backup_of_which_one_byte_is_another_changes_nothing(portal, tmp_path, place):
    path = make_backup(tmp_path / "backups")
    before = facts()
    data = bytearray(path.read_bytes())
    data[data.index(place) + len(place) - 1] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(CommandError, match="Not restored"):
        call_command("restore", str(path), replace=True)
    assert facts() == before


def test_a_backup_that_was_cut_off_changes_nothing(portal, tmp_path):
    path = make_backup(tmp_path / "backups")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CommandError, match="cut off"):
        call_command("restore", str(path), replace=True)


def rewritten(path, change):
    """The same backup with another manifest."""
    other = path.with_name("other.tar")
    with tarfile.open(path) as source, tarfile.open(other, "w") as target:
        for member in source:
            data = source.extractfile(member).read()
            if member.name == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
                member.size = len(data)
            target.addfile(member, io.BytesIO(data))
    return other


def test_a_backup_never_writes_outside_the_portal(portal, tmp_path):
    path = make_backup(tmp_path / "backups")

    def point_outside(manifest):
        manifest["files"][0]["name"] = "../../buiten"

    with pytest.raises(CommandError, match="outside the portal"):
        call_command("restore", str(rewritten(path, point_outside)), replace=True)


def test_a_backup_of_a_newer_version_is_refused(portal, tmp_path):
    path = make_backup(tmp_path / "backups")
    before = facts()

    def make_newer(manifest):
        manifest["migrations"].append("newsletters.9999_of_tomorrow")

    with pytest.raises(CommandError, match="newer version"):
        call_command("restore", str(rewritten(path, make_newer)), replace=True)
    assert facts() == before


def test_rows_that_are_not_what_was_kept_are_put_back_nowhere(portal, tmp_path):
    path = make_backup(tmp_path / "backups")
    before = facts()

    def forget_a_column(manifest):
        [table] = [table for table in manifest["tables"] if table["name"] == "accounts_user"]
        number, address = (column for column in table["columns"] if column["name"] in ("id", "email"))
        number["name"], address["name"] = address["name"], number["name"]

    with pytest.raises(Exception):  # noqa: B017, PT011 - each database has its own
        call_command("restore", str(rewritten(path, forget_a_column)), replace=True)
    assert facts() == before


def test_a_file_that_is_gone_is_told_and_the_rest_is_kept(portal, tmp_path):
    default_storage.delete(portal.file.name)
    with pytest.raises(CommandError, match="1 files that the database names are gone"):
        make_backup(tmp_path / "backups")
    [path] = (tmp_path / "backups").iterdir()
    before = facts()
    call_command("flush", interactive=False, verbosity=0)
    call_command("restore", str(path))
    assert facts() == before


def test_only_the_last_backups_are_left_where_that_is_asked(portal, tmp_path):
    for _ in range(3):
        call_command("backup", str(tmp_path), keep=2, encrypt_to="", verbosity=0)
    assert len(list(tmp_path.glob("griffieportal-*.tar"))) == 2


def needs(program):
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"no {program} on this machine: install Debian's package of it")
    return path


def test_a_backup_to_a_key_of_age_is_read_with_that_key_only(portal, tmp_path):
    keygen = needs("age-keygen")
    for name in ("ours", "other"):
        subprocess.run([keygen, "-o", str(tmp_path / name)], check=True, capture_output=True)
    public = subprocess.run([keygen, "-y", str(tmp_path / "ours")], check=True, capture_output=True, text=True).stdout
    path = make_backup(tmp_path / "backups", encrypt_to=public.strip())
    assert path.suffix == ".age"
    assert b"voorbeeldstad" not in path.read_bytes()
    before = facts()
    lose_everything()
    with pytest.raises(CommandError, match="can't be decrypted"):
        call_command("restore", str(path), identity=str(tmp_path / "other"))
    call_command("restore", str(path), identity=str(tmp_path / "ours"))
    assert facts() == before


def test_a_backup_to_a_key_of_gpg_is_read_with_that_key(portal, tmp_path, monkeypatch):
    gpg = needs("gpg")
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    key = "backup@voorbeeldstad.example"
    make = [gpg, "--batch", "--passphrase", "", "--quick-generate-key", key, "default", "default", "never"]
    subprocess.run(make, check=True, capture_output=True)
    try:
        path = make_backup(tmp_path / "backups", encrypt_to=key)
        assert path.suffix == ".gpg"
        before = facts()
        lose_everything()
        call_command("restore", str(path))
        assert facts() == before
    finally:
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)


def test_a_key_that_is_none_makes_no_backup(portal, tmp_path):
    needs("age")
    with pytest.raises(CommandError, match="could not be encrypted"):
        make_backup(tmp_path / "backups", encrypt_to="age1geen-sleutel")
    assert list((tmp_path / "backups").iterdir()) == []


def test_every_column_has_a_way_to_be_kept():
    for model in rows.tables_of(apps).values():
        assert rows.columns_of(model)
        assert all(not isinstance(field, models.FileField) or field.storage for field in model._meta.fields)


def test_a_backup_is_of_one_moment(portal, tmp_path, monkeypatch):
    """What is written while the backup is made is not in it, in no table."""
    before = facts()
    seen = []
    plain = rows.lines

    def writing_meanwhile(model, columns, *, using):
        if not seen:
            seen.append(True)
            write_elsewhere()
        yield from plain(model, columns, using=using)

    def write_elsewhere():
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("UPDATE newsletters_newsletter SET title = 'meanwhile'")
        finally:
            other.close()

    monkeypatch.setattr(rows, "lines", writing_meanwhile)
    path = make_backup(tmp_path / "backups")
    monkeypatch.undo()
    assert Newsletter.objects.filter(title="meanwhile").exists()
    call_command("restore", str(path), replace=True)
    assert facts() == before


@pytest.mark.postgresql
def test_a_portal_moves_from_sqlite_to_postgresql_with_nothing_lost(tmp_path, own_database):
    embedded = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    embedded |= {"DATA_DIR": str(tmp_path / "var")}
    target = {**embedded, "NEW_DATABASE_URL": own_database, "NEW_REDIS_URL": os.environ["REDIS_URL"]}

    def manage(env, *arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT_DIR, env=env, capture_output=True, text=True
        )

    for arguments in (["migrate", "-v0"], ["demo_data", "--newsletters", "20", "--members", "5"]):
        assert manage(embedded, *arguments).returncode == 0
    moved = manage(target, "move_to_postgresql")
    assert moved.returncode == 0, moved.stderr
    assert "all checksums equal" in moved.stdout
    look = [
        "shell",
        "-v0",
        "-c",
        "from newsletters.models import *; print(Item.objects.count(), Import.objects.count())",
    ]
    on_postgresql = {**embedded, "DATABASE_URL": own_database, "REDIS_URL": os.environ["REDIS_URL"]}
    there = manage(on_postgresql, *look)
    assert there.returncode == 0, there.stderr
    assert there.stdout == manage(embedded, *look).stdout
    again = manage(target, "move_to_postgresql")
    assert again.returncode == 1
    assert "holds data already" in again.stderr
    assert manage(on_postgresql, "health").stdout.startswith("Database: goed\nVersie van de database: goed")


@pytest.fixture
def own_database(tmp_path):
    with portal_surroundings(tmp_path) as env:
        yield env["DATABASE_URL"]
