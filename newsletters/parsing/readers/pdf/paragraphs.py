"""From lines to blocks: paragraphs, headings and list items, and the breaks between them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from newsletters.parsing.blocks import Block, BlockKind, Link
from newsletters.parsing.readers.pdf.joining import is_broken, run_together, vocabulary
from newsletters.parsing.readers.pdf.measures import Measures
from newsletters.parsing.readers.pdf.pages import Box, Shape, ShapeKind
from newsletters.parsing.readers.pdf.rows import MARK, Piece
from newsletters.parsing.readers.pdf.visible import PAPER, is_near
from newsletters.parsing.readers.wrapping import BULLET, ENDS_SENTENCE, continues

LARGE = 1.15  # of the ordinary letters: clearly larger
SAME_SIZE = 0.06
MOST_HEADING_WORDS = 40
MOST_HEADING_LINES = 4
DEEPEST_LEVEL = 6
WIDE_SPACE = 2
SHORTEST_RULE = 100.0
PICTURE_SIZE = (60.0, 30.0)
NEARLY_FULL = 0.8
NEVER_FULL = 0.6
FEWEST_LINES = 2
MOST_COLUMNS = 8
STRONG_MARKS = "•·▪●○◦‣➢►❖"


@dataclass(slots=True)
class Separators:
    """The rules and pictures of one page, from top to bottom."""

    shapes: list[Shape]
    tops: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.shapes = sorted(filter(separates, self.shapes), key=lambda shape: shape.box.top)
        self.tops = [shape.box.top for shape in self.shapes]

    def between(self, above: Piece, below: Piece) -> bool:
        """Whether a rule or picture parts two lines. A line drawn under a heading is part of the heading."""
        start, end = above.baseline + 0.35 * above.size, below.baseline - 0.7 * below.size
        for shape in self.shapes[bisect_right(self.tops, start) : bisect_right(self.tops, end)]:
            box = shape.box
            if box.bottom > end or not (over(shape, above) or over(shape, below)):
                continue
            hugs = box.top - above.baseline < 0.9 * above.size and end - box.bottom > box.top - start
            if shape.kind is ShapeKind.PICTURE or not (hugs and (above.bold or above.size > 1.1 * below.size)):
                return True
        return False


def separates(shape: Shape) -> bool:
    """Whether shape is large enough to part what stands above it from what stands below."""
    if shape.kind is ShapeKind.PICTURE:
        return shape.box.width >= PICTURE_SIZE[0] and shape.box.height >= PICTURE_SIZE[1]
    drawn = shape.color is None or not is_near(shape.color, PAPER)
    return shape.kind is ShapeKind.RULE and shape.box.width >= SHORTEST_RULE and drawn


def over(shape: Shape, line: Piece) -> bool:
    return shape.box.left < line.box.right and line.box.left < shape.box.right


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line of the text stands: the number of its page, from 0, and the place on it."""

    line: int
    page: int
    box: Box


def spots_of(part: list[Piece], first: int) -> Iterator[Spot]:
    """The spots of a paragraph's lines, of which the first is that line of the text."""
    for line, piece in enumerate((piece for piece in part if piece.text), first):
        yield Spot(line, piece.page, piece.box)


