"""What the griffier does with a newsletter that was read: mend it, place its links, publish it, take it back."""

import logging
from collections.abc import Collection
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import history
from accounts.models import User
from events.models import Event
from events.services import change_event, hide_events, show_events
from newsletters import search
from newsletters.models import ADDRESS_LENGTH, Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.parsing.links import classify, unwrap
from newsletters.services import naming

logger = logging.getLogger(__name__)

# Of an event, what its form on the review page has.
EDITED_BY_HAND = ("title", "starts_on", "ends_on", "starts_at", "ends_at", "location")
LEFT_OUT = "Link weggelaten: "  # in the history, before its address


class CannotPublish(Exception):
    """The newsletter cannot be published; the message is a Dutch sentence for the griffier."""


class WebAddressValidator(URLValidator):
    """A web address that any reader can open: no name of the griffie's own network, such as localhost."""

    max_length = ADDRESS_LENGTH

    def __call__(self, value: str) -> None:
        super().__call__(value)
        if "." not in (urlsplit(value).hostname or ""):
            raise ValidationError(self.message, code=self.code, params={"value": value})


_validate_web_address = WebAddressValidator(schemes=["https", "http"])


def clean_address(address: str) -> str:
    """A typed or pasted address as a reader may get it, without wrapping; empty where it can be no link."""
    address = address.strip()
    host = address.partition("/")[0].partition("?")[0]
    if address and ":" not in host:
        address = f"mailto:{address}" if "@" in host else f"https://{address}"
    if not address.lower().startswith(("https://", "http://", "mailto:")):
        return ""
    address = unwrap(address)
    if len(address) > ADDRESS_LENGTH:
        return ""
    try:
        if address.lower().startswith("mailto:"):
            validate_email(address[len("mailto:") :].partition("?")[0])
        else:
            _validate_web_address(address)
    except ValidationError:
        return ""
    return address


@transaction.atomic
def edit_newsletter(newsletter: Newsletter, *, by: User) -> None:
    """Save a newsletter whose own fields were changed by hand; another source is that of the next issues too."""
    told = history.differences(newsletter, ["source", "title", "published_on", "next_issue_on"])
    has_other_source = Newsletter.objects.filter(pk=newsletter.pk).exclude(source=newsletter.source).exists()
    newsletter.save()
    if has_other_source:
        naming.learn_sender(newsletter)
    if told:
        history.note(newsletter, told, by=by)


@transaction.atomic
def edit_item(item: Item, *, is_kept: bool, by: User) -> None:
    """Save an item whose title, theme or summary was changed by hand, and put it aside where it is not kept."""
    told = [history.differences(item, ["title", "theme", "summary", "same_as"])]
    if not is_kept and item.state != Item.State.DISMISSED:
        item.state = Item.State.DISMISSED
        told.append("Weggelegd.")
    elif is_kept and item.state == Item.State.DISMISSED:
        item.state = _kept_state(item.newsletter)
        if item.same_as and item.same_as.newsletter_id == item.newsletter_id:
            item.same_as = None  # it was joined with another item, and stands on its own again
        if item.state == Item.State.PUBLISHED and item.published_at is None:
            item.published_at = timezone.now()
        told.append("Teruggehaald.")
    item.edited_by, item.edited_at = by, timezone.now()
    item.save()
    if words := " ".join(filter(None, told)):
        history.note(item, words, by=by, part_of=item.newsletter)
    search.index([item.pk])
    settle_events(item.newsletter)


def _kept_state(newsletter: Newsletter) -> Item.State:
    return Item.State.PUBLISHED if newsletter.state == Newsletter.State.PUBLISHED else Item.State.DRAFT


