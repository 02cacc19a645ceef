"""Celery's folder broker, but with messages that are there whole or not at all.

The one in kombu opens a message under its last name and then writes it, so that a worker may take it while it is
empty; that ends the worker with a JSON error.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        """Write under a name that no queue looks for, then give it the name that its queue does."""
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        part = Path(self.data_folder_out) / f"{name}.part"
        try:
            part.write_bytes(dumps(payload).encode())  # type: ignore[no-untyped-call]
            part.rename(part.with_name(name))
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add file {name!r} to directory") from error


class Transport(filesystem.Transport):
    Channel = Channel
