"""An archive as a griffie keeps it: newsletters as text, mail and PDF, with broken and double files among them."""

from collections import Counter

from tests.newsletters.letters import HOUR, TICKS, letter
from tests.newsletters.parsing import pdfs

DAY = 24 * HOUR
BROKEN = (
    b"",
    b"melk %d\nbrood\nkaas\n",
    b"%%PDF-1.7\n%%%d\n1 0 obj\n",
    b"\xff\xd8\xff\xe0\x00\x10JFIF %d" + bytes(range(37)) * 20,
    b"PK\x03\x04" + b"[Content_Types].xml word/document.xml %d",
)
HEADER = """\
From: Gemeentekoepel <nieuws@koepel.example>
To: Griffie <griffie@voorbeeldstad.example>
Subject: Nieuws voor de raad, nummer {number}
Date: Tue, {day} Jun 2026 14:00:00 +0200
Message-ID: <nummer-{number}@koepel.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

"""


def archive(count: int) -> tuple[dict[str, bytes], Counter]:
    """Files by name, and how many must end as ready, failed and duplicate."""
    files, ends = {}, Counter()
    for number in range(count):
        kind = number % 10
        if kind < 5:
            name, data, end = f"nieuws {number}.txt", text(number), "ready"
        elif kind == 5:
            name, data, end = f"mail {number}.eml", mail(number), "ready"
        elif kind == 6:
            name, data, end = f"print {number}.pdf", pdf(number), "ready"
        elif kind in (7, 8):
            name, end = f"kapot {number}.txt", "failed"
            data = BROKEN[number // 10 % len(BROKEN)] + b" " * number
        else:
            name, data, end = f"dubbel {number}.txt", text(number - 9), "duplicate"
        files[name] = data
        ends[end] += 1
    return files, ends


def text(number: int) -> bytes:
    return letter(2, name=f"dorp{number}", ticks=TICKS + number * DAY).encode()


def mail(number: int) -> bytes:
    body = letter(2, name=f"stad{number}", ticks=TICKS + number * DAY)
    return (HEADER.format(number=number, day=number % 28 + 1) + body).encode()


def pdf(number: int) -> bytes:
    sheet = pdfs.Sheet()
    y = 60
    for story in range(3):
        y = sheet.lines(60, y, [f"Besluit {story} van wijk{number} genomen"], size=16, bold=True)
        words = f"De raad van wijk{number} heeft besluit {story} besproken en het daarna ook aangenomen."
        y = sheet.lines(60, y + 6, [words, "Het college werkt het besluit uit en legt het na de zomer voor."])
        sheet.linked(60, y + 4, "Lees meer", f"https://www.wijk{number}.example/besluit/{story}")
        y += 50
    return pdfs.pdf_of(sheet, title=f"Nieuws van wijk{number}")
