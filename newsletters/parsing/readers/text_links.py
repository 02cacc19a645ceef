"""The links in the lines of a text: where they stand, on which words, and as they may be shown."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from newsletters.parsing import links
from newsletters.parsing.blocks import Link
from newsletters.parsing.mailbox import HIDDEN, Mailbox
from newsletters.parsing.readers.printheader import recipients_below
from newsletters.parsing.readers.text_blocks import Line
from newsletters.parsing.readers.wrapping import BULLET

URL = re.compile(r"<?(?:https?://|mailto:)[^\s<>\"“”]+>?", re.IGNORECASE)
REFERENCE = re.compile(r"\s?\[(\d{1,3})\]")
DEFINITION = re.compile(r"\s*\[(\d{1,3})\]:?\s*<?((?:https?://|mailto:)[^\s<>]+)>?\s*$", re.IGNORECASE)
# As programs that make a text of a page list them: a number with a dot.
LISTED_DEFINITION = re.compile(r"\s*(\d{1,3})\.\s+<?((?:https?://|mailto:)[^\s<>]+)>?\s*$", re.IGNORECASE)
# A wrapped SafeLink that was broken over lines leaves lines like these, with the recipient in them.
LINK_SCRAP = re.compile(r"(?<!\S)(?:(?:(?!%7C)\S)*+%7C){2}\S*", re.IGNORECASE)
HOST = re.compile(r"^https?://(?:www\.)?([^/?#]*).*$")
# [words](address "title"), as in Markdown.
MARKDOWN = re.compile(r"\[([^\[\]\n]{1,300})\]\(\s?<?((?:https?://|mailto:)[^\s<>()]+)>?(?:\s+\"[^\"\n]*\")?\s?\)")
# A link in brackets on a line of its own belongs to the words above it.
LOOSE_LINK = re.compile(r"\s*(\(\s?<?(?:https?://|mailto:)[^\s<>()]+>?\s?\))")
LOOSE_NUMBER = re.compile(r"\s*\[\d{1,3}\]:?\s*$")
LINK = re.compile(f"{MARKDOWN.pattern}|{URL.pattern}", re.IGNORECASE)
NEARBY = 200
FEWEST_IN_LIST = 2
LONGEST_ITEM = 6  # lines
SAFE_LINK = "safelinks.protection.outlook.com"
SAFE_LINK_REST = re.compile(r"\s*[\w%&=.~+/-]+\s*$")


def join_broken_links(texts: list[str]) -> list[str]:
    """texts with an "<https://…" that was wrapped over lines put back on its first line; no line is removed."""
    for i, text in enumerate(texts):
        if SAFE_LINK in text and "reserved=" not in text.rpartition(SAFE_LINK)[2]:
            join_safe_link(texts, i)
    i = 0
    while i < len(texts):
        opened = texts[i].rfind("<http")
        if opened >= 0 and " " not in texts[i][opened:].rstrip() and ">" not in texts[i][opened:]:
            for j in range(i + 1, min(i + 12, len(texts))):
                head, closed, rest = texts[j].strip().partition(">")
                if " " in head:
                    break
                texts[i] = texts[i].rstrip() + head + closed
                texts[j] = rest
                if closed:
                    break
        i += 1
    for i in range(1, len(texts)):
        if ":" in texts[i] or "http" in texts[i]:
            join_loose_link(texts, i)
    join_links_of_list(texts)
    return texts


def join_links_of_list(texts: list[str]) -> None:
    """Put each link on a line of its own right below the item of a list back on that item, where several have one."""
    found = [
        i for i, text in enumerate(texts) if "http" in text and URL.fullmatch(text.strip()) and is_in_item(texts, i)
    ]
    for place in found if len(found) >= FEWEST_IN_LIST else ():
        texts[place - 1] += f" <{texts[place].strip().strip('<>')}>"
        texts[place] = ""


def join_loose_link(texts: list[str], place: int) -> None:
    """Put a link that stands in brackets, or behind its number, on a line of its own back on the line above."""
    above, line = texts[place - 1].rstrip(), texts[place].strip()
    if above and (loose := LOOSE_LINK.match(texts[place])):
        texts[place - 1], texts[place] = f"{above} {loose[1]}", texts[place][loose.end() :]
    elif above.endswith("(") and URL.fullmatch(line):
        closed = place + 1 < len(texts) and texts[place + 1].lstrip().startswith(")")
        texts[place - 1], texts[place] = f"{above} {line}{' )' if closed else ''}", ""
        if closed:
            texts[place], texts[place + 1] = texts[place + 1].lstrip()[1:], ""
    elif line.startswith("http") and LOOSE_NUMBER.match(above):
        texts[place - 1], texts[place] = f"{above} {line}", ""


def join_safe_link(texts: list[str], first: int) -> None:
    """Put the rest of a bare SafeLink that was cut into lines back on its first line: the recipient is in the rest."""
    for i in range(first + 1, min(first + 40, len(texts))):
        if not SAFE_LINK_REST.match(texts[i]):
            return
        texts[first] = texts[first].rstrip() + texts[i].strip()
        texts[i] = ""
        if "reserved=" in texts[first]:
            return


def is_in_item(texts: list[str], place: int) -> bool:
    """Whether a line stands right below the item of a list, or the lines that it was wrapped over."""
    for i in range(place - 1, max(-1, place - LONGEST_ITEM), -1):
        if BULLET.match(texts[i].lstrip()):
            return True
        if not texts[i].startswith((" ", "\t")) or texts[i].isspace() or "http" in texts[i]:
            break
    return False


@dataclass(frozen=True, slots=True)
class Secrets:
    """Who received the mail, and the links as they may be shown."""

    mailbox: Mailbox
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: list[str], recipients: Iterable[str], mailbox: Mailbox) -> "Secrets":
        """The recipients that the print header and the receipts in Outlook's links name."""
        linked = (text for text in texts if ":" in text and "http" in text.casefold())
        urls = (url_of(match[0]) for text in linked for match in URL.finditer(text))
        names = frozenset(name.lower() for name in recipients) | recipients_below(texts)
        told = Mailbox.told_in(" ".join(" ".join(texts).split()))
        return cls(mailbox | links.mailbox_of(urls) | Mailbox(names=names) | told)

    def hide(self, text: str) -> str:
        """text without the recipient."""
        if "%7" in text:
            text = LINK_SCRAP.sub(HIDDEN, text)
        return self.mailbox.hide(text)

    def shown(self, text: str) -> str:
        """text with the links in its words as the griffier may see them, and without the recipient."""
        return self.hide(URL.sub(self.plain, text) if "http" in text.casefold() or "mailto:" in text else text)

    def unwrapped(self, url: str) -> str:
        """A link as a reader may get it; empty where that is none."""
        if url not in self.known:
            self.known[url] = links.unwrap(url, mailbox=self.mailbox)
        return self.known[url]

    def plain(self, match: re.Match[str]) -> str:
        """A link as the griffier may see it: without wrapping; nothing where it names the recipient."""
        url, tail = split_url(match[0])
        clean = self.unwrapped(url)
        # Who clicks a link to unsubscribe, unsubscribes the griffie.
        return (HIDDEN if not clean or links.is_service_link(clean) else clean) + tail


