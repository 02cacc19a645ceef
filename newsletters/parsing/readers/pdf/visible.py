"""Which letters can be seen: not those beside the page, nor those in the colour of what they stand on."""

from dataclasses import dataclass, field

from newsletters.parsing.readers.pdf.pages import Box, Color, Run, Shape, ShapeKind

PAPER: Color = (255, 255, 255)
NEAR = 12  # of 255: colours that the eye cannot tell apart
MARGIN = 2.0


@dataclass(slots=True)
class Ground:
    """What letters stand on: the page, and the surfaces and pictures on it in the order they are drawn."""

    page: Box
    surfaces: list[Shape]
    risky: dict[Color, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Box, shapes: list[Shape]) -> "Ground":
        return cls(page, [shape for shape in shapes if shape.kind in (ShapeKind.FILL, ShapeKind.PICTURE)])

    def shows(self, run: Run) -> bool:
        """Whether a reader sees the letters of run."""
        page = self.page
        x, y = (run.box.left + run.box.right) / 2, (run.box.top + run.box.bottom) / 2
        if not (page.left - MARGIN <= x <= page.right + MARGIN and page.top - MARGIN <= y <= page.bottom + MARGIN):
            return False
        if not self.is_risky(run.color):
            return True
        below = next((shape.color for shape in reversed(self.surfaces) if shape.box.covers(x, y)), PAPER)
        return below is None or not is_near(run.color, below)

    def is_risky(self, color: Color) -> bool:
        """Whether something on the page has the same colour."""
        if color not in self.risky:
            colors = {PAPER, *(shape.color for shape in self.surfaces if shape.color)}
            self.risky[color] = any(is_near(color, other) for other in colors)
        return self.risky[color]


def is_near(one: Color, other: Color) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))
