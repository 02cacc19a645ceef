"""The frame: settings, addresses, the task queue and the pages that look at several apps."""

from griffieportal.celery import app as celery_app

__all__ = ["celery_app"]
