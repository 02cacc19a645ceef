"""Members: made, invited, kept up, ended and let in again. Also by approving a request and by a file with a council.

Whoever calls these queues the mails; see accounts.tasks.
"""

import logging
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.history import became, note, note_each, tell
from accounts.models import Mail, User
from accounts.services import sign_ins

logger = logging.getLogger(__name__)

FACTS = ("audience", "fractie", "mandate_until")  # what the griffie keeps up of a member


class CannotChange(Exception):
    """Why a member was not made or changed, in a sentence for the griffier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who gets an account. mandate_until None: no last day."""

    email: str
    name: str
    audience: str = ""
    fractie: str = ""
    mandate_until: date | None = None


def make_members(people: Iterable[Newcomer]) -> list[User]:
    """Accounts without a password, as members and nothing more. Raises CannotChange where an address is known."""
    users = [
        User(
            email=User.objects.normalize_email(one.email).strip().lower(),
            name=one.name,
            audience=one.audience,
            fractie=one.fractie,
            mandate_until=one.mandate_until,
        )
        for one in people
    ]
    for user in users:
        user.set_unusable_password()
        user.clean_fields()
    try:
        with transaction.atomic():
            return User.objects.bulk_create(users)
    except IntegrityError:
        raise CannotChange(_known(users)) from None


def _known(users: Sequence[User]) -> str:
    """Which of these addresses have an account, and what its griffier may want to know."""
    for user in users:
        if known := User.objects.filter(email__iexact=user.email).first():
            return f"{user.email} heeft al een account. {what_is_up(known)}".strip()
    return "Een van deze adressen heeft al een account."


def what_is_up(user: User) -> str:
    """Why somebody with an account cannot log in, and what to do; empty where they can."""
    if not user.is_active:
        return "Het staat uit. De beheerder kan het weer aanzetten."
    if user.has_ended:
        return "Het mandaat is voorbij. U kunt het verlengen bij Leden."
    return ""


@transaction.atomic
def invite(people: Sequence[Newcomer], *, by: User) -> list[int]:
    """Make members and have them mailed where they choose a password. The mails to send.

    Raises CannotChange where an address has an account; then nobody is invited.
    """
    users = make_members(people)
    note_each([(user, "Uitgenodigd.") for user in users], by=by)
    for user in users:
        tell("member_invited", user, by=by)
    logger.info("%s members invited", len(users))
    return _mail_invitations(users)


@transaction.atomic
def invite_again(user: User, *, by: User) -> list[int]:
    """For who lost the mail. Raises CannotChange where somebody has logged in, or may not."""
    if is_in_use(user) or not user.may_log_in:
        raise CannotChange(f"{user} heeft geen uitnodiging (meer) nodig.")
    note(user, "Opnieuw uitgenodigd.", by=by, action="member_invited")
    return _mail_invitations([user])


def _mail_invitations(users: Iterable[User]) -> list[int]:
    mails = Mail.objects.bulk_create([Mail(kind=Mail.Kind.INVITED, to=user.email) for user in users])
    return [mail.pk for mail in mails]


def is_in_use(user: User) -> bool:
    """Whether the owner has done anything with the account."""
    return user.last_login is not None or user.has_usable_password()


@transaction.atomic
def change(user: User, names: Iterable[str], *, by: User, email: str = "") -> list[int]:
    """Keep what stands in these fields of user, who is not saved yet, and a new address where one is given.

    The mails to send: only who has not used the account gets a new address from the griffie, and is invited there.
    Raises CannotChange where the address is known or in use, or the account is gone.
    """
    row = User.objects.select_for_update().filter(pk=user.pk, erased_at=None).first()
    if row is None:
        raise CannotChange("Dit account bestaat niet meer.")
    before = copy(row)
    for name in {"name", *FACTS} & set(names):
        setattr(row, name, getattr(user, name))
    told = what_changed(before, row)
    ids: list[int] = []
    if row.name != before.name:
        told.insert(0, "Naam gewijzigd.")  # without the name: it must be gone when the account is erased
    if email and email.lower() != row.email.lower():
        ids = _move(row, email.lower())
        told.append("E-mailadres gewijzigd, opnieuw uitgenodigd.")
    _save([row])
    if told:
        note(row, " ".join(told), by=by)
    return ids


def _move(row: User, email: str) -> list[int]:
    if is_in_use(row):
        raise CannotChange(f"{row} gebruikt dit account al en wijzigt het e-mailadres zelf, bij Mijn gegevens.")
    if known := User.objects.filter(email__iexact=email).first():
        raise CannotChange(f"{email} heeft al een account. {what_is_up(known)}".strip())
    row.email = email
    return _mail_invitations([row])


def what_changed(old: User, new: User) -> list[str]:
    """How the FACTS differ, as sentences for the history: the fractie must be gone when the account is erased."""
    told = []
    for name in FACTS:
        before, after = getattr(old, name), getattr(new, name)
        label = str(getattr(User._meta.get_field(name), "verbose_name", name))
        if before != after:
            told.append("Fractie gewijzigd." if name == "fractie" else became(label, before, after))
    return told


@transaction.atomic
def change_each(users: Sequence[User], *, by: User) -> None:
    """Keep the FACTS that stand in these users, who are locked and not saved yet."""
    rows = {row.pk: row for row in User.objects.filter(pk__in=[user.pk for user in users])}
    note_each([(user, " ".join(what_changed(rows[user.pk], user))) for user in users], by=by)
    for user in users:
        if user.has_ended:
            tell("member_ended", user, by=by)
    _save(users)


def _save(users: Sequence[User]) -> None:
    """An end that is over already is known to whoever made it so; a later one is still to be told."""
    for user in users:
        user.noted_end = user.mandate_until if user.has_ended else None
    User.objects.bulk_update(users, ["email", "name", *FACTS, "noted_end"], batch_size=200)
    sign_ins.end_all(*(user for user in users if user.has_ended))


@transaction.atomic
def end_now(user_id: int, *, by: User, is_told: bool = False) -> list[int]:
    """From this moment on the member cannot log in; sessions and secret addresses stop. A second time does nothing.

    The mails to send: one where the member is told.

    Raises CannotChange for who belongs to the griffie or is a beheerder: only a beheerder ends those.
    """
    user = User.objects.select_for_update().filter(pk=user_id, erased_at=None).first()
    if user is None:
        raise CannotChange("Dit account bestaat niet meer.")
    if user.is_staff or user.is_superuser:
        raise CannotChange(
            f"{user} hoort bij de griffie of het beheer. Alleen de beheerder kan dit account beëindigen."
        )
    if user.has_ended:
        return []
    user.mandate_until = timezone.localdate() - timedelta(days=1)
    _save([user])
    note(user, "Mandaat beëindigd: kan niet meer inloggen.", by=by, action="member_ended")
    return [Mail.objects.create(kind=Mail.Kind.ENDED, to=user.email).pk] if is_told else []


def last_day(day: date | None) -> str:
    """The end of a mandate in words."""
    return f"tot en met {date_format(day, 'j F Y')}" if day else "zonder einddatum"