@transaction.atomic
def set_address(link: ItemLink, address: str, *, by: User) -> None:
    """Give a link the address that the griffier filled in; a tracked link keeps its own url beside the true address.

    An empty address makes the link unknown again. What it had goes back to the links without a place, so that
    the griffier can give it to another item; a link that has no words either is gone.
    """
    address, before = clean_address(address), link.href
    _mark_edited(link.item, by)
    if link.kind == ItemLink.Kind.TRACKED and address:
        link.resolved_url = "" if address == link.url else address
    else:
        if not address and link.url:
            _unplace(link)
        link.url, link.resolved_url = address, ""
        link.kind = str(classify(address)) if address else ""
    if link.url or link.text:
        link.save()
    else:
        link.delete()
    words = history.became(f"link “{link.text}”" if link.text else "link", before, link.href)
    item = Item.objects.select_related("newsletter__source").get(pk=link.item_id)  # under the title that it has by now
    history.note(item, words, by=by, part_of=item.newsletter)


def _unplace(link: ItemLink) -> None:
    row = Import.objects.select_for_update().filter(newsletter=link.item.newsletter, state=Import.State.READY).first()
    if row is not None and all(other["url"] != link.url for other in row.unplaced_links):
        row.unplaced_links = [*row.unplaced_links, {"text": link.text, "url": link.url, "kind": link.kind}]
        row.save(update_fields=["unplaced_links"])


@transaction.atomic
def add_link(item: Item, address: str, *, by: User) -> None:
    """Give an item one more link that the griffier typed. Raises ValueError where it can be no link."""
    address = clean_address(address)
    if not address:
        raise ValueError("no address that a reader could open")
    _add_link(item, address, kind=str(classify(address)), by=by)


def _add_link(item: Item, url: str, *, kind: str, by: User) -> None:
    """One more link, with the words of the first call to action whose address was not known."""
    link = item.links.filter(url="").first() or ItemLink(item=item, position=item.links.count())
    link.url, link.kind = url, kind
    link.save()
    _mark_edited(item, by)
    history.note(item, f"Link erbij: {url}", by=by, part_of=item.newsletter)


@transaction.atomic
def drop_call(link: ItemLink, *, by: User) -> bool:
    """Remove a call to action whose address is not known. False: it has one by now, or is gone."""
    call = ItemLink.objects.select_for_update().filter(pk=link.pk, url="").select_related("item__newsletter").first()
    if call is None:
        return False
    item, text = call.item, call.text
    call.delete()
    _mark_edited(item, by)
    history.note(item, f"Link “{text}” zonder adres weggehaald.", by=by, part_of=item.newsletter)
    return True


@transaction.atomic
def fill_call(row: Import, url: str, link: ItemLink, *, by: User) -> bool:
    """Give a call to action a link that the reader could not place. False: somebody else has given it a place."""
    taken = _take_unplaced(row, url)
    if taken is None:
        return False
    link.url, link.kind, link.resolved_url = url, taken["kind"], ""
    link.save()
    _mark_edited(link.item, by)
    history.note(link.item, f"Link bij “{link.text}”: {url}", by=by, part_of=link.item.newsletter)
    return True


@transaction.atomic
def place_link(row: Import, url: str, item: Item, *, by: User) -> None:
    """Give a link that the reader could not place to an item. Twice is the same as once."""
    link = _take_unplaced(row, url)
    if link is not None:
        _add_link(item, url, kind=link["kind"], by=by)


@transaction.atomic
def leave_link_out(row: Import, url: str, *, by: User) -> None:
    """Drop a link that belongs to no item. Twice is the same as once."""
    if _take_unplaced(row, url) and row.newsletter:
        history.note(row.newsletter, LEFT_OUT + url, by=by)


def _take_unplaced(row: Import, url: str) -> dict[str, str] | None:
    row = Import.objects.select_for_update().get(pk=row.pk)
    taken = [link for link in row.unplaced_links if link["url"] == url]
    row.unplaced_links = [link for link in row.unplaced_links if link["url"] != url]
    row.save(update_fields=["unplaced_links"])
    return taken[0] if taken else None


def _mark_edited(item: Item, by: User) -> None:
    Item.objects.filter(pk=item.pk).update(edited_by=by, edited_at=timezone.now())


