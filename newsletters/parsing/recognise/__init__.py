"""From a document to a newsletter: recognise finds the items, events and links by how the document is laid out."""

from dataclasses import replace
from datetime import date

from newsletters.parsing import links, vocabulary
from newsletters.parsing.blocks import Document
from newsletters.parsing.drafts import ENCLOSED_CODE, DraftItem, DraftNewsletter, ParseWarning
from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.recognise import marked
from newsletters.parsing.recognise.agenda_rows import with_agendas
from newsletters.parsing.recognise.day import Issue, find_issue
from newsletters.parsing.recognise.events import Found, find_events
from newsletters.parsing.recognise.evidence import gather
from newsletters.parsing.recognise.furniture import (
    find_source,
    footer_start,
    is_masthead,
    is_notice,
    is_own_name,
    is_service_line,
    masthead_end,
    next_issue,
    series_name,
)
from newsletters.parsing.recognise.labels import label_units
from newsletters.parsing.recognise.placing import Placed, place_links
from newsletters.parsing.recognise.rubrics import find_rubrics
from newsletters.parsing.recognise.run_in import with_run_in_titles
from newsletters.parsing.recognise.stories import (
    Story,
    is_language,
    is_newsletter,
    tell,
    with_lists_opened,
    without_numbers,
)
from newsletters.parsing.recognise.units import Layout, Unit, fold, lay_out

__all__ = ["recognise"]

NO_ITEMS = (
    "We herkennen in dit bestand geen losse berichten. "
    "Kijk of dit de goede nieuwsbrief is, of voeg de berichten zelf toe."
)
DATE_UNKNOWN = "We weten niet van welke dag deze nieuwsbrief is. Vul de datum zelf in."
PERSONAL_LINK = (
    "Een link is weggelaten, omdat de griffie erin staat: het e-mailadres of een kenmerk van haar mailbox. "
    "Zoek zo nodig de openbare link, en zet die zelf bij het bericht."
)
LINK_WITH_ADDRESS = (
    "In een link van dit bericht staat een e-mailadres. Is dat niet van de afzender maar van de griffie? "
    "Haal de link dan weg."
)
ENCLOSED = (
    "Bij deze e-mail zit een bestand dat niet is gelezen: {}. Staat de nieuwsbrief daarin? Sla het bestand dan op en "
    "upload dat."
)
CLOSING_WORDS = 12
NO_TITLE = "Dit bericht heeft geen eigen titel. Bedenk een titel voordat u het publiceert."


def recognise(document: Document, *, reference: date | None = None) -> DraftNewsletter:
    """The newsletter in a document; no items, and a warning, where it has none.

    reference settles the year of a day only where the newsletter's own day is not known. Never raises.
    """
    layout = lay_out(document.blocks)
    layout.units = with_agendas(with_run_in_titles(layout.units))
    notices = [unit for unit in layout.units if is_notice(unit)]
    issue = find_issue(document)
    source = find_source(document, layout.units)
    draft = DraftNewsletter(
        format=document.format,
        text=document.text,
        title=hidden(document.subject, document.mailbox),
        published_on=issue.day,
        published_on_basis=issue.basis,
        sender=told_of_sender(document.sender, document.mailbox),
        sender_address=told_of_sender(document.sender_address, document.mailbox),
        is_from_near=is_from_near(document),
        message_id=document.message_id,
        outlook_id=issue.outlook_id,
    )
    doubtful: frozenset[int] = frozenset()
    if marked.is_marked(document):
        stories, around = marked.find_stories(document.blocks, mailbox=document.mailbox)
    else:
        content, around = split_around(layout, names_of(document, source))
        stories, doubtful = find_stories(content, notices, from_top=is_top(layout.units, content))
    warnings = [] if issue.day else [ParseWarning(code="date_unknown", message=DATE_UNKNOWN)]
    warnings += enclosed_warnings(document)
    if not stories:
        return replace(draft, warnings=(ParseWarning(code="no_items", message=NO_ITEMS), *warnings))
    stories = without_numbers(stories)
    placed = place_links(stories, layout.pages, around, doubtful=doubtful, mailbox=document.mailbox)
    items = tuple(make_item(number, story, placed) for number, story in enumerate(stories))
    items = without_names(items, document.mailbox)
    found = all_events(items, issue, reference)
    return replace(
        draft,
        source=hidden(source, document.mailbox),
        next_issue_on=next_issue(notices, issue.day or reference),
        items=items,
        events=tuple(found.events),
        unplaced_links=tuple(placed.unplaced.values()),
        warnings=(
            *warnings,
            *link_warnings(placed),
            *privacy_warnings(items, placed),
            *title_warnings(items),
            *found.warnings,
        ),
    )


def names_of(document: Document, source: str | None) -> frozenset[str]:
    """What the newsletter may be called at its top, folded."""
    told = (document.subject, document.sender, source)
    return frozenset(fold(series_name(name)) for name in told if name) - {""}


def split_around(layout: Layout, names: frozenset[str]) -> tuple[list[Unit], list[Unit]]:
    """The units between masthead and footer, and those of masthead and footer; names are the newsletter's own."""
    units = layout.units
    end = footer_start(units)
    end = closing_start(units, end)
    start = min(masthead_end(units), end)
    while start < end and (is_own_name(units[start], names) or (start and is_masthead(units, start))):
        start += 1
    content = [unit for unit in units[start:end] if unit.folded not in vocabulary.TO_TOP]
    return content, units[:start] + units[end:]


