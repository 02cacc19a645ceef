"""A whole council from a file: what would happen with each line, and doing it, once.

Nothing happens before a griffier who has seen the plan confirms it. If the plan has become another by then, it is not
carried out: the griffier sees the new one first.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts.council_file import Line
from accounts.history import became
from accounts.models import Audience, CouncilUpdate, User
from accounts.services import members

logger = logging.getLogger(__name__)


class CannotUpdate(Exception):
    """Why the file was not carried out, in a sentence for the griffier."""


class Kind(StrEnum):
    """What happens with a line."""

    INVITE = "invite"
    BACK = "back"  # a member whose mandate is over comes back
    CHANGE = "change"
    END = "end"
    SAME = "same"
    NOTHING = "nothing"  # told why


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A line and what happens with it. user_id None: nobody has this address. facts are what the account will say."""

    line: Line
    kind: Kind
    words: str
    user_id: int | None = None
    facts: dict[str, object] | None = None
    changed: bool = False  # since the griffier uploaded the file

    @property
    def told(self) -> str:
        return f"{self.kind}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """missing are members who may log in and do not stand in the file; staff those of them who stay anyway."""

    lines: tuple[Planned, ...]
    missing: tuple[User, ...]
    staff: tuple[User, ...]

    def of(self, kind: str) -> list[Planned]:
        return [one for one in self.lines if one.kind == kind]

    @property
    def stamp(self) -> str:
        """Another one as soon as anything in the plan is another."""
        lines = [[one.line.number, one.told] for one in self.lines]
        missing = [[user.pk, str(user), str(user.mandate_until)] for user in (*self.missing, *self.staff)]
        return hashlib.sha256(json.dumps([lines, missing]).encode()).hexdigest()


def keep_file(lines: Iterable[Line], *, by: User) -> CouncilUpdate:
    """Keep what stands in a file until its griffier confirms it."""
    update = CouncilUpdate(by=by, lines=[line.as_json() for line in lines])
    plan = make_plan(update)
    update.shown = {str(one.line.number): one.told for one in plan.lines}
    update.shown |= {f"user {user.pk}": "" for user in plan.missing}
    update.save()
    return update


def make_plan(update: CouncilUpdate, *, lock: bool = False) -> Plan:
    """What would happen now. One query, however long the file is; lock: for who will do it in this transaction."""
    rows = User.objects.filter(erased_at=None).order_by("name", "email")
    users = list(rows.select_for_update() if lock else rows)
    by_address = {user.email.lower(): user for user in users}
    by_name = {_plain(user.name): user for user in users if user.name and user.may_log_in}
    lines = [Line.from_json(values) for values in update.lines]
    planned = []
    for line in lines:
        one = _plan_line(line, by_address.get(line.email), namesake=by_name.get(_plain(line.name)))
        before = update.shown.get(str(line.number), one.told)
        planned.append(_marked(one) if before != one.told else one)
    named = {line.email for line in lines}
    absent = [user for user in users if user.may_log_in and user.email.lower() not in named]
    return Plan(
        lines=tuple(planned),
        missing=tuple(user for user in absent if not _is_staff(user)),
        staff=tuple(user for user in absent if _is_staff(user)),
    )


def _marked(one: Planned) -> Planned:
    return Planned(line=one.line, kind=one.kind, words=one.words, user_id=one.user_id, facts=one.facts, changed=True)


def _is_staff(user: User) -> bool:
    """Whom only a beheerder ends."""
    return user.is_staff or user.is_superuser


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _plan_line(line: Line, user: User | None, *, namesake: User | None) -> Planned:
    if user is None:
        return _plan_newcomer(line, namesake)
    if _is_staff(user):
        words = "Hoort bij de griffie of het beheer. Er verandert niets; dat doet de beheerder."
        return Planned(line=line, kind=Kind.NOTHING, words=words, user_id=user.pk)
    if not user.is_active:
        words = "Dit account staat uit. Alleen de beheerder kan het weer aanzetten."
        return Planned(line=line, kind=Kind.NOTHING, words=words, user_id=user.pk)
    if line.ends:
        if user.has_ended:
            return Planned(line=line, kind=Kind.SAME, words="Is al beëindigd.", user_id=user.pk)
        last = f"Laatste dag: {date_format(line.until, 'j F Y')}." if line.until else "Op de dag die u onderaan kiest."
        return Planned(line=line, kind=Kind.END, words=last, user_id=user.pk, facts={"mandate_until": line.until})
    return _plan_known(line, user)


def _plan_newcomer(line: Line, namesake: User | None) -> Planned:
    if line.ends:
        return Planned(line=line, kind=Kind.NOTHING, words="Dit adres heeft geen account. Er valt niets te beëindigen.")
    facts = [line.audience or "geen doelgroep", line.fractie or "geen fractie", members.last_day(line.until)]
    words = f"{capfirst(', '.join(facts))}."
    if namesake:
        words += f" Let op: er is al een lid met deze naam, met het adres {namesake.email}."
    return Planned(line=line, kind=Kind.INVITE, words=words)


def _plan_known(line: Line, user: User) -> Planned:
    """An empty cell changes nothing, and the name stays as the member wrote it."""
    comes_back = user.has_ended
    until = line.until or (None if comes_back else user.mandate_until)
    facts: dict[str, object] = {
        "audience": line.audience or user.audience,
        "fractie": line.fractie or user.fractie,
        "mandate_until": until,
    }
    told = [
        became(str(getattr(User._meta.get_field(name), "verbose_name", name)), getattr(user, name), value)
        for name, value in facts.items()
        if getattr(user, name) != value
    ]
    if comes_back:
        told = ["Kan weer inloggen.", *told]
    kind = Kind.BACK if comes_back else Kind.CHANGE if told else Kind.SAME
    if _plain(line.name) != _plain(user.name) and user.name:
        told.append(f"Heet in het portal ‘{user.name}’; die naam blijft.")
    return Planned(line=line, kind=kind, words=" ".join(told), user_id=user.pk, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Whom the griffier ends beside those whom the file ends, and the last day of all of them that have none."""

    user_ids: frozenset[int]
    on: date | None


