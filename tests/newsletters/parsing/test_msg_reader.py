"""The reader of Outlook messages: properties, code pages, attached originals, and damaged or hostile files."""

import io
import struct
import time
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxmsg import Message

from bench.samples import as_msg
from newsletters.parsing.blocks import FileFormat, UnreadableFile
from newsletters.parsing.drafts import ENCLOSED_CODE
from newsletters.parsing.read import read
from newsletters.parsing.readers import msg as reader
from newsletters.parsing.recognise import recognise
from tests.newsletters.letters import RECIPIENT, letter
from tests.newsletters.parsing.messages import (
    ADDRESS,
    BODY,
    DISPLAY_TO,
    HEADERS,
    HTML,
    INTERNET_CODEPAGE,
    MESSAGE_CLASS,
    MESSAGE_CODEPAGE,
    MESSAGE_ID,
    RTF,
    SENDER,
    SENDER_ADDRESS,
    SUBJECT,
    SUBMITTED,
    compound,
    message,
    msg,
    properties,
)
from tests.newsletters.parsing.test_mail_reader import LONG, NOTE, ORIGINAL, PEOPLE, WORDS, nobody, page, seen, texts

FIELDS = {
    SUBJECT: "Brief voor raadsleden",
    SENDER: "Gemeentekoepel",
    SENDER_ADDRESS: "post@koepel.example",
    SUBMITTED: datetime(2025, 6, 30, 22, 30, tzinfo=UTC),
    MESSAGE_ID: "<brief-1@koepel.example>",
}
PIET = [("Piet Griffier", "piet@voorbeeldstad.example")]


def problem(data):
    with pytest.raises(UnreadableFile) as caught:
        reader.read(data)
    assert caught.value.message.endswith(".")
    return str(caught.value.code), caught.value.message


def test_the_properties_give_subject_sender_day_and_id():
    document = read(msg(FIELDS | {BODY: WORDS}, recipients=PIET))
    assert (document.format, document.subject, document.sender) == (
        FileFormat.MSG,
        "Brief voor raadsleden",
        "Gemeentekoepel",
    )
    assert (document.sent_on, document.message_id) == (date(2025, 7, 1), "brief-1@koepel.example")
    assert (document.text, texts(document)) == (WORDS, [WORDS])


def test_what_another_library_reads_in_the_test_files_is_the_same():
    data = msg(FIELDS | {BODY: WORDS * 200}, recipients=PIET, attached=[("a.pdf", b"x" * 9000)])
    other = Message.load(io.BytesIO(data))
    assert (other.subject, other.body, other.attachments[0].file_bytes) == (FIELDS[SUBJECT], WORDS * 200, b"x" * 9000)
    assert other.recipients[0].name == "Piet Griffier"


def test_the_transport_header_goes_before_outlooks_own_properties():
    head = ORIGINAL.replace("\n", "\r\n").replace("Subject: ", "Subject: Fw: ")
    document = reader.read(msg(FIELDS | {HEADERS: head.replace("Fw: ", ""), BODY: WORDS}))
    assert (document.sent_on, document.message_id) == (date(2025, 6, 23), "brief-0@koepel.example")
    assert document.outlook_id == "aabbccdd00112233445566778899aabb"


@pytest.mark.parametrize(
    ("subject", "bare"), [("FW: Brief", "Brief"), ("\x01\x05Brief", "Brief"), ("", None), ("RE: \x00", None)]
)
def test_the_subject_is_bare(subject, bare):
    assert reader.read(msg({SUBJECT: subject, BODY: WORDS})).subject == bare


