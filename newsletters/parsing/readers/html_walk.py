"""Walks the tree of a mail once, in reading order, and tells the maker of blocks what is seen on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newsletters.parsing.blocks import Block, UnreadableFile, UnreadableFileCode
from newsletters.parsing.readers.charset import clean
from newsletters.parsing.readers.html_blocks import BULLET, BlockMaker, Style
from newsletters.parsing.readers.html_style import (
    HEADINGS,
    PLAIN,
    UNSEEN,
    Look,
    Sheet,
    font_size,
    look_of,
    merge,
    read_sheet,
)
from newsletters.parsing.readers.html_tree import TOO_MUCH

MOST_NODES = 600_000

UNSEEN_TAGS = frozenset((
    "head", "script", "style", "title", "template", "svg", "math", "object", "iframe", "textarea", "select", "option",
    "map", "audio", "video", "canvas", "noembed", "noframes", "datalist", "meta", "link", "base", "xml", "-comment",
    "!doctype", "input",
))  # fmt: skip
BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "hr",
))  # fmt: skip
BOXES = frozenset(("table", "td", "th", "div", "section", "article"))
BOLD_TAGS = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
SCALES = {"big": 1.2, "small": 0.83, "sub": 0.83, "sup": 0.83}
ROW_PARENTS = ("tbody", "thead", "tfoot")
FEWEST_CELLS = 2
MOST_CELLS = 8
LONGEST_CELL = 120
WORD_SIGN = re.compile(r"(?i)mso-list:\s*ignore")  # the sign or number that Word puts before an item
ONE_PIXEL = re.compile(r"\s*[01](?:px)?\s*$")
SPACES = re.compile(r"[ \n]{2,}|\n")


@dataclass(slots=True)
class Leave:
    """What is to be done when the walk comes out of an element: begin is the first block of a box, None of others.

    cell, row: it comes out of one in a table with facts.
    """

    begin: int | None = None
    cell: bool = False
    row: bool = False


@dataclass(slots=True)
class Walker:
    """One walk. looks remembers what each style said: mails say the same a thousand times."""

    sheet: Sheet
    maker: BlockMaker = field(default_factory=BlockMaker)
    looks: dict[str, Look] = field(default_factory=dict)
    items: int = 0

    def walk(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode | Leave, Style]] = [(root, Style())]
        count = 0
        while stack:
            node, style = stack.pop()
            if isinstance(node, Leave):
                self.leave(node)
                continue
            count += 1
            if count > MOST_NODES:
                raise UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_MUCH)
            tag = node.tag or ""
            if tag == "-text":
                self.text(node.text_content or "", style)
            elif tag not in UNSEEN_TAGS:
                self.enter(node, tag, style, stack)

    def text(self, text: str, style: Style) -> None:
        if style.px < UNSEEN:
            return
        text = clean(text)
        if style.keep and "\n" in text:
            first, *rest = text.split("\n")
            self.maker.add(first, style)
            for line in rest:
                self.maker.end_line()
                if line:
                    self.maker.add(line, style)
            return
        self.maker.add(SPACES.sub(" ", text), style)

    def enter(self, node: LexborNode, tag: str, style: Style, stack: list[tuple[LexborNode | Leave, Style]]) -> None:
        if tag == "br":
            self.maker.end_line(stay=style.row)
            return
        if tag == "hr":
            self.maker.border()
            return
        attributes = node.attributes
        if WORD_SIGN.search(attributes.get("style") or ""):
            self.maker.bulleted = BULLET.fullmatch(node.text(deep=True).strip()) is not None
            return
        look = self.look(tag, attributes) if attributes or self.sheet.rules else PLAIN
        if look.hidden or "hidden" in attributes:
            return
        if tag == "img":
            if not is_pixel(attributes):
                self.maker.add_picture(attributes.get("alt") or "", style)
            return
        if tag == "table" and not style.row and (rows := rows_of_facts(node)):
            self.enter_rows(rows, style, stack)
            return
        boxed = tag in BOXES and (tag == "table" or is_box(look, attributes, style))
        inner = self.style(tag, attributes, look, style)
        if style.row:
            self.maker.add(" ", inner)
        elif tag in BLOCK_TAGS or look.block:
            self.maker.flush()
            stack.append((Leave(len(self.maker.blocks) if boxed else None), style))
        stack.extend((child, inner) for child in reversed(list(children(node))))

    def enter_rows(
        self, rows: list[list[LexborNode]], style: Style, stack: list[tuple[LexborNode | Leave, Style]]
    ) -> None:
        """A table with facts, cell by cell."""
        self.maker.flush()
        for cells in reversed(rows):
            stack.append((Leave(row=True), style))
            for cell in reversed(cells):
                stack += [(Leave(cell=True), style), (cell, replace(style, row=True))]

    def leave(self, done: Leave) -> None:
        if done.cell or done.row:
            self.maker.end_cell() if done.cell else self.maker.end_row()
        elif done.begin is None:
            self.maker.flush()
        else:
            self.maker.border(done.begin)

    def look(self, tag: str, attributes: dict[str, str | None]) -> Look:
        """What style sheet and style attribute say together."""
        written = attributes.get("style") or ""
        look = self.looks.get(written)
        if look is None:
            look = self.looks[written] = look_of(written) if written else PLAIN
        if not self.sheet.rules:
            return look
        for rule in reversed(self.sheet.looks(tag, attributes.get("class"), attributes.get("id"))):
            look = merge(rule, look)
        return look

    def style(self, tag: str, attributes: dict[str, str | None], look: Look, above: Style) -> Style:
        """The style of what stands in an element."""
        px, bold, level, link, item = above.px, above.bold, above.level, above.link, above.item
        if tag in HEADINGS:
            px, level = px * HEADINGS[tag] if px >= UNSEEN else px, int(tag[1])
        elif tag in SCALES:
            px *= SCALES[tag]
        elif tag == "font" and attributes.get("size"):
            px = font_size(attributes["size"] or "", px) or px
        if look.size is not None:
            px = above.px * look.size if look.relative else look.size
        bold = bold or tag in BOLD_TAGS
        if look.bold is not None:
            bold = look.bold
        if tag == "a":
            link = self.maker.open_link(attributes.get("href") or "") if attributes.get("href") else link
        elif tag == "li":
            self.items += 1
            item = self.items
        background = look.background or (attributes.get("bgcolor") or "").lower() or above.background
        keep = above.keep or tag == "pre"
        if (px, bold, level, item, link, background, keep) == (
            above.px, above.bold, above.level, above.item, above.link, above.background, above.keep,
        ):  # fmt: skip
            return above
        return Style(round(px, 1), bold, level, item, link, keep, background, above.row)


def is_box(look: Look, attributes: dict[str, str | None], above: Style) -> bool:
    """Whether an element is set apart: by a line around it or another background."""
    if look.border:
        return True
    background = look.background or (attributes.get("bgcolor") or "").lower()
    return bool(background) and background != above.background


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The nodes right below a node, texts included."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def rows_of_facts(table: LexborNode) -> list[list[LexborNode]]:
    """The cells of the rows of a table with facts: two rows or more of a few short cells, with digits in one column.

    None where a table only lays out a page.
    """
    parts = [node for node in children(table) if node.tag in ROW_PARENTS]
    rows = [
        [cell for cell in children(row) if cell.tag in ("td", "th")]
        for part in [table, *parts]
        for row in children(part)
        if row.tag == "tr"
    ]
    rows = [row for row in rows if row]
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or not FEWEST_CELLS <= width <= MOST_CELLS or any(len(row) != width for row in rows):
        return []
    texts = [[cell.text(deep=True).strip() for cell in row] for row in rows]
    if (
        any(len(text) > LONGEST_CELL for row in texts for text in row)
        or table.css_first("td table, td img") is not None
    ):
        return []
    columns = list(zip(*texts[1:], strict=True))
    return rows if any(all(re.search(r"\d", text) for text in column) for column in columns) else []


def is_pixel(attributes: dict[str, str | None]) -> bool:
    """Whether a picture only counts who reads the mail, or makes space."""
    return bool(ONE_PIXEL.match(attributes.get("width") or "") or ONE_PIXEL.match(attributes.get("height") or ""))


def blocks_in(tree: LexborHTMLParser) -> list[Block]:
    """The blocks of a tree, in reading order."""
    css = "\n".join(node.text_content or node.text() for node in tree.css("style")[:50])
    walker = Walker(read_sheet(css) if css else Sheet({}))
    if tree.root is not None:
        walker.walk(tree.root)
    return walker.maker.finish()
