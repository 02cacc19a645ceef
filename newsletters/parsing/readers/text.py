"""Reads a text: a mail saved or pasted as text, with hard-wrapped lines, doubled line ends and gathered links."""

import re
from itertools import pairwise

from newsletters.parsing.blocks import Document, FileFormat, Link, UnreadableFile, UnreadableFileCode
from newsletters.parsing.mailbox import NOBODY, Mailbox
from newsletters.parsing.readers.charset import clean, decode
from newsletters.parsing.readers.printheader import find_header, shown_header
from newsletters.parsing.readers.text_blocks import BLANK, Line, make_blocks
from newsletters.parsing.readers.text_columns import mark_rows
from newsletters.parsing.readers.text_links import (
    URL,
    Secrets,
    join_broken_links,
    place_references,
    take_links,
    url_of,
)
from newsletters.parsing.readers.text_pictures import without_pictures

# What a mail puts before each line of another that it quotes.
QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
TABS = re.compile(r"(?<=\S) *\t[ \t]*(?=\S)")
UNDERLINE = re.compile(r"\s{0,3}(={3,}|-{3,})\s*")
MARKED = re.compile(r"(?:\*\*|#{1,4}) (?=\S)")  # before a heading, in the texts that senders' programs make
FEW_HEADINGS = 2
ENDS_SENTENCE = re.compile(r"\w{2}[.…]$")
RULE = re.compile(r"\s*--\s*$|\s*(?:[-=_*~#+—–•.·]\s?){4,}\s*$|\s*(?:[*]\s){2,}[*]\s*$")
# A year of daily newsletters has fewer.
MOST_LINES = 400_000
MOST_LINKS = 20_000
TOO_MUCH = "Dit bestand is te groot voor een nieuwsbrief. Upload alleen de nieuwsbrief, of plak de tekst."


def read(data: bytes, mailbox: Mailbox = NOBODY) -> Document:
    """The document in a text file; without words it has no blocks. Raises UnreadableFile for far too much of it.

    mailbox is what is known already of who received it.
    """
    decoded = decode(data)
    # A table that was pasted has tabs between its columns.
    raw = clean(TABS.sub("  ", decoded) if "\t" in decoded else decoded).replace("\f\n", "\n\f")
    raw = re.sub(r"(?<=[^\n\f])\f", "\n\f", raw) if "\f" in raw else raw
    raw = without_quotes(raw)
    numbered = raw.split("\n")
    if len(numbered) > MOST_LINES or raw.count("://") > MOST_LINKS:
        raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_MUCH)
    header = find_header(numbered)
    texts = join_broken_links(without_pictures(raw.replace("\f", "")).split("\n"))
    secrets = Secrets.of(texts, header.recipients, mailbox)
    # Line by line: most have no link at all, as is quick to see.
    plain = [URL.sub(secrets.plain, text) if ":" in text else text for text in texts[header.lines :]]
    shown = secrets.hide("\n".join([""] * header.lines + plain)).split("\n")
    shown[: header.lines] = shown_header(header.subject, header.sender, header.lines)
    lines = [
        make_line(i, text, hidden, secrets) if i >= header.lines and text and not text.isspace() else BLANK
        for i, (text, hidden) in enumerate(zip(texts, shown, strict=True))
    ]
    for i, as_it_came in enumerate(numbered):
        if as_it_came.startswith("\f"):
            lines[i] = Line(number=i) if lines[i] is BLANK else lines[i]
            lines[i].page_start = True
    mark_headings(lines, texts)
    place_references(lines, texts)
    mark_page_starts(lines, texts, header.lines)
    mark_rows(lines, shown)
    return Document(
        format=FileFormat.TEXT,
        text="\n".join(line.rstrip() for line in shown),
        blocks=tuple(make_blocks(lines)),
        subject=header.subject,
        sender=header.sender,
        sender_address=header.sender_address,
        printed_on=header.printed_on,
        mailbox=secrets.mailbox,
    )


def without_quotes(raw: str) -> str:
    """raw without the signs before its lines, where most of it is a mail that was quoted."""
    if "\n>" not in raw:
        return raw
    filled = [line for line in raw.split("\n") if line and not line.isspace()]
    quoted = sum(line.startswith(">") for line in filled)
    return QUOTED.sub("", raw) if 2 * quoted > len(filled) else raw


def make_line(number: int, text: str, hidden: str, secrets: Secrets) -> Line:
    """A line with its urls taken out of its words; hidden is the whole of it without the recipient."""
    line = Line(number=number)
    folded = text.casefold()
    if "http" not in folded and "mailto:" not in folded:
        line.text = " ".join(hidden.split())
        line.rule = not line.text[:1].isalnum() and bool(line.text) and bool(RULE.match(text))
        line.text = "" if line.rule else line.text
        return line
    urls = [url_of(match[0]) for match in URL.finditer(text)]
    left = URL.sub("", text)
    line.only_links = not re.search(r"\w", left)
    if line.only_links:
        line.links = tuple(Link(text="", url=url) for url in urls)
        return line
    line.text, line.links, line.before = take_links(text, secrets)
    return line


def mark_headings(lines: list[Line], texts: list[str]) -> None:
    """Lines with signs about as long below them are headings; a sentence or a link is none, nor a single line."""
    found = [
        (above, line, match[1])
        for above, line in pairwise(lines)
        if above.text and not (above.rule or line.blank) and (match := UNDERLINE.fullmatch(texts[line.number]))
        if 0.6 <= len(match[1]) / len(texts[above.number].strip()) <= 1.6 or MARKED.match(above.text)
    ]
    if len(found) < FEW_HEADINGS:
        return
    for above, line, signs in found:
        line.text, line.rule, line.spaceless = "", False, True
        if not (above.links or ENDS_SENTENCE.search(above.text)):
            above.level = 1 if signs[0] == "=" else 2
        above.text = MARKED.sub("", above.text)


def mark_page_starts(lines: list[Line], texts: list[str], first: int) -> None:
    """A single space before a line marks a page start in an export where no other line has one."""
    filled = [line for line in lines[first:] if line.text and not line.only_links]
    indented = [line for line in filled if (text := texts[line.number]).startswith(" ") and not text[1:2].isspace()]
    if len(filled) >= 10 and len(indented) * 10 <= len(filled):
        for line in indented:
            line.page_start = line.page_start or line is not filled[0]
