"""Damages newsletters in every way that we can think of and reads them in the cage, looking for what must not happen.

    .venv/bin/python -m bench.fuzz SECONDS SEED [--from NUMBER] [--count COUNT]

Whatever the file, a reading must end in a newsletter or in a sentence for the griffier, soon; the newsletter must
hold no control character, no markup that a browser would run, no link that is none, and nothing of the mailbox that
the file was sent to. What breaks a rule is told and kept in var/fuzz/. A case follows from the seed and its number:
`--from NUMBER --count 1` makes it again.
"""

import argparse
import json
import logging
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from random import Random
from urllib.parse import quote

from bench.evil import EVIL, NESTS
from bench.samples import FORMATS, MAILBOX, TENANT
from newsletters import cage
from newsletters.parsing.blocks import FileFormat, UnreadableFile
from newsletters.parsing.drafts import DraftNewsletter
from newsletters.parsing.escapes import unescaped

LIMITS = cage.Limits(max_bytes=25 * 1024 * 1024, seconds=20, memory=512 * 1024 * 1024)
SLOW = 10.0  # seconds, half of what is allowed
LARGEST = 2_000_000  # bytes of a damaged file
SAMPLES = 12  # of each format
KILLERS = cage.PROJECT_DIR / "var" / "fuzz"

ALLOWED_SCHEMES = re.compile(r"(?:(?:https?:)?/{1,3}[^/?#@\s]+(?:[/?#]|$)|mailto:[^\s@]+@[^\s@]+$)", re.IGNORECASE)
# Only for pages: in a plain text these are words like any other, and every page of the portal escapes them.
ACTIVE = re.compile(r"<\s*(?:script|iframe|object|embed|svg|img|form|meta|link|base)\b[^>]*>", re.IGNORECASE)
TITLE = re.compile(r"<title\b.*?(?:</title|\Z)", re.IGNORECASE | re.DOTALL)
SENTENCE = re.compile(r"[A-Z0-9].{20,}[.!]", re.DOTALL)
INTACT = (
    # a mailbox is known by any of these; where none is left, nothing tells whose address it was
    re.compile(rb"^(?:To: (?:Griffie )?<?|Received: .{0,100}for <)" + re.escape(MAILBOX.encode()), re.MULTILINE),
    re.compile(
        rb"https://eur05\.safelinks\.protection\.outlook\.com/\?url=[\w%.-]{10,200}&(?:amp;)?data=05%7C02%7C"
        + re.escape(quote(MAILBOX, safe="").encode())
    ),
)

Damage = Callable[[Random, bytearray, bytes], bytearray]


