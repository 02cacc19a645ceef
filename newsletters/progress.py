"""How far the reading of uploads is, and whether it goes on at all: told by the rows and the worker's sign of life."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from redis import RedisError

from newsletters import sign_of_life
from newsletters.models import Import, ImportQuerySet, is_silent

State = Import.State
# Messages live for half a minute and the sweep sends them again; what waits much longer is waited for by nobody.
LONGEST_UNSENT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of uploads by what became of them. Each upload counts once."""

    waiting: int = 0
    reading: int = 0
    ready: int = 0
    failed: int = 0
    double: int = 0
    aside: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.reading + self.ready + self.failed + self.double + self.aside

    @property
    def ended(self) -> int:
        return self.total - self.waiting - self.reading

    @property
    def is_busy(self) -> bool:
        return bool(self.waiting or self.reading)

    def by_state(self) -> dict[str, int]:
        """The counts under the names of the states."""
        return {
            State.QUEUED: self.waiting,
            State.PARSING: self.reading,
            State.READY: self.ready,
            State.FAILED: self.failed,
            State.DUPLICATE: self.double,
            State.SET_ASIDE: self.aside,
        }

    @property
    def words(self) -> str:
        """Such as "12 van 300 gelezen, 2 mislukt, 286 wachten": the numbers add up to the total."""
        parts = [f"{self.ready} van {self.total} gelezen"]
        if self.failed:
            parts.append(f"{self.failed} mislukt")
        if self.double:
            parts.append(f"{self.double} dubbel")
        if self.aside:
            parts.append(f"{self.aside} weggelegd")
        if self.reading:
            parts.append("1 wordt nu gelezen" if self.reading == 1 else f"{self.reading} worden nu gelezen")
        if self.waiting:
            parts.append("1 wacht" if self.waiting == 1 else f"{self.waiting} wachten")
        return ", ".join(parts)


def progress_of(rows: ImportQuerySet, *, now: datetime) -> Progress:
    """How far these uploads are. What a dead worker was reading waits: it is taken up again."""
    left_behind = Count("pk", filter=Q(state=State.PARSING) & is_silent(sign_of_life.silent_before(now)))
    counts = dict.fromkeys(State.values, 0)
    of_state = rows.order_by().values_list("state").annotate(count=Count("pk"), left=left_behind)
    for state, count, left in of_state:
        counts[state] += count - left
        counts[State.QUEUED] += left
    return Progress(
        waiting=counts[State.QUEUED],
        reading=counts[State.PARSING],
        ready=counts[State.READY],
        failed=counts[State.FAILED],
        double=counts[State.DUPLICATE],
        aside=counts[State.SET_ASIDE],
    )


def being_read(batch: uuid.UUID | None = None) -> ImportQuerySet:
    """The uploads of one batch; without one those of each batch of which something still waits or is being read."""
    if batch is not None:
        return Import.objects.filter(batch=batch)
    busy = Import.objects.busy()
    return Import.objects.filter(Q(pk__in=busy.values("pk")) | Q(batch__in=busy.values("batch")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Nothing is being read, since that moment; None where nothing ever was."""

    since: datetime | None


def standstill(now: datetime) -> Standstill | None:
    """Whether the reading stands still: no worker is alive, or what waits is not sent to it. None: all is well."""
    try:
        alive_at = sign_of_life.last_given()
    except RedisError:  # then no worker gets a message either
        alive_at = None
    if alive_at is None or alive_at < sign_of_life.silent_before(now):
        return Standstill(since=alive_at)
    unsent_since = Import.objects.filter(state=State.QUEUED).aggregate(since=Min("queued_at"))["since"]
    if unsent_since is not None and unsent_since < now - LONGEST_UNSENT:
        return Standstill(since=unsent_since)
    return None
