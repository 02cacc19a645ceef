"""From the lines of a text to blocks: wrapped lines joined, and breaks where the space is wide or a page ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from newsletters.parsing.blocks import Block, BlockKind, Link
from newsletters.parsing.readers.wrapping import BULLET, Edge, continues, find_edge, join_lines, wraps

WIDE_GAP = 2
TORN_LENGTH = 40
MOST_LINK_WORDS = 20
SENTENCE = re.compile(r"\w{2}[.!?;]\s")
BEHIND = re.compile(r"\W*$|\s*(?:[–—:-]\s|//)")


BREAKS = {kind: Block(kind=kind) for kind in (BlockKind.SECTION_BREAK, BlockKind.PAGE_BREAK)}


@dataclass(slots=True)
class Line:
    """One line: its number, its words without urls, and what it was told to be."""

    number: int
    text: str = ""
    links: tuple[Link, ...] = ()
    page_start: bool = False
    only_links: bool = False
    rule: bool = False
    spaceless: bool = False  # the signs below a heading
    level: int = 0  # of a heading, told by the line of signs below it
    cells: tuple[str, ...] = ()  # of a row in columns
    before: str | None = None  # the words in front of its first link, where they may be those of the link

    @property
    def blank(self) -> bool:
        return not (self.text or self.links or self.rule)


# Of a text most lines are blank: all of them are this one, but for those with a page end.
BLANK = Line(number=-1)


def make_blocks(lines: list[Line]) -> list[Block]:
    """The blocks of the lines, in order, with a break wherever the space is wide or a page ends."""
    filled = [line for line in lines if not line.blank]
    doubled = is_doubled(filled)
    maker = BlockMaker(edge=find_edge(touching(filled, doubled=doubled)))
    blanks = 0
    for line in lines:
        if line.blank:
            blanks += not line.spaceless
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
        if gap or line.only_links or line.level or line.cells or (self.chunk and self.chunk[-1].level):
            self.end_chunk()
        if line.page_start:
            self.break_at(BlockKind.PAGE_BREAK)
        if (gap >= WIDE_GAP and not (links_above and line.only_links)) or line.rule:
            self.break_at(BlockKind.SECTION_BREAK)
        if line.only_links:
            self.add_links(line)
        elif line.cells:
            self.blocks.append(row_of(line, space=gap))
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
                self.blocks.append(BREAKS[kind])
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


def is_doubled(filled: list[Line]) -> bool:
    """Whether every line end was doubled: single blank lines then stand in the middle of sentences.

    filled are the lines that are not blank. One torn sentence is enough where no two lines touch and no small space is
    of an even number of blank lines.
    """
    touching = apart = torn = even = 0
    last: Line | None = None
    for line in filled:
        if line.only_links or line.rule:
            last = None
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


def touching(filled: list[Line], *, doubled: bool) -> Iterator[tuple[str, str]]:
    """The pairs of lines with no space between them."""
    last: Line | None = None
    for line in filled:
        if line.only_links or line.rule:
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


def links_in(part: list[Line]) -> Iterator[Link]:
    """The links of a paragraph; the first with all words before it, where nothing or a dash follows."""
    words = words_before(part)
    for line in part:
        for link in line.links:
            yield replace(link, text=words) if words else link
            words = ""


def words_before(part: list[Line]) -> str:
    """What a paragraph has before its first link, where that may be the link's words; else nothing."""
    place = next((i for i, line in enumerate(part) if line.links), 0)
    before = part[place].before
    if before is None:
        return ""
    whole = join_lines([line.text for line in part])
    begin = join_lines([*(line.text for line in part[:place]), before])
    words = begin[match.end() :] if (match := BULLET.match(begin)) else begin
    behind = whole[len(begin) :] if whole.startswith(begin) else "?"
    if len(words.split()) > MOST_LINK_WORDS or SENTENCE.search(words) or not BEHIND.match(behind):
        return ""
    return words.strip(" :–—-")


def row_of(line: Line, *, space: int) -> Block:
    """The block of a line in columns."""
    return Block(
        kind=BlockKind.ROW,
        text=line.text,
        links=line.links,
        lines=line.cells,
        space_before=space,
        first_line=line.number,
        last_line=line.number,
    )


def make_block(part: list[Line], *, space: int) -> Block:
    """One block of the lines of a paragraph."""
    texts = tuple(line.text for line in part)
    kind = BlockKind.LIST_ITEM if BULLET.match(texts[0]) else BlockKind.PARAGRAPH
    return Block(
        kind=BlockKind.HEADING if part[0].level else kind,
        level=part[0].level or None,
        text=join_lines(texts),
        links=tuple(links_in(part)),
        lines=texts,
        space_before=space,
        first_line=part[0].number,
        last_line=part[-1].number,
    )