@dataclass(slots=True)
class Maker:
    """Makes blocks of all lines, and the text that they point into with the spot of each of its lines."""

    measures: Measures
    words: frozenset[str]
    separators: dict[int, Separators]
    text: list[str]
    spots: list[Spot] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    levels: dict[float, int] = field(default_factory=dict)

    def add(self, part: list[Piece], above: list[Piece] | None) -> None:
        """The block of one paragraph; above is the paragraph read before it."""
        space = 0
        if above is not None:
            if above[0].page != part[0].page:
                self.break_at(BlockKind.PAGE_BREAK)
            if above[-1].page == part[0].page:
                space = self.space(above[-1], part[0])
                if space >= WIDE_SPACE or self.separators[part[0].page].between(above[-1], part[0]):
                    self.break_at(BlockKind.SECTION_BREAK)
        if self.text and self.text[-1] and (space or not self.blocks or self.blocks[-1].text == ""):
            self.text.append("")
        block = self.make_block(part, space)
        if block.text:
            block = replace(block, first_line=len(self.text), last_line=len(self.text) + len(block.lines) - 1)
            self.spots += spots_of(part, len(self.text))
            self.text += block.lines
        self.blocks.append(block)

    def space(self, above: Piece, below: Piece) -> int:
        """The space between two blocks in blank lines; a jump to the top of a column is a wide one."""
        if below.baseline < above.baseline - above.size:
            return WIDE_SPACE
        space = self.measures.space(above, below) / max(1.0, self.measures.gap)
        return max(0, round(min(space, 9.0)))

    def break_at(self, kind: BlockKind) -> None:
        """A break, unless nothing stands above it or it stands there already."""
        if self.blocks and self.blocks[-1].kind is not kind:
            self.blocks.append(Block(kind=kind))

    def make_block(self, part: list[Piece], space: int) -> Block:
        running = run_together(part, self.words)
        texts = tuple(line.text for line in part if line.text)
        if not running.text:
            links = tuple(Link(text="", url=words.url) for line in part for words in line.words if words.url)
            return Block(kind=BlockKind.PARAGRAPH, links=links, space_before=space)
        size = part[0].size / self.measures.size
        kind, level = BlockKind.PARAGRAPH, None
        if is_large(part, self.measures):
            kind, level = BlockKind.HEADING, self.levels[part[0].size]
        elif part[0].marked or BULLET.match(running.text):
            kind = BlockKind.LIST_ITEM
        return Block(
            kind=kind,
            text=running.text,
            level=level,
            links=running.links(texts),
            lines=texts,
            space_before=space,
            size=round(size, 2),
            is_bold=all(line.bold for line in part),
        )


def make_blocks(lines: list[Piece], shapes: dict[int, list[Shape]], text: list[str]) -> tuple[list[Block], list[Spot]]:
    """The blocks of lines in reading order, and where these stand. Their words are put behind text."""
    measures = Measures.of([line for line in lines if line.text])
    separators = {page: Separators(found) for page, found in shapes.items()}
    parts = [part for group in touching_groups(lines, measures, separators) for part in paragraphs_of(group, measures)]
    parts = over_page_ends(parts, measures)
    maker = Maker(measures, vocabulary(lines), separators, text)
    maker.levels = find_levels(parts, measures)
    above: list[Piece] | None = None
    for part in parts:
        maker.add(part, above)
        above = part
    return maker.blocks, maker.spots


def over_page_ends(parts: list[list[Piece]], measures: Measures) -> list[list[Piece]]:
    """parts with each paragraph put together that a page end cut in two, also where it stands in a column."""
    whole: list[list[Piece]] = []
    ends: list[int] = []  # the places of the parts on the page before, the last first
    page = start = 0
    seen: list[Piece] = []
    for part in parts:
        if part[0].page != page:
            ends = [i for i in range(len(whole) - 1, start - 1, -1) if whole[i][-1].page == page]
            page, start, seen = part[0].page, len(whole), []
        place = None
        if len(seen) <= MOST_COLUMNS and not any(part[0].over(line) for line in seen):
            above = [i for i in ends if whole[i][-1].over(part[0])]
            place = max(above, key=lambda i: whole[i][-1].baseline, default=None)
        if place is not None and goes_on(whole[place], part, measures):
            whole[place] = whole[place] + part
            start = min(start, place)
        else:
            whole.append(part)
        seen += part[:1] if len(seen) <= MOST_COLUMNS else []
    return whole


def goes_on(above: list[Piece], part: list[Piece], measures: Measures) -> bool:
    """Whether part, at the top of a page, is the rest of the paragraph above the page end."""
    last, first = above[-1], part[0]
    if last.page == first.page or not (last.text and first.text) or begins_item(last, first):
        return False
    if not alike(last, first) or abs(last.size - first.size) > SAME_SIZE * first.size:
        return False
    edge = measures.edge(last)
    if continues(last.text, first.text) or is_broken(last.text, first.text):
        widest = max([edge, *(line.box.right for line in (*above, *part) if line.over(last))])
        return reach(last, first) - last.box.left > NEVER_FULL * (widest - last.box.left)
    if not edge or reach(last, first) < edge - 0.5 * first.size or last.size > LARGE * measures.size:
        return False
    # Where a sentence ends with the page, programs leave no single line of a paragraph behind or take one along.
    return not ENDS_SENTENCE.search(last.text) or min(len(above), len(part)) >= FEWEST_LINES


