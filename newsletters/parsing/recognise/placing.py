"""Gives links to items: those that are sure, and no other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsletters.parsing import links
from newsletters.parsing.drafts import DraftLink, LinkKind
from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.recognise.stories import Story, tidy_call
from newsletters.parsing.recognise.surroundings import links_with_surroundings
from newsletters.parsing.recognise.units import Page, Unit

FEWEST_ALONE = 3
SERVICE_LINE = 6  # words


@dataclass(slots=True)
class Placed:
    """What was placed: links and missing are by the number of the story, unplaced by url in order.

    personal has the number of the story of each link that was left out because it names the mailbox, None for one
    that could not be placed.
    """

    links: dict[int, list[DraftLink]] = field(default_factory=dict)
    missing: dict[int, list[str]] = field(default_factory=dict)
    unplaced: dict[str, DraftLink] = field(default_factory=dict)
    personal: list[int | None] = field(default_factory=list)


def place_links(
    stories: list[Story], pages: list[Page], around: list[Unit], *, doubtful: frozenset[int], mailbox: Mailbox
) -> Placed:
    """Every link in its place. around are the units of masthead and footer: their links are nobody's.

    doubtful are the numbers of the pages with a line that is as likely a call as not.

    A link in the text belongs to its item. Links gathered at a page end go to the calls to action on that page,
    in order, only where there are as many of the one as of the other; a mail address goes to the item that
    names it and is not counted.
    """
    placed = Placed()
    calls: dict[int, list[tuple[int | None, Unit]]] = {}
    for number, story in enumerate(stories):
        heads = {id(unit) for unit in [*story.title, *story.calls]}
        for unit, link, sentences in links_with_surroundings(story):
            serves = links.serves_newsletter(sentences)
            if link is None:
                calls.setdefault(unit.page, []).append((None if serves else number, unit))
            elif not serves:
                text = link.text or (unit.text if id(unit) in heads else "")
                cleaned = links.clean(link.url, mailbox=mailbox)
                add(placed, number, draft(link.url, tidy_call(text) if text else "", cleaned))
    told = [(number, unit.text) for number, story in enumerate(stories) for unit in story.units]
    names: list[tuple[int | None, str]] = [(number, text.casefold()) for number, text in told if "@" in text]
    names += [(None, unit.text.casefold()) for unit in around if "@" in unit.text]
    alone = {} if calls else lone_links(stories, pages)
    footers = Counter(unit.page for unit in around if not unit.links and unit.words <= SERVICE_LINE)
    for page in pages:
        cleaned_links = [(link, links.clean(link.url, mailbox=mailbox)) for link in page.links]
        drafts = [draft(link.url, link.text, cleaned) for link, cleaned in cleaned_links]
        found = [made for made in drafts if made is not None]
        webs = [made for made in found if made.kind is not LinkKind.MAIL]
        for made in found:
            if made.kind is LinkKind.MAIL:
                place_mail(placed, made, names)
        if page.number in alone:
            for made in webs:
                add(placed, alone[page.number], made)
            continue
        mine = calls.pop(page.number, [])
        sure = len(webs) == len(mine) and page.number not in doubtful
        services = sum(links.is_service_link(cleaned.url, link.text) for link, cleaned in cleaned_links)
        sure = sure and not may_be_service(webs, services, footers[page.number])
        place_webs(placed, webs, mine, sure=sure)
    for late in calls.values():
        place_webs(placed, [], late, sure=False)
    return placed


def lone_links(stories: list[Story], pages: list[Page]) -> dict[int, int]:
    """The story of each page that has one link, where the layout is one story and then its link, over and over.

    By the number of the page; nothing where the pages of most links hold none or several stories.
    """
    told: dict[int, set[int]] = {}
    for number, story in enumerate(stories):
        for unit in story.units:
            told.setdefault(unit.page, set()).add(number)
    found: dict[int, int] = {}
    for page in pages:
        owners = told.get(page.number, set())
        if page.number == 0 and owners == {0, 1}:
            owners = {1}  # what stands above the first story is the head of the newsletter
        if len(page.links) == 1 and len(owners) == 1:
            (number,) = owners
            # Below the last link a line may stand that is no story's: "Mail ons".
            last = page is pages[-1] and number == len(stories) - 1
            if last or max(unit.page for unit in stories[number].units) == page.number:
                found[page.number] = number
    sure = len(found) >= FEWEST_ALONE and 5 * len(found) >= 4 * len(pages) and len(set(found.values())) == len(found)
    return found if sure else {}


def place_webs(placed: Placed, webs: list[DraftLink], calls: list[tuple[int | None, Unit]], *, sure: bool) -> None:
    """The links of one page to its calls, in order; or, where that is not sure, both to what is missing.

    A call without a number serves the newsletter: its link is nobody's.
    """
    if sure:
        for (number, call), link in zip(calls, webs, strict=True):
            if number is not None:
                add(placed, number, DraftLink(text=tidy_call(call.text), url=link.url, kind=link.kind))
        return
    for link in webs:
        if link.url:
            placed.unplaced.setdefault(link.url, link)
        else:
            placed.personal.append(None)
    for number, call in calls:
        if number is not None:
            placed.missing.setdefault(number, []).append(tidy_call(call.text))


def may_be_service(webs: Iterable[DraftLink], services: int, lines: int) -> bool:
    """Whether tracked links may be those of a footer on the same page; they look like any other.

    The footer has so many lines, and so many links on the page are known to be its own.
    """
    return lines > services and any(link.kind is not LinkKind.DIRECT for link in webs)


def place_mail(placed: Placed, link: DraftLink, names: list[tuple[int | None, str]]) -> None:
    """A mail address goes to the item that names it; one that the footer names is nobody's.

    names are the texts with an address in them, each with its story; None for masthead and footer.
    """
    if not link.url:
        placed.personal.append(None)
        return
    address = link.url.removeprefix("mailto:").partition("?")[0].casefold()
    number, text = next(((number, text) for number, text in names if address in text), (None, ""))
    if number is not None:
        add(placed, number, DraftLink(text=link.text or address, url=link.url, kind=link.kind))
    elif not text:
        placed.unplaced.setdefault(link.url, link)


def draft(url: str, text: str, cleaned: links.Cleaned) -> DraftLink | None:
    """A cleaned link, its url empty where that names who received the mail; None for one that is no content."""
    if not cleaned.url or links.is_service_link(cleaned.url, text) or links.is_service_link(url, text):
        return None
    return DraftLink(text=text, url="" if cleaned.personal else cleaned.url, kind=links.classify(cleaned.url))


def add(placed: Placed, number: int, link: DraftLink | None) -> None:
    """link to a story, once; of one that names the mailbox only the words."""
    mine = placed.links.setdefault(number, [])
    if link is None:
        return
    if not link.url:
        placed.personal.append(number)
        if link.text:
            placed.missing.setdefault(number, []).append(link.text)
    elif all(link.url != other.url for other in mine):
        mine.append(link)
