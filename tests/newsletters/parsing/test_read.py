"""Which files are read, and what the griffier is told of the others."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters.parsing.blocks import Document, FileFormat, UnreadableFile
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500


def zipped(name: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, "x")
    return whole.getvalue()


def problem(data: bytes, **limits: int) -> tuple[str, str]:
    with pytest.raises(UnreadableFile) as caught:
        read(data, "nieuwsbrief.txt", **limits)
    return str(caught.value.code), caught.value.message


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_told(data):
    assert problem(data)[0] == "empty"


def test_a_file_over_the_limit_is_told_with_the_limit():
    code, message = problem(b"a" * 2_000_001, max_bytes=2 * 1024 * 1024 - 100_000)
    assert code == "too_large"
    assert "1 MB" in message


def test_a_file_of_exactly_the_limit_is_read():
    assert read(b"abc", max_bytes=3).text == "abc"


@pytest.mark.parametrize("data", [b"1 2 3\n---\n", b"\n\n!!! ... 12-12-2025"])
def test_a_file_without_letters_is_told(data):
    assert problem(data)[0] == "no_text"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (OLE, "Office"),
        (b"\x89PNG\r\n\x1a\n0000", "foto"),
        (b"\xff\xd8\xff\xe0JFIF", "foto"),
        (b"\x00\x00\x00\x18ftypheic0000", "foto"),
        (zipped("word/document.xml"), "Word"),
        (zipped("xl/workbook.xml"), "Office"),
        (zipped("brief.txt"), "ingepakt"),
        (b"{\\rtf1 hallo}", "Office"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "programma"),
        (b"\x7fELF\x02", "programma"),
        (b"ID3\x03\x00", "film"),
        (bytes(range(256)) * 20, "herkennen"),
    ],
)
def test_other_kinds_of_file_are_told_with_what_to_do(data, word):
    code, message = problem(data)
    assert code == "unknown_kind"
    assert word in message
    assert message.endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"Received: from a by b\r\nMessage-ID: <1@x>\r\nSubject: x\r\n\r\nhallo",
        b"From: a@x.example\nDate: Mon, 30 Jun 2025 10:00:00 +0200\nSubject: x\n\nhallo",
    ],
)
def test_a_mail_as_it_was_sent_is_read(data):
    document = read(data)
    assert (document.format, document.subject, document.text) == (FileFormat.EML, "x", "hallo")


def test_a_damaged_outlook_message_is_told():
    code, message = problem(OLE + "__substg1.0_0037001F".encode("utf-16-le"))
    assert code == "damaged"
    assert ".msg" in message


def test_an_encrypted_office_file_is_told():
    assert problem(OLE + "EncryptedPackage".encode("utf-16-le"))[0] == "encrypted"


@pytest.mark.parametrize(
    "data",
    [
        b"Van: Kring <k@x.example>\nVerzonden: maandag 30 juni 2025 14:03\nAan: y\nOnderwerp: Brief\n\nHallo",
        b"From: Kring <k@x.example>\nSent: Monday, June 30, 2025 2:03 PM\nTo: y\nSubject: Brief\n\nHallo",
        b"<https://voorbeeld.example/x>\nHallo allemaal",
        "café".encode("cp1252"),
        "nieuws".encode("utf-16"),
        "nieuws uit het land".encode("utf-16-le"),
        b"hallo\x00 wereld\x07",
    ],
)
def test_text_in_any_dress_is_text(data):
    document = read(data)
    assert isinstance(document, Document)
    assert document.format is FileFormat.TEXT
    assert "\x00" not in document.text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
        (b"caf\xe9 \x80 5 \x81\x93x\x94", "café € 5 “x”"),
        ("naïef ‘x’".encode("utf-16-le"), "naïef ‘x’"),
        (("é" * 30).encode()[:-1], "é" * 29),
        ("cafe\u0301 zacht\u00adjes nul\u200bbreed a\u00a0b".encode(), "café zachtjes nulbreed a b"),
    ],
)
def test_the_charset_is_found(data, text):
    assert read(data).text == text


def check_never_raises(data: bytes) -> None:
    try:
        text = recognise(read(data)).text
    except UnreadableFile as error:
        text = error.message
    assert "\x00" not in text


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=3000))
def test_no_bytes_raise_anything_but_unreadable(data):
    check_never_raises(data)


LINES = st.sampled_from(
    [
        *("Lees meer", "Bestuur", "", " ", "  ", "\f", "Een titel: met een vraag?", "• punt", "- punt", "1. punt", "o"),
        "Dit is een lange zin die over de rand van de regel loopt en dus op de volgende regel verder gaat, net als",
        "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example&data=05%7C02%7Ca%40b.example%7C",
        *(
            "hier.",
            "[1]",
            "mailto:a@b.example",
            "Van: x",
            "Aan: y",
            "Onderwerp: z",
            "Verzonden: 31-02-2025",
            "Afmelden",
        ),
        "Op zaterdag 31 september 2025 van 25.00 tot 10 uur in het stadhuis van X",
        *("[1] https://x.example/", "<https://", "op 5 mei", "-----", "'s", "…"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=60))
def test_no_text_raises_anything_but_unreadable(lines):
    check_never_raises("\n".join(lines).encode("utf-8", "replace"))


@settings(deadline=None, max_examples=100)
@given(st.lists(LINES, min_size=1, max_size=60))
def test_every_item_points_at_lines_that_are_there(lines):
    try:
        draft = recognise(read("\n".join(lines).encode()))
    except UnreadableFile:
        return
    count = len(draft.text.split("\n"))
    for item in draft.items:
        assert item.first_line is not None
        assert 0 <= item.first_line <= (item.last_line or 0) < count
    assert all(event.item < len(draft.items) for event in draft.events)
