"""What Outlook writes into a SafeLink about the mail it came with: for whom, which mail, and when."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from newsletters.parsing.escapes import unescaped
from newsletters.parsing.links.addresses import decode, tidy
from newsletters.parsing.links.kinds import is_service_link
from newsletters.parsing.links.wrappers import as_web_address, is_safelink, layers
from newsletters.parsing.mailbox import NOBODY, Mailbox

_MAIL_ADDRESS = re.compile(r"[^@\s|]{1,128}@[^@\s|]{1,255}")
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_ID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?")
_TARGETS = frozenset({"url", "amp;url"})
_SEPARATOR = re.compile(r"\||%(?:25)*7C", re.IGNORECASE)
_TICKS = re.compile(r"[0-9]{17,19}")
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)
_TICKS_A_MICROSECOND = 10
_CLOCK_OF_ID = 20  # the first hex digit of an id's own clock, which leaves out the lowest 16 bits
_MOST_DIFFERENCE = timedelta(days=1)
_LONGEST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The receipt of a mail. recipient is empty where it was left out; outlook_id is 32 small hex digits.

    received_at (UTC) is None where no time is written, or where the id's own clock tells another day: then the
    receipt was made up or mixed.
    """

    recipient: str
    outlook_id: str
    received_at: datetime | None


def receipt(url: str) -> Receipt | None:
    """The receipt in a SafeLink, also one inside another wrapper; None where there is none that can be read."""
    return next((found for layer in layers(tidy(url)) if (found := own_receipt(layer)) is not None), None)


def own_receipt(url: str) -> Receipt | None:
    """The receipt in this very SafeLink, not in one that it bears or is borne by."""
    address = as_web_address(url)
    data = address.parameter("data") if is_safelink(address) else None
    if data is None or len(data) > _LONGEST:
        return None
    return _read(decode(data).split("|"))


def mailbox_of(urls: Iterable[str]) -> Mailbox:
    """The mailbox that the SafeLinks among urls, or within them, were made for; also where a receipt is broken.

    And whom the links to unsubscribe or to change data are for.
    """
    known: set[str] = set()
    for url in urls:
        for layer in layers(tidy(url)):
            known.update(_fields(layer))
            if is_service_link(layer):
                values = [value for _, value in as_web_address(layer).parameters()]
                known.update(form for value in values for form in unescaped(value))
    return _known_by(NOBODY, known)


def known_from(url: str, *, mailbox: Mailbox) -> Mailbox:
    """mailbox, known also by what this very SafeLink tells."""
    fields = set(_fields(url))
    return _known_by(mailbox, fields) if fields else mailbox


def _known_by(mailbox: Mailbox, fields: set[str]) -> Mailbox:
    return mailbox.known_by(
        names=frozenset(field.lower() for field in fields if _MAIL_ADDRESS.fullmatch(field)),
        ids=frozenset(field.strip("{}").replace("-", "").lower() for field in fields if _ID.fullmatch(field)),
    )


@lru_cache(maxsize=256)  # a link is looked at for whom it is, and to clean it
def _fields(url: str) -> tuple[str, ...]:
    """Every field of what Outlook wrote into a SafeLink, whatever the parameter is called."""
    address = as_web_address(url)
    values = [value for name, value in address.parameters() if name not in _TARGETS]
    if not is_safelink(address) and "safelinks" not in address.path.lower():
        # Behind another host, or one that was damaged on the way, a receipt is told by its shape.
        values = [
            value for value in values if _SEPARATOR.search(value) and _is_receipt(unescaped(value)[-1].split("|"))
        ]
    return tuple(field for value in values for field in _split(value))


def _split(value: str) -> list[str]:
    return unescaped(value)[-1].split("|")


def _is_receipt(fields: list[str]) -> bool:
    """A mail address between the ids of a mail and of a tenant."""
    return any(map(_MAIL_ADDRESS.fullmatch, fields)) and sum(1 for field in fields if _ID.fullmatch(field)) > 1


def _read(fields: list[str]) -> Receipt | None:
    """The fields by their shape: their places differ from one layout to the next."""
    outlook_id = next((field.lower() for field in fields if _HEX.fullmatch(field)), None)
    if outlook_id is None:
        return None
    recipient = next((field for field in fields if _MAIL_ADDRESS.fullmatch(field)), "")
    ticks = next((int(field) for field in fields if _TICKS.fullmatch(field)), None)
    received_at = None if ticks is None else _moment(ticks)
    made_at = _moment(int(outlook_id[_CLOCK_OF_ID:], 16) << 16)
    if received_at is not None and (made_at is None or abs(received_at - made_at) > _MOST_DIFFERENCE):
        received_at = None
    return Receipt(recipient=recipient, outlook_id=outlook_id, received_at=received_at)


def _moment(ticks: int) -> datetime | None:
    """The moment of .NET ticks: 100 nanoseconds each, from the year 1; None beyond the calendar."""
    try:
        return _BEGIN + timedelta(microseconds=ticks // _TICKS_A_MICROSECOND)
    except OverflowError:
        return None
