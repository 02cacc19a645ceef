"""Mails as some programs make them and nobody should: each kind many times over, in other words.

KINDS tells of each kind whether the newsletter in it can be read; None where both are right.
"""

import base64
import binascii
import quopri
from random import Random

from bench.broken_pdfs import Kind
from bench.samples import MAILBOX, SENDER, as_eml, as_pdf, page, stories

DATE = "Tue, 2 Jun 2026 12:00:00 +0000"


def pick(random: Random) -> int:
    return random.randrange(10_000)


def story_text(number: int) -> str:
    return "".join(
        f"{title}\n\n{theme}\n\n{text}\n\nLees meer <{url}>\n\n\n\n" for title, theme, text, url in stories(number)
    )


def mail(kind: str, body: bytes | str, *, head: str = "", packing: str = "8bit") -> bytes:
    body = body.encode() if isinstance(body, str) else body
    return (
        f"From: {SENDER}\nTo: {MAILBOX}\nSubject: Streekbrief\nDate: {DATE}\nMessage-ID: <{len(body)}@s.example>\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: {packing}\n{head}\n"
    ).encode() + body


def plain(random: Random, charset: str = "utf-8") -> bytes:
    return mail(f"text/plain; charset={charset}", story_text(pick(random)))


def parts(*bodies: tuple[str, bytes | str], kind: str = "mixed") -> bytes:
    body = b"".join(
        f"--grens\n{head}\n\n".encode() + (data.encode() if isinstance(data, str) else data) + b"\n"
        for head, data in bodies
    )
    return mail(f'multipart/{kind}; boundary="grens"', body + b"--grens--\n")


def unknown_charset(random: Random) -> bytes:
    return plain(random, random.choice(("x-onbekend", "", '"utf-8', "utf-8; utf-8", "ISO-8859-99", "base64", "rot13")))


def wrong_charset(random: Random) -> bytes:
    return plain(random, random.choice(("utf-16", "utf-32", "us-ascii", "shift_jis", "koi8-r", "iso-2022-jp")))


def no_charset(random: Random) -> bytes:
    """Bytes over 127 without a word of what they are."""
    text = story_text(pick(random)) + "De burgemeester beëindigde één café-overleg.\n"
    return mail("text/plain", text.encode(random.choice(("cp1252", "utf-8"))))


def other_charset(random: Random) -> bytes:
    name = random.choice(("utf-16", "utf-16-le", "utf-7", "iso-8859-15", "cp850", "mac-roman"))
    text = story_text(pick(random))
    packed = base64.encodebytes(text.encode(name, "replace"))
    return mail(f"text/plain; charset={name}", packed, packing="base64")


def boundary_not_told(random: Random) -> bytes:
    return as_eml(pick(random)).replace(b"boundary=", random.choice((b"bound=", b"", b"BOUNDARY=x; b=")), 1)


def boundary_not_there(random: Random) -> bytes:
    number = pick(random)
    return as_eml(number).replace(b"--grens-%d\n" % number, b"--anders\n")


def boundary_not_ended(random: Random) -> bytes:
    number = pick(random)
    return as_eml(number).replace(b"--grens-%d--\n" % number, b"")


def boundary_in_pieces(random: Random) -> bytes:
    number = pick(random)
    told = b'boundary="grens-%d"' % number
    return as_eml(number).replace(told, b'boundary*0="gre";\n boundary*1="ns-%d"' % number)


def nested(random: Random) -> bytes:
    inner = as_eml(pick(random)).partition(b"MIME-Version: 1.0\n")[2]
    for level in range(random.choice((2, 8, 15))):
        inner = b'Content-Type: multipart/mixed; boundary="n%d"\n\n--n%d\n%s\n--n%d--\n' % (level, level, inner, level)
    return b"From: a@b.example\nMIME-Version: 1.0\n" + inner


def nested_too_deep(random: Random) -> bytes:
    inner = as_eml(pick(random))
    for level in range(random.choice((60, 400))):
        inner = b'Content-Type: multipart/mixed; boundary="n%d"\n\n--n%d\n%s\n--n%d--\n' % (level, level, inner, level)
    return b"From: a@b.example\nMIME-Version: 1.0\n" + inner


def huge_header(random: Random) -> bytes:
    name = random.choice(("X-Spam", "Received", "DKIM-Signature", "References", "To", "Subject"))
    return f"{name}: ".encode() + b"a@b.example, \n " * random.choice((100, 15_000)) + b"x\n" + as_eml(pick(random))


