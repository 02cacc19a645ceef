"""Newsletters that the measurements make for themselves, in every format that is read; the words depend on a number.

All were sent to one made-up mailbox, MAILBOX, which must be in nothing that comes out of reading them.
"""

import base64
import quopri
from collections.abc import Callable
from html import escape
from random import Random
from urllib.parse import quote

from tests.newsletters.parsing import messages, pdfs

MAILBOX = "griffie.post@gemeente-geheim.example"
TENANT = "5b0c7d1e2f3a4b5c6d7e8f9001122334"
SENDER = "Streekbrief <redactie@streekbrief.example>"
POISON = "poison"  # in the name of a file that is to kill its worker
SUBJECTS = (
    "fietspad", "zwembad", "jeugdzorg", "woningbouw", "begroting", "afval", "bibliotheek", "dorpshuis", "parkeren",
    "energie", "dijken", "onderwijs", "cultuur", "veiligheid", "inkoop", "haven", "speeltuin", "raadzaal",
)  # fmt: skip
PLACES = ("de Noordkade", "het Achterveld", "de Molenwijk", "Oud-Zuid", "het Lage Land", "de Stationsbuurt")
THEMES = ("Wonen", "Zorg", "Verkeer", "Bestuur", "Financiën")
VERBS = ("onderzoekt", "betaalt", "verbetert", "bespreekt", "verandert", "beëindigt", "opent")
ENDS = (
    "De raad praat erover in de vergadering van {month}.",
    "Het college legt het plan na de zomer voor aan de raad.",
    "Bewoners van {place} kunnen tot en met vrijdag reageren.",
    "Het kost {amount}.000 euro, waarvan de provincie de helft draagt.",
    "De werkgroep rond {subject} zoekt nog {few} leden.",
    "In {place} begint het werk in {month} en het duurt {few} maanden.",
)
MONTHS = ("september", "oktober", "november", "december")

Story = tuple[str, str, str, str]  # title, theme, text, address


def stories(number: int, *, count: int = 0) -> list[Story]:
    """The stories of the newsletter with this number; no two numbers tell the same. count 0: three to nine."""
    random = Random(f"stories/{number}")
    made = []
    for place in range(count or random.randint(3, 9)):
        subject, where = random.choice(SUBJECTS), random.choice(PLACES)
        code = f"{number}x{place}"
        words = {
            "place": where,
            "subject": subject,
            "month": random.choice(MONTHS),
            "amount": str(random.randint(20, 900)),
            "few": str(random.randint(2, 9)),
        }
        about = [f"{random.choice(SUBJECTS)}{_name(random)}" for _ in range(12)]
        title = f"Plan {code} voor {subject} in {where}"
        text = f"De gemeente {random.choice(VERBS)} {subject} in {where}, samen met {', '.join(about[:6])}. "
        text += " ".join(end.format(**words) for end in random.sample(ENDS, 3))
        text += f" Ook {' en '.join(about[6:])} doen mee."
        if random.random() < 0.4:
            day = random.randint(1, 28)
            text += f" De bijeenkomst is op {day} {words['month']} 2026 om 19.30 uur in het gemeentehuis."
        made.append((title, random.choice(THEMES), text, f"https://www.streekbrief.example/{code}/{subject}"))
    return made


def _name(random: Random) -> str:
    return "".join(random.choice("bdgklmnprst") + random.choice("aeiou") for _ in range(4))


def wrapped(url: str, number: int) -> str:
    """The url as Outlook wraps it for the mailbox."""
    mail = f"{number:08x}{0:012x}{(639159984000000000 >> 16):012x}"
    data = f"05|02|{MAILBOX}|{mail}|{TENANT}|0|0|639159984000000000|Unknown|e30=|0|||"
    host = "https://eur05.safelinks.protection.outlook.com/"
    return f"{host}?url={quote(url, safe='')}&data={quote(data, safe='')}&sdata=abc%3D&reserved=0"


def as_text(number: int) -> bytes:
    """A text as Outlook saves it."""
    parts = []
    for title, theme, text, url in stories(number):
        parts.append(f"{title}\n\n{theme}\n\n{text}\n\nLees meer <{wrapped(url, number)}>\n\n\n\n")
    parts.append("Afmelden\n\nGegevens wijzigen\n")
    return "".join(parts).encode()