@pytest.mark.parametrize(
    ("values", "narrow"),
    [
        ({HTML: page("Kop").encode(), INTERNET_CODEPAGE: 65001}, ""),
        ({HTML: page("Kop").encode("cp1252"), INTERNET_CODEPAGE: 1252}, ""),
        ({HTML: page("Kop").encode("latin-1"), INTERNET_CODEPAGE: 28591}, ""),
        ({HTML: page("Kop").encode("cp1252"), INTERNET_CODEPAGE: 65001}, ""),
        ({HTML: page("Kop").encode(), INTERNET_CODEPAGE: 424242}, ""),
        ({HTML: page("Kop").encode()}, ""),
        ({HTML: page("Kop")}, ""),
        ({HTML: page("Kop"), MESSAGE_CODEPAGE: 1252}, "cp1252"),
        ({HTML: page("Kop").encode(), BODY: "Een andere tekst."}, ""),
    ],
)
def test_the_page_is_read_in_any_code_page(values, narrow):
    document = reader.read(msg(FIELDS | values, narrow=narrow))
    assert texts(document) == ["Kop", WORDS, "Lees meer"]


@pytest.mark.parametrize("narrow", ["", "cp1252", "utf-8"])
def test_the_text_is_read_in_any_code_page(narrow):
    values = {BODY: WORDS, INTERNET_CODEPAGE: 1252, MESSAGE_CODEPAGE: 1252}
    assert reader.read(msg(FIELDS | values, narrow=narrow)).text == WORDS


def test_a_long_text_and_page_lie_in_sectors_of_their_own():
    text = letter(40)
    assert recognise(reader.read(msg({BODY: text}))).items == recognise(read(text.encode())).items


def test_a_message_with_only_rtf_tells_what_to_do():
    code, words = problem(msg(FIELDS | {RTF: b"\x10\x00\x00\x00LZFu" * 20}))
    assert code == "no_text"
    assert ".eml" in words
    assert problem(msg(FIELDS))[0] == "no_text"


def test_an_encrypted_message_is_told():
    code, _ = problem(msg(FIELDS | {MESSAGE_CLASS: "IPM.Note.SMIME"}, attached=[("smime.p7m", b"x" * 50)]))
    assert code == "encrypted"


def test_an_embedded_original_is_the_newsletter():
    inner = message(FIELDS | {BODY: LONG.decode()}, recipients=PIET, header=24)
    outer = {SUBJECT: "FW: Brief", SENDER: "Piet Griffier", SENDER_ADDRESS: "piet@voorbeeldstad.example", BODY: NOTE}
    document = reader.read(msg(outer, recipients=[("Griffie Voorbeeldstad", RECIPIENT)], attached=[inner]))
    assert (document.sender, document.message_id) == ("Gemeentekoepel", "brief-1@koepel.example")
    assert nobody(document)


@pytest.mark.parametrize("name", ["brief.eml", "Brief.EML"])
def test_an_attached_mail_is_the_newsletter(name):
    outer = {SUBJECT: "FW: Brief", SENDER: "Piet Griffier", BODY: NOTE}
    document = reader.read(msg(outer, attached=[("plaatje.png", b"x"), (name, ORIGINAL.encode() + LONG)]))
    assert (document.format, document.message_id) == (FileFormat.MSG, "brief-0@koepel.example")
    assert nobody(document)


def test_a_document_that_came_along_is_named_to_the_griffier():
    document = reader.read(msg(FIELDS | {BODY: NOTE}, attached=[("plaatje.png", b"x"), ("Brief juni.pdf", b"%PDF-")]))
    assert document.enclosed == ("Brief juni.pdf",)
    [told] = [warning.message for warning in recognise(document).warnings if warning.code == ENCLOSED_CODE]
    assert told.startswith("Bij deze e-mail zit een bestand dat niet is gelezen: Brief juni.pdf.")


def test_nobody_who_received_the_message_is_shown():
    story = f"{WORDS} Mail piet@voorbeeldstad.example of Piet Griffier van Griffie Voorbeeldstad."
    link = "<a href='https://koepel.example/?e=piet%40voorbeeldstad.example&a=1'>Lees meer</a>"
    values = FIELDS | {HTML: f"<p>{story}</p><p>{link}</p>".encode(), DISPLAY_TO: "Griffie Voorbeeldstad"}
    document = reader.read(msg(values, recipients=PIET))
    assert not [person for person in PEOPLE if person in seen(document)]