def flip(random: Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(random.choice((1, 4, 30))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return data


def truncate(random: Random, data: bytearray, other: bytes) -> bytearray:
    at = random.randrange(len(data))
    return data[at:] if random.random() < 0.2 else data[:at]


def drop(random: Random, data: bytearray, other: bytes) -> bytearray:
    begin, end = stretch(random, len(data))
    del data[begin:end]
    return data


def repeat(random: Random, data: bytearray, other: bytes) -> bytearray:
    begin, end = stretch(random, len(data))
    data[begin:begin] = data[begin:end] * random.choice((1, 2, 20, 300))
    return data


def swap(random: Random, data: bytearray, other: bytes) -> bytearray:
    begin, end = stretch(random, len(data))
    moved = data[begin:end]
    del data[begin:end]
    at = random.randrange(len(data) + 1)
    data[at:at] = moved
    return data


def splice(random: Random, data: bytearray, other: bytes) -> bytearray:
    begin, end = stretch(random, len(other))
    at = random.randrange(len(data))
    if random.random() < 0.3:
        return data[:at] + other[begin:]
    data[at : at + random.choice((0, end - begin))] = other[begin:end]
    return data


def spoil(random: Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(random.choice((1, 1, 3, 10))):
        at = random.randrange(len(data) + 1)
        data[at:at] = random.choice(EVIL)
    return data


def nest(random: Random, data: bytearray, other: bytes) -> bytearray:
    opening, closing = random.choice(NESTS)
    depth = random.choice((10, 200, 3000, 20_000))
    depth = min(depth, LARGEST // 2 // len(opening + closing))
    at = random.choice((0, random.randrange(len(data) + 1)))
    data[at:at] = opening * depth + (closing * depth if random.random() < 0.5 else b"")
    return data


def renumber(random: Random, data: bytearray, other: bytes) -> bytearray:
    """Other numbers for some of those that are written in the file: sizes, places, days, codes of signs."""
    numbers = list(re.finditer(rb"\d+", data))
    for match in sorted(random.sample(numbers, min(len(numbers), random.choice((1, 5)))), key=lambda one: -one.start()):
        new = random.choice((b"0", b"1", b"-1", b"65536", b"2147483647", b"99999999999999999999", b"0.0000001", b""))
        data[match.start() : match.end()] = new
    return data


def reline(random: Random, data: bytearray, other: bytes) -> bytearray:
    """Other line ends, or the same lines in another order."""
    if random.random() < 0.4:
        return bytearray(
            data.replace(b"\n", random.choice((b"\r", b"\r\n", b"\n\n", b"\n\r", b" ", b"\x0c", b"\n \n")))
        )
    lines = data.split(b"\n")
    begin, end = stretch(random, len(lines))
    some = lines[begin:end]
    random.shuffle(some)
    return bytearray(b"\n".join([*lines[:begin], *some, *lines[end:]]))


def recode(random: Random, data: bytearray, other: bytes) -> bytearray:
    """The file in another charset, without its label changed."""
    charset = random.choice(("utf-16", "utf-16-be", "cp1252", "utf-32", "utf-7", "cp037"))
    return bytearray(data.decode("utf-8", "ignore").encode(charset, "replace"))


DAMAGES: tuple[Damage, ...] = (flip, truncate, drop, repeat, swap, splice, spoil, spoil, nest, renumber, reline, recode)


def stretch(random: Random, length: int) -> tuple[int, int]:
    """Where a part of a whole of this length begins and ends; a small part as a rule."""
    begin = random.randrange(length)
    return begin, min(length, begin + 1 + int(length * random.random() ** 4))


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged file; how tells what was done to which file."""

    number: int
    suffix: str
    data: bytes
    how: str


def case(seed: int, number: int, originals: dict[str, list[bytes]]) -> Case:
    """The case with this number: the formats take turns."""
    random = Random(f"{seed}/{number}")
    suffixes = list(originals)
    suffix = suffixes[number % len(suffixes)]
    data = bytearray(random.choice(originals[suffix]))
    other = random.choice(originals[suffix if random.random() < 0.7 else random.choice(suffixes)])
    damages = random.choices(DAMAGES, k=random.choice((1, 1, 2, 3, 6)))
    for damage in damages:
        if data:
            data = damage(random, data, other)[:LARGEST]
    return Case(number, suffix, bytes(data), "+".join(damage.__name__ for damage in damages))


def originals() -> dict[str, list[bytes]]:
    """Whole newsletters by the ending of their files."""
    return {suffix: [make(number) for number in range(SAMPLES)] for suffix, make in FORMATS.items()}


class Complaints(logging.Handler):
    """What the cage says of children that ended badly."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def faults(data: bytes, complaints: Complaints, limits: cage.Limits = LIMITS) -> tuple[str, list[str]]:
    """How the reading of data ended, in a word, and what was wrong about it."""
    complaints.said.clear()
    begun = time.monotonic()
    found: list[str] = []
    try:
        draft = cage.parse(data, filename="brief", limits=limits)
        ended = "newsletter" if draft.items else "no items"
        found += faults_of(draft, data)
    except UnreadableFile as error:
        ended = str(error.code)
        if not SENTENCE.fullmatch(error.message) or not error.message.isprintable():
            found.append(f"no sentence: {error.message!r}")
    except Exception as error:  # noqa: BLE001 - whatever comes out is what we look for
        ended = "raised"
        found.append(f"raised {error!r}")
    took = time.monotonic() - begun
    if took > SLOW:
        found.append(f"took {took:.1f} s")
    return ended, found + complaints.said


def faults_of(draft: DraftNewsletter, data: bytes) -> list[str]:
    """What is wrong with a newsletter that was read from data."""
    found = []
    # ids are for the portal itself; of a file without items nothing is kept
    told = replace(draft, outlook_id=None, message_id=None, text=draft.text if draft.items else "")
    texts = list(strings(asdict(told)))
    for text in texts:
        bad = [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\f"]
        bad += [char for char in text if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
        if bad:
            found.append(f"the sign {bad[0]!r} in {text[:80]!r}")
        if draft.format is FileFormat.HTML and not tells_markup(data) and (match := ACTIVE.search(text)):
            found.append(f"markup {match[0][:80]!r}")
    links = [link for item in draft.items for link in item.links] + list(draft.unplaced_links)
    found += [f"the link {link.url[:200]!r}" for link in links if not ALLOWED_SCHEMES.match(link.url)]
    if any(pattern.search(data) for pattern in INTACT):
        secrets = (MAILBOX, TENANT)
        found += [
            f"{secret} in {text[:200]!r}"
            for text in texts
            for secret in secrets
            if any(secret in form.lower() for form in unescaped(text))
        ]
    found += [f"an event of item {event.item}" for event in draft.events if not 0 <= event.item < len(draft.items)]
    found += [
        f"an event that ends before it begins: {event}"
        for event in draft.events
        if event.starts_on and event.ends_on and event.ends_on < event.starts_on
    ]
    return found


def tells_markup(data: bytes) -> bool:
    """Whether markup in a page may be meant to be read: escaped, or in a title, where a browser shows it as it is."""
    return b"&lt" in data or any(ACTIVE.search(title) for title in TITLE.findall(data.decode("utf-8", "replace")))


def strings(value: object) -> Iterator[str]:
    """Every text in nested fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def run(
    seed: int, *, first: int = 0, count: int | None = None, seconds: float | None = None
) -> Iterator[tuple[Case, str, list[str]]]:
    """Case after case with how its reading ended and what was wrong, until one of the limits."""
    whole = originals()
    complaints = Complaints()
    logger = logging.getLogger("newsletters.cage")
    logger.addHandler(complaints)
    deadline = None if seconds is None else time.monotonic() + seconds
    number = first
    try:
        while (count is None or number < first + count) and (deadline is None or time.monotonic() < deadline):
            made = case(seed, number, whole)
            ended, wrong = faults(made.data, complaints)
            yield made, ended, wrong
            number += 1
    finally:
        logger.removeHandler(complaints)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float)
    parser.add_argument("seed", type=int)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--count", type=int)
    options = parser.parse_args()
    logging.getLogger("newsletters.cage").propagate = False
    ends: Counter[tuple[str, str]] = Counter()
    killers = 0
    print(f"seed {options.seed}", flush=True)
    for made, ended, wrong in run(options.seed, first=options.first, count=options.count, seconds=options.seconds):
        ends[made.suffix, ended] += 1
        if wrong:
            killers += 1
            KILLERS.mkdir(parents=True, exist_ok=True)
            kept = KILLERS / f"{options.seed}-{made.number}.{made.suffix}"
            kept.write_bytes(made.data)
            print(f"{kept} ({made.how}): {ended}", flush=True)
            for line in wrong[:5]:
                print(f"    {line}", flush=True)
    for suffix in FORMATS:
        print(suffix, json.dumps({ended: count for (kind, ended), count in sorted(ends.items()) if kind == suffix}))
    print(f"{sum(ends.values())} files, {killers} with something wrong (seed {options.seed})")
    sys.exit(1 if killers else 0)


if __name__ == "__main__":
    main()
