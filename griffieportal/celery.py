"""The Celery application; its settings are those of Django that begin with CELERY_."""

import os
from typing import Any

from celery import Celery, bootsteps
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from griffieportal.tracing import TracedTask
from newsletters import sign_of_life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "griffieportal.settings")

# by the beginning of the address, so that rediss:// keeps what else it stands for
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "griffieportal.broker:RedisTransport"))


class SignOfLife(bootsteps.StartStopStep):
    """Has a worker give its sign of life for as long as it is connected to its broker, also while it reads."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._entry: Any = None

    def start(self, consumer: Any) -> None:
        sign_of_life.give()
        self._entry = consumer.timer.call_repeatedly(settings.WORKER_SIGN_SECONDS, sign_of_life.give)

    def stop(self, consumer: Any) -> None:
        """The broker is gone, or the worker ends."""
        if self._entry is not None:
            consumer.timer.cancel(self._entry)
            self._entry = None

    shutdown = stop


app = Celery("griffieportal", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["consumer"].add(SignOfLife)
app.autodiscover_tasks()
