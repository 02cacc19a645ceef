"""The shapes of a page as PDFium tells them: surfaces, rules, bullets and pictures, also those drawn in forms."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2_raw as pdfium

from newsletters.parsing.readers.pdf import limits
from newsletters.parsing.readers.pdf.pages import FARTHEST, Box, Color, Shape, ShapeKind, Turn

DEEPEST = 4
RULE_HEIGHT = 3.5
RULE_WIDTH = 40.0
DOT_SIZES = (1.5, 9.0)
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_shapes(page: Any, turn: Turn) -> Iterator[Shape]:
    """The shapes of a page in the order they are drawn, those in forms too, up to a limit."""
    reader = ShapeReader(turn)
    for number in range(min(pdfium.FPDFPage_CountObjects(page), limits.MOST_RUNS)):
        yield from reader.read(pdfium.FPDFPage_GetObject(page, number), IDENTITY, depth=0)
        if reader.left <= 0:
            return


def floats(count: int) -> tuple[Any, ...]:
    return tuple(ctypes.c_float() for _ in range(count))


def numbers(count: int) -> tuple[Any, ...]:
    return tuple(ctypes.c_uint() for _ in range(count))


@dataclass(slots=True)
class ShapeReader:
    """Reads shapes; left is how many more are wanted."""

    turn: Turn
    left: int = limits.MOST_SHAPES
    edges: tuple[Any, ...] = field(default_factory=lambda: floats(4))
    channels: tuple[Any, ...] = field(default_factory=lambda: numbers(4))

    def read(self, drawn: Any, matrix: Matrix, *, depth: int) -> Iterator[Shape]:
        """The shapes in one object; matrix tells where the form is drawn that it stands in."""
        kind = pdfium.FPDFPageObj_GetType(drawn) if drawn else pdfium.FPDF_PAGEOBJ_TEXT
        if kind == pdfium.FPDF_PAGEOBJ_TEXT or self.left <= 0:
            return
        self.left -= 1
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < DEEPEST:
                yield from self.read_form(drawn, matrix, depth)
        elif pdfium.FPDFPageObj_GetBounds(drawn, *self.edges):
            left, bottom, right, top = (edge.value for edge in self.edges)
            (x1, y1), (x2, y2) = moved(matrix, left, bottom), moved(matrix, right, top)
            if all(abs(edge) < FARTHEST for edge in (x1, y1, x2, y2)):
                yield from self.shape(drawn, kind, self.turn.box(x1, y1, x2, y2))

    def read_form(self, form: Any, outer: Matrix, depth: int) -> Iterator[Shape]:
        """The shapes in a form."""
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(form, own)
        matrix = combined((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        for number in range(min(pdfium.FPDFFormObj_CountObjects(form), limits.MOST_SHAPES)):
            yield from self.read(pdfium.FPDFFormObj_GetObject(form, number), matrix, depth=depth + 1)
            if self.left <= 0:
                return

    def shape(self, drawn: Any, kind: int, box: Box) -> Iterator[Shape]:
        """The shape at box; none where it is only an outline."""
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            yield Shape(ShapeKind.PICTURE, box)
            return
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(drawn, fill, stroke)
        color = self.color(pdfium.FPDFPageObj_GetFillColor if fill.value else pdfium.FPDFPageObj_GetStrokeColor, drawn)
        if box.height <= RULE_HEIGHT and box.width >= RULE_WIDTH and (fill.value or stroke.value):
            yield Shape(ShapeKind.RULE, box, color)
        elif DOT_SIZES[0] <= box.height <= DOT_SIZES[1] and 0.7 <= box.width / box.height <= 1.4:
            yield Shape(ShapeKind.DOT, box, color)
        elif fill.value:
            yield Shape(ShapeKind.FILL, box, color)

    def color(self, getter: Any, drawn: Any) -> Color | None:
        """The colour of a path; None for a pattern."""
        if not getter(drawn, *self.channels):
            return None
        red, green, blue, _ = (channel.value for channel in self.channels)
        return red, green, blue


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def combined(first: Matrix, second: Matrix) -> Matrix:
    """One matrix for both, first applied first."""
    a, b = moved(second, first[0], first[1]), moved(second, first[2], first[3])
    e, f = moved(second, first[4], first[5])
    return (a[0] - second[4], a[1] - second[5], b[0] - second[4], b[1] - second[5], e, f)