def many_headers(random: Random) -> bytes:
    return b"".join(b"X-%d: y\n" % number for number in range(random.choice((100, 10_000)))) + as_eml(pick(random))


def odd_header_lines(random: Random) -> bytes:
    odd = random.choice(
        (
            b"Sub\xebject: x\n",
            b"no colon here\n",
            b": empty name\n",
            b"Subject: =?utf-8?q?=FF=FE?=\n",
            b"X-\x00: y\n",
            b"Subject: =?utf-8?b?AAA?= =?x?y?z?=\n",
            b"Date: gisteren\n",
            b"From: \n",
            b"From: <<>>@@\n",
            b">From me\n",
            b"\tfolded\n",
        )
    )
    head, rest = as_eml(pick(random)).split(b"From:", 1)
    return head + odd + b"From:" + rest


def from_line_first(random: Random) -> bytes:
    return b"From redactie@streekbrief.example Tue Jun  2 12:00:00 2026\n" + as_eml(pick(random))


def mailbox_file(random: Random) -> bytes:
    """A folder of mails in one file (mbox): the first is read."""
    return b"\n".join(from_line_first(random) for _ in range(random.choice((2, 3, 20))))


def apple(random: Random) -> bytes:
    """As Apple's Mail keeps a mail: its length in front, and a list behind it."""
    data = as_eml(pick(random))
    behind = b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>flags</key></dict></plist>\n'
    return b"%-10d\n" % len(data) + data + behind


def saved_page(random: Random) -> bytes:
    """A web page as browsers save it in one file (MHTML)."""
    body = quopri.encodestring(page(pick(random)).encode())
    return (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://streekbrief.example/\nSubject: Streekbrief\n"
        b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="--b"\n\n----b\n'
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n" + body + b"\n----b--\n"
    )


def packed_as_uuencode(random: Random) -> bytes:
    data = story_text(pick(random)).encode()
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    packed = b"begin 644 brief.txt\n" + lines + b"`\nend\n"
    return mail("text/plain; charset=utf-8", packed, packing=random.choice(("x-uuencode", "uuencode", "X-UUE")))


def uuencoded_file_in_the_text(random: Random) -> bytes:
    data = random.randbytes(3000)
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    text = story_text(pick(random)).encode() + b"begin 644 foto.jpg\n" + lines + b"`\nend\n"
    return mail("text/plain; charset=utf-8", text)


def signed(random: Random) -> bytes:
    """Signed beside the text: the text can be read."""
    number = pick(random)
    return parts(
        ("Content-Type: text/plain; charset=utf-8", story_text(number)),
        ('Content-Type: application/pkcs7-signature; name="smime.p7s"\nContent-Transfer-Encoding: base64', "MIIB"),
        kind="signed",
    )


def encrypted(random: Random) -> bytes:
    packed = base64.encodebytes(random.randbytes(4000))
    return mail('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', packed, packing="base64")


def winmail_only(random: Random) -> bytes:
    tnef = b"\x78\x9f\x3e\x22\x01\x00" + random.randbytes(3000)
    packed = base64.encodebytes(tnef)
    return parts(('Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64', packed))


def winmail_beside(random: Random) -> bytes:
    packed = base64.encodebytes(b"\x78\x9f\x3e\x22" + random.randbytes(3000))
    return parts(
        ("Content-Type: text/plain; charset=utf-8", story_text(pick(random))),
        ('Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64', packed),
    )


def wide(random: Random) -> bytes:
    """The whole file in UTF-16, as Windows' Notepad saves it."""
    return as_eml(pick(random)).decode().encode(random.choice(("utf-16", "utf-16-le", "utf-16-be")))


def marked(random: Random) -> bytes:
    return b"\xef\xbb\xbf" + as_eml(pick(random))


def empty_parts(random: Random) -> bytes:
    return parts(("Content-Type: text/plain", ""), ("Content-Type: text/html", " \n"), ("", ""), kind="alternative")


def empty_text_beside_a_page(random: Random) -> bytes:
    html = page(pick(random))
    return parts(
        ("Content-Type: text/plain", "\n"), ("Content-Type: text/html; charset=utf-8", html), kind="alternative"
    )


def other_line_ends(random: Random) -> bytes:
    return as_eml(pick(random)).replace(b"\n", random.choice((b"\r", b"\r\n", b"\r\r\n")))


