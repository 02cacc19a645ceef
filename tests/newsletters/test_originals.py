"""What is shown of an uploaded file on the review page: who may see it, what it may do, and what hostile files cost."""

import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from newsletters import cage
from newsletters.models import Import, Item
from newsletters.parsing.blocks import UnreadableFile
from newsletters.parsing.original import Dots
from newsletters.passages import Passage, by_passage, passages_of
from newsletters.services import imports, originals
from tests.newsletters.letters import letter
from tests.newsletters.originals import mailed, printed
from tests.newsletters.parsing import pdfs
from tests.newsletters.test_hostile import HOSTILE, limits


@pytest.fixture
def receive(griffier):
    """Receives a file and reads it."""

    def received(data, filename="brief"):
        row = imports.receive_upload(ContentFile(data, name=filename), filename=filename, by=griffier)
        imports.read_import(row.pk)
        row.refresh_from_db()
        return row

    return received


@pytest.fixture
def printed_row(receive):
    return receive(printed(), "brief.pdf")


@pytest.fixture
def mailed_row(receive):
    return receive(mailed(extra="<script>alert(1)</script>"), "brief.eml")


def shown_url(row):
    return reverse("admin:newsletters_import_shown", args=[row.pk])


def picture_url(row, page=1):
    return reverse("admin:newsletters_import_picture", args=[row.pk, page])


def review_url(row):
    return reverse("admin:newsletters_newsletter_change", args=[row.newsletter_id])


def policy_of(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: " ".join(values) for name, *values in parts}


