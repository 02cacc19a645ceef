"""Files in a bucket: all that the portal does with files, against a real S3 server, and what happens without it."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from griffieportal import health
from newsletters import sign_of_life
from newsletters.models import Import
from newsletters.progress import standstill
from newsletters.services import imports, originals, rereading
from tests.buckets import BUCKET, PREFIX, bad_server, bucket_server, client_of, storage_at
from tests.filled_form import form_on
from tests.newsletters.letters import letter
from tests.newsletters.originals import mailed, printed
from tests.portal_server import PROJECT_DIR, free_port

UPLOAD = "/admin/newsletters/import/add/"
AS_SCRIPT = {"Accept": "application/json"}
State = Import.State


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, bucket_server(tmp_path_factory.mktemp("bucket")) as address:
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        yield address


def put_files(settings, entry):
    settings.STORAGES = {**settings.STORAGES, "default": entry}


@pytest.fixture
def bucket(settings, address):
    """The portal's files are in the bucket; a client that looks into it."""
    put_files(settings, storage_at(address))
    client = client_of(address)
    for file in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=file["Key"])
    return client


@pytest.fixture
def away(settings, bucket):
    """Takes the store away, and gives it back."""
    there = settings.STORAGES["default"]

    def set_away(is_away=True):
        put_files(settings, storage_at(f"http://127.0.0.1:{free_port()}") if is_away else there)

    return set_away


def keys(bucket):
    return sorted(file["Key"] for file in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def receive(data, griffier, filename="brief.txt"):
    return imports.receive_upload(ContentFile(data, name=filename), filename=filename, by=griffier)


def read(row):
    imports.read_import(row.pk)
    row.refresh_from_db()
    return row


def to(name, *args):
    return reverse(f"admin:newsletters_import_{name}", args=args)


@pytest.mark.django_db
def test_an_upload_is_kept_read_shown_and_given_back_from_the_bucket(as_griffier, bucket):
    files = [SimpleUploadedFile("brief met naam.pdf", printed()), SimpleUploadedFile("brief.eml", mailed("Zuid"))]
    data = form_on(as_griffier.get(UPLOAD), files=files, text=letter(2, name="Noord"))
    assert as_griffier.post(UPLOAD, data).status_code == 302
    assert len(keys(bucket)) == 3
    assert all(key.startswith(f"{PREFIX}/imports/") and "brief" not in key for key in keys(bucket))
    pdf, mail, text = [read(row) for row in Import.objects.order_by("number")]
    assert [row.state for row in (pdf, mail, text)] == [State.READY] * 3
    pages = as_griffier.get(to("shown", pdf.pk)).content.decode()
    drawn = as_griffier.get(to("picture", pdf.pk, 1))
    assert drawn.content.startswith(b"\x89PNG")
    markup = as_griffier.get(to("shown", mail.pk)).content.decode()
    assert "Zwembad weer open in Zuid" in markup
    download = as_griffier.get(to("original", pdf.pk))
    assert b"".join(download.streaming_content) == printed()
    assert originals.view_of(pdf).drawn  # from what was kept
    # nothing tells where the files are, and nobody but the portal may read them
    for page in (pages, markup, str(download.headers)):
        assert BUCKET not in page
        assert "Signature" not in page
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=keys(bucket)[0])["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    with pytest.raises(ValueError, match="no address"):
        _ = pdf.file.url


@pytest.mark.django_db
def test_each_file_is_kept_with_a_checksum_and_never_over_another(bucket):
    name = default_storage.save("imports/een.txt", ContentFile(b"een"))
    other = default_storage.save("imports/een.txt", ContentFile(b"twee"))
    assert name != other
    head = bucket.head_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}", ChecksumMode="ENABLED")
    assert any(key.startswith("Checksum") for key in head)
    with default_storage.open(name) as file:
        assert file.read() == b"een"
    assert sorted(default_storage.listdir("imports")[1]) == sorted(
        each.removeprefix("imports/") for each in (name, other)
    )
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)
    assert not default_storage.exists(name)


@pytest.mark.django_db
def test_a_file_may_be_opened_again_after_it_was_closed(bucket, griffier):
    row = receive(letter(1).encode(), griffier)
    for _ in range(2):
        with row.file.open("rb") as file:
            assert file.read() == letter(1).encode()


