"""Takes pages out of PDFium. It is no friend of threads; every handle is closed before the one it came from."""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pypdfium2_raw as pdfium

from newsletters.parsing.readers.charset import TABLE
from newsletters.parsing.readers.pdf import limits
from newsletters.parsing.readers.pdf.anchors import place_anchors
from newsletters.parsing.readers.pdf.pages import FARTHEST, Anchor, Color, Page, Run, Turn
from newsletters.parsing.readers.pdf.shapes import read_shapes
from newsletters.parsing.readers.pdf.swelling import swells
from newsletters.parsing.readers.pdf.visible import Ground

BOLD = re.compile(r"bold|black|heavy|demi|[-,]bd\b", re.IGNORECASE)
FORCE_BOLD = 1 << 18
SPREAD = re.compile(r"^(?:\S ){3,}|(?: \S){3,}$")
INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
OUTLINED = pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
SMALLEST = 2.0  # points; nobody reads smaller letters
FAINTEST = 16  # of 255
# A page in a print has no address of its own that the rest of one could be put behind.
OPENABLE = re.compile(r"[a-z][a-z0-9+.-]*:|//|www\.", re.IGNORECASE)
LONGEST_URL = 16_384
NAME_LENGTH = 256
SLANTED = 4  # in the place of a number of quarters
LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
# PDFium's own signs for a hyphen at a line end.
HYPHENS = {0x02: "-", 0xFFFE: "-"}
LETTERS: dict[int, str | None] = {**TABLE, **LIGATURES, **HYPHENS, 0: None}


def bare(function: Any, result: Any, *arguments: Any) -> Any:
    """function with handles as plain numbers, which cost less than objects and can be compared."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


HANDLE = ctypes.c_void_p
object_at = bare(pdfium.FPDFText_GetTextObject, HANDLE, HANDLE, ctypes.c_int)
render_mode_of = bare(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, HANDLE)
font_of = bare(pdfium.FPDFTextObj_GetFont, HANDLE, HANDLE)
name_of_font = bare(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, HANDLE, ctypes.c_char_p, ctypes.c_size_t)
flags_of_font = bare(pdfium.FPDFFont_GetFlags, ctypes.c_int, HANDLE)


@dataclass(slots=True)
class Budget:
    """What is left of what the whole file may hold."""

    characters: int = limits.MOST_CHARACTERS
    links: int = limits.MOST_LINKS
    runs: int = limits.MOST_RUNS

    def spend(self, *, characters: int = 0, links: int = 0, runs: int = 0) -> None:
        self.characters -= characters
        self.links -= links
        self.runs -= runs
        if min(self.characters, self.links, self.runs) < 0:
            raise limits.too_costly()


@cache
def start() -> None:
    """Start PDFium, once in a process; a second start, by pypdfium2, does nothing."""
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The document's handle. data must live as long."""
    start()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise limits.encrypted() if locked else limits.damaged()
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def opened_page(document: Any, number: int) -> Iterator[tuple[Any, Any]]:
    """The handles of a page and of its text; None and None where the page cannot be read."""
    page = pdfium.FPDF_LoadPage(document, number)
    text = pdfium.FPDFText_LoadPage(page) if page else None
    try:
        yield (page, text) if text else (None, None)
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)
        if page:
            pdfium.FPDF_ClosePage(page)


def read_pages(data: bytes) -> tuple[list[Page], str]:
    """The pages that can be read, and the title in the file's own description. Raises UnreadableFile."""
    budget = Budget()
    pages: list[Page] = []
    if swells(data):
        raise limits.too_costly()
    with opened(data) as document:
        count = pdfium.FPDF_GetPageCount(document)
        if count > limits.MOST_PAGES:
            raise limits.too_costly()
        for number in range(count):
            with opened_page(document, number) as (page, text):
                if page:
                    pages.append(read_page(document, page, text, number, budget))
        title = read_title(document)
    if not pages:
        raise limits.damaged()
    return pages, title


def read_title(document: Any) -> str:
    size = pdfium.FPDF_GetMetaText(document, b"Title", None, 0)
    if not 2 < size <= 4 * NAME_LENGTH:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, b"Title", buffer, size)
    return " ".join(buffer.raw[: size - 2].decode("utf-16-le", "ignore").translate(LETTERS).split())


