"""Sources and themes by their names: found by any name that they ever had, renamed, merged, and sources by address.

A name counts without its case and accents, as its slug does. The slug of a row follows its name; a slug that it had
stays as that of a synonym, so that links and imports with the old name still find it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import slugify

from accounts import history
from accounts.models import User
from newsletters.models import (
    ADDRESS_OF_SENDER,
    Item,
    Newsletter,
    Source,
    SourceAddress,
    SourceSynonym,
    Theme,
    ThemeSynonym,
)
from newsletters.parsing.drafts import DraftNewsletter

SOURCE_NAME, THEME_NAME = 200, 100  # signs

Named = TypeVar("Named", Source, Theme)


class WrongName(Exception):
    """A name or address that cannot be given; the message is a Dutch sentence for the griffier."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is kept, and the slug by which it is found."""

    name: str
    slug: str


def name_of(model: type[Source] | type[Theme], written: str) -> Name:
    """A written name in the length that the model takes. A name without Latin letters gets a slug all the same."""
    length = SOURCE_NAME if model is Source else THEME_NAME
    name = " ".join(written.split())[:length]
    slug = slugify(name)[:length]
    if not slug:
        digest = hashlib.sha256(name.casefold().encode()).hexdigest()[:12]
        slug = f"{'bron' if model is Source else 'thema'}-{digest}"
    return Name(name, slug)


def known_source(name: str) -> Source | None:
    """The source that has or had this name."""
    return _known(Source, name_of(Source, name))


def known_theme(name: str) -> Theme | None:
    """The theme that has or had this name."""
    return _known(Theme, name_of(Theme, name))


def _known(model: type[Named], name: Name) -> Named | None:
    own = model.objects.filter(Q(name__iexact=name.name) | Q(slug=name.slug)).order_by("pk").first()
    return own or model.objects.filter(synonyms__slug=name.slug).first()


def source_named(written: str) -> Source:
    """The source with this name, made where it is new."""
    name = name_of(Source, written)
    return _known(Source, name) or Source.objects.get_or_create(slug=name.slug, defaults={"name": name.name})[0]


def theme_named(written: str) -> Theme:
    """The theme with this name, made where it is new."""
    name = name_of(Theme, written)
    return _known(Theme, name) or Theme.objects.get_or_create(slug=name.slug, defaults={"name": name.name})[0]


def source_of(draft: DraftNewsletter) -> Source | None:
    """Whose newsletter it is: by the address of its sender, else by a name that is known, else a new source.

    None where the file does not tell, or where several sources send from one address and no name tells which.
    """
    names = _names_in(draft)
    senders = list(Source.objects.filter(addresses__address=draft.sender_address or "").order_by("pk"))
    if len(senders) == 1:
        return senders[0]
    if senders:
        known = [known_source(name) for name in names]
        return next((source for source in known if source in senders), None)
    found = next((source for name in names if (source := known_source(name))), None)
    if found is not None or not names:
        return found
    source = source_named(names[0])
    if address := sender_address(draft):
        SourceAddress.objects.get_or_create(source=source, address=address)
    return source


def _names_in(draft: DraftNewsletter) -> list[str]:
    """What the source may be called, the surest first."""
    sender = None if draft.is_from_near else draft.sender
    return [name for name in (draft.source, sender) if name and name.strip()]


def sender_address(draft: DraftNewsletter) -> str:
    """The address from which the next issue may be known; empty where that is or may be a colleague's.

    A colleague has an account at the portal, or writes from the griffie's own domain. For a newsletter that is made
    there the griffier can give the source its address by hand.
    """
    address = draft.sender_address or ""
    if draft.is_from_near or len(address) > ADDRESS_OF_SENDER:
        return ""
    return "" if User.objects.filter(email__iexact=address, is_staff=True).exists() else address


@transaction.atomic
def learn_sender(newsletter: Newsletter) -> None:
    """Have the next issue from the same address find the source that the griffier chose for this one.

    The address is taken from other sources, but not from one of which members have an issue from it: then both
    send from it, and the name must tell them apart.
    """
    if newsletter.source is None or not newsletter.sender_address:
        return
    address = newsletter.sender_address
    SourceAddress.objects.get_or_create(source=newsletter.source, address=address)
    confirmed = Newsletter.objects.published().filter(sender_address=address).exclude(pk=newsletter.pk)
    wrong = SourceAddress.objects.filter(address=address).exclude(source=newsletter.source)
    wrong.exclude(source__in=confirmed.values("source")).delete()


def check_name(model: type[Source] | type[Theme], written: str, *, row: Source | Theme | None) -> None:
    """Raise WrongName where a row cannot have this name, or be found by it: another has it. row None: a new one."""
    if not written.strip():
        raise WrongName("Vul een naam in.")
    other = known_source(written) if model is Source else known_theme(written)
    if other is not None and (row is None or other.pk != row.pk):
        words = "een bron" if model is Source else "een thema"
        told = "met deze naam" if other.name.lower() == written.strip().lower() else f"die ook zo heet: {other.name}"
        raise WrongName(f"Er is al {words} {told}. Kies een andere naam, of voeg de twee samen.")


def check_address(written: str) -> str:
    """A mail address as it is kept. Raises WrongName where it is none, or that of a colleague."""
    address = written.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise WrongName(f"“{written.strip()}” is geen e-mailadres. Vul een adres in zoals post@voorbeeld.nl.") from None
    if User.objects.filter(email__iexact=address, is_staff=True).exists():
        raise WrongName(f"{address} is van een collega. Vul het adres in van wie de nieuwsbrief maakt.")
    return address