@pytest.mark.django_db
def test_the_same_file_twice_leaves_one_in_the_bucket_for_each_row(bucket, griffier):
    batch = receive(letter(1).encode(), griffier).batch
    imports.receive_upload(ContentFile(letter(1).encode(), name="b"), filename="b", by=griffier, batch=batch, number=0)
    assert len(keys(bucket)) == Import.objects.count() == 1


@pytest.mark.django_db
def test_what_is_kept_of_originals_is_bounded_in_the_bucket_too(bucket, griffier, monkeypatch):
    monkeypatch.setattr(originals, "KEPT", 1)
    rows = [read(receive(printed(name), griffier, "brief.pdf")) for name in ("Noord", "Zuid")]
    for row in rows:
        originals.view_of(row)
    assert len(default_storage.listdir(originals.FOLDER)[1]) == 1


@pytest.mark.django_db
def test_with_the_store_away_an_upload_says_so_and_keeps_what_was_typed(as_griffier, away):
    away()
    data = form_on(as_griffier.get(UPLOAD), files=[SimpleUploadedFile("a.txt", b"a")], text="Een geplakte brief")
    refused = as_griffier.post(UPLOAD, data)
    page = refused.content.decode()
    assert refused.status_code == 503
    assert "De opslag van bestanden antwoordt niet. Dit is niet bewaard: a.txt, de geplakte tekst." in page
    assert "Een geplakte brief</textarea>" in page
    assert not Import.objects.exists()
    away(False)
    again = as_griffier.post(UPLOAD, form_on(refused, files=[SimpleUploadedFile("a.txt", b"a")]))
    assert again.status_code == 302
    assert [read(row).state for row in Import.objects.order_by("number")] == [State.FAILED] * 2  # no newsletters


@pytest.mark.django_db
def test_the_script_is_told_to_try_again(as_griffier, away):
    away()
    answer = as_griffier.post(UPLOAD, {"files": SimpleUploadedFile("a.txt", b"a")}, headers=AS_SCRIPT)
    assert answer.status_code == 503
    assert answer.json() == {
        "problem": "De opslag van bestanden antwoordt niet. Dit bestand is nog niet bewaard.",
    }


@pytest.mark.django_db
def test_with_the_store_away_the_worker_waits_and_counts_no_attempt(griffier, away):
    row = receive(letter(2).encode(), griffier)
    away()
    for _ in range(4):
        read(row)
        assert (row.state, row.attempts, row.problem) == (State.QUEUED, 0, "")
    Import.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    assert imports.sweep_imports() == [row.pk]
    away(False)
    assert read(row).state == State.READY


@pytest.mark.django_db
def test_a_file_that_is_gone_is_told_in_a_sentence(griffier, bucket):
    row = receive(letter(2).encode(), griffier)
    default_storage.delete(row.file.name)
    assert read(row).state == State.FAILED
    assert row.problem == "Dit bestand is er niet meer. Upload het opnieuw."


@pytest.mark.django_db
def test_with_the_store_away_the_original_says_so_and_nothing_breaks(as_griffier, griffier, away):
    row = read(receive(printed(), griffier, "brief.pdf"))
    away()
    for address in (to("shown", row.pk), to("picture", row.pk, 1), to("original", row.pk)):
        answer = as_griffier.get(address)
        assert answer.status_code == 503
        assert "De opslag van bestanden antwoordt nu niet." in answer.content.decode()
    with pytest.raises(rereading.CannotReread, match="De opslag van bestanden antwoordt nu niet"):
        rereading.look(row.newsletter)
    away(False)
    assert as_griffier.get(to("shown", row.pk)).status_code == 200


def problems(**how):
    return {check.name: check.problem for check in health.examine(**how) if not check.is_well}


@pytest.mark.django_db
def test_readiness_tells_that_the_store_is_away(bucket, away):
    assert "store" not in problems(thoroughly=True)
    assert not [key for key in keys(bucket) if "looks" in key]
    away()
    [problem] = [words for name, words in problems().items() if name == "store"]
    assert problem == "De opslag van bestanden (S3_BUCKET) antwoordt niet goed: EndpointConnectionError."
    assert Client().get("/gezondheid/").status_code == 503


@pytest.mark.django_db
def test_a_store_that_refuses_the_keys_is_told_without_them(settings):
    with bad_server(refusal=403) as (address, _):
        put_files(settings, storage_at(address))
        assert problems()["store"] == "De opslag van bestanden (S3_BUCKET) antwoordt niet goed: 403."