def size_of(png):
    """Width and height of a picture, after unpacking all its dots."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    assert len(zlib.decompress(png[41 : 41 + length])) == height * (3 * width + 1)
    return width, height


def test_a_pdf_is_shown_as_pictures_of_its_pages(as_griffier, printed_row):
    response = as_griffier.get(shown_url(printed_row))
    page = response.content.decode()
    assert [picture_url(printed_row, number) in page for number in (1, 2, 3, 4)] == [True, True, True, False]
    for item in printed_row.newsletter.items.all():
        assert page.count(f'<g id="bericht-{item.pk}">') == 1
    assert {name: policy_of(response)[name] for name in ("default-src", "img-src", "frame-ancestors")} == {
        "default-src": "'none'",
        "img-src": "'self'",
        "frame-ancestors": "'self'",
    }
    picture = as_griffier.get(picture_url(printed_row))
    assert size_of(picture.content) == (900, 1274)
    assert picture["Content-Type"] == "image/png"
    assert as_griffier.get(picture_url(printed_row, 4)).status_code == 404


def test_a_mail_is_shown_in_a_page_that_can_do_nothing(as_griffier, mailed_row):
    response = as_griffier.get(shown_url(mailed_row))
    page = response.content.decode()
    assert policy_of(response) == {
        "default-src": "'none'",
        "object-src": "'none'",
        "img-src": "http://testserver/static/favicon.svg",
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert "<script" not in page
    assert "://" not in page.replace('title="https://dorp.example/', "")
    for item in mailed_row.newsletter.items.all():
        assert f'<span id="bericht-{item.pk}">{item.title}</span>' in page


@pytest.mark.parametrize("name", ["shown", "picture", "original"])
def test_what_is_shown_is_kept_by_nobody_and_told_for_what_it_is(as_griffier, printed_row, name):
    as_griffier.get(shown_url(printed_row))
    arguments = [printed_row.pk, 1] if name == "picture" else [printed_row.pk]
    response = as_griffier.get(reverse(f"admin:newsletters_import_{name}", args=arguments))
    assert response.getvalue()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == ("SAMEORIGIN" if name == "shown" else "DENY")


def test_only_the_griffie_sees_an_original(as_griffier, as_raadslid, as_nobody, printed_row):
    as_griffier.get(shown_url(printed_row))
    for url in (shown_url(printed_row), picture_url(printed_row)):
        assert as_griffier.get(url).status_code == 200
        for client in (as_raadslid, as_nobody):
            response = client.get(url)
            assert response.status_code in (302, 403)
            assert b"PNG" not in response.content


def test_staff_without_the_right_sees_no_original(as_griffier, griffier, printed_row):
    griffier.groups.clear()
    for url in (shown_url(printed_row), picture_url(printed_row)):
        assert as_griffier.get(url).status_code == 403


def test_what_is_not_there_is_not_found(as_griffier, printed_row):
    assert as_griffier.get("/admin/newsletters/import/999/beeld/").status_code == 404
    assert as_griffier.get(picture_url(printed_row)).status_code == 404  # nobody has looked at it yet
    default_storage.delete(printed_row.file.name)
    assert as_griffier.get(shown_url(printed_row)).status_code == 404


def test_the_review_page_points_into_the_original_and_into_its_text(as_griffier, printed_row):
    response = as_griffier.get(review_url(printed_row))
    page = response.content.decode()
    for item in printed_row.newsletter.items.all():
        assert f'href="{shown_url(printed_row)}#bericht-{item.pk}" target="origineel"' in page
        assert f'href="#regel-{item.first_line}"' in page
        assert f'<div id="regel-{item.first_line}" data-regel="{item.first_line + 1}">{item.title}</div>' in page
    assert policy_of(response)["frame-src"] == "'self'"
    assert policy_of(response)["frame-ancestors"] == "'none'"
    assert "sandbox" not in page


def test_the_frame_of_a_mail_is_a_sandbox(as_griffier, mailed_row):
    assert "sandbox></iframe>" in as_griffier.get(review_url(mailed_row)).content.decode()


def test_a_text_has_no_other_look(as_griffier, receive):
    row = receive(letter(2).encode())
    page = as_griffier.get(review_url(row)).content.decode()
    assert "<iframe" not in page
    assert "alleen tekst" in as_griffier.get(shown_url(row)).content.decode()


def test_an_original_is_made_once(as_griffier, printed_row):
    first = as_griffier.get(shown_url(printed_row)).content
    default_storage.delete(printed_row.file.name)  # nothing is left to make it of
    assert as_griffier.get(shown_url(printed_row)).content == first


def test_items_that_another_reader_made_are_not_pointed_at(as_griffier, printed_row):
    """The lines of an earlier version may be other lines by now: no place is better than a wrong one."""
    Import.objects.filter(pk=printed_row.pk).update(text=printed_row.text + "\nnog iets")
    page = as_griffier.get(shown_url(printed_row)).content.decode()
    assert picture_url(printed_row) in page
    assert "bericht-" not in page


def test_what_is_kept_is_bounded(receive, monkeypatch):
    monkeypatch.setattr(originals, "KEPT", 2)
    rows = [receive(printed(name)) for name in ("Noord", "Zuid", "Oost")]
    for row in rows:
        originals.view_of(row)
    assert len(default_storage.listdir(originals.FOLDER)[1]) == 2
    assert originals.picture_of(rows[2], 1)
    assert originals.picture_of(rows[0], 1) is None
    assert len(originals.view_of(rows[0]).drawn) == 3


def test_what_is_kept_half_is_made_again(printed_row):
    first = originals.view_of(printed_row)
    name = originals._name(printed_row)
    with default_storage.open(name, "rb") as file:
        half = file.read()[:500]
    default_storage.delete(name)
    default_storage.save(name, ContentFile(half))
    assert originals.picture_of(printed_row, 1) is None
    assert originals.view_of(printed_row) == first
    assert originals.picture_of(printed_row, 1)


def test_a_failure_is_tried_again_later(mailed_row, settings):
    settings.READING_MAX_SECONDS = 0
    failed = originals.view_of(mailed_row)
    assert failed.problem.startswith("Dit bestand kost te veel tijd")
    settings.READING_MAX_SECONDS = 20
    assert originals.view_of(mailed_row) == failed
    name = originals._name(mailed_row)
    past = (timezone.now() - originals.RETRY_AFTER - timedelta(minutes=1)).timestamp()
    os.utime(default_storage.path(name), (past, past))
    assert originals.view_of(mailed_row).original


def test_who_comes_while_others_wait_is_asked_to_come_back(as_griffier, printed_row, monkeypatch):
    monkeypatch.setattr(originals, "WAIT_SECONDS", 0)
    for _ in range(2):
        assert originals._places.acquire(blocking=False)
    try:
        response = as_griffier.get(shown_url(printed_row))
    finally:
        for _ in range(2):
            originals._places.release()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "over een minuut opnieuw" in response.content.decode()
    assert as_griffier.get(shown_url(printed_row)).status_code == 200


def test_two_who_look_at_once_have_it_made_once(printed_row):
    row = Import.objects.get(pk=printed_row.pk)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(originals.view_of, [row, row])
    assert first == second
    assert len(default_storage.listdir(originals.FOLDER)[1]) == 1


def picture_bomb(side=30_000):
    """A page with a picture that is a few kilobytes in the file and a gigabyte on paper."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(side)) for _ in range(side)) + packer.flush()
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray" % (side, side)
    sheet = pdfs.letter().picture(0, 0, 500, 500)
    data = pdfs.pdf_of(sheet, pdfs.letter())
    old = pdfs.stream(
        b"\x80" * 16,
        b"/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    assert old in data
    return data.replace(old, pdfs.stream(packed, entries + b" /BitsPerComponent 8 /Filter /FlateDecode"))


def endless_page():
    """Two pages, of which the second takes for ever to draw: curves across it, each with a wide dashed line."""
    sheet = pdfs.letter()
    sheet.content.append(b"q 30 w [0.01 0.01] 0 d 50 50 m 1000000 900000 -1000000 -900000 500 800 c S Q\n" * 100_000)
    return pdfs.pdf_of(pdfs.letter(), sheet)


def look(data, pages=3):
    """What there is to see of a file, or the sentence that says why there is nothing; and which pages are drawn."""
    viewer = cage.Viewer(data, limits())
    try:
        original = viewer.original()
        drawn = []
        for page in range(min(original.pages, pages)):
            try:
                drawn.append(viewer.page(page, width=300, seconds=3).width)
            except UnreadableFile as error:
                drawn.append(str(error.code))
    except UnreadableFile as error:
        return error.message, []
    finally:
        viewer.close()
    return original, drawn


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_something_to_see_or_a_sentence(name):
    original, drawn = look(HOSTILE[name]())
    if isinstance(original, str):
        assert original.strip()
    else:
        assert original.text.strip()
        assert "<script" not in original.markup
        assert len(drawn) == min(original.pages, 3)


@pytest.mark.parametrize(("make", "drawn"), [(picture_bomb, [300, 300]), (endless_page, [300, "too_costly"])])
def test_a_costly_page_leaves_the_others(make, drawn):
    assert look(make())[1] == drawn


def test_a_page_without_a_picture_says_so(as_griffier, receive, monkeypatch):
    monkeypatch.setattr(originals, "PAGE_SECONDS", 2.0)
    row = receive(endless_page())
    content = as_griffier.get(shown_url(row)).content.decode()
    assert content.count("kunnen we geen plaatje maken") == 1
    assert [picture_url(row, number) in content for number in (1, 2)] == [True, False]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"original": {}}',
        b'{"original": {"kind": "pages", "text": "", "pages": 1, "places": [[1]], "markup": "", "lines": []}}',
        b'{"width": 2, "height": 2}\nabc',
        b'{"width": 0, "height": 0}\n',
        b'{"width": -1, "height": -1}\nabc',
        b'{"width": "a"}\n',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_makes_no_sense_counts_as_a_damaged_file(answer, monkeypatch):
    script = f"import sys; a = {answer!r}; sys.stdout.buffer.write(b'%d\\n' % len(a) + a); sys.stdout.flush()"
    monkeypatch.setattr(cage._Child.__init__, "__defaults__", ((cage.sys.executable, "-c", script),))
    for ask in (lambda viewer: viewer.original(), lambda viewer: viewer.page(0, width=9, seconds=20)):
        viewer = cage.Viewer(b"", limits())
        with pytest.raises(UnreadableFile) as caught:
            ask(viewer)
        assert caught.value.code == "damaged"
        viewer.close()


