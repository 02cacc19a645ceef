"""From runs of letters to blocks: paragraphs, headings and list items with their links in place."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from newsletters.parsing.blocks import Block, BlockKind, Link
from newsletters.parsing.readers.charset import clean
from newsletters.parsing.readers.html_style import ORDINARY

WEB = re.compile(r"\s*(?:https?:|mailto:|//)", re.IGNORECASE)
WORDS = re.compile(r"[^\W_]")
BULLET = re.compile(r"[•·●○◦▪■‣➤►▸*–—o§-]")
LISTED = re.compile(r"[•·●▪■‣➤►▸][\s\xa0]+(?=\S)")
BREAKS = (BlockKind.SECTION_BREAK, BlockKind.PAGE_BREAK)


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of letters looks, and what it stands in. link and item are numbers, 0 for none."""

    px: float = ORDINARY
    bold: bool = False
    level: int = 0
    item: int = 0
    link: int = 0
    keep: bool = False  # line ends count, as in <pre>
    background: str = ""
    row: bool = False  # in a table with facts, whose cells hold no paragraphs


@dataclass(slots=True)
class Row:
    """One line of a paragraph in the making."""

    runs: list[tuple[str, Style]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(text for text, _ in self.runs).split())

    def lead(self) -> str:
        """The words in bold that it begins with; signs between words count as what they stand in."""
        found: list[str] = []
        for text, style in self.runs:
            if not style.bold and WORDS.search(text):
                break
            found.append(text)
        while found and not WORDS.search(found[-1]):
            found.pop()
        return " ".join("".join(found).split())

    def look(self) -> tuple[float, bool]:
        """The height of most of its letters, and whether all of its words are bold."""
        heights: Counter[float] = Counter()
        bold = True
        for text, style in self.runs:
            letters = len(text.strip())
            if letters:
                heights[style.px] += letters
                bold = bold and (style.bold or not WORDS.search(text))
        return (heights.most_common(1)[0][0], bold) if heights else (ORDINARY, False)


