"""The reader of mails: odd headers and bodies, what was sent on, and nobody's mailbox."""

import base64
import binascii
import quopri
import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletters.parsing.blocks import FileFormat, UnreadableFile
from newsletters.parsing.read import read
from newsletters.parsing.readers import mail
from newsletters.parsing.recognise import recognise
from tests.newsletters.letters import RECIPIENT, letter, wrapped
from tests.newsletters.parsing.messages import BODY, SENDER, SUBJECT, msg

HEAD = (
    "Received: from a.example by b.example for <griffie@voorbeeldstad.example>; Mon, 30 Jun 2025 10:00:00 +0200\n"
    "From: Gemeentekoepel <post@koepel.example>\n"
    "To: Griffie Voorbeeldstad <griffie@voorbeeldstad.example>\n"
    "Subject: Brief voor raadsleden\n"
    "Date: Mon, 30 Jun 2025 10:00:00 +0200\n"
    "Message-ID: <brief-1@koepel.example>\n"
    "MIME-Version: 1.0\n"
)
NOTE = "Beste mensen, zie hieronder.\n\nGroet,\nPiet Griffier\nGriffie Voorbeeldstad\n"
WORDS = "De raad van het café bespreekt één plan over de wijk."


def mailed(body, *fields, head=HEAD):
    """A mail as bytes; body may be bytes for what is no UTF-8."""
    begin = head + "".join(f"{field}\n" for field in fields) + "\n"
    return begin.encode() + (body if isinstance(body, bytes) else body.encode())


def multipart(kind, *parts, boundary="grens"):
    """The body of a multipart; a part is its fields and its body, as text."""
    return "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


def typed(kind, body, *fields):
    return "\n".join([f"Content-Type: {kind}", *fields, "", body])


def mixed(*parts, kind="mixed", boundary="grens"):
    return mailed(multipart(kind, *parts, boundary=boundary), f'Content-Type: multipart/{kind}; boundary="{boundary}"')


def page(title, story=WORDS):
    link = "<a href='https://koepel.example/a'>Lees meer</a>"
    return f"<html><body><h1>{title}</h1><p>{story}</p><p>{link}</p></body></html>"


def texts(document):
    return [block.text for block in document.blocks if block.text]


def problem(data):
    with pytest.raises(UnreadableFile) as caught:
        mail.read(data)
    assert caught.value.message.endswith(".")
    return str(caught.value.code)


