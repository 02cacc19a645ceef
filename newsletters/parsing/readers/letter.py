"""A mail as it came, whatever bore it: what its header tells, its bodies, and the mails attached to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.readers import printheader
from newsletters.parsing.readers.charset import clean
from newsletters.parsing.readers.encoded import decode_labelled
from newsletters.parsing.readers.printheader import address_of, names_of, sender_of, subject_of

HERE = ZoneInfo("Europe/Amsterdam")
# A header line is unfolded and decoded up to here; a list of recipients may be long.
LONGEST_VALUE = 4_000
LONGEST_LIST = 100_000
# So many recipients are looked for in the text, those to whom it was delivered first.
MOST_NAMES = 100
NAME = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)", re.DOTALL)
# Who received the mail, or sent it on; Reply-To and From are the sender's.
TO_FIELDS = frozenset([
    "to", "cc", "bcc", "resent-to", "resent-cc", "resent-from", "resent-sender", "delivered-to", "x-delivered-to",
    "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-forwarded-to", "x-forwarded-for",
    "apparently-to", "original-recipient", "x-apparently-to", "x-original-delivered-to", "x-auto-response-for",
    "x-ms-exchange-organization-originalenveloperecipients",
])  # fmt: skip
SHOWN_FIELDS = frozenset(["to", "cc", "bcc"])
RECEIVED_FOR = re.compile(r"\bfor\s+<?([^\s<>;@]{1,64}@[^\s<>;]{1,255})", re.IGNORECASE)
# What somebody encloses for others to read; a picture or a calendar file is no newsletter.
DOCUMENT_NAMES = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".txt", ".htm", ".html")
LONGEST_NAME = 100
# A subject of a mail that was sent on; an answer is none.
FORWARDED = re.compile(r"(?i)(?:(?:re|antw|aw|rép)\s*:\s*){0,5}(?:fwd?|doorst|tr|wg)\s*:")
GUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
TENANT_FIELDS = ("x-ms-exchange-crosstenant-id", "x-ms-exchange-crosstenant-network-message-id")
OUTLOOK_ID_FIELD = "x-ms-exchange-organization-network-message-id"
SIGNS_OF_NO_ADDRESS = ("undisclosed", "niet bekendgemaakt", "recipients:")

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a header tells.

    recipients and ids are those of the mailbox, sender_names those of the sender, all in small letters.
    """

    subject: str | None = None
    is_forward: bool = False
    sender: str | None = None
    sender_address: str | None = None
    sent_on: date | None = None
    message_id: str | None = None
    outlook_id: str | None = None
    recipients: frozenset[str] = frozenset()
    sender_names: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(names=self.recipients, ids=self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail: its envelope and bodies, each empty where there is none.

    attached are the mails within it that are opened already, files those that are still bytes; enclosed are the names
    of the documents that came along.
    """

    envelope: Envelope = field(default_factory=Envelope)
    html: str = ""
    plain: str = ""
    attached: tuple["Letter", ...] = ()
    files: tuple[bytes, ...] = ()
    enclosed: tuple[str, ...] = ()


def enclosed_name(name: str) -> str:
    """The name of an enclosed document as it can be shown; empty where the file is none."""
    shown = tidy(name.replace("\\", "/").rpartition("/")[2])
    return shown[-LONGEST_NAME:] if shown.lower().endswith(DOCUMENT_NAMES) else ""


def fields_of(head: str) -> Fields:
    """The header fields in head, names in small letters, folded lines put together; odd lines are passed over."""
    found: list[tuple[str, list[str]]] = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t"):
            if found:
                found[-1][1].append(line.strip())
        elif match := NAME.match(line):
            found.append((match[1].lower(), [match[2].strip()]))
    return tuple((name, " ".join(parts)[:LONGEST_LIST]) for name, parts in found)


def first(fields: Fields, name: str) -> str:
    """The first value under name; empty where there is none."""
    return next((value for known, value in fields if known == name), "")[:LONGEST_VALUE]


def envelope_of(fields: Fields) -> Envelope:
    """What the header fields tell. Never raises: what cannot be read is left out."""
    sent_by = decode_words(first(fields, "from"))
    sender_names = frozenset(name.lower() for name in names_of(sent_by))
    received = [value for name, value in fields if name == "received"]
    delivered = [match[1].lower() for value in received for match in RECEIVED_FOR.finditer(value[:LONGEST_VALUE])]
    told = sorted((name in SHOWN_FIELDS, value) for name, value in fields if name in TO_FIELDS)
    recipients = dict.fromkeys(delivered[:MOST_NAMES])
    for _, value in told[:MOST_NAMES]:
        recipients |= dict.fromkeys(people_in(decode_words(value)))
    subject = tidy(decode_words(first(fields, "subject")))
    sender, address = who_sent(tidy(sent_by), recipients)
    ids = {found for name in (*TENANT_FIELDS, OUTLOOK_ID_FIELD) if (found := guid_of(first(fields, name)))}
    return Envelope(
        subject=subject_of(subject),
        is_forward=FORWARDED.match(subject) is not None,
        sender=sender,
        sender_address=address,
        sent_on=day_of(first(fields, "date")),
        message_id=message_id_of(first(fields, "message-id")),
        outlook_id=guid_of(first(fields, OUTLOOK_ID_FIELD)),
        recipients=frozenset([name for name in recipients if name not in sender_names][:MOST_NAMES]),
        sender_names=sender_names,
        ids=frozenset(ids),
    )


def who_sent(sender: str, recipients: Iterable[str]) -> tuple[str | None, str | None]:
    """The sender's name and mail address; None for both where the mail went to nobody else, as far as it tells.

    A newsletter may be sent to its sender and to all others unseen; a mailbox that wrote to itself sent none.
    """
    address = address_of(sender)
    addresses = {name for name in recipients if "@" in name}
    if not sender or addresses == {address}:
        return None, None
    return sender_of(sender), address


def people_in(text: str) -> list[str]:
    """The addresses and names in a list of recipients, in small letters; a group without members names nobody."""
    named = [name.lower() for name in names_of(text[:LONGEST_LIST])]
    return [name for name in named if not any(sign in name for sign in SIGNS_OF_NO_ADDRESS)]


def decode_words(value: str) -> str:
    """value with its encoded words ("=?utf-8?q?…?=") made readable; as it is where they are broken."""
    if "=?" not in value:
        return value
    return "".join(decode_piece(value[at : at + LONGEST_VALUE]) for at in range(0, len(value), LONGEST_VALUE))


def decode_piece(value: str) -> str:
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else decode_labelled(part, charset or "")[:LONGEST_VALUE]
        for part, charset in parts
    )


def tidy(text: str) -> str:
    """text on one line, without control characters."""
    return " ".join(clean(text).split())


def day_of(value: str) -> date | None:
    """The day of a Date field as it was in the Netherlands; None where it is not certain."""
    try:
        moment = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return printheader.day_of(value[:200])
    if moment.tzinfo is None and "-0000" not in value:
        return moment.date()
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(HERE).date()
    except (ValueError, OverflowError):
        return None


def message_id_of(value: str) -> str | None:
    """A Message-ID without its brackets and comments."""
    match = re.search(r"<\s*([^<>\s]{1,500})\s*>", value)
    text = match[1] if match else next(iter(value.split()), "")
    return text[:500] or None


def guid_of(value: str) -> str | None:
    """An id of Exchange as 32 small hex digits."""
    match = GUID.search(value.lower())
    return match[0].replace("-", "") if match else None
