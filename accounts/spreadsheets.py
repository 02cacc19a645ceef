"""Tables for Dutch spreadsheets, without a cell that can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes a spreadsheet take a cell for a formula, also in full width, as some take them for the same.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Semicolons, and a mark that says that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: str) -> str:
    """The cell, behind an apostrophe where a spreadsheet could take it for a formula."""
    cell = cell.replace("\0", "")
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(FORMULA) else cell


def as_written(cell: str) -> str:
    """What a cell of such a table said before it was made harmless."""
    cell = cell.strip(" \u00a0\ufeff")
    return cell[1:].strip() if cell.startswith("'") and cell[1:].lstrip(" \u00a0").startswith(FORMULA) else cell
