"""From bytes to a Document: the one table of which reader fits which file, told by content and never by name."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from newsletters.parsing.blocks import Document, UnreadableFile, UnreadableFileCode
from newsletters.parsing.readers import html, mail, msg, pdf, text
from newsletters.parsing.readers.charset import BOMS, decode, is_utf16

MAX_BYTES = 25 * 1024 * 1024
HEAD = 4096
LONGEST_HEAD = 256 * 1024  # of a mail: a list of recipients or a row of signatures may come before anything else

AS_TEXT = "Sla de nieuwsbrief op als tekstbestand (.txt) en upload dat, of plak de tekst."
SENTENCES = {
    "image": "Dit is een foto of afbeelding; daarin kunnen we geen tekst lezen. Upload de nieuwsbrief zelf "
    "als tekst, of plak de tekst.",
    "word": f"Dit is een Word-document; dat kunnen we niet lezen. {AS_TEXT}",
    "office": f"Dit is een Office-document; dat kunnen we niet lezen. {AS_TEXT}",
    "archive": "Dit is een ingepakt bestand, zoals een zip. Pak het uit en upload de nieuwsbrief die erin "
    "zit als tekst.",
    "media": "Dit is een geluids- of filmbestand; daarin kunnen we geen tekst lezen. Upload de nieuwsbrief "
    "als tekst, of plak de tekst.",
    "program": "Dit is een programma en geen nieuwsbrief. Upload de nieuwsbrief als tekst, of plak de tekst.",
    "binary": f"We herkennen dit soort bestand niet. {AS_TEXT}",
    "encrypted": "Dit bestand is beveiligd met een wachtwoord. Haal de beveiliging eraf, of plak de tekst "
    "van de nieuwsbrief.",
    "empty": "Dit bestand is leeg. Kijk of u het goede bestand heeft, en upload dat.",
    "no_text": "In dit bestand staat geen tekst die we kunnen lezen. Upload de nieuwsbrief als tekst, of "
    "plak de tekst.",
}

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
ODD_SIGNS = bytes([*range(9), *range(14, 27), 28, 29, 30, 31, 127])
DOUBLED_END = b"\r\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS")
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"MSCF")
PROGRAMS = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\x00asm")
MEDIA = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FLV\x01", b"MThd")
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|meta|\?xml|svg|p|h[1-6]|center|style|title|span|font|section|article|"
    rb"main|header|ul|ol|strong|a\s+href|img\s+\w+)\b|<!--.{0,2000}?-->\s*<",
    re.IGNORECASE | re.DOTALL,
)
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# Apple's Mail keeps a mail with its length above it and a list of its own below it.
APPLE_LENGTH = re.compile(rb"(\d{1,9}) *\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)")
MAIL_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):(?:[ \t]|$)")
# Only a mail as it was sent has these; a printed or pasted mail has Van, Verzonden, Aan and Onderwerp.
TRANSPORT = frozenset(
    b"received return-path message-id mime-version content-type content-transfer-encoding delivered-to "
    b"dkim-signature arc-seal authentication-results x-mailer x-originating-ip list-unsubscribe".split()
)
INTERNET_DATE = re.compile(
    rb"(?im)^date: (?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[a-z]{3})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file: how it is told, and what reads it or the sentence that says why nothing does."""

    fits: Callable[[bytes], bool]
    reader: Callable[[bytes], Document] | None = None
    problem: str = "binary"
    code: UnreadableFileCode = UnreadableFileCode.UNKNOWN_KIND


def read(data: bytes, filename: str = "", *, max_bytes: int = MAX_BYTES) -> Document:
    """The document in a file. Raises UnreadableFile, and nothing else, for a file that gives none."""
    reader, bare = reader_of(data, max_bytes=max_bytes)
    return reader(bare)


