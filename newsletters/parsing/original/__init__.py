"""The file as it came, made fit to look at: pages to draw, or the page of a mail without anything active in it."""

from dataclasses import dataclass
from enum import StrEnum

from newsletters.parsing.blocks import Document
from newsletters.parsing.original.drawing import CHANNELS, Dots, draw, measured
from newsletters.parsing.original.markup import make_safe
from newsletters.parsing.read import reader_of
from newsletters.parsing.readers import html, mail, msg, pdf
from newsletters.parsing.readers.forwarded import newsletter_in
from newsletters.parsing.readers.letter import Letter
from newsletters.parsing.readers.mime import open_mail
from newsletters.parsing.readers.outlook import open_message

__all__ = ["CHANNELS", "Dots", "Original", "OriginalKind", "Place", "draw", "look_at"]


class OriginalKind(StrEnum):
    """PAGES: drawn one by one; MARKUP: a page in HTML; TEXT: nothing but its text."""

    PAGES = "pages"
    MARKUP = "markup"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a line of the text stands: on which page, from 0, and where on it, in thousandths of its sides."""

    line: int
    page: int
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What is to be seen of a file. text is that of its Document, in which lines are counted from 0.

    pages counts the pages; places tells where lines stand on them. In markup the element with id "regel-N" holds
    line N, for each N in lines.
    """

    kind: OriginalKind
    text: str
    pages: int = 0
    places: tuple[Place, ...] = ()
    markup: str = ""
    lines: tuple[int, ...] = ()


def look_at(data: bytes, *, max_bytes: int) -> Original:
    """The file in data, fit to look at. Raises UnreadableFile where it could not be read either."""
    reader, data = reader_of(data, max_bytes=max_bytes)
    if reader is pdf.read:
        return look_at_pages(data)
    if reader is html.read:
        return look_at_markup(html.read(data), html.decode_markup(data))
    if reader in (mail.read, msg.read):
        letter = open_mail(data) if reader is mail.read else open_message(data)
        return look_at_letter(reader(data), letter)
    return Original(kind=OriginalKind.TEXT, text=reader(data).text)


def look_at_pages(data: bytes) -> Original:
    document, spots, pages = pdf.read_with_spots(data)
    turns = {page.number: page.turn for page in pages}
    with measured(data) as measure:
        places = tuple(
            Place(line=spot.line, page=spot.page, left=left, top=top, width=width, height=height)
            for spot in spots
            for left, top, width, height in measure.box(spot.page, turns[spot.page], spot.box)
        )
        return Original(kind=OriginalKind.PAGES, text=document.text, pages=measure.count, places=places)


def look_at_markup(document: Document, markup: str) -> Original:
    safe, lines = make_safe(markup, document.text)
    return Original(kind=OriginalKind.MARKUP, text=document.text, markup=safe, lines=lines)


def look_at_letter(document: Document, letter: Letter) -> Original:
    """The page of the mail that was read; nothing but text where it has none, or where its page tells too little."""
    letter, _ = newsletter_in(letter)
    if letter.html.strip():
        original = look_at_markup(document, letter.html)
        if original.lines:
            return original
    return Original(kind=OriginalKind.TEXT, text=document.text)
