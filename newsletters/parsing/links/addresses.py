"""Takes addresses apart and together again without changing a byte of what is kept."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from newsletters.parsing.escapes import unescape

# RFC 3986, appendix B; every part excludes the sign that ends it, so it is read in one pass. "bond.nl:443" is a host
# with its port; "javascript:1" is a script.
_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+\-]*(?=:)|[A-Za-z][A-Za-z0-9+.\-]*(?=:(?!\d+(?:[/?#]|$)))):)?(?P<slashes>[/\\]{2,})?(?P<authority>[^/\\?#]*)"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# Letters of any script, and an address of numbers between brackets; what else a browser makes of a host is a guess.
_AUTHORITY = re.compile(r"(?:(?:[\w.\-~]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])(?::\d*)?")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_WEB = frozenset({"http", "https"})
_KNOWN_SCHEMES = _WEB | {"mailto", "tel", "sms", "ftp", "webcal"}
_OWN_SCHEME = re.compile(
    r"(?:https?:[/\\]{2}|hxxps?:[/\\]{2}|mailto:|javascript:|data:|vbscript:|file:)", re.IGNORECASE
)
_DEFANGED = re.compile(r"\Ahxxp(s?)(?=:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address in parts; together they are the original. scheme is empty where none is written.

    authority is the host with its port, with or without slashes in front. query has its "?", fragment its "#".
    """

    scheme: str
    slashes: str
    authority: str
    path: str
    query: str
    fragment: str

    def __str__(self) -> str:
        colon = ":" if self.scheme else ""
        return f"{self.scheme}{colon}{self.slashes}{self.authority}{self.path}{self.query}{self.fragment}"

    @property
    def host(self) -> str:
        """The host in small letters, without its port."""
        return re.sub(r":\d*\Z", "", self.authority[:300]).rstrip(".").lower()

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Names (small letters) and values of the query, still encoded; "&amp;" counts as "&"."""
        for piece in self.query[1:].split("&"):
            name, _, value = piece.removeprefix("amp;").partition("=")
            yield name.lower(), value

    def parameter(self, *names: str) -> str | None:
        """The value, still encoded, of the first parameter that bears one of the names; None if there is none."""
        return next((value for name, value in self.parameters() if name in names and value), None)

    def without_query(self, query: str) -> "Address":
        """The same address with another query."""
        return replace(self, query=query)


def parse(url: str) -> Address:
    """The parts of any string."""
    match = _PARTS.fullmatch(url)
    if match is None:
        return Address(scheme="", slashes="", authority="", path=url, query="", fragment="")
    parts = {name: value or "" for name, value in match.groupdict().items()}
    return Address(**parts)


def tidy(url: str) -> str:
    """Without signs that cannot be seen and white space around it; hxxps is written as https."""
    return _DEFANGED.sub(r"http\1", _UNSEEN.sub("", url).strip())


def is_forbidden(url: str) -> bool:
    """Whether url must never be a link: a script, a file, a user name, no host or not that which it seems to be.

    Also when it is written as HTML.
    """
    return any(_is_forbidden(parse(form)) for form in {url, tidy(unescape(url))})


def _is_forbidden(address: Address) -> bool:
    scheme = address.scheme.lower()
    if scheme and scheme not in _KNOWN_SCHEMES:
        return True
    if scheme in _WEB or (not scheme and address.slashes):
        # Browsers read a backslash as a slash, so that another host is opened than is shown.
        if "\\" in address.slashes + address.path:
            return True
        authority = address.authority or re.sub(r"\A[/\\]+", "", address.path).partition("/")[0]
        host = parse(f"//{authority}").host if authority else ""
        if not address.slashes and address.authority:
            return True  # "https:bond/..." opens another host than it seems to
        return not host or "%40" in authority or not _AUTHORITY.fullmatch(authority)
    return not scheme and "@" in address.authority and ":" in address.authority


def is_link(text: str) -> bool:
    """Whether a decoded text is an address of its own, wanted or not."""
    return _OWN_SCHEME.match(text) is not None


def decode(text: str) -> str:
    """Percent signs decoded once; bytes that are no UTF-8 stay encoded."""
    return escape_bytes(unquote(text, errors="surrogateescape"))


def escape_bytes(text: str) -> str:
    """The text with every byte that surrogateescape kept written with a percent sign."""
    return _ESCAPED_BYTE.sub(lambda match: f"%{ord(match.group()) - 0xDC00:02X}", text)


def bytes_from_base64(text: str) -> bytes | None:
    """What base64 of either alphabet, padded or not, holds; None if it is none."""
    plain = text.rstrip("=\n").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1 or not re.fullmatch(r"[A-Za-z0-9+/]+", plain):
        return None
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return None


def from_base64(text: str) -> str | None:
    """The UTF-8 text in base64; None if it holds none."""
    data = bytes_from_base64(text)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        return None
