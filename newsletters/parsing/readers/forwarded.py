"""From a mail to the newsletter in it: its own body, the mail that was sent on within it, or one attached to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsletters.parsing.blocks import Block, Document, FileFormat, UnreadableFile, UnreadableFileCode
from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.readers import html, text
from newsletters.parsing.readers.charset import clean
from newsletters.parsing.readers.compound import MAGIC
from newsletters.parsing.readers.letter import Envelope, Letter
from newsletters.parsing.readers.mime import open_mail
from newsletters.parsing.readers.outlook import open_message
from newsletters.parsing.readers.printheader import PrintHeader, label_of, names_of, next_header, shown_header
from newsletters.parsing.readers.wrapping import join_lines

# A newsletter has more words than who sends one on writes above it, signature and disclaimer included.
MOST_WORDS_ABOVE = 250
MOST_LINES_ABOVE = 400
MOST_FORWARDS = 6
MOST_LETTERS = 3_000_000
MOST_MARKUP = 8_000_000
# A plain text has this many times the words of a page only where the page is not the newsletter.
FAR_MORE = 3
MARKER = re.compile(
    r"(?i)[\s>*_-]{0,80}(?:begin\s|einde\s)?(?:oorspronkelijk\s?bericht|doorgestuurd(?:e)?\s(?:bericht|e-?mail)|"
    r"original\smessage|forwarded\smessage|message\stransféré|message\sd.origine|weitergeleitete\snachricht|"
    r"ursprüngliche\snachricht|begin\sforwarded\smessage|début\sdu\smessage)[^\w]{0,80}"
    r"(?:(?:from|van)\b.{0,200})?$"
)
QUOTED = re.compile(r">[ ]?")
NO_TEXT = (
    "In deze e-mail staat geen tekst die we kunnen lezen. Misschien staat de nieuwsbrief in een plaatje of een "
    "bijlage: upload dan de bijlage zelf, of plak de tekst."
)
TOO_MUCH = "Deze e-mail is te groot voor een nieuwsbrief. Upload alleen de nieuwsbrief, of plak de tekst."


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """The header of a mail that was sent on: where it begins, itself, and who had the mail before."""

    begin: int
    header: PrintHeader
    people: frozenset[str]


def document_of(letter: Letter, *, kind: FileFormat) -> Document:
    """The newsletter in a letter. Raises UnreadableFile where it has no text, or far too much."""
    letter, mailbox = newsletter_in(letter)
    if len(letter.plain) > MOST_LETTERS or len(letter.html) > MOST_MARKUP:
        raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_MUCH)
    envelope = letter.envelope
    by_whom = envelope.sender_names
    read = read_page(letter, mailbox, by_whom) or read_plain(letter, mailbox, by_whom)
    if read is None:
        raise UnreadableFile(UnreadableFileCode.NO_TEXT, NO_TEXT)
    document, forwarded = read
    document = replace(document, format=kind, enclosed=letter.enclosed)
    return addressed(document, envelope, forwarded=forwarded)


def addressed(document: Document, envelope: Envelope, *, forwarded: bool) -> Document:
    """The document with what its header tells: that of the newsletter, and never that of who sent it on."""
    if forwarded:
        return replace(document, subject=document.subject or envelope.subject)
    document = replace(document, subject=envelope.subject or document.subject)
    if envelope.is_forward:
        # Sent on without a word of when and by whom it was sent first.
        return hide(document, Mailbox(names=envelope.sender_names))
    return replace(
        document,
        sender=envelope.sender,
        sender_address=envelope.sender_address,
        sent_on=envelope.sent_on,
        message_id=envelope.message_id,
        outlook_id=envelope.outlook_id,
    )


def newsletter_in(letter: Letter) -> tuple[Letter, Mailbox]:
    """The letter itself, or the one attached to it where that is the newsletter; and who received any of them."""
    mailbox = letter.envelope.mailbox
    for _ in range(MOST_FORWARDS):
        originals = [*letter.attached, *opened(letter.files)]
        if not originals:
            break
        own, weights = words_in(letter), [weight(original) for original in originals]
        heaviest = max(weights)
        if own > MOST_WORDS_ABOVE or heaviest <= own:
            break
        original = originals[weights.index(heaviest)]
        senders = letter.envelope.sender_names - original.envelope.sender_names
        mailbox |= Mailbox(names=senders) | original.envelope.mailbox
        letter = replace(original, enclosed=(*letter.enclosed, *original.enclosed))
    names = mailbox.names - letter.envelope.sender_names
    return letter, Mailbox(names=names, ids=mailbox.ids)


def opened(files: tuple[bytes, ...]) -> Iterator[Letter]:
    """The mails in files; one that cannot be opened is passed over."""
    for data in files:
        try:
            yield open_message(data) if data.startswith(MAGIC) else open_mail(data)
        except UnreadableFile:
            continue


def weight(letter: Letter) -> int:
    """The words of a letter or of a letter in it, whichever has most; the readers limit how deep letters lie."""
    return max([words_in(letter), *(weight(inner) for inner in letter.attached)])


def words_in(letter: Letter) -> int:
    if len(letter.plain) > MOST_LETTERS or len(letter.html) > MOST_MARKUP:
        return MOST_LETTERS
    page = html.read_markup(letter.html).text if letter.html.strip() else ""
    return max(count_words(page), count_words(letter.plain))


def count_words(written: str) -> int:
    return sum((word.isalpha() or any(map(str.isalpha, word))) and "://" not in word for word in written.split())


def read_page(letter: Letter, mailbox: Mailbox, by_whom: frozenset[str]) -> tuple[Document, bool] | None:
    """The page of a letter, and whether it was sent on; None where the letter has none, or its text says far more."""
    if not letter.html.strip():
        return None
    document = html.read_markup(letter.html, mailbox)
    words = count_words(document.text)
    if words * FAR_MORE < count_words(letter.plain) or not words:
        return None
    lines = document.text.split("\n")
    forward = find_forward(lines)
    if forward is None:
        if document.sender is None:
            return document, False
        return hide(document, Mailbox(names=others(by_whom, document.sender))), True
    header = forward.header
    shown = shown_header(header.subject, header.sender, header.lines) + lines[header.lines :]
    document = replace(
        document,
        text="\n".join(shown),
        blocks=tuple(behind(document.blocks, header.lines)),
        subject=header.subject or document.subject,
        sender=header.sender,
        sender_address=header.sender_address,
        # The reader of pages takes a header at the top away, day and all, before it is found here.
        printed_on=header.printed_on or (document.printed_on if header.sender == document.sender else None),
    )
    return hide(document, Mailbox(names=people(forward, by_whom))), True


def read_plain(letter: Letter, mailbox: Mailbox, by_whom: frozenset[str]) -> tuple[Document, bool] | None:
    """The plain text of a letter, and whether it was sent on; None where it has no letters."""
    lines = clean(letter.plain).split("\n")
    if not any(map(str.isalpha, letter.plain)):
        return None
    forward = None
    for _ in range(MOST_FORWARDS):
        lines = unquoted(lines)
        found = find_forward(lines)
        if found is None:
            break
        lines = lines[found.begin :]
        seen: frozenset[str] = forward.people if forward else frozenset()
        forward = replace(found, people=found.people | seen)
        if found.begin == 0:
            break
    if forward is not None:
        mailbox |= Mailbox(names=people(forward, by_whom))
    document = text.read("\n".join(lines).encode("utf-8", "ignore"), mailbox)
    return document, forward is not None or document.sender is not None


def people(forward: Forward, by_whom: frozenset[str]) -> frozenset[str]:
    """Who had the mail and who sent it on; not its first sender."""
    return forward.people | others(by_whom, forward.header.sender)


def others(by_whom: frozenset[str], sender: str | None) -> frozenset[str]:
    """The names of who sent a mail on; none where that is its sender."""
    return frozenset() if (sender or "").lower() in by_whom else by_whom


def hide(document: Document, mailbox: Mailbox) -> Document:
    """The document without what names those in mailbox."""
    if not mailbox:
        return document
    return replace(
        document,
        text="\n".join(mailbox.hide(line) for line in document.text.split("\n")),
        blocks=tuple(block.without(mailbox) for block in document.blocks),
        mailbox=document.mailbox | mailbox,
    )


def behind(blocks: tuple[Block, ...], line: int) -> Iterator[Block]:
    """The blocks from line on; of a paragraph that begins above it only the rest."""
    started = False
    for block in blocks:
        if started or (block.first_line is not None and block.first_line >= line):
            started = True
            yield block
        elif block.first_line is not None and block.last_line is not None and block.last_line >= line and block.lines:
            started = True
            rest = block.lines[line - block.first_line :]
            yield replace(block, lines=rest, text=join_lines(rest), first_line=line)


def find_forward(lines: list[str]) -> Forward | None:
    """The innermost header of a mail that was sent on, below no more than a note; None where there is none."""
    found: Forward | None = None
    start = 0
    seen: frozenset[str] = frozenset()
    for _ in range(MOST_FORWARDS):
        following = next_forward(lines, start)
        if following is None:
            break
        begin, header = following
        if found is not None and found.header.sender:
            seen |= frozenset(name_of(found.header.sender))
        seen |= frozenset(name.lower() for name in header.recipients)
        found = Forward(begin=begin, header=header, people=seen)
        start = header.lines
    return found


def name_of(sender: str) -> list[str]:
    return [name.lower() for name in names_of(sender)]


def next_forward(lines: list[str], start: int) -> tuple[int, PrintHeader] | None:
    """Where the next header begins, its marker included, and the header; it needs a marker or three of its lines."""
    words = 0
    marker: int | None = None
    for place in range(start, min(len(lines), start + MOST_LINES_ABOVE)):
        line = lines[place]
        if not line.strip():
            continue
        if len(line) < 300 and MARKER.match(line):
            marker = place
            continue
        label = label_of(line)
        if label is not None and (label[0] == "from" or marker is not None):
            header = next_header(lines, place)
            if header is not None and (marker is not None or is_whole(header)):
                return place if marker is None else marker, header
        words += len(line.split())
        if words > MOST_WORDS_ABOVE:
            return None
    return None


def is_whole(header: PrintHeader) -> bool:
    """Whether a header without a marker tells enough to be one."""
    return header.subject is not None and (header.printed_on is not None or bool(header.recipients))


def unquoted(lines: list[str]) -> list[str]:
    """The lines without the sign of quoting, where nearly all behind a marker or a first quoted line have it."""
    first = next((place for place, line in enumerate(lines[:MOST_LINES_ABOVE]) if line.startswith(">")), None)
    if first is None:
        return lines
    filled = [line for line in lines[first:] if line.strip()]
    if sum(line.startswith(">") for line in filled) < 0.8 * len(filled):
        return lines
    return lines[:first] + [QUOTED.sub("", line, count=1) if line.startswith(">") else line for line in lines[first:]]