@transaction.atomic
def edit_event(event: Event, *, is_kept: bool, by: User) -> None:
    """Save an event that was changed by hand, and put it aside where it is not kept."""
    changed = [*EDITED_BY_HAND, "weekday_agrees"]
    told = [history.differences(event, EDITED_BY_HAND)]
    if is_kept == (event.state == Event.State.DISMISSED):
        event.state = Event.State.DRAFT if is_kept else Event.State.DISMISSED
        changed.append("state")
        told.append("Teruggehaald." if is_kept else "Weggelegd.")
    change_event(event, changed=changed)
    announcing = list(Newsletter.objects.filter(items__events=event).distinct().order_by("pk"))
    if words := " ".join(filter(None, told)):
        history.note(event, words, by=by, part_of=announcing[-1] if announcing else None)
    for newsletter in announcing:
        settle_events(newsletter)


@transaction.atomic
def add_event(item: Item, event: Event, *, by: User) -> Event:
    """Have an item announce an event that was typed in. The same once more changes nothing."""
    newsletter = Newsletter.objects.select_for_update().get(pk=item.newsletter_id)
    same = item.events.filter(title=event.title, starts_on=event.starts_on, starts_at=event.starts_at).first()
    if same is not None:
        return same
    event.origin = Event.Origin.BY_HAND
    event.save()
    ItemEvent.objects.create(item=item, event=event)
    _mark_edited(item, by)
    history.note(event, "Gemaakt.", by=by, part_of=newsletter)
    settle_events(newsletter)
    return event


@transaction.atomic
def publish(newsletter: Newsletter, *, by: User | None, only: Collection[int] | None = None) -> None:
    """Show a newsletter, its kept items and their events to all members; of a published one what was added since.

    only: the keys of the drafts that are shown; None for all. The others stay drafts, to be published later. What was
    planned is done with this. Publishing twice changes nothing. Raises CannotPublish where no item is left to show.
    """
    hidden = Newsletter.objects.exclude(state=Newsletter.State.PUBLISHED).filter(pk=newsletter.pk)
    is_first = hidden.update(
        state=Newsletter.State.PUBLISHED,
        published_at=timezone.now(),
        published_by=by,
        publish_at=None,
        waved_through=[],
        plan_problem="",
    )
    newsletter.refresh_from_db()
    drafts = newsletter.items.filter(state=Item.State.DRAFT)
    if only is not None:
        drafts = drafts.filter(pk__in=only)
    # an item keeps its first moment: one that comes back is not new
    first_moment = Coalesce("published_at", Value(timezone.now()))
    count = drafts.update(state=Item.State.PUBLISHED, published_at=first_moment)
    if not newsletter.items.filter(state=Item.State.PUBLISHED).exists():
        raise CannotPublish("Er is geen bericht om te publiceren. Zet bij ten minste één bericht 'Opnemen' aan.")
    if is_first or count:
        settle_events(newsletter)
        naming.learn_sender(newsletter)
        items = f"{count} bericht{'' if count == 1 else 'en'}"
        words = f"Gepubliceerd, met {items}." if is_first else f"{items} erbij gepubliceerd."
        history.note(newsletter, words, by=by, action="newsletter_published")
        logger.info("newsletter %s: published, %s items", newsletter.pk, count)


@transaction.atomic
def withdraw(newsletter: Newsletter, *, by: User) -> None:
    """Take a published newsletter back: members no longer see it, nor events that nothing else announces."""
    published = Newsletter.objects.published().filter(pk=newsletter.pk)
    if published.update(state=Newsletter.State.WITHDRAWN):
        newsletter.refresh_from_db()
        settle_events(newsletter)
        history.note(newsletter, "Teruggetrokken.", by=by, action="newsletter_withdrawn")
        logger.info("newsletter %s: withdrawn", newsletter.pk)


def settle_events(newsletter: Newsletter) -> None:
    """An event is published while a published item announces it; one that was put aside stays so."""
    announced = ItemEvent.objects.filter(
        event=OuterRef("pk"),
        item__state=Item.State.PUBLISHED,
        item__newsletter__state=Newsletter.State.PUBLISHED,
    )
    own = Event.objects.filter(pk__in=ItemEvent.objects.filter(item__newsletter=newsletter).values("event"))
    show_events(own.filter(Exists(announced), state=Event.State.DRAFT))
    hide_events(own.filter(~Exists(announced), state=Event.State.PUBLISHED))