WHOLE = msg(
    FIELDS | {BODY: WORDS * 100, HTML: page("Kop").encode()}, recipients=PIET, attached=[("a.pdf", b"x" * 9000)]
)


@pytest.mark.parametrize("length", [8, 100, 511, 512, 513, 1024, 3000, len(WHOLE) - 512])
def test_a_message_cut_short_is_damaged(length):
    assert problem(WHOLE[:length])[0] == "damaged"


def patched(at, value):
    return WHOLE[:at] + struct.pack("<I", value) + WHOLE[at + 4 :]


@pytest.mark.parametrize("value", [0, 1, 0x7FFFFFFF, 0xFFFFFFFE])
def test_a_changed_header_is_read_or_told(value):
    for at in range(30, 100, 2):
        check(patched(at, value))


def fat_of(data):
    return 512 * (1 + struct.unpack_from("<I", data, 76)[0])


def test_a_chain_without_an_end_is_told():
    fat = fat_of(WHOLE)
    for sector in range(20):
        for target in (0, sector, sector + 1):
            check(patched(fat + 4 * sector, target))


def directory_of(data):
    return 512 * (1 + struct.unpack_from("<I", data, 48)[0])


def test_a_directory_that_goes_round_is_read_or_told():
    directory = directory_of(WHOLE)
    for row in range(8):
        for place in (68, 72, 76, 116, 120):
            for value in (0, row, 5, 0x7FFFFFFF):
                check(patched(directory + 128 * row + place, value))


def test_a_stream_that_is_larger_than_the_file_is_left_out():
    folder = message({SUBJECT: "Brief"})
    folder.entries["__substg1.0_1000001F"] = b"x" * 5000
    data = compound(folder)
    at = data.index("__substg1.0_1000001F".encode("utf-16-le"))
    check(data[: at + 120] + struct.pack("<I", 0x7FFFFFFF) + data[at + 124 :])


def test_streams_that_share_their_bytes_cost_no_more_than_the_file():
    """A hundred recipients whose names are all the same two megabytes."""
    folder = message({SUBJECT: "Brief", BODY: WORDS})
    for number in range(100):
        one = properties({ADDRESS: "x@y.example"}, header=8)
        one.entries["__substg1.0_3001001F"] = b"n" * (2_000_000 if number == 0 else 5000)
        folder.entries[f"__recip_version1.0_#{number:08X}"] = one
    data = bytearray(compound(folder))
    name = "__substg1.0_3001001F".encode("utf-16-le")
    first = data.index(name)
    at = data.find(name, first + 1)
    while at >= 0:
        data[at + 116 : at + 124] = data[first + 116 : first + 124]
        at = data.find(name, at + 1)
    check(bytes(data))


def test_many_entries_in_a_row_take_little_time():
    folder = message({SUBJECT: "Brief", BODY: WORDS})
    folder.entries |= {f"__substg1.0_{number:08X}": b"x" for number in range(0x20000000, 0x20000000 + 15_000)}
    begin = time.process_time()
    assert reader.read(compound(folder)).text == WORDS
    assert time.process_time() - begin < 3


def check(data):
    begin = time.process_time()
    with suppress(UnreadableFile):
        recognise(reader.read(data))
    assert time.process_time() - begin < 5


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=40), st.integers(0, len(WHOLE))
)
def test_no_changed_message_raises_anything_but_unreadable(changes, length):
    data = bytearray(WHOLE)
    for at, value in changes:
        data[at] = value
    check(bytes(data))
    check(bytes(data[:length]))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=3000))
def test_no_bytes_raise_anything_but_unreadable(data):
    check(data)
    check(WHOLE[:512] + data)


def test_a_message_with_much_empty_space_is_not_taken_for_wide_letters():
    documents = [read(as_msg(number)) for number in range(10)]
    assert {document.format for document in documents} == {FileFormat.MSG}
