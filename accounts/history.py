"""The history of what people do: every service that changes something for somebody notes it here."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts import audit
from accounts.models import Change, User

SHORT = 80  # signs of a value that a sentence quotes in full


def key_of(thing: Model) -> str:
    """The name of a row that stays true when the row goes."""
    return f"{label_of(thing)}:{thing.pk}"


def label_of(thing: Model | type[Model]) -> str:
    """One label for all the models that stand for the same row."""
    return str((thing._meta.concrete_model or thing)._meta.label_lower)


def note(thing: Model, words: str, *, by: User | None, part_of: Model | None = None, action: str = "") -> None:
    """Note what was done to a thing; part_of is the whole whose history shows it too. by None: the portal itself.

    action: by what name the log of what matters for safety tells it as well; empty where that needn't know.
    """
    _change(thing, words, by=by, part_of=part_of).save()
    if action:
        tell(action, thing, by=by)


def tell(action: str, thing: Model, *, by: User | None, result: str = audit.DONE) -> None:
    """Tell the log of what matters for safety alone. The words of the history would say too much there."""
    about = f"{label_of(User)}:{audit.person(thing.pk)}" if isinstance(thing, User) else key_of(thing)
    audit.tell(action, about=about, actor=by.pk if by else None, result=result)


def note_each(told: Iterable[tuple[Model, str]], *, by: User | None) -> None:
    """Note something of many things, in one query."""
    Change.objects.bulk_create([_change(thing, words, by=by, part_of=None) for thing, words in told])


def _change(thing: Model, words: str, *, by: User | None, part_of: Model | None) -> Change:
    return Change(
        by=by,
        about=key_of(thing),
        about_name=str(thing)[:300],
        part_of=key_of(part_of) if part_of else "",
        words=words,
    )


def changes_of(key: str) -> QuerySet[Change]:
    """What was done to the thing with this key and to its parts, the last first."""
    return Change.objects.filter(Q(about=key) | Q(part_of=key)).select_related("by").order_by("-pk")


def erase_old(now: datetime) -> int:
    """Away with what was done too long ago, where there is a term; how many lines it were.

    The last one stays: what is kept of lists hangs on its number.
    """
    if not settings.HISTORY_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.HISTORY_KEPT_DAYS)
    last = Change.objects.order_by("pk").last()
    old = Change.objects.filter(at__lt=before).exclude(pk=last.pk if last else 0)
    LogEntry.objects.filter(action_time__lt=before).delete()
    return old.delete()[0]


def differences(thing: Model, names: Iterable[str]) -> str:
    """How a thing that is not saved yet differs from its row, as Dutch sentences; empty where it does not."""
    row = type(thing)._base_manager.get(pk=thing.pk)
    values = [(_label(thing, name), getattr(row, name), getattr(thing, name)) for name in names]
    return " ".join(became(*value) for value in values if value[1] != value[2])


def became(label: str, old: object, new: object) -> str:
    """A sentence that says what a field was and what it is now; of a long text only that it changed."""
    shown = [_shown(value) for value in (old, new)]
    if max(map(len, shown)) > SHORT:
        return f"{capfirst(label)} gewijzigd."
    return f"{capfirst(label)}: {shown[0]} werd {shown[1]}."


def _label(thing: Model, name: str) -> str:
    return str(getattr(thing._meta.get_field(name), "verbose_name", name))


def _shown(value: object) -> str:
    if value is None or value == "":
        return "leeg"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, time):
        return f"{value:%H.%M} uur"
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return f"“{value}”"
