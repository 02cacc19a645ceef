"""What a reader hands over: a document as blocks in reading order, whatever the file format was."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from newsletters.parsing.mailbox import NOBODY, Mailbox


class FileFormat(StrEnum):
    """The formats that a reader exists for, by the names that parse_newsletter prints."""

    TEXT = "text"
    PDF = "pdf"
    EML = "eml"
    MSG = "msg"
    HTML = "html"


class BlockKind(StrEnum):
    """What a block looks like. What it means is for the recogniser to say."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    ROW = "row"  # of a table with facts; its lines are its cells, empty ones too
    LINKS = "links"  # links gathered at a page end, without the words they stood on
    SECTION_BREAK = "section_break"  # wider space, a rule or a picture
    PAGE_BREAK = "page_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it stands in the file, wrapping and all; text is empty where the words are not known."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading, list item, group of links or break.

    text has its hard-wrapped lines joined. level is a heading's depth where the format tells it, 1 for the
    highest. space_before counts blank lines in a text; None where the format has no such thing. first_line
    and last_line are 0-based lines of the original text, both inclusive, so that a review page can point there.
    goes_on: the block is the rest of the paragraph above the page end. size is the height of its letters against
    that of the document's ordinary text (1.0); None where the format does not tell. is_bold: all of its words are;
    lead is what it begins with in bold letters, where the rest is not bold.
    """

    kind: BlockKind
    text: str = ""
    level: int | None = None
    links: tuple[Link, ...] = ()
    lines: tuple[str, ...] = ()
    space_before: int | None = None
    goes_on: bool = False
    size: float | None = None
    is_bold: bool = False
    lead: str = ""
    first_line: int | None = None
    last_line: int | None = None

    def without(self, mailbox: Mailbox) -> "Block":
        """The block with nothing that names the mailbox in its words; its links keep their urls as they came."""
        return self.worded(mailbox.hide) if mailbox else self

    def worded(self, change: Callable[[str], str]) -> "Block":
        """The block with all of its words changed; its links keep their urls as they came."""
        text, lead = change(self.text), change(self.lead)
        lines = tuple([change(line) for line in self.lines])
        links = tuple([Link(text=change(link.text), url=link.url) for link in self.links])
        if (text, lead, lines, links) == (self.text, self.lead, self.lines, self.links):
            return self
        return replace(self, text=text, lead=lead, lines=lines, links=links)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A read file. What a header did not tell is None; text is the original as a person would read it.

    mailbox is whatever the whole file tells of who received it, so that nobody who reads the newsletter sees that.
    enclosed are the names of documents that came along with a mail and were not read.
    """

    format: FileFormat
    text: str
    blocks: tuple[Block, ...]
    subject: str | None = None
    sender: str | None = None
    sender_address: str | None = None  # in small letters
    sent_on: date | None = None  # the day in a mail's own header
    printed_on: date | None = None  # the day in the header of a printed mail
    message_id: str | None = None
    outlook_id: str | None = None
    mailbox: Mailbox = NOBODY
    enclosed: tuple[str, ...] = ()


class UnreadableFileCode(StrEnum):
    """Why a file could not be read; the codes are part of parse_newsletter's output."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NO_TEXT = "no_text"
    TOO_COSTLY = "too_costly"


class UnreadableFile(Exception):
    """A file that gives no document. message is one Dutch sentence for the griffier that says what to do."""

    def __init__(self, code: UnreadableFileCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
