"""Reads a file with a council: bytes in, lines and problems out. It looks nothing up."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Audience
from accounts.names import check_line
from accounts.spreadsheets import as_written

MAX_BYTES = 1024 * 1024
MAX_LINES = 1000
HEAD = ("naam", "e-mailadres", "doelgroep", "fractie", "mandaat tot en met", "actie")
END = "beëindigen"
# what a column may be called, without signs and spaces
COLUMNS = {
    "name": ("naam", "volledigenaam", "naamlid"),
    "first": ("voornaam", "roepnaam", "voorletters"),
    "between": ("tussenvoegsel", "tussenvoegsels", "voorvoegsel"),
    "last": ("achternaam",),
    "email": ("emailadres", "email", "mail", "mailadres"),
    "audience": ("doelgroep", "functie", "rol", "soort"),
    "fractie": ("fractie", "partij", "fractienaam"),
    "until": ("mandaattotenmet", "mandaattot", "eindemandaat", "einddatum", "totenmet", "tot"),
    "action": ("actie",),
}
ACTIONS = {"": False, "uitnodigen": False, "blijft": False, "beeindigen": True, "einde": True, "stopt": True}
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: 0{1,2}[:.]00(?:[:.]00)?)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_WORDS = re.compile(r"(\d{1,2}) ([a-z]{3})[a-z]* (\d{4})")


class UnreadableCouncil(Exception):
    """Why nothing can be made of the file, in a sentence for the griffier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody in the file. Empty, or None: the file does not say. number counts as a spreadsheet does."""

    number: int
    email: str
    name: str
    audience: str = ""
    fractie: str = ""
    until: date | None = None
    ends: bool = False

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "until": self.until.isoformat() if self.until else None
        }

    @classmethod
    def from_json(cls, values: dict[str, str]) -> "Line":
        until = date.fromisoformat(values["until"]) if values["until"] else None
        return cls(**{**values, "until": until})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, in a sentence."""

    number: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilFile:
    """All that a file says. ignored names the columns that mean nothing here."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


def read_council(data: bytes, *, today: date) -> CouncilFile:
    """Raises UnreadableCouncil where there are no lines to speak of; what is wrong with one line is a Problem."""
    if len(data) > MAX_BYTES:
        raise UnreadableCouncil("Dit bestand is groter dan 1 MB. Een lijst met leden is veel kleiner.")
    rows = _rows(_decode(data))
    if not rows:
        raise UnreadableCouncil("Dit bestand is leeg.")
    head = rows[0][1]
    fields = [_field(cell) for cell in head]
    twice = [head[at] for at, field in enumerate(fields) if field and field in fields[:at]]
    if "email" not in fields or not {"name", "last"} & set(fields):
        raise UnreadableCouncil(
            "De eerste regel noemt niet wat er in de kolommen staat. Nodig zijn ten minste de kolommen "
            "‘naam’ en ‘e-mailadres’. Download het voorbeeld om te zien hoe het moet."
        )
    if twice:
        raise UnreadableCouncil(f"De kolom ‘{twice[0][:50]}’ staat er twee keer in, of lijkt te veel op een andere.")
    if len(rows) - 1 > MAX_LINES:
        raise UnreadableCouncil(f"In dit bestand staan meer dan {MAX_LINES} regels. Splits het in delen.")
    if len(rows) == 1:
        raise UnreadableCouncil("Onder de eerste regel staat niemand.")
    lines, problems = _read_lines(rows[1:], fields, today=today)
    ignored = tuple(cell[:50] for cell, field in zip(head, fields, strict=True) if cell and not field)
    return CouncilFile(lines=tuple(lines), problems=tuple(problems), ignored=ignored)


def _decode(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableCouncil("Dit is een Excel-bestand. Open het, kies ‘Opslaan als’ en bewaar het als CSV.")
    is_utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if is_utf_16 else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableCouncil("Dit is geen CSV-bestand. Bewaar de lijst in uw rekenprogramma als CSV.")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the number that a spreadsheet gives them."""
    if text[:4].lower() == "sep=":  # for Excel, which does not count it
        text = text.partition("\n")[2]
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UnreadableCouncil("Dit is geen CSV-bestand. Bewaar de lijst in uw rekenprogramma als CSV.") from None
    rows = [(number, [as_written(cell) for cell in row]) for number, row in enumerate(read, 1)]
    return [(number, row) for number, row in rows if any(row)]


def _field(cell: str) -> str:
    """Which field a column is; empty where it is none."""
    word = "".join(sign for sign in _plain(cell) if sign.isalpha())
    return next((field for field, names in COLUMNS.items() if word in names), "")


