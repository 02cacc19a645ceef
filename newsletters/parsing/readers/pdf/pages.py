"""What a page holds: runs of letters, shapes and the rectangles of links, in points, with y going down."""

from dataclasses import dataclass, field
from enum import Enum

Color = tuple[int, int, int]
FARTHEST = 1e6  # points; nothing of a page is as far from its corner


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; top is the smaller y, as on paper."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a page must be turned by a quarter for its letters to stand upright."""

    quarters: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of PDFium's, where y goes up, as a point on the upright page; and back, by doing it again."""
        return ((x, -y), (y, x), (-x, y), (-y, -x))[self.quarters]

    def box(self, x1: float, y1: float, x2: float, y2: float) -> Box:
        (left, top), (right, bottom) = self.place(x1, y1), self.place(x2, y2)
        return Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom))


@dataclass(slots=True, kw_only=True)
class Run:
    """Letters drawn in one go. parts are their words, each with the url of the link they stand on, or "".

    order is when they are drawn, size the height of the font, first and count their letters as PDFium counts.
    """

    order: int
    parts: list[tuple[str, str]]
    box: Box
    baseline: float
    size: float
    bold: bool
    color: Color
    first: int
    count: int


class ShapeKind(Enum):
    """FILL: a surface; RULE: a thin line across; DOT: small enough for the bullet of a list; PICTURE: an image."""

    FILL = "fill"
    RULE = "rule"
    DOT = "dot"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Shape:
    """Something on the page that is no text. color is None where it is not one colour."""

    kind: ShapeKind
    box: Box
    color: Color | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A rectangle that is a link."""

    url: str
    box: Box


@dataclass(slots=True, kw_only=True)
class Page:
    """One page. box is its visible part, after turn; anchors are the links that stand on no words."""

    number: int
    box: Box
    turn: Turn = Turn(0)
    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
