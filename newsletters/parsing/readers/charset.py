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

NEWLINES = dict.fromkeys(map(ord, "\r\v\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
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
# Signs that may be accents; a letter has at most a few. Unicode's own limit for what is put in order (UAX 15).
MANY_SIGNS = re.compile("[\u0300-\U0010ffff]{31,}")
MOST_ACCENTS = 30
TABLE: dict[int, str | None] = {**CONTROL, **INVISIBLE, **SPACES, **SYMBOLS, **NEWLINES}
# A newsletter has few of these: to look for them is much quicker than to look up every sign.
IN_TABLE = re.compile("[" + "".join(re.escape(chr(sign)) for sign in TABLE) + "]")


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
    text = IN_TABLE.sub(lambda sign: TABLE[ord(sign[0])] or "", text.replace("\r\n", "\n"))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", MANY_SIGNS.sub(without_many_accents, text))


def without_many_accents(signs: re.Match[str]) -> str:
    """The signs with at most 30 accents in a row; to put more in order would take time quadratic in their number."""
    kept: list[str] = []
    row = 0
    for sign in signs[0]:
        row = row + 1 if unicodedata.category(sign).startswith("M") else 0
        if row <= MOST_ACCENTS:
            kept.append(sign)
    return "".join(kept)
