"""Wrappers that bear the true address: one step of unwrapping, for each kind."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from newsletters.parsing.escapes import unescape
from newsletters.parsing.links.addresses import (
    Address,
    bytes_from_base64,
    decode,
    escape_bytes,
    from_base64,
    is_forbidden,
    is_link,
    parse,
    tidy,
)
from newsletters.parsing.links.hosts import PROOFPOINT, REDIRECTS

_MOST_LAYERS = 25
_V2 = str.maketrans({"-": "%", "_": "/"})
_V3_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_V3_TOKEN = re.compile(r"\*(\*.)?", re.DOTALL)
# Written plain by Proofpoint's own decoder; a space, a slash or an ampersand would make it another address.
_HARMLESS = re.compile(r"%(5[BCDEbcde]|60|7[BCDEbcde])")
_ONE_SLASH = re.compile(r"\A([A-Za-z][A-Za-z0-9+.\-]*:/)(?=[^/])")
_QUOTED_PRINTABLE = re.compile(r"\A=*(?:3D)?(?=https?(?:%3a|:))", re.IGNORECASE)
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
_SES_PARTS = 5  # of a path; behind the address stand a number, an id and a signature
_SAFELINKS = re.compile(r"(?:[a-z0-9-]+\.)*safelinks\.(?:protection|o365filtering)\.[a-z0-9.-]+|safelinks\.[a-z0-9.-]+")


@lru_cache(maxsize=512)  # a link is looked at for its receipt, for its kind and to clean it
def layers(url: str) -> tuple[str, ...]:
    """The url itself and then what each wrapper bears, the innermost last; at most 25."""
    found = [url]
    for _ in range(_MOST_LAYERS):
        target = target_of(found[-1])
        if target is None or target == found[-1]:
            break
        found.append(target)
    return tuple(found)


def target_of(url: str) -> str | None:
    """What a wrapper bears, perhaps wrapped or forbidden itself; None where url is no wrapper or cannot be read."""
    address = as_web_address(url)
    for read in _READERS:
        target = read(address)
        if target is not None:
            target = tidy(target)
            wanted = is_link(target) or target.lower().startswith("urldefense.")
            return target if wanted or is_forbidden(target) else None
    return None


def as_web_address(url: str) -> Address:
    """The address; one of Proofpoint without a scheme gets one."""
    address = parse(url)
    if not address.scheme and not address.slashes and within(address.host, *PROOFPOINT):
        return parse(f"https://{url}")
    return address


def within(host: str, *domains: str) -> bool:
    """Whether host is one of the domains or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def at_or_above(host: str) -> Iterator[str]:
    """host and the domains that it is below: "a.b.nl", "b.nl", "nl"."""
    while host:
        yield host
        host = host.partition(".")[2]


def is_safelink(address: Address) -> bool:
    """Whether it is an address of Outlook's SafeLinks, in any cloud."""
    return len(address.host) < 256 and _SAFELINKS.fullmatch(address.host) is not None


def _safelinks(address: Address) -> str | None:
    value = address.parameter("url", "amp;url") if is_safelink(address) else None
    return None if value is None else decode(value)


def _proofpoint(address: Address) -> str | None:
    if not within(address.host, *PROOFPOINT):
        return None
    if address.path.startswith("/v3/"):
        return _proofpoint_v3(str(address))
    value = address.parameter("u")
    if value is None:
        return None
    if address.path.startswith("/v2/"):
        value = value.translate(_V2)
    return unescape(decode(value))


def _proofpoint_v3(url: str) -> str | None:
    begin = url.find("/v3/__")
    finish = url.find("__;", begin + 6)
    mark = url.find("!", finish)
    if begin < 0 or finish < 0 or mark < 0:
        return None
    target = _ONE_SLASH.sub(r"\1/", url[begin + 6 : finish])
    taken_out = bytes_from_base64(url[finish + 3 : mark]) if mark > finish + 3 else b""
    if taken_out is None:
        return None
    rest = iter(taken_out)

    def put_back(match: re.Match[str]) -> str:
        run = match.group(1)
        length = _V3_LENGTHS.find(run[1]) + 2 if run else 1  # a run counts bytes, not letters
        return bytes(byte for _, byte in zip(range(length), rest, strict=False)).decode("utf-8", "surrogateescape")

    whole = _V3_TOKEN.sub(put_back, target).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return _HARMLESS.sub(lambda match: chr(int(match.group(1), 16)), escape_bytes(whole))


def _cisco(address: Address) -> str | None:
    if not within(address.host, "secure-web.cisco.com"):
        return None
    _, _, wrapped = address.path.lstrip("/").partition("/")
    return decode(wrapped) if wrapped else None


def _ses(address: Address) -> str | None:
    # Senders have it count clicks under hosts of their own too, as "links-1.govdelivery.com".
    parts = address.path.split("/")
    found = decode(parts[2]) if len(parts) > 2 and parts[1] in {"L0", "CL0"} else None
    own = within(address.host, "awstrack.me")
    return found if own or (found is not None and len(parts) > _SES_PARTS and is_link(found)) else None


def _sophos(address: Address) -> str | None:
    value = address.parameter("u") if within(address.host, "protection.sophos.com") else None
    return None if value is None else from_base64(decode(value))


def _google(address: Address) -> str | None:
    if address.path != "/url" or len(address.host) > 30 or not _GOOGLE.fullmatch(address.host):
        return None
    value = address.parameter("q", "url")
    return None if value is None else decode(value)


def _redirect(address: Address) -> str | None:
    own_host, own_path = address.host, address.path.lower()
    for host, path, names in REDIRECTS:
        if own_path.startswith(path) and within(own_host, host):
            value = address.parameter(*names)
            if value is not None:
                return decode(_QUOTED_PRINTABLE.sub("", value))
    return None


def _mandrill(address: Address) -> str | None:
    value = address.parameter("p") if "/track/click/" in address.path else None
    outer = _json(from_base64(decode(value))) if value is not None else None
    inner = _json(outer.get("p")) if outer is not None else None
    found = None if inner is None else inner.get("url")
    return found if isinstance(found, str) else None


def _customer_io(address: Address) -> str | None:
    parts = address.path.split("/", 4)
    if len(parts) < 4 or parts[1:3] != ["e", "c"]:
        return None
    payload = _json(from_base64(parts[3]))
    found = None if payload is None else payload.get("href")
    return found if isinstance(found, str) else None


def _mailjet(address: Address) -> str | None:
    if not address.path.startswith("/lnk/"):
        return None
    found = from_base64(address.path.rpartition("/")[2])
    return found if found is not None and is_link(found) else None


def _json(text: object) -> dict[str, object] | None:
    """The object that a JSON text holds; None if it holds none."""
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


_READERS = (
    _safelinks,
    _proofpoint,
    _cisco,
    _ses,
    _sophos,
    _google,
    _redirect,
    _mandrill,
    _customer_io,
    _mailjet,
)