def find_levels(parts: list[list[Piece]], measures: Measures) -> dict[float, int]:
    """The level of each size of heading: 1 for the largest, the same for sizes that look the same."""
    levels: dict[float, int] = {}
    level, last = 0, float("inf")
    for size in sorted({part[0].size for part in parts if is_large(part, measures)}, reverse=True):
        if size < last * (1 - SAME_SIZE):
            level, last = min(level + 1, DEEPEST_LEVEL), size
        levels[size] = level
    return levels


def is_large(part: list[Piece], measures: Measures) -> bool:
    """Whether part is a heading by the size of its letters."""
    words = sum(line.text.count(" ") + 1 for line in part)
    small_enough = words <= MOST_HEADING_WORDS and len(part) <= MOST_HEADING_LINES
    lettered = any(char.isalpha() for line in part for char in line.text)
    return small_enough and lettered and part[0].size >= LARGE * measures.size


def touching_groups(
    lines: Iterable[Piece], measures: Measures, separators: dict[int, Separators]
) -> Iterable[list[Piece]]:
    """Runs of lines that follow closely on each other and look alike."""
    group: list[Piece] = []
    for line in lines:
        if group and not (
            line.text
            and group[-1].text
            and line.page == group[-1].page
            and belongs(group, line, measures)
            and not separators[line.page].between(group[-1], line)
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def belongs(group: list[Piece], line: Piece, measures: Measures) -> bool:
    """Whether line may be the next one of the paragraph, as far as place and letters tell."""
    above = group[-1]
    if goes_on_in_column(above, line):
        return True
    if not above.over(line) or not measures.touch(above, line) or begins_item(above, line):
        return False
    if abs(above.size - line.size) > SAME_SIZE * line.size or not alike(above, line):
        return False
    item = next((piece for piece in group if piece.marked), None)
    return item is None or line.box.left > item.box.left - 2.0


def goes_on_in_column(above: Piece, line: Piece) -> bool:
    """Whether line, at the top of the next column, is the rest of a sentence in the column before."""
    jump = line.box.left > above.box.right and line.baseline < above.baseline - above.size
    if not jump or above.size != line.size or above.bold != line.bold or not continues(above.text, line.text):
        return False
    return reach(above, line) - above.box.left > NEARLY_FULL * line.box.width


def alike(above: Piece, line: Piece) -> bool:
    """Whether bold goes on as bold and plain as plain."""
    if above.bold == line.bold:
        return True
    return line.words[0].bold if above.bold else above.words[-1].bold


def begins_item(above: Piece, line: Piece) -> bool:
    """Whether line begins with a bullet, and not with a dash or number that was wrapped to there."""
    if line.marked or line.labelled:
        return True
    if not BULLET.match(line.text):
        return False
    return line.text[0] in STRONG_MARKS or bool(BULLET.match(above.text)) or not continues(above.text, "x")


def reach(above: Piece, below: Piece) -> float:
    """How far the line above would come if it had the first word of the line below too."""
    word = below.text.split(" ", 1)[0]
    return above.box.right + 0.25 * above.size + below.box.width * len(word) / max(1, len(below.text))


def paragraphs_of(group: list[Piece], measures: Measures) -> Iterable[list[Piece]]:
    """A group cut where a line was ended on purpose: the next word would have fitted on it."""
    part: list[Piece] = []
    edge = 0.0
    for i, line in enumerate(group):
        if i == 0 or not line.over(group[i - 1]):
            edge = max((other.box.right for other in group[i:] if other.over(line)), default=line.box.right)
        elif is_ended(part[-1], line, edge, measures.edge(line)):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def is_ended(above: Piece, below: Piece, edge: float, usual: float) -> bool:
    """Whether above was ended on purpose. edge is where the longest line ends, usual where the column's lines do."""
    left = min(above.box.left, below.box.left)
    reached = reach(above, below) - left
    if MARK.match(above.text) or is_broken(above.text, below.text):
        return False
    if continues(above.text, below.text):
        return reached < NEVER_FULL * (edge - left)
    slack = 0.5 * above.size + 0.1 * (reached - above.box.width)
    return reached < edge - left - slack or reached < NEARLY_FULL * (usual - left)
