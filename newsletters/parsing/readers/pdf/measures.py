"""What is ordinary in a document: the size of its letters, the space between its lines, where its lines end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from newsletters.parsing.readers.pdf.rows import Piece
from newsletters.parsing.readers.wrapping import continues

USUAL_LEADING = 1.35  # of the letters' size, from line to line
WIDEST_LEADING = 2.4
LOOSER = 0.22
LOOSER_IN_SENTENCE = 0.45
COLUMN_STEP = 3.0
WIDEST_GAP = 4.0
FEWEST_GAPS = 6


@dataclass(frozen=True, slots=True)
class Measures:
    """size is that of the ordinary letters in points; leading is told in letters, gap between paragraphs too."""

    size: float
    leading: float
    gap: float = 1.0
    leadings: dict[float, float] = field(default_factory=dict)
    edges: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: list[Piece]) -> "Measures":
        sizes: dict[float, int] = defaultdict(int)
        for line in lines:
            sizes[line.size] += len(line.text)
        size = max(sizes, key=lambda key: (sizes[key], key), default=10.0) or 10.0
        spaces: dict[float, list[float]] = defaultdict(list)
        edges: dict[int, float] = {}
        for above, below in pairs(lines):
            distance = (below.baseline - above.baseline) / above.size
            if distance <= WIDEST_LEADING and continues(above.text, below.text):
                spaces[bucket(above.size)].append(distance)
                column = round(below.box.left / COLUMN_STEP)
                edges[column] = max(edges.get(column, 0.0), above.box.right)
        leadings = {key: median(values) for key, values in spaces.items()}
        leading = leadings.get(bucket(size), median(leadings.values()) if leadings else USUAL_LEADING)
        plain = cls(size, leading, 1.0, leadings, edges)
        gaps = [
            plain.space(above, below)
            for above, below in pairs(lines)
            if above.size == size and not plain.touch(above, below) and not (above.bold or below.bold)
        ]
        gaps = [gap for gap in gaps if gap < WIDEST_GAP]
        return cls(size, leading, median(gaps) if len(gaps) >= FEWEST_GAPS else 1.0, leadings, edges)

    def leading_of(self, line: Piece) -> float:
        found = self.leadings.get(bucket(line.size))
        return found if found is not None else min(self.leading, USUAL_LEADING)

    def touch(self, above: Piece, below: Piece) -> bool:
        """Whether no more space is between two lines than between the lines of a paragraph."""
        distance = (below.baseline - above.baseline) / max(above.size, below.size)
        loose = LOOSER_IN_SENTENCE if continues(above.text, below.text) else LOOSER
        return 0 < distance <= self.leading_of(above) + loose

    def space(self, above: Piece, below: Piece) -> float:
        """The space between two lines beyond that between lines of a paragraph, in ordinary letters."""
        distance = (below.baseline - 0.8 * below.size) - (above.baseline + 0.2 * above.size)
        return distance / self.size - (self.leading - 1)

    def edge(self, line: Piece) -> float:
        """Where wrapped lines in the column of line end; 0 if unknown."""
        column = round(line.box.left / COLUMN_STEP)
        return max(self.edges.get(near, 0.0) for near in (column - 1, column, column + 1))


def bucket(size: float) -> float:
    return round(2 * size) / 2


def pairs(lines: list[Piece]) -> Iterable[tuple[Piece, Piece]]:
    """Lines of one size with the one below them in the same column."""
    for above, below in pairwise(lines):
        if above.page == below.page and above.size == below.size > 0 and above.over(below):
            yield above, below
