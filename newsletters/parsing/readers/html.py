"""Reads HTML: a saved web page, or the HTML body of a mail."""

import re
from dataclasses import replace
from functools import cache

from newsletters.parsing import links
from newsletters.parsing.blocks import Block, BlockKind, Document, FileFormat, UnreadableFile, UnreadableFileCode
from newsletters.parsing.mailbox import NOBODY, Mailbox
from newsletters.parsing.readers.charset import BOMS, clean, decode, is_utf16
from newsletters.parsing.readers.html_tree import parse
from newsletters.parsing.readers.html_walk import blocks_in
from newsletters.parsing.readers.printheader import PrintHeader, find_header, shown_header
from newsletters.parsing.readers.text_links import Secrets

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
HEAD = 8192
# Only these: Python also has codecs that are no charsets at all.
KNOWN_CHARSET = re.compile(r"(?:windows-|cp)125\d|iso-8859-\d{1,2}|macintosh|utf-8|utf8|us-ascii|latin-?1")
AS_CP1252 = ("iso-8859-1", "us-ascii", "latin1", "latin-1", "windows-1252", "cp1252")
PLACEHOLDER = re.compile(r"\*\||\{\{|%%|\[\[")
LONGEST_SUBJECT = 300
NO_TEXT = (
    "Op deze webpagina staat geen tekst die we kunnen lezen, alleen plaatjes of niets. "
    "Upload de nieuwsbrief zelf, of plak de tekst."
)


def read(data: bytes) -> Document:
    """The document in an HTML file. Raises UnreadableFile for one without words, or with far too much in it."""
    document = read_markup(decode_markup(data))
    if not any(char.isalpha() for char in document.text):
        raise UnreadableFile(UnreadableFileCode.NO_TEXT, NO_TEXT)
    return document


def read_markup(markup: str, mailbox: Mailbox = NOBODY) -> Document:
    """The document in markup. What is known of the mailbox it came to is hidden in text and blocks."""
    tree = parse(markup)
    title = tree.css_first("head > title")
    subject = " ".join(clean(title.text() if title is not None else "").split())
    blocks, lines = numbered(blocks_in(tree))
    header = find_header(lines)
    linked = links.mailbox_of(link.url for block in blocks for link in block.links)
    secrets = Secrets.of(lines, header.recipients, mailbox | linked)
    mailbox = secrets.mailbox
    shown = cache(secrets.shown)  # a line comes again in its block
    lines = [shown(line) for line in lines]
    if header.lines:
        lines[: header.lines] = shown_header(header.subject, header.sender, header.lines)
    told = subject if 0 < len(subject) <= LONGEST_SUBJECT and not PLACEHOLDER.search(subject) else None
    return Document(
        format=FileFormat.HTML,
        text="\n".join(lines),
        blocks=tuple(block.worded(shown) for block in behind(blocks, header)),
        subject=header.subject or (mailbox.hide(told) if told else None),
        sender=header.sender,
        sender_address=header.sender_address,
        printed_on=header.printed_on,
        mailbox=mailbox,
    )


def blocks_of(markup: str, mailbox: Mailbox = NOBODY) -> tuple[tuple[Block, ...], str]:
    """The blocks of markup, and the readable text that their line numbers point into."""
    document = read_markup(markup, mailbox)
    return document.blocks, document.text


def decode_markup(data: bytes) -> str:
    """The text of an HTML file: by its mark, as UTF-8 where it is that for sure, by what it says, else cp1252."""
    if data.startswith(tuple(bom for bom, _ in BOMS)) or is_utf16(data):
        return decode(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    match = META_CHARSET.search(data[:HEAD])
    charset = match[1].decode("ascii", "ignore").lower() if match else ""
    if not KNOWN_CHARSET.fullmatch(charset) or charset in ("utf-8", "utf8"):
        return decode(data)
    return data.decode("cp1252" if charset in AS_CP1252 else charset, "ignore")


def numbered(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """The blocks with their lines, and those lines: an empty one between blocks, none between list items."""
    found: list[Block] = []
    lines: list[str] = []
    above: BlockKind | None = None
    for block in blocks:
        if not block.text:
            found.append(replace(block, first_line=len(lines), last_line=len(lines)) if block.links else block)
            continue
        listed = block.kind is BlockKind.LIST_ITEM
        if lines and not (listed and above is BlockKind.LIST_ITEM):
            lines.append("")
        first = len(lines)
        lines += [f"- {line}" if listed and place == 0 else line for place, line in enumerate(block.lines)]
        found.append(replace(block, first_line=first, last_line=len(lines) - 1))
        above = block.kind
    last = max(0, len(lines) - 1)
    return [
        replace(block, first_line=last, last_line=last) if (block.first_line or 0) > last else block for block in found
    ], lines or [""]


def behind(blocks: list[Block], header: PrintHeader) -> list[Block]:
    """The blocks below the header of a printed or forwarded mail."""
    if not header.lines:
        return blocks
    return [block for block in blocks if block.first_line is None or block.first_line >= header.lines]