def closing_start(units: list[Unit], end: int) -> int:
    """Where the goodbye of a letter begins, with the names below it; end where there is none."""
    found = end
    for i in range(end - 1, -1, -1):
        unit = units[i]
        if unit.words > CLOSING_WORDS or unit.sentence or unit.links:
            break
        found = i if marked.CLOSING.match(unit.text) else found
    return found


def is_top(units: list[Unit], content: list[Unit]) -> bool:
    """Whether nothing stands above the content but lines like "Bekijk online"."""
    top = next((unit for unit in units if not is_service_line(unit)), None)
    return bool(content) and content[0] is top


def find_stories(units: list[Unit], notices: list[Unit], *, from_top: bool) -> tuple[list[Story], frozenset[int]]:
    """The stories among the units, none where nothing looks like a newsletter; and the pages with a doubtful call.

    notices are the units that tell of the next issue. from_top: the first unit is the first of the file.
    """
    evidence = gather(units, find_rubrics(units))
    noticed = {id(unit) for unit in notices}
    labels, doubts = label_units(units, evidence, [id(unit) in noticed for unit in units], from_top=from_top)
    stories = with_lists_opened(tell(units, labels))
    doubtful = frozenset(unit.page for unit, doubt in zip(units, doubts, strict=True) if doubt)
    return (stories if is_language(units) and is_newsletter(stories, evidence) else []), doubtful


def make_item(number: int, story: Story, placed: Placed) -> DraftItem:
    """The item of a story, in which the mailbox may still be named over a line end."""
    units = story.units
    firsts = [unit.first_line for unit in units if unit.first_line is not None]
    lasts = [unit.last_line for unit in units if unit.last_line is not None]
    return DraftItem(
        title=story.title_text,
        theme=story.theme_text,
        summary=story.summary,
        links=tuple(placed.links.get(number, ())),
        missing_links=tuple(placed.missing.get(number, ())),
        first_line=min(firsts, default=None),
        last_line=max(lasts, default=None),
    )


def without_names(items: tuple[DraftItem, ...], mailbox: Mailbox) -> tuple[DraftItem, ...]:
    """The items with nothing in them that names the mailbox, not even over a line end."""
    told = [words for item in items for words in words_of(item)]
    # To look once through all of them is quicker, and hardly ever finds anything.
    if mailbox.hide(whole := "\n\n".join(told)) == whole:
        return items
    return tuple(
        replace(
            item,
            title=hidden(item.title, mailbox),
            theme=hidden(item.theme, mailbox),
            summary=mailbox.hide(item.summary),
            links=tuple(replace(link, text=mailbox.hide(link.text)) for link in item.links),
            missing_links=tuple(mailbox.hide(words) for words in item.missing_links),
        )
        for item in items
    )


def words_of(item: DraftItem) -> list[str]:
    """All words of an item, those of its links too."""
    links_of_item = [link.text for link in item.links]
    return [item.title or "", item.theme or "", item.summary, *links_of_item, *item.missing_links]


def hidden(text: str | None, mailbox: Mailbox) -> str | None:
    return None if text is None else mailbox.hide(text)


def told_of_sender(text: str | None, mailbox: Mailbox) -> str | None:
    """What a header tells of the sender; None where that is who received the newsletter."""
    return None if text is None or mailbox.is_named_in(text) else text


def is_from_near(document: Document) -> bool:
    """Whether the sender writes from the domain of somebody who received the newsletter or sent it on."""
    domain = (document.sender_address or "").rpartition("@")[2]
    return bool(domain) and any(name.rpartition("@")[2] == domain for name in document.mailbox.names if "@" in name)


def all_events(items: tuple[DraftItem, ...], issue: Issue, reference: date | None) -> Found:
    whole = Found()
    for number, item in enumerate(items):
        found = find_events(number, item.title, item.summary, day=issue.day, reference=reference)
        whole.events += found.events
        whole.warnings += found.warnings
    return whole


def enclosed_warnings(document: Document) -> list[ParseWarning]:
    return [
        ParseWarning(code=ENCLOSED_CODE, message=ENCLOSED.format(hidden(name, document.mailbox)))
        for name in dict.fromkeys(document.enclosed)
    ]


def link_warnings(placed: Placed) -> list[ParseWarning]:
    """One sentence about the links that have no sure place."""
    links, missing = len(placed.unplaced), sum(len(words) for words in placed.missing.values())
    if not links:
        return []
    one = links == 1
    told = (
        f"{links} {'link' if one else 'links'} uit het bestand {'past' if one else 'passen'} niet zeker bij een bericht"
    )
    lacking = (
        f"; bij de berichten {'mist' if missing == 1 else 'missen'} {missing} {'link' if missing == 1 else 'links'}"
    )
    message = told + (lacking if missing else "") + ". Zet de goede link zelf bij het bericht."
    return [ParseWarning(code="links_unplaced", message=message)]


def privacy_warnings(items: tuple[DraftItem, ...], placed: Placed) -> list[ParseWarning]:
    """One sentence an item about the links that were left out, and one about those that may have to be."""
    left_out = dict.fromkeys(placed.personal)
    doubtful = [n for n, item in enumerate(items) if any(links.holds_address(link.url) for link in item.links)]
    return [
        *(ParseWarning(code="link_personal", message=PERSONAL_LINK, item=number) for number in left_out),
        *(ParseWarning(code="link_with_address", message=LINK_WITH_ADDRESS, item=number) for number in doubtful),
    ]


def title_warnings(items: tuple[DraftItem, ...]) -> list[ParseWarning]:
    return [
        ParseWarning(code="no_title", message=NO_TITLE, item=number)
        for number, item in enumerate(items)
        if item.title is None
    ]
