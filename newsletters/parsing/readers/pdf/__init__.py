"""Reads a PDF: a newsletter printed from a browser, Outlook or Word, with the look of its letters and its links."""

from functools import cache

from newsletters.parsing import links
from newsletters.parsing.blocks import Document, FileFormat
from newsletters.parsing.readers.pdf import limits
from newsletters.parsing.readers.pdf.margins import Sheet, strip_margins, take_header, title_of
from newsletters.parsing.readers.pdf.order import in_reading_order, with_labels, with_pictures
from newsletters.parsing.readers.pdf.pages import Page, ShapeKind
from newsletters.parsing.readers.pdf.paragraphs import Spot, make_blocks
from newsletters.parsing.readers.pdf.pdfium import read_pages
from newsletters.parsing.readers.pdf.rows import Piece, make_pieces, picture_links
from newsletters.parsing.readers.printheader import shown_header
from newsletters.parsing.readers.text_links import Secrets, join_broken_links

__all__ = ["read"]


def read(data: bytes) -> Document:
    """The document in a PDF. Raises UnreadableFile for one that is locked, damaged, without text or too long."""
    return read_with_spots(data)[0]


def read_with_spots(data: bytes) -> tuple[Document, list[Spot], list[Page]]:
    """The document, where each line of its text stands, and its pages. Raises as read does."""
    pages, title = read_pages(data)
    urls = {url for page in pages for run in page.runs for _, url in run.parts if url}
    urls |= {anchor.url for page in pages for anchor in page.anchors}
    sheets = [Sheet(page.box, make_pieces(page)) for page in pages]
    if not any(char.isalpha() for sheet in sheets for piece in sheet.pieces for char in piece.text):
        raise limits.no_text(pictures=any(has_picture(page) for page in pages))
    strip_margins(sheets)
    header = take_header(sheets[0])
    text = shown_header(header.subject, header.sender, 2) if header.lines else []
    lines: list[Piece] = []
    for page, sheet in zip(pages, sheets, strict=True):
        lines += with_pictures(with_labels(in_reading_order(sheet.pieces, page.box)), picture_links(page))
    blocks, spots = make_blocks(lines, {page.number: page.shapes for page in pages}, text)
    # A link in the words may be cut into lines, and its end tells whom it was made for.
    secrets = Secrets.of(join_broken_links([*text]), header.recipients, links.mailbox_of(sorted(urls)))
    shown = cache(secrets.shown)  # a line comes again in its block
    subject = header.subject or title_of(title)
    document = Document(
        format=FileFormat.PDF,
        text="\n".join(shown(line) for line in text),
        blocks=tuple(block.worded(shown) for block in blocks),
        subject=secrets.mailbox.hide(subject) if subject else None,
        sender=header.sender,
        sender_address=header.sender_address,
        printed_on=header.printed_on,
        mailbox=secrets.mailbox,
    )
    return document, spots, pages


def has_picture(page: Page) -> bool:
    return any(shape.kind is ShapeKind.PICTURE for shape in page.shapes)