def test_the_header_gives_subject_sender_day_and_ids():
    field = "X-MS-Exchange-Organization-Network-Message-Id: AABBCCDD-0011-2233-4455-66778899aabb"
    document = mail.read(mailed(WORDS, field))
    assert (document.format, document.subject, document.sender, document.sent_on) == (
        FileFormat.EML,
        "Brief voor raadsleden",
        "Gemeentekoepel",
        date(2025, 6, 30),
    )
    assert (document.message_id, document.outlook_id) == (
        "brief-1@koepel.example",
        "aabbccdd00112233445566778899aabb",
    )
    assert document.text == WORDS


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("Mon, 30 Jun 2025 22:30:00 +0000", date(2025, 7, 1)),
        ("Mon, 30 Jun 2025 22:30:00 -0000", date(2025, 7, 1)),
        ("Tue, 01 Jul 2025 00:30:00 +0200", date(2025, 7, 1)),
        ("Tue, 01 Jul 2025 06:00:00 +0900", date(2025, 6, 30)),
        ("30 Jun 2025 22:30:00 GMT (UTC)", date(2025, 7, 1)),
        ("Mon, 30 Jun 2025 23:30", date(2025, 6, 30)),
        ("maandag 30 juni 2025 14:03", date(2025, 6, 30)),
        ("Mon, 99 Foo 20255 99:99:99 +9999", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("", None),
    ],
)
def test_the_day_is_that_of_the_netherlands(value, day):
    assert (
        mail.read(mailed(WORDS, head=HEAD.replace("Mon, 30 Jun 2025 10:00:00 +0200\nMess", f"{value}\nMess"))).sent_on
        == day
    )


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("Fw: Brief", "Brief"),
        ("RE: Doorst: FW: Brief", "Brief"),
        ("=?utf-8?q?Caf=C3=A9_=26_raad?=", "Café & raad"),
        ("=?iso-8859-1?Q?Caf=E9?= =?utf-8?B?w6nDqW4=?=", "Cafééén"),
        ("=?onbekend-9?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?b?%%%?=", None),
        ("=?utf-8?b?YQ?= staart", "a staart"),
        ("Een lange\n regel\n\tverder", "Een lange regel verder"),
        ("Café zonder codering", "Café zonder codering"),
        ("", None),
    ],
)
def test_the_subject_is_decoded_and_bare(value, subject):
    found = mail.read(mailed(WORDS, head=HEAD.replace("Brief voor raadsleden", value))).subject
    assert found == subject


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (["Content-Type: text/plain; charset=utf-8"], WORDS.encode()),
        (["Content-Type: text/plain; charset=us-ascii"], WORDS.encode()),
        (["Content-Type: text/plain; charset=iso-8859-1"], WORDS.encode()),
        (["Content-Type: text/plain; charset=iso-8859-1"], WORDS.encode("latin-1")),
        (["Content-Type: text/plain; charset=windows-1252"], WORDS.encode("cp1252")),
        (["Content-Type: text/plain; charset=utf-8"], WORDS.encode("cp1252")),
        (["Content-Type: text/plain; charset=3DUTF-8"], WORDS.encode()),
        (['Content-Type: text/plain; charset=3D"iso-8859-15"'], WORDS.encode("iso-8859-15")),
        (["Content-Type: text/plain; charset=bestaat-niet"], WORDS.encode()),
        (["Content-Type: text/plain; charset=zlib"], WORDS.encode()),
        (["Content-Type: text/plain; charset*=utf-8''utf-8; charset*0=x"], WORDS.encode()),
        (["Content-Type: text/plain; charset=utf-16le"], WORDS.encode("utf-16-le")),
        (['Content-Type: ;;;=""; x'], WORDS.encode()),
        ([], WORDS.encode("cp1252")),
        (["Content-Transfer-Encoding: quoted-printable"], quopri.encodestring(WORDS.encode())),
        (["Content-Transfer-Encoding: QUOTED-PRINTABLE "], WORDS.encode() + b" =ZZ ="),
        (["Content-Transfer-Encoding: base64"], base64.encodebytes(WORDS.encode())),
        (["Content-Transfer-Encoding: base64"], base64.b64encode(WORDS.encode()).rstrip(b"=") + b"\n"),
        (
            ["Content-Transfer-Encoding: base64"],
            base64.b64encode(WORDS.encode())[:40] + b"!\n" + base64.b64encode(WORDS.encode())[40:],
        ),
        (["Content-Transfer-Encoding: base64"], WORDS.encode()),
        (["Content-Transfer-Encoding: bestaat-niet"], WORDS.encode()),
    ],
)
def test_the_words_come_out_of_any_encoding(fields, body):
    assert mail.read(mailed(body, *fields)).text.startswith(WORDS)


def test_cp1252_under_the_name_of_latin_1_keeps_its_quotes():
    body = "Zij zei: “dat kost € 5”.".encode("cp1252")
    assert "“dat kost € 5”" in mail.read(mailed(body, "Content-Type: text/plain; charset=iso-8859-1")).text
    assert "“dat kost € 5”" in mail.read(mailed(body, "Content-Type: text/plain; charset=iso-8859-15")).text


def test_quoted_printable_without_its_label_is_unpacked():
    body = quopri.encodestring((f"{WORDS} " * 5).encode())
    assert mail.read(mailed(body, "Content-Type: text/plain; charset=utf-8")).text.startswith(WORDS)


