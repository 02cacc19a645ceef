"""What a Prometheus reads: requests as each web process counts them, and the rest as the rows tell it.

With several web processes the counts stand in files that all of them share; gunicorn_config.py makes their folder.
"""

import logging
import os
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector
from redis import RedisError

from griffieportal import health
from newsletters import sign_of_life
from newsletters.models import Import

logger = logging.getLogger(__name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the name that the library gives it
QUEUE = "celery"
READING_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
ENDED = (Import.State.READY, Import.State.FAILED, Import.State.DUPLICATE)

_requests = Counter("griffieportal_requests", "Requests answered", ["view", "method", "status"])
_seconds = Histogram(
    "griffieportal_request_seconds",
    "Time until a request was answered",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
)


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    _requests.labels(view=view, method=method if method in METHODS else "other", status=str(status)).inc()
    _seconds.labels(view=view).observe(seconds)


def exposition() -> bytes:
    """All of it in Prometheus' text format."""
    rows = CollectorRegistry()
    rows.register(FromRows())
    if os.environ.get(FOLDER):
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    else:
        counted = REGISTRY
    return generate_latest(counted) + generate_latest(rows)


class FromRows(Collector):
    """Worked out when asked: the same for each web process and after each restart."""

    def collect(self) -> Iterator[Metric]:
        yield from _signs()
        try:
            yield from list(_from_database())
        except DatabaseError:
            logger.warning("no measurements: the database does not answer")


def _signs() -> Iterator[Metric]:
    now = timezone.now()
    silent = GaugeMetricFamily(
        "griffieportal_silent_seconds", "Since the last sign of life; -1 where there was none", labels=["who"]
    )
    for who, last in (("worker", sign_of_life.last_given), ("schedule", sign_of_life.last_given_by_schedule)):
        try:
            at = last()
        except RedisError:
            at = None
        silent.add_metric([who], (now - at).total_seconds() if at else -1)
    yield silent
    checks = GaugeMetricFamily("griffieportal_health", "1 where it is in order", labels=["check"])
    for check in health.examine():
        checks.add_metric([check.name], 1 if check.is_well else 0)
    yield checks
    yield GaugeMetricFamily("griffieportal_queue_messages", "Messages that no worker took yet", value=_messages())


def _from_database() -> Iterator[Metric]:
    now = timezone.now()
    states = GaugeMetricFamily("griffieportal_imports", "Uploads by state", labels=["state"])
    counts = dict.fromkeys(Import.State.values, 0)
    counts |= dict(Import.objects.order_by().values_list("state").annotate(count=Count("pk")))
    for state, count in counts.items():
        states.add_metric([str(state)], count)
    yield states
    busy = Import.objects.busy().aggregate(oldest=Min("uploaded_at"), most=Max("attempts"))
    yield GaugeMetricFamily(
        "griffieportal_oldest_waiting_seconds",
        "Age of the oldest upload that waits or is being read",
        value=(now - busy["oldest"]).total_seconds() if busy["oldest"] else 0,
    )
    yield GaugeMetricFamily(
        "griffieportal_most_attempts", "Most attempts at an upload that waits", value=busy["most"] or 0
    )
    yield _reading_times()


def _reading_times() -> HistogramMetricFamily:
    """Of uploads that a worker read to an end: how long their last attempt took."""
    took = Import.objects.filter(state__in=ENDED, started_at__isnull=False, finished_at__gte=F("started_at"))
    took = took.order_by().annotate(took=F("finished_at") - F("started_at"))
    within = {
        f"up_to_{place}": Count("pk", filter=Q(took__lte=timedelta(seconds=seconds)))
        for place, seconds in enumerate(READING_SECONDS)
    }
    facts = took.aggregate(count=Count("pk"), sum=Sum("took"), **within)
    buckets = [(str(float(most)), facts[name]) for most, name in zip(READING_SECONDS, within, strict=True)]
    return HistogramMetricFamily(
        "griffieportal_import_seconds",
        "Time that reading an upload took",
        buckets=[*buckets, ("+Inf", facts["count"])],
        sum_value=(facts["sum"] or timedelta()).total_seconds(),
    )


def _messages() -> int:
    """How many messages wait; -1 where the broker does not tell."""
    if settings.EMBEDDED:
        return len(list(settings.BROKER_DIR.glob("*.msg")))
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    with health.redis() as client:
        try:
            return int(client.llen(f"{prefix}{QUEUE}"))
        except health.NO_ANSWER:
            return -1