@dataclass(slots=True)
class BlockMaker:
    """Takes runs, line ends and borders in order and makes blocks of them; sizes are in pixels until finish."""

    blocks: list[Block] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    heights: Counter[float] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=lambda: [Row()])
    cells: list[Row] = field(default_factory=list)
    pictures: list[tuple[str, int, bool]] = field(default_factory=list)  # words, link, and whether text came before
    blanks: int = 0
    last_item: int = 0
    bulleted: bool = False  # the sign of a list item was a paragraph, or a cell, of its own

    def open_link(self, href: str) -> int:
        """The number of a link; 0 where the address is none to keep."""
        if not WEB.match(href):
            return 0
        self.links.append(clean(href).strip())
        return len(self.links)

    def add(self, text: str, style: Style) -> None:
        """A run of letters."""
        if text.strip():
            if self.blanks >= 2:
                self.flush()
            self.blanks = 0
        elif not self.rows[-1].runs:
            return
        self.rows[-1].runs.append((text, style))

    def end_line(self, *, stay: bool = False) -> None:
        """A <br>: the second in a row ends the paragraph. stay: in a cell that is one line it is a space."""
        if stay:
            self.add(" ", Style())
            return
        self.blanks += 1
        if self.rows[-1].runs:
            self.rows.append(Row())

    def end_cell(self) -> None:
        """The end of a cell in a table with facts."""
        self.cells.append(self.rows[-1])
        self.rows, self.blanks = [Row()], 0

    def end_row(self) -> None:
        """The end of a row in a table with facts, which is a block; none where all cells are empty."""
        cells, self.cells = self.cells, []
        whole = Row([run for cell in cells for run in cell.runs])
        if not whole.text:
            return
        px, bold = whole.look()
        lines = tuple(cell.text for cell in cells)
        self.blocks.append(
            Block(
                kind=BlockKind.ROW,
                text=" | ".join(line for line in lines if line),
                links=self.links_in(whole),
                lines=lines,
                size=px,
                is_bold=bold,
            )
        )

    def add_picture(self, alt: str, style: Style) -> None:
        """A picture: its words count in a heading, and in a link that has no other words."""
        alt = " ".join(clean(alt).split())
        if style.level and alt:
            self.add(f" {alt} ", style)
        elif style.link:
            self.pictures.append((alt, style.link, any(row.text for row in self.rows)))

    def border(self, begin: int | None = None) -> None:
        """A line across the page; or the edges of a box with all blocks from begin on, if it holds more than one."""
        self.flush()
        if begin is not None:
            if len(self.blocks) - begin < 2:
                return
            if begin and BlockKind.SECTION_BREAK not in (self.blocks[begin - 1].kind, self.blocks[begin].kind):
                self.blocks.insert(begin, Block(kind=BlockKind.SECTION_BREAK))
        if self.blocks and self.blocks[-1].kind is not BlockKind.SECTION_BREAK:
            self.blocks.append(Block(kind=BlockKind.SECTION_BREAK))

    def flush(self) -> None:
        """End the paragraph."""
        if len(self.rows) == 1 and not self.rows[0].runs and not self.pictures:
            self.blanks = 0
            return
        rows = [row for row in self.rows if row.text]
        pictures = self.pictures
        self.rows, self.pictures, self.blanks = [Row()], [], 0
        worded = {style.link for row in rows for text, style in row.runs if style.link and WORDS.search(text)}
        self.put_pictures(pictures, worded, behind=False)
        part: list[Row] = []
        for row in rows:
            if part and (sets_apart(part[-1], row) or is_click(part[-1]) != is_click(row) or is_next(part[-1], row)):
                self.make(part)
                part = []
            part.append(row)
        if part:
            self.make(part)
        self.put_pictures(pictures, worded, behind=True)

    def put_pictures(self, pictures: list[tuple[str, int, bool]], worded: set[int], *, behind: bool) -> None:
        """The links that only pictures bear, before or behind the words of the paragraph as they stood there."""
        alone = [(alt, link) for alt, link, follows in pictures if link not in worded and follows is behind]
        if alone:
            found = tuple(Link(text=alt, url=self.links[link - 1]) for alt, link in alone)
            self.blocks.append(Block(kind=BlockKind.PARAGRAPH, links=found))

    def make(self, rows: list[Row]) -> None:
        """One block of lines that look the same, or whose first is no heading to the others."""
        whole = Row([run for row in rows for run in row.runs])
        if BULLET.fullmatch(whole.text):
            self.bulleted = True
            return
        lines = tuple(row.text for row in rows)
        if sign := LISTED.match(lines[0]):
            lines = (lines[0][sign.end() :], *lines[1:])
            self.bulleted = True
        px, bold = whole.look()
        styles = [style for text, style in whole.runs if text.strip()]
        level = max((style.level for style in styles), default=0)
        item = styles[0].item
        kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
        if not level and (self.bulleted or (item and item != self.last_item)):
            kind = BlockKind.LIST_ITEM
        self.bulleted = False
        self.last_item = item or self.last_item
        self.heights[px] += 0 if level else sum(map(len, lines))
        self.blocks.append(
            Block(
                kind=kind,
                text=" ".join(lines),
                level=level or None,
                links=self.links_in(whole),
                lines=lines,
                size=px,
                is_bold=bold,
                lead="" if bold else whole.lead(),
            )
        )

    def links_in(self, row: Row) -> tuple[Link, ...]:
        """The links with the words they cover, in order."""
        words: dict[int, str] = {}
        for text, style in row.runs:
            if style.link:
                words[style.link] = words.get(style.link, "") + text
        return tuple(
            Link(text=" ".join(text.split()), url=self.links[link - 1]) for link, text in words.items() if text.strip()
        )

    def finish(self) -> list[Block]:
        """The blocks, with sizes against the ordinary one and without borders that set nothing apart."""
        self.flush()
        ordinary = self.heights.most_common(1)[0][0] if self.heights else ORDINARY
        sized = [
            block if block.size is None else replace(block, size=round(block.size / ordinary, 2))
            for block in self.blocks
        ]
        while sized and sized[-1].kind in BREAKS:
            sized.pop()
        return sized


def sets_apart(row: Row, below: Row) -> bool:
    """Whether one of two lines stands out so much from the other that they are not of the same paragraph."""
    (height, bold), (next_height, next_bold) = row.look(), below.look()
    if height > 1.1 * next_height or next_height > 1.1 * height:
        return True
    return bold and (height, bold) != (next_height, next_bold)


def is_click(row: Row) -> bool:
    """Whether all words of a line are a link."""
    return all(style.link for text, style in row.runs if WORDS.search(text))


def is_next(row: Row, below: Row) -> bool:
    """Whether two lines that are links are two of them."""
    links = {style.link for text, style in row.runs if text.strip()}
    return is_click(below) and not links & {style.link for text, style in below.runs if text.strip()}
