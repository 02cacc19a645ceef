"""The header that a mail program puts above a printed, forwarded or pasted mail: Van, Verzonden, Aan, Onderwerp."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from newsletters.parsing.vocabulary import MONTHS

LABELS = {
    "van": "from", "from": "from", "afzender": "from",
    "verzonden": "date", "sent": "date", "datum": "date", "date": "date", "verstuurd": "date", "verzonden op": "date",
    "aan": "to", "to": "to", "cc": "to", "bcc": "to", "kopie": "to", "antwoord aan": "other", "reply-to": "other",
    "onderwerp": "subject", "subject": "subject", "betreft": "subject",
    "bijlagen": "other", "bijlage": "other", "attachments": "other", "prioriteit": "other", "importance": "other",
    "urgentie": "other", "belang": "other", "categorieën": "other", "gevoeligheid": "other",
    "de": "from", "envoyé": "date", "à": "to", "objet": "subject", "pièces jointes": "other", "répondre à": "other",
    "von": "from", "gesendet": "date", "an": "to", "betreff": "subject", "anlagen": "other", "wichtigkeit": "other",
}  # fmt: skip
LABEL = re.compile(r"\s*[*_]{0,2}([A-Za-zà-ÿÀ][A-Za-zà-ÿ -]{0,15}?)[*_]{0,2}\s?:[*_]{0,2}(?:\s+(.*))?$")
FORWARD = re.compile(r"(?i)^(?:fwd?|doorst|re|antw|tr|rép|wg|aw)\s*:\s*")
ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
BEHALF = re.compile(r"(?i)\s(?:namens|on behalf of)\s")
# Lines of a header that only programs write.
DELIVERED = re.compile(
    rf"^(?:>\s?)*(?:(?:Received:|\s).{{0,500}}?\bfor\s+<|(?:Delivered-To|(?:X-)?Envelope-To|X-Original-To|Apparently-To):\s*<?)"
    rf"({ADDRESS.pattern})",
    re.IGNORECASE,
)
LONGEST_LINE = 4000
NEAR = 4  # lines between two of one header
# More text than this above a header, or between two, is no header's neighbourhood.
REACH = 8
# French and German mail programs write their own months; where they are the same, MONTHS has them.
OTHER_MONTHS = {
    "janvier": 1, "février": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8, "septembre": 9,
    "octobre": 10, "novembre": 11, "décembre": 12, "januar": 1, "februar": 2, "märz": 3, "dezember": 12,
}  # fmt: skip
DAY_FIRST = re.compile(r"\b(\d{1,2})\.?[ -]([a-zà-ÿ]{3,9})\.?,?[ -](\d{4})\b")
MONTH_FIRST = re.compile(r"\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?, (\d{4})\b")
YEAR_FIRST = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
CLOCK = re.compile(r"\d{1,2}[.:]\d\d\b|\d{1,2} uur\b")
NUMERIC = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintHeader:
    """lines is how many lines of the text the header takes, all that stands above it included."""

    lines: int
    subject: str | None = None
    sender: str | None = None
    sender_address: str | None = None
    printed_on: date | None = None
    recipients: tuple[str, ...] = ()


def find_header(lines: list[str]) -> PrintHeader:
    """The header at the top of lines, the innermost where mails were forwarded; lines == 0 where there is none."""
    header, start = PrintHeader(lines=0), 0
    for _ in range(REACH):
        found = next_header(lines, start)
        if found is None:
            break
        recipients = header.recipients + found.recipients
        header = PrintHeader(
            lines=found.lines,
            subject=found.subject or header.subject,
            sender=found.sender or header.sender,
            sender_address=found.sender_address if found.sender else header.sender_address,
            printed_on=found.printed_on or header.printed_on,
            recipients=recipients,
        )
        start = found.lines
    return header


def next_header(lines: list[str], start: int) -> PrintHeader | None:
    """A header of at least two labels that begins within REACH filled lines from start."""
    filled = [i for i in range(start, min(len(lines), start + 12 * REACH)) if lines[i].strip()]
    first = next((n for n, i in enumerate(filled[:REACH]) if label_of(lines[i])), None)
    if first is None:
        return None
    fields: dict[str, list[str]] = {}
    end, name, pending = start, "", []
    for i in filled[first:]:
        found = label_of(lines[i])
        if found is None:
            pending.append(lines[i].strip())
            if len(pending) > 4 or not name:
                break
            continue
        if found[0] == "from" and "from" in fields:
            break
        # What stood between two labels is the rest of the first: a long list of recipients, a wrapped subject.
        if pending and name:
            fields.setdefault(name, []).extend(pending)
        name, value = found
        pending = []
        fields.setdefault(name, []).append(value)
        end = i + 1
    if name == "to":
        end += tail_of_recipients(lines, end, fields["to"])
    if len(fields) < 2 or "from" not in fields or not fields.keys() & {"date", "subject"}:
        return None
    # "Van: 19.30 uur" stands in an agenda.
    if CLOCK.match(fields["from"][0]):
        return None
    return PrintHeader(
        lines=end,
        subject=subject_of(" ".join(fields.get("subject", []))),
        sender=sender_of(" ".join(fields["from"])),
        sender_address=address_of(" ".join(fields["from"])),
        printed_on=day_of(" ".join(fields.get("date", []))),
        recipients=tuple(recipients_of(fields)),
    )


def recipients_below(lines: Sequence[str]) -> set[str]:
    """The mail addresses of who received the mails whose headers stand somewhere in lines, such as a pasted source."""
    found: set[str] = set()
    senders: set[str] = set()
    for place, line in enumerate(lines):
        if "@" not in line or len(line) > LONGEST_LINE:
            continue
        if match := DELIVERED.search(line):
            found.add(match[1].lower())
        elif (label := label_of(line)) and label[0] == "to":
            beside = [near for other in lines[max(0, place - NEAR) : place + NEAR + 1] if (near := label_of(other))]
            if any(name in ("from", "date", "subject") for name, _ in beside):
                found.update(address.lower() for address in ADDRESS.findall(label[1]))
                said = (value for name, value in beside if name == "from")
                senders.update(address.lower() for value in said for address in ADDRESS.findall(value))
    return found - senders


def label_of(line: str) -> tuple[str, str] | None:
    """The kind of header line and what it says; None for any other line."""
    if len(line) > 4000:
        return None
    match = LABEL.match(line)
    if match is None:
        return None
    kind = LABELS.get(match[1].strip().casefold())
    return (kind, (match[2] or "").strip()) if kind else None


def tail_of_recipients(lines: list[str], start: int, found: list[str]) -> int:
    """How many lines after a last "Aan:" still hold addresses; they are added to found."""
    taken = 0
    for line in lines[start : start + 20]:
        if not line.strip():
            continue
        if not (ADDRESS.search(line) or line.rstrip().endswith(";")) or len(line) > 400:
            break
        found.append(line.strip())
        taken = lines.index(line, start) + 1 - start
    return taken


def subject_of(text: str) -> str | None:
    """The subject without the marks of forwarding."""
    text = text.strip()
    while (shorter := FORWARD.sub("", text)) != text:
        text = shorter
    return text or None


def sender_of(text: str) -> str | None:
    """The sender's name, else the address; "X namens Y" is Y's mail."""
    text = BEHALF.split(text.strip())[-1]
    name = re.sub(r"\s*[<\[(][^<>]*@[^<>]*[>\])]\s*", " ", text).strip(" \"'*;")
    return name or next(iter(ADDRESS.findall(text)), None)


def address_of(text: str) -> str | None:
    """The sender's mail address in small letters; of "X namens Y" that of Y, and None where only X has one."""
    return next((found.lower() for found in ADDRESS.findall(BEHALF.split(text.strip())[-1])), None)


