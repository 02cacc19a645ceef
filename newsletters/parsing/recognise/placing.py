"""Gives links to items: those that are sure, and no other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from newsletters.parsing import links
from newsletters.parsing.blocks import Link
from newsletters.parsing.drafts import DraftLink, LinkKind
from newsletters.parsing.recognise.stories import Story, tidy_call
from newsletters.parsing.recognise.units import Page, Unit

SERVICE_LINE = 6  # words


@dataclass(slots=True)
class Placed:
    """What was placed: links and missing are by the number of the story, unplaced by url in order."""

    links: dict[int, list[DraftLink]] = field(default_factory=dict)
    missing: dict[int, list[str]] = field(default_factory=dict)
    unplaced: dict[str, DraftLink] = field(default_factory=dict)


def place_links(
    stories: list[Story], pages: list[Page], around: list[Unit], *, doubtful: frozenset[int], recipients: frozenset[str]
) -> Placed:
    """Every link in its place. around are the units of masthead and footer: their links are nobody's.

    doubtful are the numbers of the pages with a line that is as likely a call as not.

    A link in the text belongs to its item. Links gathered at a page end go to the calls to action on that page,
    in order, only where there are as many of the one as of the other; a mail address goes to the item that
    names it and is not counted.
    """
    placed = Placed()
    for number, story in enumerate(stories):
        for unit in story.units:
            for link in unit.links:
                text = link.text or (unit.text if unit in story.calls or unit in story.title else "")
                add(placed, number, draft(link.url, tidy_call(text) if text else "", recipients))
    calls: dict[int, list[tuple[int, Unit]]] = {}
    for number, story in enumerate(stories):
        for call in story.calls:
            if not call.links:
                calls.setdefault(call.page, []).append((number, call))
    told = [(number, unit.text.casefold()) for number, story in enumerate(stories) for unit in story.units]
    names: list[tuple[int | None, str]] = [(number, text) for number, text in told if "@" in text]
    names += [(None, text) for unit in around if "@" in (text := unit.text.casefold())]
    footers = Counter(unit.page for unit in around if not unit.links and unit.words <= SERVICE_LINE)
    for page in pages:
        drafts = [draft(link.url, link.text, recipients) for link in page.links]
        found = [made for made in drafts if made is not None]
        webs = [made for made in found if made.kind is not LinkKind.MAIL]
        for made in found:
            if made.kind is LinkKind.MAIL:
                place_mail(placed, made, names)
        mine = calls.pop(page.number, [])
        sure = len(webs) == len(mine) and page.number not in doubtful
        sure = sure and not may_be_service(webs, page, footers[page.number])
        place_webs(placed, webs, mine, sure=sure)
    for late in calls.values():
        place_webs(placed, [], late, sure=False)
    return placed


def place_webs(placed: Placed, webs: list[DraftLink], calls: list[tuple[int, Unit]], *, sure: bool) -> None:
    """The links of one page to its calls, in order; or, where that is not sure, both to what is missing."""
    if sure:
        for (number, call), link in zip(calls, webs, strict=True):
            add(placed, number, DraftLink(text=tidy_call(call.text), url=link.url, kind=link.kind))
        return
    for link in webs:
        placed.unplaced.setdefault(link.url, link)
    for number, call in calls:
        placed.missing.setdefault(number, []).append(tidy_call(call.text))


def may_be_service(webs: Iterable[DraftLink], page: Page, lines: int) -> bool:
    """Whether tracked links may be those of a footer on the same page of so many lines; they look like any other."""
    if all(link.kind is LinkKind.DIRECT for link in webs):
        return False
    return lines > sum(is_service(link) for link in page.links)


def place_mail(placed: Placed, link: DraftLink, names: list[tuple[int | None, str]]) -> None:
    """A mail address goes to the item that names it; one that the footer names is nobody's.

    names are the texts with an address in them, each with its story; None for masthead and footer.
    """
    address = link.url.removeprefix("mailto:").partition("?")[0].casefold()
    number, text = next(((number, text) for number, text in names if address in text), (None, ""))
    if number is not None:
        add(placed, number, DraftLink(text=link.text or address, url=link.url, kind=link.kind))
    elif not text:
        placed.unplaced.setdefault(link.url, link)


def draft(url: str, text: str, recipients: frozenset[str]) -> DraftLink | None:
    """A cleaned link; None for one that is no content or that names who received the mail."""
    clean = links.unwrap(url)
    if not clean or links.is_service_link(clean, text) or links.is_service_link(url, text):
        return None
    if any(recipient in unquote(clean).casefold() for recipient in recipients):
        return None
    kind = links.classify(clean)
    return DraftLink(text=text, url=clean, kind=kind)


def is_service(link: Link) -> bool:
    return links.is_service_link(links.unwrap(link.url), link.text)


def add(placed: Placed, number: int, link: DraftLink | None) -> None:
    """link to a story, once."""
    mine = placed.links.setdefault(number, [])
    if link is not None and all(link.url != other.url for other in mine):
        mine.append(link)