def _plain(text: str) -> str:
    """Small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).strip()


def _read_lines(
    rows: Iterable[tuple[int, Sequence[str]]], fields: Sequence[str], *, today: date
) -> tuple[list[Line], list[Problem]]:
    lines: list[Line] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, row in rows:
        cells = {field: cell for field, cell in zip(fields, row, strict=False) if field}
        values, wrong = _read_cells(cells, today=today)
        if len(row) > len(fields) and any(row[len(fields) :]):
            wrong.append("er staan meer cellen dan er kolommen zijn")
        email = str(values.get("email", ""))
        if email and email in first:
            wrong.append(f"{email} staat ook op regel {first[email]}")
        elif email:
            first[email] = number
        if wrong:
            problems.append(Problem(number, f"{'; '.join(wrong)}."))
        else:
            lines.append(Line(number=number, **values))  # type: ignore[arg-type]
    return lines, problems


def _read_cells(cells: dict[str, str], *, today: date) -> tuple[dict[str, object], list[str]]:
    """The fields of one line that can be read, and what is wrong with the others."""
    values: dict[str, object] = {}
    wrong: list[str] = []
    readers: dict[str, Callable[[dict[str, str]], object]] = {
        "email": _email,
        "name": _name,
        "audience": _audience,
        "fractie": _fractie,
        "until": _until,
        "ends": _ends,
    }
    for name, read in readers.items():
        try:
            values[name] = read(cells)
        except ValueError as error:
            wrong.append(str(error))
    until = values.get("until")
    if isinstance(until, date) and until < today:
        wrong.append(
            f"de dag bij ‘mandaat tot en met’ ({cells['until'][:40]}) is al voorbij. "
            "Moet dit lid weg? Laat die cel leeg en zet ‘beëindigen’ bij ‘actie’"
        )
    return values, wrong


def _email(cells: dict[str, str]) -> str:
    email = cells.get("email", "").lower().removeprefix("mailto:")
    if not email:
        raise ValueError("er staat geen e-mailadres")
    try:
        validate_email(email)
    except ValidationError:
        raise ValueError(f"‘{email[:80]}’ is geen e-mailadres") from None
    if len(email) > 254:
        raise ValueError("het e-mailadres is te lang")
    return email


def _name(cells: dict[str, str]) -> str:
    parts = (
        [cells.get("name", "")] if cells.get("name") else [cells.get(one, "") for one in ("first", "between", "last")]
    )
    name = " ".join(" ".join(parts).split())
    if not name:
        raise ValueError("er staat geen naam")
    return _one_line(name, most=150, what="de naam")


def _fractie(cells: dict[str, str]) -> str:
    return _one_line(" ".join(cells.get("fractie", "").split()), most=100, what="de fractie")


def _one_line(text: str, *, most: int, what: str) -> str:
    if len(text) > most:
        raise ValueError(f"{what} is langer dan {most} tekens")
    try:
        check_line(text)
    except ValidationError:
        raise ValueError(f"{what} mag geen webadres, e-mailadres of vreemde tekens bevatten") from None
    return text


def _audience(cells: dict[str, str]) -> str:
    """As the list has it, also in the plural."""
    text = cells.get("audience", "")
    word = "".join(sign for sign in _plain(text) if sign.isalpha())
    word = word.removesuffix("leden") + "lid" if word.endswith("leden") else word
    if word and word not in Audience.values:
        known = ", ".join(Audience.values)
        raise ValueError(f"de doelgroep ‘{text[:40]}’ kennen we niet. Kies uit: {known}")
    return word


def _ends(cells: dict[str, str]) -> bool:
    text = cells.get("action", "")
    word = _plain(text)
    if word not in ACTIONS:
        raise ValueError(f"de actie ‘{text[:40]}’ kennen we niet. Laat de cel leeg, of schrijf ‘{END}’")
    return ACTIONS[word]


def _until(cells: dict[str, str]) -> date | None:
    text = cells.get("until", "")
    return read_day(text) if text else None


def read_day(text: str) -> date:
    """A day as people and spreadsheets write it. Raises ValueError with a sentence."""
    plain = " ".join(_plain(text).split())
    try:
        read = date(*_numbers_of(plain))
    except ValueError:
        raise ValueError(f"de dag ‘{text[:40]}’ kunnen we niet lezen. Schrijf hem zoals 31-03-2030") from None
    if not 2000 <= read.year <= 2100:
        raise ValueError(f"het jaar in ‘{text[:40]}’ klopt niet")
    return read


def _numbers_of(plain: str) -> tuple[int, int, int]:
    """Year, month and day, which may not exist. Raises ValueError where there are none."""
    if found := _ISO.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.fullmatch(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _WORDS.fullmatch(plain):
        name = "mrt" if found[2] == "maa" else found[2]
        return int(found[3]), MONTHS.index(name) + 1, int(found[1])
    raise ValueError(plain)
