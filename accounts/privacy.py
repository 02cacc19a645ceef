"""What the portal keeps of people: how it is declared, table by table, and how a member gets to see it.

Each app declares its own tables in its personal_data.py, and the frame puts them together. A test goes through every
field of every model, so that none is forgotten by the export, by erasing, or by docs/verwerkingsregister.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User

Told = Callable[[Any, User], object]
OWNER = "zegt alleen van wie de regel is"
SECRET = "is een geheim: wie het heeft, komt erin"  # noqa: S105 - a sentence


class Whose(StrEnum):
    """Whom a field tells something of."""

    MEMBER = "een lid of aanvrager"
    STAFF = "wie voor de griffie werkt"
    NAMED = "wie in een nieuwsbrief of activiteit wordt genoemd"
    SENDER = "de afzender van een nieuwsbrief"


class Fate(StrEnum):
    """What becomes of a field when its member is erased."""

    GONE = "de regel wordt gewist"
    EMPTY = "wordt leeggemaakt"
    PSEUDONYM = "noemt daarna het pseudoniem"
    POINTER = "blijft, en wijst naar het pseudoniem"
    STAYS = "blijft, en zegt niet meer van wie het was"
    TERM = "gaat na de bewaartermijn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """A field that tells something of somebody. hidden: why a member does not get it; empty where it is exported."""

    whose: Whose
    fate: Fate
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One model. activity: a heading of docs/verwerkingsregister.md. plain: the fields that tell nothing of anybody."""

    model: str
    activity: str = ""
    personal: Mapping[str, Personal] = field(default_factory=dict)
    plain: tuple[str, ...] = ()


def gone(*names: str, hidden: str = "", whose: Whose = Whose.MEMBER) -> dict[str, Personal]:
    """Fields of rows that go with the member."""
    return dict.fromkeys(names, Personal(whose=whose, fate=Fate.GONE, hidden=hidden))


def by_staff(*names: str, hidden: str = "") -> dict[str, Personal]:
    """Who of the griffie did it: others would miss the row, so it stays."""
    return dict.fromkeys(names, Personal(whose=Whose.STAFF, fate=Fate.POINTER, hidden=hidden))


def of_others(*names: str, whose: Whose = Whose.NAMED) -> dict[str, Personal]:
    """What belongs to a newsletter or the agenda and to no account."""
    return dict.fromkeys(names, Personal(whose=whose, fate=Fate.STAYS, hidden="hoort bij geen account"))


@dataclass(frozen=True, slots=True)
class Column:
    """A field as a member sees it. label: the field's own where empty. told: what is told in place of its value."""

    name: str
    label: str = ""
    told: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what a member gets: which rows of a model, and what of them."""

    title: str
    model: str
    rows: Callable[[User], Q]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section that was read for somebody: its labels, and a row of values for each row."""

    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def own(name: str = "user") -> Callable[[User], Q]:
    """The rows that name this user there."""
    return lambda user: Q(**{name: user.pk})


def read(sections: Iterable[Section], user: User) -> list[Part]:
    """All that the sections tell of this user; as many queries for many rows as for one."""
    return [_part(section, user) for section in sections]


def _part(section: Section, user: User) -> Part:
    model = apps.get_model(section.model)
    fields = {column.name: model._meta.get_field(column.name) for column in section.columns}
    many = [name for name, one in fields.items() if one.many_to_many]
    one = [name for name, one in fields.items() if one.is_relation and not one.many_to_many]
    found = model._base_manager.filter(section.rows(user)).order_by("pk")
    rows = found.select_related(*one).prefetch_related(*many) if one else found.prefetch_related(*many)
    labels = (column.label or str(getattr(fields[column.name], "verbose_name", "")) for column in section.columns)
    return Part(
        section.title,
        tuple(map(capfirst, labels)),
        tuple(tuple(_value(row, column, user) for column in section.columns) for row in rows),
    )


def _value(row: Model, column: Column, user: User) -> object:
    if column.told is not None:
        return column.told(row, user)
    one = row._meta.get_field(column.name)
    if one.many_to_many:
        return [str(other) for other in getattr(row, column.name).all()]
    if getattr(one, "choices", None):
        return str(getattr(row, f"get_{column.name}_display")())
    value = getattr(row, column.name)
    return str(value) if isinstance(value, Model) else value


def days_in_words(days: int) -> str:
    """A term as people say it; empty for 0, which is no term."""
    if days and days % 365 == 0:
        return f"{days // 365} jaar"
    return (f"{days} dag" if days == 1 else f"{days} dagen") if days else ""


def as_plain(value: object) -> object:
    """A value as JSON holds it: moments and days in ISO 8601, on the clock of here."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int | list | dict):
        return value
    return str(value)