def only_a_picture(random: Random) -> bytes:
    packed = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + random.randbytes(500))
    return parts(('Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64', packed))


def only_a_pdf(random: Random) -> bytes:
    packed = base64.encodebytes(as_pdf(pick(random)))
    name = 'Content-Disposition: attachment; filename="brief.pdf"'
    return parts((f"Content-Type: application/pdf\n{name}\nContent-Transfer-Encoding: base64", packed))


def page_called_text(random: Random) -> bytes:
    return mail("text/plain; charset=utf-8", page(pick(random)))


def no_blank_line(random: Random) -> bytes:
    return plain(random).replace(b"\n\n", b"\n", 1)


def broken_base64(random: Random) -> bytes:
    packed = bytearray(base64.encodebytes(story_text(pick(random)).encode()))
    for _ in range(random.choice((1, 5))):
        packed[random.randrange(len(packed))] = random.choice(b"!\x00*-\n")
    return mail("text/plain; charset=utf-8", bytes(packed).rstrip(b"=\n"), packing="base64")


def broken_quoted_printable(random: Random) -> bytes:
    packed = quopri.encodestring(story_text(pick(random)).encode()).replace(
        b"=\n", random.choice((b"=", b"= \n", b"=\r"))
    )
    return mail("text/plain; charset=utf-8", packed + b"=4=ZZ=", packing="quoted-printable")


def unknown_packing(random: Random) -> bytes:
    return plain(random).replace(
        b"Encoding: 8bit", random.choice((b"Encoding: x-geheim", b"Encoding: 9bit", b"Encoding:"))
    )


def flowed(random: Random) -> bytes:
    lines = [line if not line else line.replace(" en ", " en \n") for line in story_text(pick(random)).split("\n")]
    return mail("text/plain; charset=utf-8; format=flowed; delsp=no", "\n".join(lines))


def bounce(random: Random) -> bytes:
    return parts(
        ("Content-Type: text/plain", "Uw bericht is niet aangekomen."),
        ("Content-Type: message/delivery-status", "Final-Recipient: rfc822; x@y.example\nAction: failed"),
        ("Content-Type: message/rfc822", as_eml(pick(random))),
        kind="report",
    )


def digest(random: Random) -> bytes:
    one, other = as_eml(pick(random)), as_eml(pick(random))
    return parts(("Content-Type: message/rfc822", one), ("Content-Type: message/rfc822", other), kind="digest")


def packed_message(random: Random) -> bytes:
    packed = base64.encodebytes(as_eml(pick(random)))
    return parts(
        ("Content-Type: text/plain", "Ter informatie."),
        ('Content-Type: message/rfc822; name="brief.eml"\nContent-Transfer-Encoding: base64', packed),
    )


def elsewhere(random: Random) -> bytes:
    return mail("message/external-body; access-type=URL; URL=https://x.example/", "Content-Type: text/plain\n\nspook")


def half(random: Random) -> bytes:
    data = as_eml(pick(random))
    return data[: random.randrange(50, len(data))]


def bytes_of_nothing(random: Random) -> bytes:
    return mail("text/plain", random.randbytes(3000))


def calendar(random: Random) -> bytes:
    return mail(
        "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Raad\nEND:VEVENT\nEND:VCALENDAR\n"
    )


KINDS: tuple[Kind, ...] = (
    (plain, True), (unknown_charset, True), (wrong_charset, None), (no_charset, True), (other_charset, None),
    (boundary_not_told, None), (boundary_not_there, None), (boundary_not_ended, True), (boundary_in_pieces, True),
    (nested, True), (nested_too_deep, None), (huge_header, True), (many_headers, True), (odd_header_lines, None),
    (from_line_first, True), (mailbox_file, True), (apple, True), (saved_page, True), (packed_as_uuencode, True),
    (uuencoded_file_in_the_text, True), (signed, True), (encrypted, False), (winmail_only, False),
    (winmail_beside, True), (wide, True), (marked, True), (empty_parts, False), (empty_text_beside_a_page, True),
    (other_line_ends, True), (only_a_picture, False), (only_a_pdf, None), (page_called_text, True),
    (no_blank_line, None), (broken_base64, None), (broken_quoted_printable, None), (unknown_packing, True),
    (flowed, True), (bounce, None), (digest, None), (packed_message, True), (elsewhere, False), (half, None),
    (bytes_of_nothing, None), (calendar, None),
)  # fmt: skip
