"""Reads a text: a mail saved or pasted as text, with hard-wrapped lines, doubled line ends and gathered links."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter

from newsletters.parsing import links
from newsletters.parsing.blocks import Block, BlockKind, Document, FileFormat, Link, UnreadableFile, UnreadableFileCode
from newsletters.parsing.mailbox import HIDDEN, NOBODY, Mailbox
from newsletters.parsing.readers.charset import clean, decode
from newsletters.parsing.readers.printheader import find_header
from newsletters.parsing.readers.wrapping import BULLET, Edge, continues, find_edge, join_lines, wraps

URL = re.compile(r"<?(?:https?://|mailto:)[^\s<>\"“”]+>?", re.IGNORECASE)
REFERENCE = re.compile(r"\s?\[(\d{1,3})\]")
DEFINITION = re.compile(r"\s*\[(\d{1,3})\]:?\s*<?((?:https?://|mailto:)[^\s<>]+)>?\s*$", re.IGNORECASE)
RULE = re.compile(r"\s*(?:[-=_*~#+—–•.·]\s?){4,}\s*$|\s*(?:[*]\s){2,}[*]\s*$")
ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# A wrapped SafeLink that was broken over lines leaves lines like these, with the recipient in them.
LINK_SCRAP = re.compile(r"(?<!\S)(?:(?:(?!%7C)\S)*+%7C){2}\S*", re.IGNORECASE)

HOST = re.compile(r"^https?://(?:www\.)?([^/?#]*).*$")
NEARBY = 200
WIDE_GAP = 2
TORN_LENGTH = 40
# A year of daily newsletters has fewer.
MOST_LINES = 400_000
MOST_LINKS = 20_000
TOO_MUCH = "Dit bestand is te groot voor een nieuwsbrief. Upload alleen de nieuwsbrief, of plak de tekst."
SAFE_LINK = "safelinks.protection.outlook.com"
SAFE_LINK_REST = re.compile(r"\s*[\w%&=.~+/-]+\s*$")


@dataclass(slots=True)
class Line:
    """One line: its number, its words without urls, and what it was told to be."""

    number: int
    text: str = ""
    links: list[Link] = field(default_factory=list)
    page_start: bool = False
    only_links: bool = False
    rule: bool = False

    @property
    def blank(self) -> bool:
        return not (self.text or self.links or self.rule)


def read(data: bytes, mailbox: Mailbox = NOBODY) -> Document:
    """The document in a text file; without words it has no blocks. Raises UnreadableFile for far too much of it.

    mailbox is what is known already of who received it.
    """
    raw = clean(decode(data)).replace("\f\n", "\n\f")
    numbered = re.sub(r"(?<=[^\n\f])\f", "\n\f", raw).split("\n")
    if len(numbered) > MOST_LINES or raw.count("://") > MOST_LINKS:
        raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_MUCH)
    header = find_header(numbered)
    starts = [line.startswith("\f") for line in numbered]
    texts = join_broken_links([line.replace("\f", "").strip("\n") for line in numbered])
    secrets = Secrets.of(texts, header.recipients, mailbox)
    plain = URL.sub(secrets.plain, "\n".join([""] * header.lines + texts[header.lines :]))
    shown = secrets.hide(plain).split("\n")
    shown[: header.lines] = shown_header(header.subject, header.sender, header.lines)
    lines = [
        Line(number=i) if i < header.lines else make_line(i, text, hidden, secrets)
        for i, (text, hidden) in enumerate(zip(texts, shown, strict=True))
    ]
    for line, starts_page in zip(lines, starts, strict=True):
        line.page_start = starts_page
    place_references(lines, texts)
    mark_page_starts(lines, texts, header.lines)
    return Document(
        format=FileFormat.TEXT,
        text="\n".join(line.rstrip() for line in shown),
        blocks=tuple(make_blocks(lines)),
        subject=header.subject,
        sender=header.sender,
        printed_on=header.printed_on,
        mailbox=secrets.mailbox,
    )


def shown_header(subject: str | None, sender: str | None, count: int) -> list[str]:
    """What the griffier sees of a print header: nobody who received the mail."""
    told = [f"Van: {sender}" if sender else "", f"Onderwerp: {subject}" if subject else ""]
    return (told + [""] * count)[:count]


def join_broken_links(texts: list[str]) -> list[str]:
    """texts with an "<https://…" that was wrapped over lines put back on its first line; no line is removed."""
    for i, text in enumerate(texts):
        if SAFE_LINK in text and "reserved=" not in text.rpartition(SAFE_LINK)[2]:
            join_safe_link(texts, i)
    i = 0
    while i < len(texts):
        opened = texts[i].rfind("<http")
        if opened >= 0 and " " not in texts[i][opened:].rstrip() and ">" not in texts[i][opened:]:
            for j in range(i + 1, min(i + 12, len(texts))):
                head, closed, rest = texts[j].strip().partition(">")
                if " " in head:
                    break
                texts[i] = texts[i].rstrip() + head + closed
                texts[j] = rest
                if closed:
                    break
        i += 1
    return texts


def join_safe_link(texts: list[str], first: int) -> None:
    """Put the rest of a bare SafeLink that was cut into lines back on its first line: the recipient is in the rest."""
    for i in range(first + 1, min(first + 40, len(texts))):
        if not SAFE_LINK_REST.match(texts[i]):
            return
        texts[first] = texts[first].rstrip() + texts[i].strip()
        texts[i] = ""
        if "reserved=" in texts[first]:
            return


@dataclass(frozen=True, slots=True)
class Secrets:
    """Who received the mail, and the links as they may be shown."""

    mailbox: Mailbox
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: list[str], recipients: Iterable[str], mailbox: Mailbox) -> "Secrets":
        """The recipients that the print header and the receipts in Outlook's links name."""
        linked = (text for text in texts if "http" in text.casefold())
        urls = (url_of(match[0]) for text in linked for match in URL.finditer(text))
        names = frozenset(name.lower() for name in recipients)
        told = Mailbox.told_in(" ".join(" ".join(texts).split()))
        return cls(mailbox | links.mailbox_of(urls) | Mailbox(names=names) | told)

    def hide(self, text: str) -> str:
        """text without the recipient."""
        if "%7" in text:
            text = LINK_SCRAP.sub(HIDDEN, text)
        return self.mailbox.hide(text)

    def unwrapped(self, url: str) -> str:
        """A link as a reader may get it; empty where that is none."""
        if url not in self.known:
            self.known[url] = links.unwrap(url, mailbox=self.mailbox)
        return self.known[url]

    def plain(self, match: re.Match[str]) -> str:
        """A link as the griffier may see it: without wrapping; nothing where it names the recipient."""
        url, tail = split_url(match[0])
        clean = self.unwrapped(url)
        # Who clicks a link to unsubscribe, unsubscribes the griffie.
        return (HIDDEN if not clean or links.is_service_link(clean) else clean) + tail