def split_url(found: str) -> tuple[str, str]:
    """A url as found in running text, and the punctuation behind it that belongs to the sentence."""
    if found.startswith("<"):
        return found.strip("<>"), ""
    url = found.rstrip(">").rstrip(".,;:!?'’*")
    # Brackets at the end that the url itself did not open.
    closing = len(url) - len(url.rstrip(")]"))
    unopened = url.count(")") + url.count("]") - url.count("(") - url.count("[")
    url = url[: len(url) - max(0, min(closing, unopened))]
    return url, found[len(url) :].rstrip(">")


def url_of(found: str) -> str:
    return split_url(found)[0]


def take_links(text: str, secrets: Secrets) -> tuple[str, tuple[Link, ...], str | None]:
    """The words of a line without its urls, each url with the words it stands on, and what is before the first.

    That is None where the first link does not follow its words in brackets.
    """
    pieces: list[str] = []
    found: list[Link] = []
    before: str | None = None
    last = 0
    for match in LINK.finditer(text):
        if match[1]:
            pieces += [text[last : match.start()], match[1]]
            found.append(Link(text=secrets.hide(" ".join(match[1].split())), url=match[2]))
            last = match.end()
            continue
        pieces.append(text[last : match.start()])
        nearby = text[max(last, match.start() - NEARBY) : match.start()]
        last = match.end()
        url, tail = split_url(match[0])
        bracketed = match[0].startswith("<") or nearby.rstrip().endswith("(")
        if bracketed and not found:
            before = secrets.hide(" ".join(nearby.rstrip(" (<").split()))
        found.append(Link(text=secrets.hide(words_of_link(nearby)), url=url))
        # In mid-sentence the host stays, so that the sentence does not fall apart.
        behind = text[last : last + NEARBY]
        if not bracketed and re.match(r"\W*\w", behind) and not re.match(r"\s*<?http", behind):
            pieces.append(HOST.sub(r"\1", secrets.unwrapped(url)))
        pieces.append(tail)
    pieces.append(text[last:])
    words = re.sub(r"[(\[<]\s*[)\]>]", "", "".join(pieces))
    return " ".join(secrets.hide(words).split()).rstrip(" :([<–-").strip(), tuple(found), before