def test_the_picture_has_the_dots_as_they_were_drawn():
    png = originals.as_png(Dots(width=2, height=2, rgb=bytes(range(12))))
    length = struct.unpack(">I", png[33:37])[0]
    assert zlib.decompress(png[41 : 41 + length]) == b"\0" + bytes(range(6)) + b"\0" + bytes(range(6, 12))
    assert size_of(png) == (2, 2)


def test_the_lines_of_a_text_are_parted_by_item():
    first, second, third = (Item(first_line=first, last_line=last) for first, last in ((1, 3), (3, 4), (6, None)))
    passages = passages_of([third, first, second, Item()], count=8)
    assert passages == [
        Passage(first=0, last=0),
        Passage(first=1, last=2, item=first),
        Passage(first=3, last=4, item=second),
        Passage(first=5, last=5),
        Passage(first=6, last=6, item=third),
        Passage(first=7, last=7),
    ]
    found = by_passage(passages, [(7, "d"), (1, "a"), (2, "b"), (6, "c")])
    assert [(passage.first, what) for passage, what in found] == [(1, ["a", "b"]), (6, ["c"]), (7, ["d"])]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (5, 9), (9, 20), (0, 99)])
def test_lines_beyond_the_text_point_nowhere(first, last):
    passages = passages_of([Item(first_line=first, last_line=last)], count=5)
    assert [line for passage in passages for line in range(passage.first, passage.last + 1)] == list(range(5))
