"""Lines into running text: words broken at a line end made whole, and each link on its words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsletters.parsing.blocks import Link
from newsletters.parsing.readers.pdf.rows import Piece
from newsletters.parsing.readers.text_links import URL, url_of
from newsletters.parsing.readers.wrapping import JOINERS

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
SOFT_HYPHENS = "\u2010\u00ad"  # browsers draw these where they broke a word themselves
BROKEN = re.compile(r"([^\W_]*[^\W\d_])[-\u2010\u00ad]$")
SLASH = re.compile(r"\w/$")
KEEPS_HYPHEN = frozenset((
    "e", "oud", "co", "anti", "pre", "niet", "ex", "non", "vice", "sub", "semi", "pro", "mede", "zelf", "neo", "post",
    "auto", "inter", "multi", "live", "online",
))  # fmt: skip
SPACES = re.compile(r"\s+")


def vocabulary(lines: Iterable[Piece]) -> frozenset[str]:
    """The words of a document, whole, in small letters; the halves of a word broken at a line end are none."""
    words: set[str] = set()
    broken = False
    for line in lines:
        found = WORD.findall(line.text.casefold())
        begin = 1 if broken else 0
        broken = bool(BROKEN.search(line.text))
        words.update(found[begin : len(found) - 1 if broken else len(found)])
    return frozenset(words)


def is_broken(above: str, below: str) -> bool:
    """Whether the last word of above goes on in below."""
    return bool(BROKEN.search(above)) and below[:1].islower() and below.split(" ", 1)[0] not in JOINERS


def seam(above: str, below: str, words: frozenset[str]) -> tuple[str, bool]:
    """What comes between two lines, and whether the hyphen at the first one's end goes."""
    match = BROKEN.search(above)
    if match is None:
        return ("" if SLASH.search(above) and below[:1].isalnum() else " "), False
    if not below[:1].isalnum() or below.split(" ", 1)[0] in JOINERS:
        return " ", False
    if above[-1] in SOFT_HYPHENS:
        return "", True
    if not below[:1].islower():
        return "", False
    front = match[1].casefold()
    back = WORD.match(below)
    rest = back[0].casefold().partition("-")[0] if back else ""
    if front + rest in words:
        return "", True
    hyphened = f"{front}-{rest}" in words or front in KEEPS_HYPHEN or len(front) < 2
    both_words = len(front) > 3 and len(rest) > 3 and front in words and rest in words
    return "", not (hyphened or both_words or match[1].isupper() or any(char.isdigit() for char in match[1]))


@dataclass(slots=True)
class Running:
    """Text that grows line by line, and the stretches of it that are links."""

    text: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, words: str, url: str) -> None:
        """Put words behind the text, with one space where there were several."""
        words = SPACES.sub(" ", words)
        if not self.text or self.text.endswith(" "):
            words = words.lstrip(" ")
        start = len(self.text) + len(words) - len(words.lstrip(" "))
        self.text += words
        end = len(self.text.rstrip(" "))
        if not url or end <= start:
            return
        if self.spans and self.spans[-1][2] == url and not self.text[self.spans[-1][1] : start].strip():
            start = self.spans.pop()[0]
        self.spans.append((start, end, url))

    def drop_hyphen(self) -> None:
        """Take off the last letter, a hyphen."""
        self.text = self.text.rstrip(" ")[:-1]
        if self.spans and self.spans[-1][1] > len(self.text):
            start, _, url = self.spans.pop()
            if start < len(self.text):
                self.spans.append((start, len(self.text), url))

    def links(self, lines: Iterable[str]) -> tuple[Link, ...]:
        """The links in the order of their words; addresses that are only written out are links too."""
        spans = sorted([*self.spans, *self.written(lines)])
        return tuple(Link(text=self.text[start:end].strip(), url=url) for start, end, url in spans)

    def written(self, lines: Iterable[str]) -> Iterable[tuple[int, int, str]]:
        """Addresses in the text without a link on them; not where a line end may have cut them off."""
        if "://" not in self.text:
            return
        ends = {match[0] for line in lines for match in [*URL.finditer(line)][-1:] if match.end() == len(line)}
        for match in URL.finditer(self.text):
            url = url_of(match[0])
            start = match.start() + match[0].index(url)
            free = all(start >= end or start + len(url) <= first for first, end, _ in self.spans)
            last = match.end() == len(self.text.rstrip())
            if free and (last or match[0].startswith("<") or match[0] not in ends):
                yield start, start + len(url), url


def run_together(lines: list[Piece], words: frozenset[str]) -> Running:
    """The lines of a paragraph as one text."""
    running = Running()
    for i, line in enumerate(lines):
        if i:
            between, without_hyphen = seam(lines[i - 1].text, line.text, words)
            if without_hyphen:
                running.drop_hyphen()
            if between:
                running.add(between, "")
            elif running.text.endswith(" "):
                running.text = running.text.rstrip(" ")
        for number, part in enumerate(line.words):
            running.add(part.text.lstrip() if number == 0 else part.text, part.url)
    running.text = running.text.rstrip()
    return running