@transaction.atomic
def save_theme(theme: Theme, *, name: str, synonyms: Iterable[str], is_hidden: bool, by: User) -> None:
    """Give a theme its name and other names; a new one is made. Raises WrongName where another has one of them."""
    told = [] if theme.pk is None or theme.is_hidden == is_hidden else [_hidden_words(is_hidden=is_hidden)]
    theme.is_hidden = is_hidden
    told += _save_names(theme, name, synonyms)
    if told:
        history.note(theme, " ".join(told), by=by)


def _hidden_words(*, is_hidden: bool) -> str:
    return "Verborgen voor lezers." if is_hidden else "Weer te zien voor lezers."


@transaction.atomic
def save_source(source: Source, *, name: str, synonyms: Iterable[str], addresses: Iterable[str], by: User) -> None:
    """Give a source its name, other names and addresses; a new one is made. Raises WrongName as the checks do."""
    told = _save_names(source, name, synonyms)
    wanted = {check_address(address) for address in addresses}
    known = set(source.addresses.values_list("address", flat=True))
    source.addresses.filter(address__in=known - wanted).delete()
    SourceAddress.objects.bulk_create(SourceAddress(source=source, address=one) for one in sorted(wanted - known))
    told += [f"Adres {one} erbij." for one in sorted(wanted - known)]
    told += [f"Adres {one} weg." for one in sorted(known - wanted)]
    if told:
        history.note(source, " ".join(told), by=by)


def _save_names(row: Source | Theme, written: str, synonyms: Iterable[str]) -> list[str]:
    """Save a row under its name, and its other names as rows; what was changed, as sentences."""
    model = type(row)
    name = name_of(model, written)
    saved = model.objects.select_for_update().filter(pk=row.pk).first()
    others = {other.slug: other for one in synonyms if (other := name_of(model, one)).name}
    for one in (name, *others.values()):
        check_name(model, one.name, row=saved)
    if saved is not None and name.slug != saved.slug:
        others.setdefault(saved.slug, Name(saved.name, saved.slug))
    others.pop(name.slug, None)
    row.name, row.slug = name.name, name.slug
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WrongName("Een ander heeft deze naam intussen gegeven. Laad de pagina opnieuw.") from None
    if saved is None:
        told = ["Gemaakt."]
    else:
        told = [history.became("naam", saved.name, row.name)] if saved.name != row.name else []
    return told + _save_synonyms(row, others)


def _save_synonyms(row: Source | Theme, wanted: dict[str, Name]) -> list[str]:
    known = {synonym.slug: synonym.name for synonym in row.synonyms.all()}
    gone = known.keys() - wanted.keys()
    row.synonyms.filter(slug__in=gone).delete()
    fresh = [wanted[slug] for slug in sorted(wanted.keys() - known.keys())]
    for one in fresh:
        row.synonyms.create(name=one.name, slug=one.slug)
    told = [f"Ook bekend als “{one.name}”." for one in fresh]
    return told + [f"Niet meer bekend als “{known[slug]}”." for slug in sorted(gone)]


@transaction.atomic
def merge_themes(theme: Theme, *, into: Theme, by: User) -> int:
    """Give all items of a theme to another, which is found by its names from now on. Returns the number of items.

    Bookmarks hang on items, so they come along. Raises WrongName where one of the two is gone, or both are one.
    """
    theme, into = _both(Theme, theme, into)
    count = Item.objects.filter(theme=theme).update(theme=into)
    ThemeSynonym.objects.filter(theme=theme).update(theme=into)
    gone = Name(theme.name, theme.slug)
    _note_merge(theme, into, f"{count} bericht{'' if count == 1 else 'en'}", by=by)
    theme.delete()
    ThemeSynonym.objects.create(theme=into, name=gone.name, slug=gone.slug)
    return count


@transaction.atomic
def merge_sources(source: Source, *, into: Source, by: User) -> int:
    """Give all newsletters of a source to another, which is found by its names and addresses from now on.

    Returns the number of newsletters. Raises WrongName where one of the two is gone, or both are one.
    """
    source, into = _both(Source, source, into)
    count = Newsletter.objects.filter(source=source).update(source=into)
    SourceSynonym.objects.filter(source=source).update(source=into)
    fresh = set(source.addresses.values_list("address", flat=True)) - set(
        into.addresses.values_list("address", flat=True)
    )
    source.addresses.filter(address__in=fresh).update(source=into)
    gone = Name(source.name, source.slug)
    _note_merge(source, into, f"{count} nieuwsbrie{'f' if count == 1 else 'ven'}", by=by)
    source.delete()
    SourceSynonym.objects.create(source=into, name=gone.name, slug=gone.slug)
    return count


def _both(model: type[Named], row: Named, into: Named) -> tuple[Named, Named]:
    """Both rows, held until the end of the transaction: an import that names one of them waits."""
    rows = {one.pk: one for one in model.objects.select_for_update().filter(pk__in=[row.pk, into.pk]).order_by("pk")}
    if row.pk == into.pk or len(rows) != 2:
        raise WrongName("Kies een ander om mee samen te voegen. Misschien is een van de twee al weg.")
    return rows[row.pk], rows[into.pk]


def _note_merge(row: Source | Theme, into: Source | Theme, moved: str, *, by: User) -> None:
    history.note(row, f"Samengevoegd met “{into.name}”: {moved} verplaatst.", by=by)
    history.note(into, f"“{row.name}” is hierbij gevoegd, met {moved}.", by=by)


@transaction.atomic
def stop_waiting(source: Source, *, day: date, by: User) -> None:
    """Remind nobody any more of the issue that was announced for this day. Twice is the same as once."""
    others = Q(not_awaited__isnull=True) | ~Q(not_awaited=day)
    if Source.objects.filter(others, pk=source.pk).update(not_awaited=day):
        history.note(source, f"Geen herinnering meer aan het nummer van {date_format(day, 'j F Y')}.", by=by)
