"""The day of a newsletter, and what it is known by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from newsletters.parsing import links
from newsletters.parsing.blocks import Document
from newsletters.parsing.drafts import DateBasis

HERE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The day with its basis; both None where the file does not tell."""

    day: date | None = None
    basis: DateBasis | None = None
    outlook_id: str | None = None


def find_issue(document: Document) -> Issue:
    """The day by the header, else by the receipts in Outlook's links."""
    receipts = [found for url in all_urls(document) if (found := links.receipt(url)) is not None]
    received, outlook_id = most_trusted(receipts)
    known = document.outlook_id or outlook_id
    if document.sent_on is not None:
        return Issue(day=document.sent_on, basis=DateBasis.MAIL_HEADER, outlook_id=known)
    if document.printed_on is not None:
        return Issue(day=document.printed_on, basis=DateBasis.PRINT_HEADER, outlook_id=known)
    basis = DateBasis.LINK_RECEIPT if received is not None else None
    return Issue(day=received, basis=basis, outlook_id=known)


def all_urls(document: Document) -> Iterable[str]:
    return (link.url for block in document.blocks for link in block.links)


def most_trusted(receipts: list["links.Receipt"]) -> tuple[date | None, str | None]:
    """The day and the message id that most receipts agree on; a link copied from another mail does not outvote."""
    days = Counter(found.received_at.astimezone(HERE).date() for found in receipts if found.received_at is not None)
    ids = Counter(found.outlook_id for found in receipts if found.outlook_id)
    day = next((found for found, count in days.most_common(1) if 2 * count > days.total()), None)
    known = next((found for found, count in ids.most_common(1) if 2 * count > ids.total()), None)
    return day, known