def read_page(document: Any, page: Any, text: Any, number: int, budget: Budget) -> Page:
    """One page: its visible letters, with their links, and its shapes."""
    letters = Letters(text)
    budget.spend(characters=letters.count)
    raw = list(letters.runs(budget))
    turn = turn_of(raw)
    bounds = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, bounds)
    box = turn.box(bounds.left, bounds.bottom, bounds.right, bounds.top)
    shapes = list(read_shapes(page, turn))
    upright = (found.run(turn, order) for order, found in enumerate(raw) if found.quarters == turn.quarters)
    ground = Ground.of(box, shapes)
    runs = [run for run in upright if run is not None and ground.shows(run)]
    anchors = [anchor for anchor in read_anchors(document, page, turn, budget) if anchor.box.height > 0]
    loose = place_anchors(runs, anchors, Measure(letters, turn))
    return Page(number=number, box=box, turn=turn, runs=runs, shapes=shapes, anchors=loose)


@dataclass(slots=True)
class RawRun:
    """A run as PDFium tells it, before it is known how the page must be turned."""

    text: str
    first: int
    count: int
    corners: tuple[float, float, float, float]
    origin: tuple[float, float]
    size: float
    quarters: int
    bold: bool
    color: Color

    def run(self, turn: Turn, order: int) -> Run | None:
        """The run on the upright page; None where its numbers cannot be true."""
        if not all(abs(value) < FARTHEST for value in (*self.corners, *self.origin, self.size)):
            return None
        return Run(
            order=order,
            parts=[(self.text, "")],
            box=turn.box(*self.corners),
            baseline=turn.place(*self.origin)[1],
            size=self.size,
            bold=self.bold,
            color=self.color,
            first=self.first,
            count=self.count,
        )


def turn_of(runs: list[RawRun]) -> Turn:
    """How most letters that do not stand at a slant are turned."""
    counts: Counter[int] = Counter()
    for found in runs:
        if found.quarters < SLANTED:
            counts[found.quarters] += found.count
    return Turn(counts.most_common(1)[0][0] if counts else 0)


