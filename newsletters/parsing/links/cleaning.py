"""Cleans an address: wrapping, tracking and what tells who received it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from newsletters.parsing.escapes import readings, unescaped
from newsletters.parsing.links.addresses import Address, decode, is_forbidden, parse, tidy
from newsletters.parsing.links.hosts import HOST_TRACKING, READER_PARAMETERS, TRACKING_NAMES, TRACKING_PREFIXES
from newsletters.parsing.links.receipts import known_from
from newsletters.parsing.links.wrappers import as_web_address, at_or_above, is_safelink, layers
from newsletters.parsing.mailbox import NOBODY, Mailbox

# What no address may hold is written as browsers write it, so that it stays one word and no markup wherever it is put.
_AS_BROWSERS_DO = str.maketrans({" ": "%20", '"': "%22", "<": "%3C", ">": "%3E"})
_LINE_ENDS = re.compile("%0[ad]", re.IGNORECASE)
_OF_SAFELINKS = frozenset({"data", "sdata", "reserved"})
_MAIL_ADDRESS = r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,24}(?![\w-])"
_ADDRESS = re.compile(_MAIL_ADDRESS, re.IGNORECASE)
_READER = "|".join(re.escape(name) for name in sorted(READER_PARAMETERS, key=len, reverse=True))
# "email=…" and "/email/…", also in what a parameter holds: a path, a query or a JSON object.
_OF_READER = re.compile(rf"(?<![\w-])(?:{_READER})[\"'\]]{{0,2}}\s?[=:/]\s?[\"']?{_MAIL_ADDRESS}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A clean address; empty for what must never be a link. personal: it still names who received the mail."""

    url: str = ""
    personal: bool = False


def unwrap(url: str, *, mailbox: Mailbox = NOBODY) -> str:
    """The address without wrapping, tracking and traces of the mailbox it was sent to, as often as they were put on.

    Unchanged where nothing can be taken off; empty for what must never be a link, also inside a wrapper, and for
    what names the mailbox where it cannot be taken off.
    """
    cleaned = clean(url, mailbox=mailbox)
    return "" if cleaned.personal else cleaned.url


def holds_address(url: str) -> bool:
    """Whether a clean web address bears a mail address, encoded or not; of whom is not known."""
    return not url.lower().startswith("mailto:") and _holds_address(readings(url))


@lru_cache(maxsize=256)  # reader and recogniser ask for the same links
def clean(url: str, *, mailbox: Mailbox = NOBODY) -> Cleaned:
    """What unwrap gives, also of an address that nobody else may see."""
    url = tidy(url)
    innermost = url
    for layer in layers(url):
        if is_forbidden(layer):
            return Cleaned()
        mailbox = known_from(layer, mailbox=mailbox)
        innermost = layer
    address = parse(innermost)
    if address.scheme.lower() == "mailto":
        mail = _mail(address, mailbox)
        return Cleaned(url=mail, personal=mailbox.is_named_in(mail))
    address = _without(address, lambda name, piece: _is_tracking(address, name) or _tells(name, piece, mailbox))
    if is_safelink(as_web_address(innermost)):
        address = _without(address, lambda name, _: name in _OF_SAFELINKS)
    personal = mailbox.is_named_in(address.authority) or _names(readings(address.path), mailbox)
    return Cleaned(url=str(address).translate(_AS_BROWSERS_DO), personal=personal)


def _mail(address: Address, mailbox: Mailbox) -> str:
    """A mail link with its address and subject only; empty without an address."""
    to = (address.authority + address.path).strip()
    if "@" not in to and "%40" not in to:
        return ""
    subject = address.parameter("subject")
    if subject is None or _holds_address(forms := tuple(readings(subject))) or _names(forms, mailbox):
        return f"mailto:{_LINE_ENDS.sub('', to)}"
    return f"mailto:{_LINE_ENDS.sub('', to)}?subject={_LINE_ENDS.sub('', subject)}"


def _without(address: Address, unwanted: Callable[[str, str], bool]) -> Address:
    """The address without the unwanted parameters, each told by name and whole; the others keep every byte."""
    fragment = address.fragment
    if "=" in fragment and "/" not in fragment:
        fragment = _kept(fragment, unwanted)
    elif fragment and (unwanted("", fragment[1:]) or _is_address(fragment[1:])):
        fragment = ""
    return replace(address, query=_kept(address.query, unwanted), fragment=fragment)


def _kept(written: str, unwanted: Callable[[str, str], bool]) -> str:
    pieces = written[1:].split("&")
    kept = []
    for piece in pieces:
        plain = piece.removeprefix("amp;")
        if not unwanted(decode(plain.partition("=")[0]).lower(), plain):
            kept.append(piece)
    if len(kept) == len(pieces):
        return written
    rest = "&".join(kept).removeprefix("amp;")
    return written[0] + rest if rest else ""


def _is_tracking(address: Address, name: str) -> bool:
    if name.startswith(TRACKING_PREFIXES) or name in TRACKING_NAMES:
        return True
    return any(name in HOST_TRACKING.get(domain, ()) for domain in at_or_above(address.host))


def _tells(name: str, piece: str, mailbox: Mailbox) -> bool:
    """Whether a parameter names the mailbox, or says by its own name that it holds the address of who reads it."""
    if _names(readings(piece), mailbox):
        return True
    value = piece.partition("=")[2]
    if not value or re.split(r"[\[\]]+", name.rstrip("]"))[-1] not in READER_PARAMETERS:
        return False
    forms = tuple(readings(value))
    return _holds_address(forms) or any(form.lower() in mailbox.local_parts for form in forms)


def _names(forms: Iterable[str], mailbox: Mailbox) -> bool:
    """Whether one of the readings of a part of an address names the mailbox, or whoever reads the mail."""
    forms = tuple(forms)
    return mailbox.is_among(forms, by_local_part=True) or any("@" in form and _OF_READER.search(form) for form in forms)


def _holds_address(forms: Iterable[str]) -> bool:
    return any("@" in form and _ADDRESS.search(form) for form in forms)


def _is_address(text: str) -> bool:
    return any(_ADDRESS.fullmatch(form) for form in unescaped(text))