def reader_of(data: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[Callable[[bytes], Document], bytes]:
    """What reads a file like this, and the file as it is to be read. Raises UnreadableFile where nothing reads it."""
    if len(data) > max_bytes:
        raise UnreadableFile(UnreadableFileCode.TOO_LARGE, too_large(max_bytes))
    if is_empty(data):
        raise UnreadableFile(UnreadableFileCode.EMPTY, SENTENCES["empty"])
    kind = next((kind for kind in SIGNED if kind.fits(data)), None)
    if kind is None:
        data = laid_bare(data)
        kind = next(kind for kind in WRITTEN if kind.fits(data))
    if kind.reader is None:
        raise UnreadableFile(kind.code, SENTENCES[kind.problem])
    if not has_letters(data):
        raise UnreadableFile(UnreadableFileCode.NO_TEXT, SENTENCES["no_text"])
    return kind.reader, data


def laid_bare(data: bytes) -> bytes:
    """data as UTF-8 where all of it is UTF-16 or UTF-32, without what Apple's Mail puts around a mail, and with the
    line ends that it had before it was taken for a text twice."""
    if data.startswith(WIDE) or is_utf16(data):
        data = decode(data).encode("utf-8", "ignore")
    if match := APPLE_LENGTH.match(data):
        data = data[match.end() :][: int(match[1])]
    return data.replace(DOUBLED_END, b"\n") if DOUBLED_END in data[:HEAD] else data


def too_large(max_bytes: int) -> str:
    """The sentence for a file over the limit."""
    size = f"{max_bytes // 1024**2} MB" if max_bytes >= 1024**2 else f"{max(1, max_bytes // 1024)} kB"
    return f"Dit bestand is te groot: het mag hooguit {size} zijn. Upload alleen de nieuwsbrief, zonder bijlagen."


def is_empty(data: bytes) -> bool:
    """Nothing, or only spaces, line ends and byte order marks."""
    for bom, _ in BOMS:
        data = data.removeprefix(bom)
    return not data.strip(b" \t\r\n\f\v\x00\xa0")


def has_letters(data: bytes) -> bool:
    """Whether there is at least one letter in the text."""
    return any(char.isalpha() for char in decode(data))


def is_zip(data: bytes) -> bool:
    return data.startswith(ZIP)


def is_word(data: bytes) -> bool:
    return is_zip(data) and (b"word/" in data or b"opendocument.text" in data[:200])


def is_office(data: bytes) -> bool:
    return is_zip(data) and (b"xl/" in data or b"ppt/" in data or b"opendocument" in data[:200])


def is_msg(data: bytes) -> bool:
    """An OLE file with a stream name that only Outlook's messages have."""
    return data.startswith(OLE) and "__substg1.0_".encode("utf-16-le") in data


def is_image(data: bytes) -> bool:
    if data.startswith(IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return True
    if data[:2] == b"BM" and len(data) > 26 and data[6:10] == b"\x00\x00\x00\x00":
        return True
    return data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif")


def is_media(data: bytes) -> bool:
    return data.startswith(MEDIA) or data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI "))


def is_program(data: bytes) -> bool:
    return data.startswith(PROGRAMS) or (data[:2] == b"MZ" and b"\x00" in data[:64])


def is_html(data: bytes) -> bool:
    """Markup at the very start; a text may well begin with "<https://…>"."""
    return bool(HTML.match(data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()))


def is_mail(data: bytes) -> bool:
    """Header lines of a mail as it was sent, first thing in the file."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"From ") and b"\nReceived:" in data[: 4 * HEAD]:
        return True
    names, has_ended = names_in(head)
    if not has_ended:
        head = data[:LONGEST_HEAD]
        names, _ = names_in(head)
    if len(names) < 2:
        return False
    return bool(names & TRANSPORT) or ({b"from", b"date"} <= names and bool(INTERNET_DATE.search(head)))


def names_in(head: bytes) -> tuple[set[bytes], bool]:
    """The names of the header lines that head begins with, and whether something else follows them."""
    names: set[bytes] = set()
    for line in head.splitlines()[: None if len(head) < HEAD - 100 else -1]:  # the last may have been cut
        match = MAIL_LINE.match(line)
        if match:
            names.add(match[1].lower())
        elif not (line[:1] in (b" ", b"\t") and names):
            return names, True
    return names, False


def is_binary(data: bytes) -> bool:
    """More control characters than any text has."""
    head = data[: 16 * HEAD]
    odd = len(head) - len(head.translate(None, delete=ODD_SIGNS))
    return odd > max(4, len(head) // 20)


# Told by their first bytes; and what consists of words, whatever they are written in.
SIGNED = (
    Kind(fits=lambda data: b"%PDF-" in data[:1024], reader=pdf.read),
    Kind(fits=is_msg, reader=msg.read),
    Kind(
        fits=lambda data: data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data,
        problem="encrypted",
        code=UnreadableFileCode.ENCRYPTED,
    ),
    Kind(fits=lambda data: data.startswith(OLE), problem="office"),
    Kind(fits=is_word, problem="word"),
    Kind(fits=is_office, problem="office"),
    Kind(fits=is_zip, problem="archive"),
    Kind(fits=lambda data: data.lstrip()[:5] == b"{\\rtf", problem="office"),
    Kind(fits=is_image, problem="image"),
    Kind(fits=lambda data: data.startswith(ARCHIVES), problem="archive"),
    Kind(fits=is_program, problem="program"),
    Kind(fits=is_media, problem="media"),
)
WRITTEN = (
    Kind(fits=is_html, reader=html.read),
    Kind(fits=is_mail, reader=mail.read),
    Kind(fits=is_binary, problem="binary"),
    Kind(fits=lambda data: True, reader=text.read),
)
