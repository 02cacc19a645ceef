"""Draws pages of a PDF. What comes out are bare dots, so that whoever makes a picture of them need not trust us."""

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2_raw as pdfium

from newsletters.parsing.readers.pdf import limits
from newsletters.parsing.readers.pdf.pages import Box, Turn
from newsletters.parsing.readers.pdf.pdfium import opened
from newsletters.parsing.readers.pdf.swelling import swells

CHANNELS = 3
MOST_HEIGHT = 4  # times the width; a longer page is drawn smaller
WHITE = 0xFFFFFFFF
THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """A drawn page: rows from top to bottom, of dots from left to right, of a byte for red, green and blue each."""

    width: int
    height: int
    rgb: bytes


@dataclass(slots=True)
class Measure:
    """Where something stands on a page as it is drawn."""

    document: Any
    count: int
    number: int = -1
    page: Any = None

    def box(self, number: int, turn: Turn, box: Box) -> Iterator[tuple[int, int, int, int]]:
        """Left, top, width and height in thousandths of the page's sides; nothing where it stands outside."""
        self.turn_to(number)
        if not self.page:
            return
        one, other = (self.point(*turn.place(x, y)) for x, y in ((box.left, box.top), (box.right, box.bottom)))
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        if left < right and top < bottom:
            yield left, top, right - left, bottom - top

    def turn_to(self, number: int) -> None:
        """Have the handle of a page; they are asked for in nearly their own order."""
        if number != self.number:
            self.close()
            self.number, self.page = number, pdfium.FPDF_LoadPage(self.document, number)

    def point(self, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self.page, 0, 0, THOUSAND, THOUSAND, 0, x, y, across, down)
        return max(0, min(THOUSAND, across.value)), max(0, min(THOUSAND, down.value))

    def close(self) -> None:
        if self.page:
            pdfium.FPDF_ClosePage(self.page)
        self.page = None


@contextmanager
def measured(data: bytes) -> Iterator[Measure]:
    """The measure of a PDF that has been read."""
    with opened(data) as document:
        measure = Measure(document, pdfium.FPDF_GetPageCount(document))
        try:
            yield measure
        finally:
            measure.close()


def draw(data: bytes, number: int, *, width: int) -> Dots:
    """A page, counted from 0, as wide as that. Raises UnreadableFile where it cannot be drawn."""
    if swells(data):
        raise limits.too_costly()
    with opened(data) as document:
        page = pdfium.FPDF_LoadPage(document, number)
        if not page:
            raise limits.damaged()
        try:
            return draw_page(page, width)
        finally:
            pdfium.FPDF_ClosePage(page)


def draw_page(page: Any, width: int) -> Dots:
    across, down = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    if not (math.isfinite(across) and math.isfinite(down) and across >= 1 and down >= 1):
        raise limits.damaged()
    height = MOST_HEIGHT * width
    if down * width <= height * across:
        height = max(1, round(down * width / across))
    else:
        width = max(1, round(across * height / down))
    stride = CHANNELS * width
    buffer = (ctypes.c_ubyte * (stride * height))()
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, buffer, stride)
    if not bitmap:
        raise limits.too_costly()
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Dots(width=width, height=height, rgb=bytes(buffer))
