"""The data directory, held by one that serves from it, or changes all of it, at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError


@contextmanager
def data_dir_to_ourselves() -> Iterator[None]:
    """The lock goes with this process, however it ends; its children do not hold it."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.DATA_DIR / "serve.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise CommandError(
                f"The portal is already being served from {settings.DATA_DIR}; stop that one first, or set DATA_DIR "
                "to another folder."
            ) from problem
        yield