def page(number: int) -> str:
    """A page as a mailing service makes it."""
    cards = "".join(
        f'<tr><td style="padding:12px"><h2 style="font-size:20px">{escape(title)}</h2><p><em>{theme}</em></p>'
        f'<p>{escape(text)}</p><p><a href="{escape(wrapped(url, number))}">Lees meer</a></p></td></tr>\n'
        for title, theme, text, url in stories(number)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>Streekbrief {number}</title></head>\n'
        f'<body style="font-size:14px"><table width="600"><tr><td><h1 style="font-size:28px">Streekbrief {number}</h1>'
        f'</td></tr>\n{cards}<tr><td style="font-size:10px"><a href="https://verzender.example/af?m={quote(MAILBOX)}">'
        "Afmelden</a></td></tr></table></body></html>\n"
    )


def as_html(number: int) -> bytes:
    return page(number).encode()


def as_eml(number: int) -> bytes:
    """A mail as it was sent, with a text and a page; quoted-printable, base64 or neither."""
    plain, html = as_text(number), as_html(number)
    packing = ("quoted-printable", "base64", "8bit")[number % 3]
    pack: Callable[[bytes], bytes] = {
        "quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": bytes
    }[packing]  # fmt: skip
    head = (
        f"Received: from mx.streekbrief.example by mx.example for <{MAILBOX}>; Tue, 2 Jun 2026 11:59:58 +0000\n"
        f"From: {SENDER}\nTo: Griffie <{MAILBOX}>\nSubject: =?utf-8?q?Streekbrief_{number}?=\n"
        f"Date: Tue, 2 Jun 2026 12:00:00 +0000\nMessage-ID: <{number}.brief@streekbrief.example>\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/alternative; boundary="grens-{number}"\n\n'
    )
    parts = "".join(
        f"--grens-{number}\nContent-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: {packing}\n\n%s\n"
        for kind in ("plain", "html")
    )
    first, second, rest = parts.split("%s")
    return b"".join(
        [head.encode(), first.encode(), pack(plain), second.encode(), pack(html), rest.encode(),
         f"--grens-{number}--\n".encode()]
    )  # fmt: skip


def as_msg(number: int) -> bytes:
    """A mail as Outlook saves it."""
    head = f"From: {SENDER}\r\nTo: {MAILBOX}\r\nMessage-ID: <{number}.brief@streekbrief.example>\r\n\r\n"
    values = {
        messages.SUBJECT: f"Streekbrief {number}",
        messages.SENDER: "Streekbrief",
        messages.SENDER_ADDRESS: "redactie@streekbrief.example",
        messages.HEADERS: head,
        messages.BODY: as_text(number).decode(),
        messages.HTML: as_html(number),
        messages.INTERNET_CODEPAGE: 65001,
    }
    made: bytes = messages.msg(values, recipients=[("Griffie", MAILBOX)])
    return made


def as_pdf(number: int) -> bytes:
    """A print of the page, a few stories on each sheet."""
    told = stories(number)
    sheets = []
    for first in range(0, len(told), 3):
        sheet = pdfs.Sheet()
        y = 60.0
        if not first:
            sheet.text(50, y, f"Streekbrief {number}", size=24, bold=True)
            y += 60
        for title, theme, text, url in told[first : first + 3]:
            sheet.linked(50, y, title, wrapped(url, number), size=15, bold=True)
            sheet.text(50, y + 20, theme, size=9)
            y = sheet.lines(50, y + 40, folded(text, 85), size=11)
            sheet.linked(50, y + 4, "Lees meer", wrapped(url, number))
            y += 50
        sheets.append(sheet)
    made: bytes = pdfs.pdf_of(*sheets, title=f"Streekbrief {number}")
    return made


def folded(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# By the endings of their files.
FORMATS: dict[str, Callable[[int], bytes]] = {
    "txt": as_text, "html": as_html, "eml": as_eml, "pdf": as_pdf, "msg": as_msg,
}  # fmt: skip
