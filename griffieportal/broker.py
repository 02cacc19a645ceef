"""Celery's two brokers, each mended where the one in kombu stops a worker.

The folder: kombu opens a message under its last name and then writes it, so that a worker may take it while it is
empty; that ends the worker with a JSON error. Here messages are there whole or not at all.

Redis: a worker that can't tell Redis that it is done, because Redis is just then gone, keeps the message among those
that it still works on. After as many of these as it may hold at once it waits for nothing, and looks alive.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, redis, virtual
from kombu.utils.json import dumps


class FolderChannel(filesystem.Channel):
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


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel


class RedisQoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        """Done with it, whether Redis could be told or not; what it was not told comes once more, after an hour."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except Exception:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


class RedisChannel(redis.Channel):
    QoS = RedisQoS


class RedisTransport(redis.Transport):
    Channel = RedisChannel
