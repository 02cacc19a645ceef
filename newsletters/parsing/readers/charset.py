"""From bytes to text: the charset, and what no reader wants to see in a text."""

import re
import unicodedata

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

NEWLINES = re.compile(r"\r\n|[\r\v\x1c\x1d\x1e\x85\u2028\u2029]")
SPACES = dict.fromkeys(map(ord, "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"), " ")
SPACES |= dict.fromkeys(map(ord, "\u202f\u205f\u3000"), " ")
# Soft hyphens, zero-width and bidirectional marks: invisible, but they break words, searches and addresses.
INVISIBLE: dict[int, None] = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        0xFEFF,
        0xFFFC,
        0xFFFD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)
CONTROL: dict[int, None] = dict.fromkeys(c for c in [*range(32), *range(0x7F, 0xA0)] if c not in (0x0A, 0x0C))
# The bullet of Word's Symbol font has no meaning outside that font.
SYMBOLS = {0xF0B7: "•", 0xF0A7: "•", 0xF0D8: "•"}
TABLE: dict[int, str | None] = {**CONTROL, **INVISIBLE, **SPACES, **SYMBOLS}


def decode(data: bytes) -> str:
    """The text in data: by its mark, else UTF-8, else cp1252. Never raises; what cannot be read is left out."""
    for bom, charset in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(charset, "ignore")
    if is_utf16(data):
        return data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "ignore")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # A file cut off in mid-character is still UTF-8; one with many broken characters never was.
    if broken * 10 < sum(1 for char in text if char > "\x7f"):
        return text.replace("\ufffd", "")
    return data.decode("cp1252", "ignore")


def is_utf16(data: bytes) -> bool:
    """UTF-16 without a mark: every other byte of a Western text is then zero."""
    head = data[:2000]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    return len(head) >= 8 and zeros > 0.3 * len(head) and min(head[::2].count(0), head[1::2].count(0)) * 20 < zeros + 1


def clean(text: str) -> str:
    """text with one kind of line end and of space; form feeds stay, for they are page ends."""
    text = NEWLINES.sub("\n", text)
    return unicodedata.normalize("NFC", text.translate(TABLE))
