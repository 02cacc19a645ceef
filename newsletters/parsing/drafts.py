"""What recognising hands over: a newsletter with its items, events and links, as far as the file tells."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from newsletters.parsing.blocks import FileFormat


class LinkKind(StrEnum):
    """direct: the address itself; tracked: the sender's click tracker, true address not in the file; mail: mailto."""

    DIRECT = "direct"
    TRACKED = "tracked"
    MAIL = "mail"


class DateBasis(StrEnum):
    """Where the newsletter's day was found."""

    MAIL_HEADER = "mail_header"
    PRINT_HEADER = "print_header"
    LINK_RECEIPT = "link_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLink:
    """A cleaned link. text is what the reader clicks; empty where the file does not tell."""

    text: str
    url: str
    kind: LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """One story. title or theme None: the file names none.

    missing_links holds the words of each call to action whose link is not known for sure. first_line and
    last_line point into Document.text, 0-based and inclusive; None where the format has no lines.
    """

    title: str | None
    theme: str | None
    summary: str
    links: tuple[DraftLink, ...] = ()
    missing_links: tuple[str, ...] = ()
    first_line: int | None = None
    last_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEvent:
    """Something to put in the agenda. Unknown is None; ends_on is inclusive and None for one day.

    item is the index of the item it came from, sentence the words it was read from. weekday_agrees is None
    where the text names no weekday.
    """

    title: str
    starts_on: date | None
    ends_on: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    location: str | None = None
    item: int
    sentence: str = ""
    weekday_agrees: bool | None = None


ENCLOSED_CODE = "document_enclosed"  # the code of a warning: a document came with the mail, and was not read


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseWarning:
    """Something the griffier must look at: a stable code and a Dutch sentence. item is an index or None."""

    code: str
    message: str
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftNewsletter:
    """A whole newsletter as recognised. No items: nothing in the file looks like a newsletter.

    source is what the newsletter calls itself; sender and sender_address are who sent it first, as its header tells,
    and None where that may be the griffie itself. is_from_near: that address is in the griffie's own domain, so that it
    may as well be a colleague who made the mail anew.
    """

    format: FileFormat
    text: str
    source: str | None = None
    sender: str | None = None
    sender_address: str | None = None
    is_from_near: bool = False
    title: str | None = None
    published_on: date | None = None
    published_on_basis: DateBasis | None = None
    next_issue_on: date | None = None
    message_id: str | None = None
    outlook_id: str | None = None
    items: tuple[DraftItem, ...] = ()
    events: tuple[DraftEvent, ...] = ()
    unplaced_links: tuple[DraftLink, ...] = ()
    warnings: tuple[ParseWarning, ...] = ()