def test_a_body_in_uuencode_is_unpacked():
    data = WORDS.encode()
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    packed = b"begin 644 brief.txt\n" + lines + b"`\nend\n"
    document = read(mailed(packed, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: x-uuencode"))
    assert texts(document) == [WORDS]


def test_a_stray_sign_in_base64_costs_no_more_than_its_own_letters():
    packed = bytearray(base64.encodebytes(WORDS.encode() * 5))
    packed[10] = ord("*")
    fields = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    assert texts(read(mailed(bytes(packed), *fields)))[0].count("bespreekt één plan over de wijk") == 5


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_whole_mail_or_page_in_wide_letters_is_read_as_such(charset):
    written = mailed(WORDS, "Content-Type: text/plain").decode()
    document = read(written.encode(charset))
    assert (document.format, document.subject, texts(document)) == (FileFormat.EML, "Brief voor raadsleden", [WORDS])
    made = read(page("Station", WORDS).encode(charset))
    assert (made.format, texts(made)[:2]) == (FileFormat.HTML, ["Station", WORDS])


def test_a_mail_that_apple_keeps_is_read_without_what_stands_around_it():
    written = mailed(WORDS, "Content-Type: text/plain")
    document = read(b"%-10d\n" % len(written) + written + b'<?xml version="1.0"?>\n<plist version="1.0"></plist>\n')
    assert (document.format, document.subject, texts(document)) == (FileFormat.EML, "Brief voor raadsleden", [WORDS])


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\r\r\n"])
def test_a_mail_with_other_line_ends_is_read(end):
    document = read(mailed(f"{WORDS}\n\n{NOTE}", "Content-Type: text/plain").replace(b"\n", end))
    assert (document.format, document.subject, texts(document)[0]) == (FileFormat.EML, "Brief voor raadsleden", WORDS)


@pytest.mark.parametrize(
    "first",
    [
        "To: " + ",\n ".join(f"lid{number}@dorp.example" for number in range(400)) + "\n",
        "".join(f"X-Spam-{number}: ja\n" for number in range(400)),
    ],
)
def test_a_mail_may_begin_with_very_much_header(first):
    document = read(first.encode() + mailed(WORDS, "Content-Type: text/plain"))
    assert (document.format, document.subject, texts(document)) == (FileFormat.EML, "Brief voor raadsleden", [WORDS])


@pytest.mark.parametrize(
    "header",
    [
        HEAD,
        "Van: Koepel <post@koepel.example>\nAan: Griffie <griffie@voorbeeldstad.example>\nOnderwerp: Brief\n",
        "Delivered-To: griffie@voorbeeldstad.example\n",
    ],
)
def test_whom_a_header_far_down_in_a_text_names_is_hidden(header):
    text = f"{WORDS}\n\n" * 30 + header + f"\n{WORDS} Vragen kunt u mailen naar post@koepel.example.\n"
    document = read(text.encode())
    assert "griffie@voorbeeldstad.example" not in document.text
    assert "griffie@voorbeeldstad.example" not in repr(document.blocks)
    assert "post@koepel.example" in document.text


def test_flowed_lines_are_joined():
    body = "Dit is een regel die \nverder gaat en \nhier eindigt.\n\n From de raad\n-- \nGroet"
    document = mail.read(mailed(body, "Content-Type: text/plain; format=flowed"))
    assert document.text.split("\n")[:3] == ["Dit is een regel die verder gaat en hier eindigt.", "", "From de raad"]
    body = "Dit is een lang \nwoord"
    assert mail.read(mailed(body, "Content-Type: text/plain; format=flowed; delsp=yes")).text == "Dit is een langwoord"


def test_the_page_of_an_alternative_is_the_body():
    data = mixed(typed("text/plain", "Alleen tekst hier."), typed("text/html", page("Kop")), kind="alternative")
    document = mail.read(data)
    assert texts(document) == ["Kop", WORDS, "Lees meer"]
    assert [link.url for block in document.blocks for link in block.links] == ["https://koepel.example/a"]


@pytest.mark.parametrize("empty", ["<html><body><img src='x.png'></body></html>", "", "<p>&nbsp;</p>"])
def test_an_empty_page_gives_way_to_the_text(empty):
    data = mixed(typed("text/plain", WORDS), typed("text/html", empty), kind="alternative")
    assert mail.read(data).text == WORDS


def test_a_page_among_its_pictures_and_attachments_is_found():
    related = multipart("related", typed("text/html", page("Kop")), typed("image/png", "AAAA"), boundary="r")
    inner = typed('multipart/related; boundary="r"', related)
    alternative = multipart("alternative", typed("text/plain", "kort"), inner, boundary="a")
    data = mixed(
        typed('multipart/alternative; boundary="a"', alternative),
        typed("text/plain; name=notulen.txt", "Dit zijn notulen die niet meetellen."),
        typed("text/html", "<p>Bijlage</p>", "Content-Disposition: attachment"),
        typed("application/pdf", "JVBERi0=", "Content-Transfer-Encoding: base64"),
    )
    assert texts(mail.read(data)) == ["Kop", WORDS, "Lees meer"]


def test_a_small_page_under_a_long_text_is_not_the_body():
    data = mixed(typed("text/plain", f"{WORDS}\n\n" * 8), typed("text/html", "<p>Lid worden van de lijst?</p>"))
    assert mail.read(data).text.startswith(WORDS)


@pytest.mark.parametrize(
    "data",
    [
        mailed(multipart("mixed", typed("text/plain", WORDS)), "Content-Type: multipart/mixed"),
        mailed(multipart("mixed", typed("text/plain", WORDS)), 'Content-Type: multipart/mixed; boundary="anders"'),
        mailed(f"--grens\nContent-Type: text/plain\n\n{WORDS}\n", "Content-Type: multipart/mixed; boundary=grens"),
        mailed(WORDS, 'Content-Type: multipart/alternative; boundary="grens"'),
        mailed(
            multipart("mixed", typed("text/plain", WORDS)).replace("\n", "\r\n"),
            "Content-Type: multipart/mixed; boundary=grens",
        ),
        mailed(
            multipart("mixed", typed("text/plain", WORDS)), 'Content-Type: multipart/mixed;\n\tboundary=\n\t"grens"'
        ),
        mailed(
            f"--grens \nContent-Type: text/plain\n\n{WORDS}\n--grensgeval\n--grens--\nrest",
            "Content-Type: multipart/mixed; boundary=grens",
        ),
        b"From piet Mon Jun 30\n" + mailed(WORDS),
        b"\xef\xbb\xbf\n\n" + mailed(WORDS),
        mailed(WORDS, "Vreemde regel zonder dubbele punt"),
        mailed(WORDS, "X-\x00\x01: \x02", "Content-Type: text/plain"),
        HEAD.rstrip().encode() + f"\n{WORDS}".encode(),
        mailed(WORDS).replace(b"\n", b"\r"),
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(data):
    assert WORDS in mail.read(data).text
    assert mail.read(data).subject == "Brief voor raadsleden"


def test_an_encrypted_mail_is_told():
    assert problem(mailed("AAAA", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data")) == "encrypted"
    parts = typed("application/pgp-encrypted", "Version: 1"), typed("application/octet-stream", "xyz")
    assert problem(mixed(*parts, kind="encrypted")) == "encrypted"


@pytest.mark.parametrize("body", ["", "\n\n", "12 34 ---"])
def test_a_mail_without_text_is_told(body):
    assert problem(mailed(body)) == "no_text"
    assert problem(mixed(typed("image/png", "AAAA"))) == "no_text"


def test_a_signed_mail_is_read():
    signed = typed("text/plain", WORDS), typed("application/pkcs7-signature; name=smime.p7s", "AAAA")
    assert mail.read(mixed(*signed, kind="signed")).text == WORDS


ORIGINAL = (
    "From: Gemeentekoepel <post@koepel.example>\nTo: Piet Griffier <piet@voorbeeldstad.example>\n"
    "Subject: Brief voor raadsleden\nDate: Mon, 23 Jun 2025 10:00:00 +0200\nMessage-ID: <brief-0@koepel.example>\n"
    "X-MS-Exchange-Organization-Network-Message-Id: aabbccdd-0011-2233-4455-66778899aabb\n\n"
)
FORWARDER = (
    "From: Piet Griffier <piet@voorbeeldstad.example>\nTo: Griffie Voorbeeldstad <griffie@voorbeeldstad.example>\n"
    "Subject: Fw: Brief voor raadsleden\nDate: Mon, 30 Jun 2025 10:00:00 +0200\nMessage-ID: <doorgestuurd@x.example>\n"
)
PEOPLE = ("piet griffier", "piet@voorbeeldstad", "griffie voorbeeldstad", "griffie@voorbeeldstad")


def forwarded(*parts):
    head = FORWARDER + 'Content-Type: multipart/mixed; boundary="grens"\n\n'
    return head.encode() + b"".join(b"--grens\n" + part + b"\n" for part in parts) + b"--grens--\n"


def seen(document):
    """All that a reader or a griffier may get to see."""
    draft = recognise(document)
    shown = [document.text, document.subject or "", document.sender or "", *(block.text for block in document.blocks)]
    shown += [item.summary for item in draft.items] + [link.url for item in draft.items for link in item.links]
    return "\n".join(shown).lower()


def nobody(document):
    return not [person for person in PEOPLE if person in seen(document)]


LONG = (f"{WORDS} Piet Griffier (piet@voorbeeldstad.example) leest dit.\n\n" * 4).encode()
PACKED = base64.encodebytes(ORIGINAL.encode() + LONG)


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: message/rfc822\n\n" + ORIGINAL.encode() + LONG,
        b"Content-Type: message/rfc822\nContent-Disposition: attachment; filename=b.eml\n\n\n"
        + ORIGINAL.encode()
        + LONG,
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + PACKED,
        b"Content-Type: application/octet-stream; name=brief.EML\nContent-Transfer-Encoding: base64\n\n" + PACKED,
    ],
)
def test_an_attached_original_is_the_newsletter(part):
    document = mail.read(forwarded(typed("text/plain", NOTE).encode(), part))
    assert (document.sender, document.sent_on, document.message_id) == (
        "Gemeentekoepel",
        date(2025, 6, 23),
        "brief-0@koepel.example",
    )
    assert document.outlook_id == "aabbccdd00112233445566778899aabb"
    assert "zie hieronder" not in document.text
    assert WORDS in document.text
    assert nobody(document)


def test_an_attached_outlook_message_is_the_newsletter():
    inner = msg({SUBJECT: "Brief", SENDER: "Gemeentekoepel", BODY: LONG.decode()})
    part = b"Content-Type: application/vnd.ms-outlook; name=brief.msg\nContent-Transfer-Encoding: base64\n\n"
    document = mail.read(forwarded(typed("text/plain", NOTE).encode(), part + base64.encodebytes(inner)))
    assert (document.format, document.subject, document.sender) == (FileFormat.EML, "Brief", "Gemeentekoepel")
    assert nobody(document)


def test_a_mail_within_a_mail_within_a_mail_is_found():
    inner = forwarded(
        typed("text/plain", "kijk").encode(), b"Content-Type: message/rfc822\n\n" + ORIGINAL.encode() + LONG
    )
    outer = forwarded(
        b"Content-Type: text/plain\n\nzie dit eens",
        b"Content-Type: message/rfc822\n\n" + inner.replace(b"grens", b"kier"),
    )
    assert mail.read(outer).message_id == "brief-0@koepel.example"


def test_a_newsletter_with_a_mail_attached_is_itself():
    whole = "\n\n".join([WORDS] * 40)
    document = mail.read(mixed(typed("text/plain", whole), typed("message/rfc822", ORIGINAL + LONG.decode())))
    assert document.message_id == "brief-1@koepel.example"


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Content-Type: application/pdf; name=Nieuwsbrief.PDF", ("Nieuwsbrief.PDF",)),
        ("Content-Type: application/octet-stream; name*=utf-8''brief%20%E2%80%AEjuni.docx", ("brief juni.docx",)),
        ('Content-Type: application/pdf; name="../../var/a.pdf"', ("a.pdf",)),
        ("Content-Type: text/calendar; name=afspraak.ics", ()),
        ("Content-Type: image/png; name=plaatje.png", ()),
    ],
)
def test_a_document_that_came_along_is_named(field, names):
    enclosed = f"{field}\nContent-Transfer-Encoding: base64\n\nJVBERi0="
    assert mail.read(mixed(typed("text/plain", NOTE), enclosed)).enclosed == names


def test_what_came_along_with_the_mail_around_the_newsletter_is_named_too():
    original = typed("message/rfc822", ORIGINAL + LONG.decode())
    enclosed = "Content-Type: application/pdf; name=bijlage.pdf\n\nJVBERi0="
    document = mail.read(mixed(typed("text/plain", NOTE), original, enclosed))
    assert (document.message_id, document.enclosed) == ("brief-0@koepel.example", ("bijlage.pdf",))


HEADERS_WITHIN = [
    """-----Oorspronkelijk bericht-----
Van: Gemeentekoepel <post@koepel.example>
Verzonden: maandag 23 juni 2025 10:00
Aan: Piet Griffier <piet@voorbeeldstad.example>
Onderwerp: Brief voor raadsleden
""",
    """________________________________
Van: Gemeentekoepel <post@koepel.example>
Verzonden: maandag 23 juni 2025 10:00
Aan: Piet Griffier
CC: Griffie Voorbeeldstad
Onderwerp: Brief voor raadsleden
""",
    """---------- Forwarded message ---------
Van: Gemeentekoepel <post@koepel.example>
Date: ma 23 jun 2025 om 10:00
Subject: Brief voor raadsleden
To: <piet@voorbeeldstad.example>
""",
    """Begin doorgestuurd bericht:

Van: Gemeentekoepel <post@koepel.example>
Datum: 23 juni 2025 om 10:00
Aan: Piet Griffier <piet@voorbeeldstad.example>
Onderwerp: Brief voor raadsleden
""",
    """-------- Doorgestuurd bericht --------
Onderwerp: Brief voor raadsleden
Datum: Mon, 23 Jun 2025 10:00:00 +0200
Van: Gemeentekoepel <post@koepel.example>
Aan: Piet Griffier <piet@voorbeeldstad.example>
""",
    """From: Gemeentekoepel <post@koepel.example>
Sent: Monday, June 23, 2025 10:00 AM
To: Piet Griffier <piet@voorbeeldstad.example>
Subject: Brief voor raadsleden
""",
    """De : Gemeentekoepel <post@koepel.example>
Envoyé : lundi 23 juin 2025 10:00
À : Piet Griffier <piet@voorbeeldstad.example>
Objet : Brief voor raadsleden
""",
    """-----Ursprüngliche Nachricht-----
Von: Gemeentekoepel <post@koepel.example>
Gesendet: Montag, 23. Juni 2025 10:00
An: Piet Griffier <piet@voorbeeldstad.example>
Betreff: Brief voor raadsleden
""",
]
SIGNATURE = (
    "Piet Griffier\nraadsadviseur\nTelefoon 000\n\n" + "Dit bericht is alleen bestemd voor de lezer. " * 8 + "\n"
)


def check_forward(document):
    assert (document.subject, document.sender) == ("Brief voor raadsleden", "Gemeentekoepel")
    assert document.sender_address == "post@koepel.example"
    assert (document.sent_on, document.printed_on) == (None, date(2025, 6, 23))
    assert document.message_id is None
    assert texts(document)[0] == WORDS
    assert nobody(document)


@pytest.mark.parametrize("above", ["", NOTE, NOTE + SIGNATURE])
@pytest.mark.parametrize("header", HEADERS_WITHIN)
def test_a_newsletter_sent_on_in_a_text_begins_behind_its_header(header, above):
    rest = "Graag meld ik dat Piet Griffier komt, schrijf naar piet@voorbeeldstad.example."
    body = f"{above}\n{header}\n\n{WORDS}\n\n\n{rest}\n\n\nGriffie Voorbeeldstad is er ook."
    check_forward(mail.read(mailed(body, head=FORWARDER)))


@pytest.mark.parametrize("above", ["", NOTE, NOTE + SIGNATURE])
@pytest.mark.parametrize("header", HEADERS_WITHIN)
def test_a_newsletter_sent_on_in_a_page_begins_behind_its_header(header, above):
    def lines(text):
        return text.replace("<", "&lt;").replace(">", "&gt;").strip().replace("\n", "<br>\n")

    rest = "Graag meld ik dat Piet Griffier komt, schrijf naar piet@voorbeeldstad.example."
    body = f"<div>{lines(above)}</div><div>{lines(header)}</div><p>{WORDS}</p><p>{rest}</p>"
    document = mail.read(mailed(f"<html><body>{body}</body></html>", "Content-Type: text/html", head=FORWARDER))
    check_forward(document)
    assert all((block.first_line or 0) < len(document.text.split("\n")) for block in document.blocks)


def test_a_quoted_forward_is_unquoted():
    quoted = "\n".join(f"> {line}" for line in f"{HEADERS_WITHIN[3]}\n\n{WORDS}\n\nEn nog een alinea.".split("\n"))
    check_forward(mail.read(mailed(f"{NOTE}\n{quoted}\n", head=FORWARDER)))


def test_of_two_forwards_the_innermost_counts():
    outer = HEADERS_WITHIN[0].replace("Gemeentekoepel <post@koepel.example>", "Anna Medewerker <anna@stad.example>")
    document = mail.read(mailed(f"{NOTE}\n{outer}\n{NOTE * 2}\n{HEADERS_WITHIN[5]}\n\n{WORDS}\n", head=FORWARDER))
    check_forward(document)
    assert "anna" not in seen(document)


def test_a_forward_without_a_header_has_no_day_or_sender():
    document = mail.read(mailed(f"{WORDS}\n\nGroet, Piet Griffier", head=FORWARDER))
    assert (document.subject, document.sender, document.sent_on) == ("Brief voor raadsleden", None, None)
    assert nobody(document)


def test_an_agenda_is_no_header():
    body = f"{WORDS}\n\nDatum: 12 maart 2026\nVan: 19.30 tot 21.00 uur\nOnderwerp: de haven\n\n{WORDS}"
    document = mail.read(mailed(body))
    assert document.sent_on == date(2025, 6, 30)
    assert document.text.startswith(WORDS)


def test_nobody_who_received_the_mail_is_shown():
    others = (
        "Delivered-To: piet@voorbeeldstad.example\nX-Original-To: =?utf-8?q?griffie=40voorbeeldstad.example?=\n"
        'Cc: "Griffier, Piet" <piet.griffier@voorbeeldstad.example>,\n Jan Raadslid <jan@x.example>\n'
    )
    link = "https://koepel.example/a?e=piet%40voorbeeldstad.example&b=1"
    story = f"{WORDS} Mail piet@voorbeeldstad.example, piet.griffier@voorbeeldstad.example, jan raadslid."
    for body, kind in [
        (f"{story}\n\nLees meer <{link}>", "plain"),
        (f"<p>{story}</p><a href='{link}'>Lees meer</a>", "html"),
    ]:
        shown = seen(mail.read(mailed(body, f"Content-Type: text/{kind}", head=others + HEAD)))
        assert not [name for name in ("piet", "jan raadslid", "griffie@") if name in shown.replace("piet%40", "")]


def test_the_senders_own_address_stays():
    head = HEAD.replace("To: Griffie Voorbeeldstad <griffie@voorbeeldstad.example>", "To: post@koepel.example")
    assert "post@koepel.example" in mail.read(mailed(f"{WORDS} Mail post@koepel.example.", head=head)).text


def test_a_text_mail_gives_the_same_items_as_the_text():
    text = letter(6, pages=2)
    made = recognise(
        read(
            mailed(
                text,
                "Content-Type: text/plain; charset=utf-8",
                head=HEAD.replace("griffie@voorbeeldstad.example", RECIPIENT),
            )
        )
    )
    plain = recognise(read(text.encode()))
    assert made.items == plain.items
    assert len(made.items) == 12
    assert (made.published_on, made.published_on_basis) == (date(2025, 6, 30), "mail_header")


def styled(number, theme):
    """A story as mailing programs lay it out: tables, the title in large bold letters, its call a button."""
    link = wrapped(f"https://www.koepel.example/plan/{number}").replace("&", "&amp;")
    return f"""<tr><td style="padding:20px 0"><table>
<tr><td style="font-size:20px;font-weight:bold">Plan {number} voor de wijk</td></tr>
<tr><td style="font-size:12px">{theme}</td></tr>
<tr><td style="font-size:14px"><p>De raad heeft plan {number} besproken en daarna aangenomen. Het café blijft.</p>
<p>Het college werkt het plan nu uit en legt het na de zomer weer voor aan de raad.</p></td></tr>
<tr><td><a href="{link}" style="background:#003366">Lees meer</a></td></tr></table></td></tr>"""


STYLED = (
    "<html><body><table width='600'><tr><td><h1>Raadsledennieuwsbrief</h1></td></tr>"
    + "".join(styled(number, ("Wonen", "Zorg")[number % 2]) for number in range(8))
    + "<tr><td style='font-size:11px'><a href='https://koepel.example/u'>Afmelden</a></td></tr></table></body></html>"
)


@pytest.mark.parametrize("above", ["", f"<div>{NOTE}</div><div>{HEADERS_WITHIN[1]}</div>"])
def test_a_styled_newsletter_gives_its_items_with_their_links(above):
    above = above.replace("<p", "&lt;p").replace("e>", "e&gt;").replace("\n", "<br>")
    body = quopri.encodestring((above + STYLED).encode())
    fields = "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"
    draft = recognise(read(mailed(body, *fields, head=FORWARDER if above else HEAD)))
    assert [(item.title, item.theme) for item in draft.items] == [
        (f"Plan {number} voor de wijk", ("Wonen", "Zorg")[number % 2]) for number in range(8)
    ]
    assert [[link.url for link in item.links] for item in draft.items] == [
        [f"https://www.koepel.example/plan/{number}"] for number in range(8)
    ]
    assert draft.published_on == (date(2025, 6, 23) if above else date(2025, 6, 30))
    assert draft.published_on_basis == ("print_header" if above else "mail_header")


def bomb_of_parts():
    return mailed("--b\nContent-Type: text/plain\n\nx\n" * 200_000, "Content-Type: multipart/mixed; boundary=b")


def bomb_of_levels():
    return mailed("Content-Type: message/rfc822\n\n" * 100_000 + "x", "Content-Type: message/rfc822")


def bomb_of_boundaries():
    levels = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(20_000))
    return mailed(levels, "Content-Type: multipart/mixed; boundary=b0")


BOMBS = {
    "parts": bomb_of_parts,
    "levels": bomb_of_levels,
    "boundaries": bomb_of_boundaries,
    "near boundaries": lambda: mailed("\n--bx" * 1_000_000, "Content-Type: multipart/mixed; boundary=b"),
    "spaces": lambda: mailed("\n--b" + " " * 3_000_000 + "x", "Content-Type: multipart/mixed; boundary=b"),
    "fields": lambda: mailed("x", *(f"X-{n}: y" for n in range(200_000))),
    "folds": lambda: mailed("x", "Subject: a" + "\n b" * 500_000),
    "semicolons": lambda: mailed("x", "Content-Type: text/plain; " + ';x="' * 100_000),
    "words": lambda: mailed("x", "Subject: " + "=?utf-8?q?" * 100_000),
    "recipients": lambda: mailed(f"{WORDS}\n" * 200, "Cc: " + ", ".join(f"p{n}@x.example" for n in range(50_000))),
    "brackets": lambda: mailed("x", head="From: " + "<(" * 100_000 + "\nDate: x\nMessage-ID: " + "<" * 100_000 + "\n"),
    "headers": lambda: mailed("Van: x\nOnderwerp: y\nVerzonden: z\n" * 50_000),
    "markers": lambda: mailed("-" * 1_000_000 + "\n" + "- " * 500_000 + "\n" + "--Oorspronkelijk bericht--\n" * 50_000),
    "quotes": lambda: mailed("> " * 500_000 + "\n" + ">\n" * 200_000 + "x"),
    "flowed": lambda: mailed("a \n" * 500_000, "Content-Type: text/plain; format=flowed"),
    "base64": lambda: mailed("QUFB\n" * 1_000_000, "Content-Transfer-Encoding: base64"),
    "quoted": lambda: mailed("=\n" * 1_000_000, "Content-Transfer-Encoding: quoted-printable"),
    "long line": lambda: mailed("a" * 5_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_mail_takes_little_time(name):
    data = BOMBS[name]()
    begin = time.process_time()
    with suppress(UnreadableFile):
        mail.read(data)
    assert time.process_time() - begin < 6


PIECES = st.sampled_from(
    [
        *("\n", "\n\n", " ", "--b", "--b--", "a", "é", "=?utf-8?q?x?=", "=3D", "=", ">", "<p>", "</p>", "\x00", "\r"),
        *("Content-Type: multipart/mixed; boundary=b\n", "Content-Type: message/rfc822\n", "Content-Type: text/html\n"),
        *("Content-Type: text/plain; charset=utf-7\n", "Content-Transfer-Encoding: base64\n", "charset*0*=", "; ", '"'),
        *("Subject: x\n", "From: a <a@x.example>\n", "To: b@x.example\n", "Date: Mon, 30 Jun 2025 10:00:00 +0200\n"),
        *("Van: x\n", "Verzonden: 30-06-2025\n", "Onderwerp: y\n", "-----Oorspronkelijk bericht-----\n", "name=a.eml"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.binary(max_size=2000), st.lists(PIECES, max_size=60).map(lambda found: "".join(found).encode())))
@example(b"")
def test_no_bytes_raise_anything_but_unreadable(data):
    for whole in (data, mailed(data), mailed(data, "Content-Type: multipart/mixed; boundary=b")):
        with suppress(UnreadableFile):
            recognise(mail.read(whole))
