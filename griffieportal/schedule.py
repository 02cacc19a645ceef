"""The schedule: Celery's own, that also says that it is alive."""

from typing import Any

from celery.beat import PersistentScheduler

from newsletters import sign_of_life


class Scheduler(PersistentScheduler):
    """Two of them at once do no harm: whatever is scheduled may run twice."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; the seconds until the next time. A sign of life follows only what went well."""
        seconds: float = super().tick(*args, **kwargs)
        sign_of_life.give_for_schedule()
        return seconds