def recipients_of(fields: dict[str, list[str]]) -> list[str]:
    """Who received the mail; not the sender, who may write to himself and to all others unseen."""
    senders = {name.casefold() for name in names_of(" ".join(fields["from"]))}
    return [name for name in names_of(" ".join(fields.get("to", []))) if name.casefold() not in senders]


def names_of(text: str) -> list[str]:
    """Every address among the recipients, and every name in it that is long enough to be looked for."""
    names = [part.strip(" \"'<>()") for part in re.split(r"[;<>]|,\s", ADDRESS.sub(";", text))]
    return ADDRESS.findall(text) + [name for name in names if len(name) >= 8 and " " in name]


def day_of(text: str) -> date | None:
    """The day in a header's date line, Dutch or English; None where it is not certain."""
    text = text.casefold()
    if match := DAY_FIRST.search(text):
        return make_day(match[3], MONTHS.get(match[2]) or OTHER_MONTHS.get(match[2]), match[1])
    if match := MONTH_FIRST.search(text):
        return make_day(match[3], MONTHS.get(match[1]), match[2])
    if match := YEAR_FIRST.search(text):
        return make_day(match[1], match[2], match[3])
    if match := NUMERIC.search(text):
        day, month = (match[2], match[1]) if int(match[2]) > 12 else (match[1], match[2])
        return make_day(match[3], month, day)
    return None


def make_day(year: str, month: str | int | None, day: str) -> date | None:
    """The day, or None where the calendar has no such day."""
    try:
        return date(int(year), int(month or 0), int(day))
    except ValueError:
        return None


def shown_header(subject: str | None, sender: str | None, count: int) -> list[str]:
    """What the griffier sees of a print header: nobody who received the mail."""
    told = [f"Van: {sender}" if sender else "", f"Onderwerp: {subject}" if subject else ""]
    return (told + [""] * count)[:count]