def split_url(found: str) -> tuple[str, str]:
    """A url as found in running text, and the punctuation behind it that belongs to the sentence."""
    if found.startswith("<"):
        return found.strip("<>"), ""
    url = found.rstrip(">").rstrip(".,;:!?'’*")
    # Brackets at the end that the url itself did not open.
    closing = len(url) - len(url.rstrip(")]"))
    unopened = url.count(")") + url.count("]") - url.count("(") - url.count("[")
    url = url[: len(url) - max(0, min(closing, unopened))]
    return url, found[len(url) :].rstrip(">")


def url_of(found: str) -> str:
    return split_url(found)[0]


def make_line(number: int, text: str, hidden: str, secrets: Secrets) -> Line:
    """A line with its urls taken out of its words; hidden is the whole of it without the recipient."""
    line = Line(number=number)
    if not text or text.isspace():
        return line
    folded = text.casefold()
    if "http" not in folded and "mailto:" not in folded:
        line.text = " ".join(hidden.split())
        line.rule = bool(RULE.match(text)) and bool(line.text)
        line.text = "" if line.rule else line.text
        return line
    urls = [url_of(match[0]) for match in URL.finditer(text)]
    left = URL.sub("", text)
    line.only_links = not re.search(r"\w", left)
    if line.only_links:
        line.links = [Link(text="", url=url) for url in urls]
        return line
    line.text, line.links = take_links(text, secrets)
    return line


