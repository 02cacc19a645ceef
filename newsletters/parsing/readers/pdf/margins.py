"""What stands around the text of printed pages: headers, footers, page numbers, and the header of a printed mail."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from newsletters.parsing.readers.pdf.pages import Box
from newsletters.parsing.readers.pdf.rows import Piece
from newsletters.parsing.readers.printheader import LABELS, PrintHeader, find_header, subject_of

ZONE = 0.12  # of a page's height, at its top and at its bottom
SAME_HEIGHT = 2.0
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(
    r"(?i)[-–—|\s]*(?:(?:pagina|page|blz\.?|p\.|seite)\s*\d{1,3}(?:\s*(?:van|of|/|von)\s*\d{1,3})?"
    r"|\d{1,3}\s*(?:van|of|/)\s*\d{1,3})[-–—|\s]*$"
)
PRINTED_AT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]\.?M\.?)?$", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?://|file://|about:blank|mhtml:|data:|cid:|chrome)\S*$", re.IGNORECASE)
BARE_NUMBER = re.compile(r"[-–—|\s]*\d{1,3}[-–—|\s]*$")
LABEL_END = ":"
# What programs write where the author gave no title.
NO_TITLE = re.compile(
    r"(?i)\S*://|\S+\.(?:pdf|docx?|html?|eml|msg|txt|odt)$|microsoft\b|untitled|naamloos|document\d*$|about:blank|"
    r"e?-?mail -|memo ?sti?j?y?le?|print|afdruk|\W*$"
)


@dataclass(slots=True)
class Sheet:
    """A page with its pieces, from top to bottom."""

    box: Box
    pieces: list[Piece]

    def is_top(self, piece: Piece) -> bool:
        return piece.baseline < self.box.top + ZONE * self.box.height

    def is_bottom(self, piece: Piece) -> bool:
        return piece.baseline > self.box.bottom - ZONE * self.box.height


def strip_margins(sheets: list[Sheet]) -> None:
    """Take headers and footers off: what repeats at the same height, page numbers, and what browsers print.

    They stand outermost: nothing that stays is between them and the edge of the page.
    """
    repeated = find_repeated(sheets)
    for number, sheet in enumerate(sheets):
        top, bottom = rows_in_margins(sheet)
        gone: set[int] = set()
        for rows, is_top in ((top, True), (bottom, False)):
            for row in rows:
                if not all(key_of(sheet, piece) in repeated for piece in row) and not is_print(
                    [piece.text for piece in row], is_top=is_top, number=number + 1, count=len(sheets)
                ):
                    break
                gone.update(id(piece) for piece in row)
        sheet.pieces = [piece for piece in sheet.pieces if id(piece) not in gone]


def is_print(texts: list[str], *, is_top: bool, number: int, count: int) -> bool:
    """Whether a row in a margin is a page number, or what a browser prints there."""
    if all(map(PAGE_NUMBER.match, texts)):
        return True
    if is_top:
        return bool(PRINTED_AT.match(texts[0]) or PRINTED_AT.match(texts[-1]))
    if len(texts) == 1 and count > 1 and BARE_NUMBER.match(texts[0]):
        return int(next(iter(DIGITS.findall(texts[0])))) == number
    return bool(ADDRESS.match(texts[0])) and len(texts) > 1


def rows_in_margins(sheet: Sheet) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """The rows near the top and those near the bottom, the outermost first."""
    rows: list[list[Piece]] = []
    for piece in sheet.pieces:
        if not (sheet.is_top(piece) or sheet.is_bottom(piece)):
            continue
        if rows and abs(rows[-1][0].baseline - piece.baseline) <= SAME_HEIGHT:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    top = [row for row in rows if sheet.is_top(row[0])]
    bottom = [row for row in rows if not sheet.is_top(row[0])]
    return top, bottom[::-1]


Key = tuple[bool, str, int, int]


def key_of(sheet: Sheet, piece: Piece) -> Key:
    """What a header has in common with itself on the next page: words but for numbers, height and letters."""
    top = sheet.is_top(piece)
    height = piece.baseline - sheet.box.top if top else sheet.box.bottom - piece.baseline
    return (top, DIGITS.sub("#", piece.text), round(height / SAME_HEIGHT), round(piece.size * 2))


def find_repeated(sheets: list[Sheet]) -> set[Key]:
    """The keys that stand on at least two pages and on half of them."""
    counts: Counter[Key] = Counter()
    for sheet in sheets:
        counts.update({key_of(sheet, piece) for rows in rows_in_margins(sheet) for row in rows for piece in row})
    return {key for key, count in counts.items() if count >= 2 and 2 * count >= len(sheets)}


def take_header(sheet: Sheet) -> PrintHeader:
    """The header of a printed mail at the top of the first page; its pieces are taken off."""
    rows: list[list[Piece]] = []
    for piece in sorted(sheet.pieces, key=lambda piece: (piece.baseline, piece.box.left)):
        if rows and abs(rows[-1][0].baseline - piece.baseline) <= 0.5 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    header = find_header([row_text(row) for row in rows])
    end = header.lines
    if 0 < end < len(rows) and is_rest(rows[end - 1], rows[end]):
        header = replace(header, subject=f"{header.subject or ''} {rows[end][0].text}".strip(), lines=end + 1)
        end += 1
    gone = {id(piece) for row in rows[:end] for piece in row}
    sheet.pieces = [piece for piece in sheet.pieces if id(piece) not in gone]
    return header


def is_rest(above: list[Piece], row: list[Piece]) -> bool:
    """Whether row is the rest of a subject that did not fit: alone, just below what stands right of the label."""
    if len(above) != 2 or len(row) != 1 or LABELS.get(above[0].text.rstrip(": ").casefold()) != "subject":
        return False
    told = above[1]
    return abs(row[0].box.left - told.box.left) < SAME_HEIGHT and row[0].baseline - told.baseline < 1.7 * told.size


def title_of(told: str) -> str | None:
    """The title in the file's description; None where a program made it up."""
    told = subject_of(told) or ""
    return None if NO_TITLE.match(told) or not any(map(str.isalpha, told)) else told


def row_text(row: list[Piece]) -> str:
    """A row as one line; a label that stands apart gets its colon, as some programs leave it out."""
    row = sorted(row, key=lambda piece: piece.box.left)
    first = row[0].text
    if len(row) > 1 and first.casefold() in LABELS:
        first += LABEL_END
    return " ".join([first, *(piece.text for piece in row[1:])])
