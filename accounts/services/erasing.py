"""Erasing a member: at the end of a term, or because the member wants it. What was done stays, under a pseudonym.

Whatever erases somebody goes through erase(). What hangs on an account is asked of Django, so that a table that is
added later is erased too; accounts.privacy declares all of it, and a test holds the two against each other.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.text import capfirst

from accounts.history import key_of, label_of, note
from accounts.models import Change, Mail, SignUpRequest, User
from accounts.services import sign_ins

logger = logging.getLogger(__name__)

NOBODY = "geen-adres.invalid"  # a domain that can have no mailbox
LATE = timedelta(days=1)  # in which what came in at the very moment of erasing is looked for
STAFF = (
    "U werkt voor de griffie. Uw account hoort bij uw werk, en de beheerder moet weten dat het weg is. "
    "Vraag de beheerder om het te beëindigen; daarna wordt het vanzelf gewist."
)
LAST = (
    "U bent de enige beheerder. Zonder beheerder kan niemand het portal nog beheren. "
    "Maak eerst iemand anders beheerder."
)
# what others call a table in English
WORDS = {
    "mfa.authenticator": ("tweede stap", "tweede stappen"),
    "account.emailaddress": ("e-mailadres om mee in te loggen", "e-mailadressen om mee in te loggen"),
    "socialaccount.socialaccount": ("account van elders", "accounts van elders"),
    "admin.logentry": ("regel in het logboek van het beheer", "regels in het logboek van het beheer"),
}


class CannotErase(Exception):
    """Why an account stays, in a sentence for its owner."""


@dataclass(frozen=True, slots=True)
class Number:
    """How many of something somebody has, in words."""

    count: int
    words: str


@transaction.atomic
def erase_on_request(user_id: int, *, by_beheerder: bool = False) -> int | None:
    """Erase a member who asks for it; the mail that tells so. None where that was done a moment ago.

    Raises CannotErase for the last beheerder, and for who works for the griffie unless a beheerder does it.
    """
    # all beheerders in one order, so that of the last two who leave at once one is found to be the last
    rows = User.objects.select_for_update().filter(Q(pk=user_id) | Q(is_superuser=True)).order_by("pk")
    user = next((row for row in rows if row.pk == user_id and row.erased_at is None), None)
    if user is None:
        return None
    why = why_not(user)
    if why == LAST or (why and not by_beheerder):
        raise CannotErase(why)
    email = user.email
    who = "de beheerder deed dat op verzoek" if by_beheerder else "het lid vroeg er zelf om"
    erase(user, why=f"Gegevens gewist: {who}.", now=timezone.now())
    logger.info("user %s: erased on request", user_id)
    return Mail.objects.create(kind=Mail.Kind.ERASED, to=email).pk


@transaction.atomic
def erase_address(email: str) -> int:
    """Erase what is kept of an address that has no account: requests, and mails to it; how many those were."""
    requests = SignUpRequest.objects.filter(email__iexact=email, account=None)
    mails, _ = Mail.objects.filter(Q(to__iexact=email) | Q(request__in=requests)).delete()
    asked, _ = requests.delete()
    hide_gone()
    return mails + asked


def why_not(user: User) -> str:
    """Why this account cannot be erased by its owner, in a sentence; empty where it can."""
    if user.is_superuser:
        others = User.objects.able().filter(is_superuser=True).exclude(pk=user.pk)
        return "" if others.exists() else LAST
    return STAFF if user.is_staff else ""


def erase(user: User, *, why: str, now: datetime) -> None:
    """Take all that is of this user, whose row is locked, and leave a pseudonym. why stands in the history."""
    sign_ins.end_all(user)
    _clear_history(user)
    mails_of(user).delete()
    requests_of(user).delete()
    _delete_what_is_theirs(user)
    user.name, user.email = pseudonym(user), f"oud-lid-{user.pk}@{NOBODY}"
    user.audience = user.fractie = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = user.visited_at = user.visited_before_at = user.read_until = None
    user.mandate_until = user.warned_of = user.noted_end = None
    user.erased_at = user.date_joined = now
    user.set_unusable_password()
    user.save()
    note(user, why, by=None, action="member_erased")


def pseudonym(user: User) -> str:
    return f"Oud-lid {user.pk}"


def requests_of(user: User) -> "models.QuerySet[SignUpRequest]":
    """What this user asked before there was an account, or under the same address."""
    return SignUpRequest.objects.filter(Q(account=user) | Q(email__iexact=user.email))


def mails_of(user: User) -> "models.QuerySet[Mail]":
    """Also those to an address that the user asked for, or had when access was asked."""
    asked = Q(address_change__user=user) | Q(request__in=requests_of(user))
    return Mail.objects.filter(Q(to__iexact=user.email) | asked)


def what_goes(user: User) -> list[Number]:
    """What erasing would take along with name and address, in numbers."""
    numbers = [
        _number(relation.related_model, relation.related_model._base_manager.filter(**{relation.field.name: user.pk}))
        for relation in _theirs()
        if not relation.related_model._meta.auto_created
    ]
    numbers += [_number(Mail, mails_of(user)), _number(SignUpRequest, requests_of(user))]
    return [number for number in numbers if number.count]


def what_stays(user: User) -> list[Number]:
    """What stays and names the pseudonym from then on: what others would miss."""
    done: dict[type[models.Model], Q] = {}
    for relation in _relations():
        # what is tied to one account only, such as a request, goes
        if relation.on_delete is models.SET_NULL and not relation.one_to_one and relation.related_model is not Change:
            ways = done.get(relation.related_model, Q())
            done[relation.related_model] = ways | Q(**{relation.field.name: user.pk})
    numbers = [_number(model, model._base_manager.filter(ways)) for model, ways in done.items()]
    keys = [key_of(user), *(key_of(row) for row in requests_of(user))]
    told = Change.objects.filter(Q(by=user) | Q(about__in=keys) | Q(part_of__in=keys)).count()
    history = Number(told, "regel in de geschiedenis" if told == 1 else "regels in de geschiedenis")
    return [number for number in (history, *numbers) if number.count]


def _number(model: type[models.Model], rows: "models.QuerySet[models.Model]") -> Number:
    count, meta = rows.count(), model._meta
    one, more = WORDS.get(meta.label_lower, (str(meta.verbose_name), str(meta.verbose_name_plural)))
    return Number(count, one if count == 1 else more)


def _relations() -> Iterator[ForeignObjectRel]:
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            yield relation


def _theirs() -> Iterator[ForeignObjectRel]:
    return (relation for relation in _relations() if relation.on_delete is models.CASCADE)


def _delete_what_is_theirs(user: User) -> None:
    """Whatever would go along with the account goes, also what an app keeps that does not exist yet.

    What others would miss, such as a newsletter that a griffier uploaded, stays and names the pseudonym.
    """
    for relation in _theirs():
        relation.related_model._base_manager.filter(**{relation.field.name: user.pk}).delete()


def erase_late(now: datetime) -> None:
    """What a browser sent at the moment of erasing was stored just after it; away with that too."""
    for user in User.objects.filter(erased_at__gt=now - LATE):
        _delete_what_is_theirs(user)
        sign_ins.end_all(user)
        User.objects.filter(pk=user.pk).update(
            last_login=None, visited_at=None, visited_before_at=None, read_until=None
        )


def _clear_history(user: User) -> None:
    """What was done stays; neither name nor address of the member does."""
    requests = requests_of(user)
    names = {name for name in (user.name, *requests.values_list("name", flat=True)) if name}
    keys = [key_of(user), *(key_of(row) for row in requests)]
    theirs = Q(about__in=keys) | Q(part_of__in=keys)
    named = Q(about_name__icontains=user.email) | Q(words__icontains=user.email)
    for change in Change.objects.filter(theirs | named):
        hidden = [user.email, *names] if change.about in keys or change.part_of in keys else [user.email]
        change.words = _without(hidden, change.words, pseudonym(user))
        is_theirs = change.about in keys
        change.about_name = pseudonym(user) if is_theirs else _without(hidden, change.about_name, pseudonym(user))
        change.save(update_fields=["about_name", "words"])
    of_user = ContentType.objects.get_for_models(User, *User.__subclasses__(), for_concrete_models=False).values()
    about = Q(content_type__in=of_user, object_id=str(user.pk)) | Q(object_repr__icontains=user.email)
    LogEntry.objects.filter(about).update(object_repr=pseudonym(user), change_message="")


def _without(hidden: list[str], text: str, instead: str) -> str:
    for word in hidden:
        text = re.sub(re.escape(word), lambda _: instead, text, flags=re.IGNORECASE)
    return text


def hide_gone() -> int:
    """The history names nobody whose account, request or mail is gone, however it went; how many lines it were."""
    _hide_gone_entries()
    return sum(_hide_gone(model) for model in (User, SignUpRequest, Mail))


def _hide_gone(model: type[models.Model]) -> int:
    label, hidden = label_of(model), f"{capfirst(str(model._meta.verbose_name))} zonder naam"
    shown = Change.objects.filter(about__startswith=f"{label}:").exclude(about_name=hidden)
    keys = dict.fromkeys(shown.order_by().values_list("about", flat=True))
    there = {f"{label}:{pk}" for pk in model._base_manager.values_list("pk", flat=True)}
    return sum(shown.filter(about__in=some).update(about_name=hidden) for some in _parts([*keys], without=there))


def _hide_gone_entries() -> None:
    """The same for what Django's admin notes by itself, of accounts and of what allauth keeps of their addresses."""
    for kind in ContentType.objects.get_for_models(
        User, *User.__subclasses__(), EmailAddress, for_concrete_models=False
    ).values():
        shown = LogEntry.objects.filter(content_type=kind).exclude(object_repr="", change_message="")
        keys = dict.fromkeys(shown.order_by().values_list("object_id", flat=True))
        there = {str(pk) for pk in kind.get_all_objects_for_this_type().values_list("pk", flat=True)}
        for some in _parts([key for key in keys if key is not None], without=there):
            shown.filter(object_id__in=some).update(object_repr="", change_message="")


def _parts(keys: Iterable[str], *, without: set[str]) -> Iterator[list[str]]:
    """In parts that any database takes in one question."""
    gone = [key for key in keys if key not in without]
    for at in range(0, len(gone), 500):
        yield gone[at : at + 500]