def take_links(text: str, secrets: Secrets) -> tuple[str, list[Link]]:
    """The words of a line without its urls, and each url with the words it stands on."""
    pieces: list[str] = []
    found: list[Link] = []
    last = 0
    for match in URL.finditer(text):
        pieces.append(text[last : match.start()])
        nearby = text[max(last, match.start() - NEARBY) : match.start()]
        last = match.end()
        url, tail = split_url(match[0])
        bracketed = match[0].startswith("<") or nearby.rstrip().endswith("(")
        found.append(Link(text=secrets.hide(words_of_link(nearby)), url=url))
        # In mid-sentence the host stays, so that the sentence does not fall apart.
        behind = text[last : last + NEARBY]
        if not bracketed and re.match(r"\W*\w", behind) and not re.match(r"\s*<?http", behind):
            pieces.append(HOST.sub(r"\1", secrets.unwrapped(url)))
        pieces.append(tail)
    pieces.append(text[last:])
    words = re.sub(r"[(\[<]\s?[)\]>]", "", "".join(pieces))
    return " ".join(secrets.hide(words).split()).rstrip(" :([<–-").strip(), found


def words_of_link(nearby: str) -> str:
    """The words that a link stands on, from what is just before it; empty where they cannot be told."""
    before = nearby.rstrip(" (<:[-–")
    if address := re.search(r"[^\s<>]{1,64}@[^\s<>]{1,90}$", before):
        return address[0]
    fragment = re.split(r"(?<=[.!?;])\s|[(),:]\s", before)[-1].strip()
    return fragment if len(fragment.split()) <= 8 else ""


def place_references(lines: list[Line], texts: list[str]) -> None:
    """Give each "[1]" in the text its link from the list below it, and take mark and list away.

    A number is looked up in the next list; a list entry that nothing points to stays a gathered link.
    """
    defined: dict[str, list[tuple[int, str]]] = {}
    for line in lines:
        if line.links and (match := DEFINITION.match(texts[line.number])):
            defined.setdefault(match[1], []).append((line.number, url_of(match[2])))
            line.text, line.only_links, line.links = "", True, [Link(text="", url=url_of(match[2]))]
    if not defined:
        return
    for line in lines:
        if not line.text or "[" not in line.text:
            continue
        for match in REFERENCE.finditer(line.text):
            choices = defined.get(match[1], [])
            behind = bisect_right(choices, line.number, key=itemgetter(0))
            if behind == len(choices):
                continue
            place, url = choices[behind]
            label = line.text[max(0, match.start() - NEARBY) : match.start()].rpartition("]")[2].strip()
            line.links.append(Link(text=label if len(label.split()) <= 8 else "", url=url))
            lines[place].links, lines[place].only_links = [], False
        line.text = REFERENCE.sub(lambda m: "" if m[1] in defined else m[0], line.text).strip()


def mark_page_starts(lines: list[Line], texts: list[str], first: int) -> None:
    """A single space before a line marks a page start in an export where no other line has one."""
    filled = [line for line in lines[first:] if line.text and not line.only_links]
    indented = [line for line in filled if re.match(r" \S", texts[line.number])]
    if len(filled) >= 10 and len(indented) * 10 <= len(filled):
        for line in indented:
            line.page_start = line.page_start or line is not filled[0]


