"""Cleans an address: wrapping, tracking and what tells who received it."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from newsletters.parsing.links.addresses import Address, decode, from_base64, is_forbidden, parse, tidy
from newsletters.parsing.links.hosts import HOST_TRACKING, TRACKING_NAMES, TRACKING_PREFIXES
from newsletters.parsing.links.receipts import own_receipt
from newsletters.parsing.links.wrappers import as_web_address, is_safelink, layers, within

_LINE_ENDS = re.compile("%0[ad]", re.IGNORECASE)
_OF_SAFELINKS = frozenset({"data", "sdata", "reserved"})
_HASHES = ("md5", "sha1", "sha256")


def unwrap(url: str) -> str:
    """The address without wrapping, tracking and traces of the recipient, as often as they were put on.

    Unchanged where nothing can be taken off; empty for what must never be a link, also inside a wrapper.
    """
    url = tidy(url)
    recipients: set[str] = set()
    innermost = ""
    for layer in layers(url):
        if is_forbidden(layer):
            return ""
        found = own_receipt(layer)
        if found is not None and found.recipient:
            recipients.add(found.recipient.lower())
        innermost = layer
    address = parse(innermost)
    if address.scheme.lower() == "mailto":
        return _mail(address, recipients)
    address = _without(address, lambda name, value: _is_tracking(address, name) or _tells(value, recipients))
    if is_safelink(as_web_address(innermost)):
        address = _without(address, lambda name, _: name in _OF_SAFELINKS)
    return str(address)


def _mail(address: Address, recipients: Iterable[str]) -> str:
    """A mail link with its address and subject only; empty without an address."""
    to = (address.authority + address.path).strip()
    if "@" not in to and "%40" not in to:
        return ""
    subject = address.parameter("subject")
    if subject is None or _tells(subject, recipients):
        return f"mailto:{_LINE_ENDS.sub('', to)}"
    return f"mailto:{_LINE_ENDS.sub('', to)}?subject={_LINE_ENDS.sub('', subject)}"


def _without(address: Address, unwanted: Callable[[str, str], bool]) -> Address:
    """The address without the unwanted parameters; the others keep every byte."""
    query = _kept(address.query, unwanted)
    fragment = address.fragment
    if "=" in fragment and "/" not in fragment:
        fragment = _kept(fragment, unwanted)
    return replace(address, query=query, fragment=fragment)


def _kept(written: str, unwanted: Callable[[str, str], bool]) -> str:
    pieces = written[1:].split("&")
    kept = []
    for piece in pieces:
        name, _, value = piece.removeprefix("amp;").partition("=")
        if not unwanted(decode(name).lower(), value):
            kept.append(piece)
    if len(kept) == len(pieces):
        return written
    rest = "&".join(kept).removeprefix("amp;")
    return written[0] + rest if rest else ""


def _is_tracking(address: Address, name: str) -> bool:
    if name.startswith(TRACKING_PREFIXES) or name in TRACKING_NAMES:
        return True
    return any(name in names for host, names in HOST_TRACKING.items() if within(address.host, host))


def _tells(value: str, recipients: Iterable[str]) -> bool:
    """Whether a value holds a recipient's address: as it is, encoded, in base64 or hashed."""
    once = decode(value)
    twice = decode(once)
    forms = {form.lower() for form in (value, once, twice, from_base64(once)) if form}
    return any(recipient in form or form in _fingerprints(recipient) for recipient in recipients for form in forms)


def _fingerprints(recipient: str) -> set[str]:
    """What senders make of an address to know it again."""
    data = recipient.encode("utf-8", "replace")
    return {hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in _HASHES} | {data.hex()}