def words_of_link(nearby: str) -> str:
    """The words that a link stands on, from what is just before it; empty where they cannot be told."""
    before = nearby.rstrip(" (<:[-–")
    if address := re.search(r"[^\s<>]{1,64}@[^\s<>]{1,90}$", before):
        return address[0]
    fragment = re.split(r"(?<=[.!?;])\s|[(),:]\s", before)[-1].strip()
    return fragment if len(fragment.split()) <= 8 else ""


def place_references(lines: list[Line], texts: list[str]) -> None:
    """Give each "[1]" in the text its link from the list below it, and take mark and list away.

    A number is looked up in the next list; a list entry that nothing points to stays a gathered link.
    """
    defined: dict[str, list[tuple[int, str]]] = {}
    marked = {match[1] for line in lines if "[" in line.text for match in REFERENCE.finditer(line.text)}
    for line in lines:
        if not line.links:
            continue
        match = DEFINITION.match(texts[line.number])
        if match is None and marked and (match := LISTED_DEFINITION.match(texts[line.number])):
            match = match if match[1] in marked else None
        if match:
            defined.setdefault(match[1], []).append((line.number, url_of(match[2])))
            line.text, line.only_links, line.links = "", True, (Link(text="", url=url_of(match[2])),)
    if not defined:
        return
    for line in lines:
        if not line.text or "[" not in line.text:
            continue
        for match in REFERENCE.finditer(line.text):
            choices = defined.get(match[1], [])
            behind = bisect_right(choices, line.number, key=itemgetter(0))
            if behind == len(choices):
                continue
            place, url = choices[behind]
            label = line.text[max(0, match.start() - NEARBY) : match.start()].rpartition("]")[2].strip()
            label = label if len(label.split()) <= 8 else ""
            if match.start() == 0 and "[" not in (rest := line.text[match.end() :]):
                label = rest.strip()  # "[2]Lees verder"
            elif not line.links:
                line.before = line.text[: match.start()]
            line.links = (*line.links, Link(text=label, url=url))
            lines[place].links, lines[place].only_links = (), False
        line.text = REFERENCE.sub(lambda m: "" if m[1] in defined else m[0], line.text).strip()
