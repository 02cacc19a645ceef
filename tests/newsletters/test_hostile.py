"""Files that kill readers: each ends in a newsletter or a sentence, within the limits, and the next file is read."""

import struct

import pytest
from django.conf import settings

from newsletters import cage
from newsletters.parsing.blocks import UnreadableFile
from tests.newsletters.letters import letter
from tests.newsletters.parsing import pdfs
from tests.newsletters.parsing.messages import msg

NEXT = letter(2).encode()


def mail(body: str, *, kind: str = "text/html") -> bytes:
    head = "From: a@b.example\nTo: c@d.example\nSubject: Nieuws\nDate: Tue, 2 Jun 2026 12:00:00 +0200\n"
    return f"{head}MIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\n\n{body}".encode()


def parts(count: int) -> bytes:
    return mail("--x\nContent-Type: text/plain\n\nhallo\n" * count + "--x--\n", kind='multipart/mixed; boundary="x"')


def nested_messages(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\nMIME-Version: 1.0\nMessage-ID: <a@b.example>\n\n" * depth + b"hallo\n"


def nested_parts(depth: int) -> bytes:
    body = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    return mail(body + "hallo", kind='multipart/mixed; boundary="b0"')


def cyclic_ole() -> bytes:
    """An Outlook message whose chain of sectors runs in a circle."""
    data = bytearray(msg({0x0037: "Nieuws", 0x1000: "Hallo allemaal. " * 400}))
    first_fat = struct.unpack_from("<I", data, 76)[0]
    at = (first_fat + 1) * 512
    for number in range(128):
        struct.pack_into("<I", data, at + 4 * number, 0)
    return bytes(data)


def huge_ole() -> bytes:
    """An Outlook message that says to have a directory of 4 GB."""
    data = bytearray(msg({0x0037: "Nieuws", 0x1000: "Hallo"}))
    struct.pack_into("<II", data, 40, 0xFFFFFFF0, 0xFFFFFFF0)
    struct.pack_into("<I", data, 72, 0xFFFFFF00)
    return bytes(data)


HOSTILE = {
    "a megabyte of nested divs": lambda: b"<html><body>" + b"<div>" * 200_000 + b"hallo",
    "nested tables": lambda: b"<html><body>" + b"<table><tr><td>" * 70_000 + b"hallo",
    "one tag with 100,000 attributes": lambda: b"<html><p " + b"a=1 " * 100_000 + b">hallo</p>",
    "100,000 links in html": lambda: b"<html>" + b'<p><a href="https://a.example/">hallo daar</a></p>' * 100_000,
    "100,000 links in text": lambda: b"Titel van het bericht\nhttps://a.example/pad\n\n" * 100_000,
    "a mail of 200,000 parts": lambda: parts(200_000),
    "1,500 nested messages": lambda: nested_messages(1_500),
    "100,000 nested messages": lambda: nested_messages(100_000),
    "5,000 nested parts": lambda: nested_parts(5_000),
    "an endless header": lambda: b"From: a@b.example\nReceived: " + b"x" * 20_000_000 + b"\n\nhallo",
    "50,000 recipients": lambda: (
        b"From: a@b.example\nMessage-ID: <a@b.example>\nTo: "
        + b", ".join(b"n%d@c.example" % n for n in range(50_000))
        + b"\n\nHallo allemaal."
    ),
    "a PDF that expands past a gigabyte": pdfs.bomb,
    "a PDF whose pages run in a circle": pdfs.cyclic,
    "an encrypted PDF": pdfs.encrypted,
    "a PDF with a million letters on a page": pdfs.endless_text,
    "a PDF with 100,000 links": pdfs.many_links,
    "a PDF that says to have a million pages": pdfs.many_pages,
    "half a PDF": lambda: pdfs.pdf_of(pdfs.letter())[:800],
    "an Outlook message in a circle": cyclic_ole,
    "an Outlook message of four gigabytes": huge_ole,
    "half an Outlook message": lambda: msg({0x0037: "Nieuws", 0x1000: "Hallo"})[:1500],
    "a text of one line": lambda: b"raad " * 4_000_000,
    "a text of line ends": lambda: b"\n" * 5_000_000 + b"hallo",
    "brackets": lambda: b"(" * 100_000 + b")" * 100_000,
    "form feeds": lambda: b"a\f" * 100_000,
    "accents": lambda: "e\u0301\u0323".encode() * 100_000,
    "agenda rows": lambda: b"Datum: maandag 7 december 2026\nTijd: 20.00 uur\nLocatie: het stadhuis\n" * 2_000,
}


def limits():
    """Those of the portal itself."""
    return cage.Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES, seconds=settings.READING_MAX_SECONDS, memory=settings.READING_MAX_MEMORY
    )


def outcome(data: bytes) -> str:
    """The text of the newsletter, or the sentence that says why there is none."""
    try:
        return cage.parse(data, filename="brief", limits=limits()).text
    except UnreadableFile as error:
        return error.message


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_in_a_newsletter_or_a_sentence_and_the_next_file_is_read(name):
    text = outcome(HOSTILE[name]())
    assert text.strip()
    assert "<div" not in text
    assert len(cage.parse(NEXT, filename="brief", limits=limits()).items) == 2


@pytest.mark.parametrize("filename", ["../../../etc/passwd", "a\0b.txt", "\u202efdp.exe", "a" * 5000, "", "\ud800.txt"])
def test_a_file_may_be_called_anything(filename):
    assert len(cage.parse(NEXT, filename=filename, limits=limits()).items) == 2