@pytest.mark.django_db
def test_a_store_that_keeps_something_else_than_it_was_sent_is_refused(settings, griffier):
    with bad_server() as (address, sent):
        put_files(settings, storage_at(address))
        with pytest.raises(OSError, match="it kept 3 bytes of"):
            receive(letter(1).encode(), griffier)
        assert not sent
    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_portal_with_its_files_in_a_bucket_is_kept_and_comes_back(settings, griffier, bucket, away, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    row = read(receive(printed(), griffier, "brief é.pdf"))
    call_command("backup", str(tmp_path / "kept"), encrypt_to="", verbosity=0)
    [path] = (tmp_path / "kept").iterdir()
    away()
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", str(tmp_path / "kept"), encrypt_to="", verbosity=0)
    with pytest.raises(CommandError, match="Not restored"):
        call_command("restore", str(path), replace=True)
    assert read(row).state == State.READY
    away(False)
    default_storage.delete(row.file.name)
    call_command("flush", interactive=False, verbosity=0)
    call_command("restore", str(path))
    back = Import.objects.get(pk=row.pk)
    assert back.file.name == row.file.name
    with back.file.open("rb") as file:
        assert file.read() == printed()


@pytest.mark.django_db
@pytest.mark.postgresql
def test_machines_without_a_folder_in_common_see_each_others_signs_of_life(settings, tmp_path):
    settings.SIGNS_IN_CACHE = True
    settings.SCHEDULE_SIGN_OF_LIFE = tmp_path / "schedule-alive"
    try:
        assert sign_of_life.last_given() is None
        sign_of_life.give()
        sign_of_life.give_for_schedule()
        settings.WORKER_SIGN_OF_LIFE = tmp_path / "another machine" / "worker-alive"
        assert standstill(timezone.now()) is None
        assert abs(sign_of_life.last_given_by_schedule().timestamp() - time.time()) < 60
    finally:
        cache.delete_many([sign_of_life.KEY.format(name) for name in ("worker-alive", "schedule-alive")])


@pytest.mark.django_db
@pytest.mark.postgresql
def test_signs_of_life_that_cannot_be_asked_are_no_living_worker(settings):
    settings.SIGNS_IN_CACHE = True
    nowhere = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}
    settings.CACHES = {"default": nowhere}
    sign_of_life.give()
    assert standstill(timezone.now())
    assert problems()["worker"].startswith("Geen antwoord")


GOOD = {"S3_BUCKET": "griffie", "S3_REGION": "eu-west-1", "S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "b"}
WRONG = [
    ({"S3_ENDPOINT": "http://bucket.gemeente.example"}, "S3_ENDPOINT must begin with https://"),
    ({"S3_ENDPOINT": "https://a:b@bucket.gemeente.example"}, "S3_ENDPOINT is an address only"),
    ({"S3_SECRET_ACCESS_KEY": ""}, "S3_BUCKET needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"),
    ({"S3_REGION": ""}, "S3_BUCKET needs S3_REGION"),
    ({"S3_BUCKET": "Niet_Goed"}, "S3_BUCKET must be the name of a bucket"),
    ({"S3_PREFIX": "../elders"}, "S3_PREFIX must be a folder"),
    ({"S3_BUCKET": ""}, "S3_BUCKET is missing"),
]


def options_with(tmp_path, **env):
    code = "from django.conf import settings as s; print(s.STORAGES['default']['OPTIONS'])"
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    clean |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "griffieportal.settings", **env}
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, env=clean, capture_output=True, text=True)


@pytest.mark.parametrize(("env", "sentence"), WRONG)
def test_a_wrong_setting_of_the_bucket_stops_the_start_with_a_sentence(tmp_path, env, sentence):
    refused = options_with(tmp_path, **{**GOOD, **env})
    assert refused.returncode == 1
    assert sentence in refused.stderr


def test_the_keys_of_the_bucket_may_come_from_files(tmp_path):
    (tmp_path / "secret").write_text("uit-een-bestand\n")
    env = {name: value for name, value in GOOD.items() if name != "S3_SECRET_ACCESS_KEY"}
    told = options_with(tmp_path, **env, S3_SECRET_ACCESS_KEY_FILE=str(tmp_path / "secret"), S3_PREFIX="/portaal/")
    assert "'secret_key': 'uit-een-bestand'" in told.stdout, told.stderr
    assert "'location': 'portaal', 'addressing_style': 'virtual'" in told.stdout