@transaction.atomic
def carry_out(update_id: int, *, stamp: str, ending: Ending, by: User) -> tuple[CouncilUpdate, list[int]]:
    """Do what the griffier saw, all or nothing; the mails to send. Raises CannotUpdate where something else came first.

    The second time raises it too, and does nothing.
    """
    if not CouncilUpdate.objects.filter(pk=update_id, done_at=None).update(done_at=timezone.now()):
        raise CannotUpdate("Dit bestand is al verwerkt. Er is niets nog een keer gedaan.")
    update = CouncilUpdate.objects.get(pk=update_id)
    plan = make_plan(update, lock=True)
    if plan.stamp != stamp:
        raise CannotUpdate(
            "Intussen is er iets veranderd. Er is nog niets gedaan. Kijk het overzicht nog eens na en bevestig het dan."
        )
    newcomers = [_newcomer(one.line) for one in plan.of(Kind.INVITE)]
    users = {user.pk: user for user in User.objects.filter(erased_at=None)}
    changed = [_with(users[one.user_id], one.facts) for one in plan.lines if one.user_id and _changes(one)]
    ended = _ended(plan, users, ending)
    try:
        mail_ids = members.invite(newcomers, by=by) if newcomers else []
    except members.CannotChange as error:  # somebody else made the account a moment ago
        raise CannotUpdate(f"{error} Er is nog niets gedaan. Kijk het overzicht nog eens na.") from None
    members.change_each([*changed, *ended], by=by)
    update.result = _result(plan, ended=ended)
    update.lines, update.shown = [], {}
    update.save()
    logger.info(
        "council file %s: %s invited, %s changed, %s ended", update_id, len(newcomers), len(changed), len(ended)
    )
    return update, mail_ids


def _newcomer(line: Line) -> members.Newcomer:
    return members.Newcomer(
        email=line.email, name=line.name, audience=line.audience, fractie=line.fractie, mandate_until=line.until
    )


def _changes(one: Planned) -> bool:
    return one.kind in {Kind.CHANGE, Kind.BACK}


def _with(user: User, facts: dict[str, object] | None) -> User:
    for name, value in (facts or {}).items():
        setattr(user, name, value)
    return user


def _ended(plan: Plan, users: dict[int, User], ending: Ending) -> list[User]:
    """With the last day set; nobody whose mandate ends sooner anyway gets a later one."""
    days = {one.user_id: one.line.until or ending.on for one in plan.of(Kind.END) if one.user_id}
    days |= {user.pk: ending.on for user in plan.missing if user.pk in ending.user_ids}
    if not all(days.values()):
        raise CannotUpdate("Kies de laatste dag voor wie u beëindigt. Er is nog niets gedaan.")
    if ending.on and ending.on < timezone.localdate() - timedelta(days=1):
        raise CannotUpdate("De laatste dag die u koos is al voorbij. Kies vandaag of later. Er is nog niets gedaan.")
    ended = []
    for pk, day in days.items():
        user = users[pk]
        if day and (user.mandate_until is None or day < user.mandate_until):
            user.mandate_until = day
            ended.append(user)
    return ended


def _result(plan: Plan, *, ended: Sequence[User]) -> str:
    """Only numbers: names do not stay here when a member is erased."""
    counts = Counter(one.kind for one in plan.lines)
    told = [
        (counts[Kind.INVITE], "uitgenodigd"),
        (counts[Kind.BACK], "weer toegelaten"),
        (counts[Kind.CHANGE], "bijgewerkt"),
        (len(ended), "met een einddatum"),
        (counts[Kind.SAME], "gelijk gebleven"),
        (counts[Kind.NOTHING], "overgeslagen"),
    ]
    return ", ".join(f"{count} {words}" for count, words in told if count) or "Er veranderde niets"


def grouped(users: Iterable[User]) -> list[tuple[str, str, list[User]]]:
    """By audience, in the order of the list: its value, its name, and who."""
    found: dict[str, list[User]] = {}
    for user in users:
        found.setdefault(user.audience, []).append(user)
    order = [*Audience.values, ""]
    names = dict(Audience.choices)
    return [(value, names.get(value, "zonder doelgroep"), found[value]) for value in order if value in found]