def make_blocks(lines: list[Line]) -> list[Block]:
    """The blocks of the lines, in order, with a break wherever the space is wide or a page ends."""
    doubled = is_doubled(lines)
    maker = BlockMaker(edge=find_edge(touching(lines, doubled=doubled)))
    blanks = 0
    for line in lines:
        if line.blank:
            blanks += 1
            if line.page_start:
                maker.break_at(BlockKind.PAGE_BREAK)
            continue
        maker.add(line, gap=blanks // 2 if doubled else blanks)
        blanks = 0
    return maker.finish()


@dataclass(slots=True)
class BlockMaker:
    """Takes lines in order and keeps the run of touching lines that is not yet a block."""

    edge: Edge
    blocks: list[Block] = field(default_factory=list)
    chunk: list[Line] = field(default_factory=list)
    gathered: dict[int, list[Line]] = field(default_factory=dict)
    space: int = 0

    def add(self, line: Line, *, gap: int) -> None:
        """One line that holds something, with gap blank lines above it."""
        links_above = not self.chunk and bool(self.blocks) and self.blocks[-1].kind is BlockKind.LINKS
        if links_above and not line.only_links:
            # A page end has a blank line of its own.
            gap = max(0, gap - 1)
            self.break_at(BlockKind.PAGE_BREAK)
        if gap or line.only_links:
            self.end_chunk()
        if line.page_start:
            self.break_at(BlockKind.PAGE_BREAK)
        if (gap >= WIDE_GAP and not (links_above and line.only_links)) or line.rule:
            self.break_at(BlockKind.SECTION_BREAK)
        if line.only_links:
            self.add_links(line)
        elif not line.rule:
            self.space = self.space if self.chunk else gap
            self.chunk.append(line)

    def break_at(self, kind: BlockKind) -> None:
        """A break, unless there is one of that kind already or nothing to break."""
        self.end_chunk()
        for block in reversed(self.blocks):
            if block.kind is kind:
                return
            if block.kind not in (BlockKind.SECTION_BREAK, BlockKind.PAGE_BREAK):
                self.blocks.append(Block(kind=kind))
                return

    def add_links(self, line: Line) -> None:
        """A line of links, put to the group of links above it where there is one."""
        if not self.blocks or self.blocks[-1].kind is not BlockKind.LINKS:
            self.blocks.append(Block(kind=BlockKind.LINKS, first_line=line.number))
        self.gathered.setdefault(len(self.blocks) - 1, []).append(line)

    def finish(self) -> list[Block]:
        """All blocks, when there are no more lines."""
        self.end_chunk()
        for place, lines in self.gathered.items():
            links_of_all = tuple(link for line in lines for link in line.links)
            self.blocks[place] = replace(self.blocks[place], links=links_of_all, last_line=lines[-1].number)
        return self.blocks

    def end_chunk(self) -> None:
        """Make blocks of the run of touching lines."""
        if self.chunk:
            above = self.above_page_end()
            made = join_chunk(self.chunk, space=self.space, edge=self.edge)
            second = self.chunk[1].text if len(self.chunk) > 1 else None
            if above is not None and wraps(list(above.lines[-2:]), self.chunk[0].text, second, self.edge):
                made[0] = replace(made[0], goes_on=True)
            self.blocks += made
        self.chunk, self.space = [], 0

    def above_page_end(self) -> Block | None:
        """The paragraph above, where nothing but a page end lies between."""
        ends = 0
        for block in reversed(self.blocks):
            if block.kind in (BlockKind.PAGE_BREAK, BlockKind.LINKS):
                ends += 1
            else:
                broken = block.kind is BlockKind.SECTION_BREAK
                return block if ends and not broken and block.lines else None
        return None


def is_doubled(lines: list[Line]) -> bool:
    """Whether every line end was doubled: single blank lines then stand in the middle of sentences.

    One torn sentence is enough where no two lines touch and no small space is of an even number of blank lines.
    """
    touching = apart = torn = even = 0
    last: Line | None = None
    for line in lines:
        if line.blank or line.only_links or line.rule:
            last = last if line.blank else None
            continue
        if last is not None:
            gap = line.number - last.number - 1
            touching += gap == 0 and not line.page_start
            apart += gap == 1
            even += gap in (2, 4)
            torn += gap == 1 and len(last.text) >= TORN_LENGTH and continues(last.text, line.text)
        last = line
    if torn and not touching and not even:
        return True
    return torn >= 2 and apart > 4 * touching and torn * 10 >= apart


def touching(lines: list[Line], *, doubled: bool) -> Iterator[tuple[str, str]]:
    """The pairs of lines with no space between them."""
    last: Line | None = None
    for line in lines:
        if line.blank or line.only_links or line.rule:
            continue
        if last is not None and line.number - last.number - 1 <= doubled:
            yield last.text, line.text
        last = line


def join_chunk(chunk: list[Line], *, space: int, edge: Edge) -> list[Block]:
    """The blocks in a run of touching lines: wrapped lines joined, lines that were ended on purpose kept apart."""
    blocks: list[Block] = []
    part: list[Line] = []
    for i, line in enumerate(chunk):
        following = chunk[i + 1].text if i + 1 < len(chunk) else None
        if part and not wraps([above.text for above in part[-2:]], line.text, following, edge):
            blocks.append(make_block(part, space=0 if blocks else space))
            part = []
        part.append(line)
    blocks.append(make_block(part, space=0 if blocks else space))
    return blocks


def make_block(part: list[Line], *, space: int) -> Block:
    """One block of the lines of a paragraph."""
    texts = tuple(line.text for line in part)
    bullet = BULLET.match(texts[0])
    text = join_lines(texts)
    return Block(
        kind=BlockKind.LIST_ITEM if bullet else BlockKind.PARAGRAPH,
        text=text,
        links=tuple(link for line in part for link in line.links),
        lines=texts,
        space_before=space,
        first_line=part[0].number,
        last_line=part[-1].number,
    )