@dataclass(slots=True)
class Letters:
    """The letters of one page. The structures that PDFium fills are used again and again."""

    text: Any
    count: int = 0
    buffer: Any = None
    first_box: Any = field(default_factory=pdfium.FS_RECTF)
    last_box: Any = field(default_factory=pdfium.FS_RECTF)
    matrix: Any = field(default_factory=pdfium.FS_MATRIX)
    x: Any = field(default_factory=ctypes.c_double)
    y: Any = field(default_factory=ctypes.c_double)
    red: Any = field(default_factory=ctypes.c_uint)
    green: Any = field(default_factory=ctypes.c_uint)
    blue: Any = field(default_factory=ctypes.c_uint)
    alpha: Any = field(default_factory=ctypes.c_uint)
    fonts: dict[int | None, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.count = max(0, pdfium.FPDFText_CountChars(self.text))

    def runs(self, budget: Budget) -> Iterator[RawRun]:
        """The letters, cut where PDFium's text objects begin and end; hidden ones are left out."""
        self.buffer = (ctypes.c_ushort * (self.count + 2))()
        first = 0
        while first < self.count:
            drawn = object_at(self.text, first)
            end = self.end_of(drawn, first) if drawn else first + 1
            if drawn:
                budget.spend(runs=1)
                run = self.run(drawn, first, end - first)
                if run is not None:
                    yield run
            first = end

    def end_of(self, drawn: int, first: int) -> int:
        """Where the letters of a text object end; looked for in leaps, since each call costs."""
        last, leap = first, 1
        while last + leap < self.count and object_at(self.text, last + leap) == drawn:
            last += leap
            leap *= 2
        while leap := leap // 2:
            if last + leap < self.count and object_at(self.text, last + leap) == drawn:
                last += leap
        return last + 1

    def words(self, first: int, count: int) -> str:
        """What stands in count letters, as it is."""
        written = pdfium.FPDFText_GetText(self.text, first, count, self.buffer)
        return ctypes.string_at(self.buffer, 2 * max(0, written - 1)).decode("utf-16-le", "ignore")

    def real_words(self, first: int, count: int) -> str:
        """The words without the spaces that PDFium puts between letters that stand wide apart."""
        return "".join(self.words(i, 1) for i in range(first, first + count) if object_at(self.text, i))

    def run(self, drawn: int, first: int, count: int) -> RawRun | None:
        """The run in count letters from first; None where it is hidden or blank."""
        words = self.words(first, count)
        bare_words = words.strip()
        mode = render_mode_of(drawn)
        if not bare_words or mode in INVISIBLE:
            return None
        pdfium.FPDFText_GetMatrix(self.text, first, self.matrix)
        size = pdfium.FPDFText_GetFontSize(self.text, first) * math.hypot(self.matrix.c, self.matrix.d)
        pdfium.FPDFText_GetFillColor(self.text, first, self.red, self.green, self.blue, self.alpha)
        if not size >= SMALLEST or self.alpha.value < FAINTEST:
            return None
        begin = first + words.index(bare_words[0])
        last = first + count - 1 - (len(words) - len(words.rstrip()))
        pdfium.FPDFText_GetLooseCharBox(self.text, begin, self.first_box)
        pdfium.FPDFText_GetLooseCharBox(self.text, max(begin, last), self.last_box)
        pdfium.FPDFText_GetCharOrigin(self.text, begin, self.x, self.y)
        one, other = self.first_box, self.last_box
        if SPREAD.search(bare_words):
            words = self.real_words(first, count)
        return RawRun(
            text=words.translate(LETTERS),
            first=first,
            count=count,
            corners=(
                min(one.left, other.left),
                min(one.bottom, other.bottom),
                max(one.right, other.right),
                max(one.top, other.top),
            ),
            origin=(self.x.value, self.y.value),
            size=size,
            quarters=quarters_of(self.matrix.a, self.matrix.b),
            bold=mode == OUTLINED or self.is_bold(drawn),
            color=(self.red.value, self.green.value, self.blue.value),
        )

    def is_bold(self, drawn: int) -> bool:
        """Whether the font's name says so; its weight is not to be trusted."""
        font = font_of(drawn)
        if font not in self.fonts:
            name = ctypes.create_string_buffer(NAME_LENGTH)
            written = name_of_font(font, name, NAME_LENGTH) if font else 0
            told = name.value.decode("latin-1") if 0 < written <= NAME_LENGTH else ""
            self.fonts[font] = bool(BOLD.search(told)) or bool(font and flags_of_font(font) & FORCE_BOLD)
        return self.fonts[font]


def quarters_of(a: float, b: float) -> int:
    """Which way letters run: 0 to the right, 1 upward, 2 to the left, 3 downward; or SLANTED."""
    if not (math.isfinite(a) and math.isfinite(b)):
        return SLANTED
    angle = math.atan2(b, a) / (math.pi / 2)
    return round(angle) % 4 if abs(angle - round(angle)) < 0.1 else SLANTED


@dataclass(slots=True)
class Measure:
    """Tells where each letter of a run stands, for links that cover a part of it."""

    letters: Letters
    turn: Turn

    def middles(self, run: Run) -> list[float]:
        """The x of the middle of each letter."""
        box = self.letters.first_box
        found = []
        for number in range(run.first, run.first + run.count):
            pdfium.FPDFText_GetLooseCharBox(self.letters.text, number, box)
            placed = self.turn.box(box.left, box.bottom, box.right, box.top)
            found.append((placed.left + placed.right) / 2)
        return found

    def words(self, run: Run, start: int, end: int) -> str:
        """The words in the letters of run from start to end."""
        return self.letters.words(run.first + start, end - start).translate(LETTERS) if end > start else ""


def read_anchors(document: Any, page: Any, turn: Turn, budget: Budget) -> Iterator[Anchor]:
    """The rectangles of all links to an address."""
    place, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    rect, quad = pdfium.FS_RECTF(), pdfium.FS_QUADPOINTSF()
    while pdfium.FPDFLink_Enumerate(page, place, link):
        budget.spend(links=1)
        action = pdfium.FPDFLink_GetAction(link)
        url = read_url(document, action) if action else ""
        if not url:
            continue
        quads = pdfium.FPDFLink_CountQuadPoints(link)
        budget.spend(links=max(0, quads - 1))
        for number in range(quads):
            if pdfium.FPDFLink_GetQuadPoints(link, number, quad):
                xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
                yield Anchor(url, turn.box(min(xs), min(ys), max(xs), max(ys)))
        if quads <= 0 and pdfium.FPDFLink_GetAnnotRect(link, rect):
            yield Anchor(url, turn.box(rect.left, rect.bottom, rect.right, rect.top))


def read_url(document: Any, action: Any) -> str:
    """The address that an action opens; empty for any other action."""
    if pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""
    size = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
    if not 1 < size <= LONGEST_URL:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
    try:
        url = buffer.value.decode("utf-8")
    except UnicodeDecodeError:
        url = buffer.value.decode("latin-1")
    url = url.strip()
    return url if OPENABLE.match(url) else ""
