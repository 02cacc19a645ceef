"""From the body of a mail to text: transfer encodings and charset labels, both of which may be wrong."""

import binascii
import re
from contextlib import suppress

from newsletters.parsing.readers.charset import BOMS, decode

# Only plain text encodings: Python knows others that unpack or take quadratic time.
TRUSTED = re.compile(
    r"iso-?8859-?\d{1,2}|latin-?\d{1,2}|(?:windows|cp|ibm)-?\d{3,4}|utf-?(?:16|32)(?:-?[lb]e)?|macintosh|mac-?roman|"
    r"koi8-[ru]|gb2312|gbk|gb18030|big5|shift[-_]jis|euc-(?:jp|kr)|iso-2022-jp|ks_c_5601-1987|tis-620"
)
# All that ever calls itself so is cp1252, or UTF-8 with a wrong label.
WESTERN = re.compile(r"(?:iso-?8859-?1|latin-?1|us-?ascii|ascii|windows-?1252|cp-?1252|utf-?8|unknown.*|)")
OTHER_NAMES = {"windows": "cp", "macintosh": "mac_roman", "ibm": "cp"}
NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
STRAY_SIGN = re.compile(rb"(?<=[A-Za-z0-9+/])[^A-Za-z0-9+/=\s](?=[A-Za-z0-9+/=])")
UUENCODE = ("x-uuencode", "uuencode", "x-uue", "uue")
UUENCODED = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n(.*?)(?:^end\b|\Z)", re.MULTILINE | re.DOTALL)
SPACE = re.compile(rb"\s+")
META_CHARSET = re.compile(rb"<meta\b[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
SOFT_END = re.compile(rb"=[ \t]*\n")
ENCODED_SIGN = re.compile(rb"=(?:3D|20|C2|C3|E2)")
HEAD = 4096


def untransfer(data: bytes, encoding: str) -> bytes:
    """The bytes behind base64 or quoted-printable; as they are where they plainly are something else."""
    encoding = encoding.strip(" \t\"';").lower()
    if encoding == "base64":
        return from_base64(data)
    if encoding in UUENCODE:
        return from_uuencode(data)
    if encoding == "quoted-printable" or (encoding in ("", "7bit", "8bit") and looks_quoted(data)):
        return binascii.a2b_qp(data)
    return data


def from_base64(data: bytes) -> bytes:
    """Base64 with its flaws: line ends, missing padding, a stray sign; no base64 at all stays as it is."""
    if all(len(line) % 4 == 0 for line in data.split()[:-1]):
        data = STRAY_SIGN.sub(b"A", data)  # a sign left out would put all that follows out of step
    packed = NO_BASE64.sub(b"", data)
    filled = len(data) - sum(len(run) for run in SPACE.findall(data))
    if len(packed) < 0.9 * filled or (b" " in data.strip() and b"<" in data):
        return data
    # One letter over is half a byte.
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return data


def from_uuencode(data: bytes) -> bytes:
    """What stands between "begin" and "end"; a line that is broken is left out, and no uuencode stays as it is."""
    found = UUENCODED.search(data)
    if found is None:
        return data
    made = bytearray()
    for line in found[1].splitlines():
        with suppress(binascii.Error):
            made += binascii.a2b_uu(line)
    return bytes(made)


def looks_quoted(data: bytes) -> bool:
    """Whether a body without the label has the soft line ends and signs of quoted-printable."""
    return len(SOFT_END.findall(data[:HEAD])) >= 2 and ENCODED_SIGN.search(data) is not None


def decode_labelled(data: bytes, label: str) -> str:
    """The text in data. The label counts where it says something that the bytes do not tell better. Never raises."""
    name = label.strip(" \t\"'").lower()
    name = name.removeprefix("3d")
    if WESTERN.fullmatch(name) or not TRUSTED.fullmatch(name) or data.startswith(tuple(bom for bom, _ in BOMS)):
        return decode(data)
    wide = name.startswith(("utf", "iso-2022"))
    if not wide and not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for known, other in OTHER_NAMES.items():
        if name.startswith(known):
            name = other + name.removeprefix(known).lstrip("-")
    try:
        text = data.decode(name, "ignore")
    except (LookupError, UnicodeError):
        return decode(data)
    # Letters where ISO 8859 has control characters: it was Windows.
    return decode(data) if "8859" in name and any("\x80" <= char < "\xa0" for char in text) else text


def charset_in_markup(data: bytes) -> str:
    """The charset that a page names itself; empty where it names none."""
    match = META_CHARSET.search(data[:HEAD])
    return match[1].decode("ascii", "ignore") if match else ""
