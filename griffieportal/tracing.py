"""One id for all that follows from a request: in its log lines, and in those of the tasks that it sends."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from celery.contrib.django.task import DjangoTask

from accounts.request_ids import request_id

KEY = "griffieportal_request_id"  # in the headers of a task's message


class TracedTask(DjangoTask):
    """Takes the id of the request along to the worker. A task that no request led to goes by its own id."""

    abstract = True

    def apply_async(self, *args: Any, headers: dict[str, Any] | None = None, **options: Any) -> Any:
        if current := request_id.get():
            headers = {**(headers or {}), KEY: current}
        return super().apply_async(*args, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        token = request_id.set(self._given_id() or request_id.get())
        try:
            return super().__call__(*args, **kwargs)
        finally:
            request_id.reset(token)

    def _given_id(self) -> str:
        headers = self.request.headers or {}
        return str(headers.get(KEY) or self.request.id or "")


class AddRequestId(logging.Filter):
    """Gives each record the id of the request or task that it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id, and what a record bears besides."""

    EXTRAS = ("method", "view", "status", "seconds")

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "is_whole", False):  # a line of JSON by itself, such as those of accounts.audit
            return record.getMessage()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if current := getattr(record, "request_id", ""):
            line["request_id"] = current
        line |= {name: getattr(record, name) for name in self.EXTRAS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
