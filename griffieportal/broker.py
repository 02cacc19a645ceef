"""Celery's two brokers, each mended where the one in kombu stops a worker.

The folder: kombu opens a message under its last name and then writes it, so that a worker may take it while it is
empty; that ends the worker with a JSON error. The table of an exchange is made in the same way, and whoever reads it
meanwhile sends nothing. Here messages and tables are there whole or not at all.

Redis: a worker that can't tell Redis that it is done, because Redis is just then gone, keeps the message among those
that it still works on. After as many of these as it may hold at once it waits for nothing, and looks alive.
"""

import os
import time
import uuid
from contextlib import suppress
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

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Make the table with nothing in it where there is none, then let kombu write in it under its lock."""
        table = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
        if not table.exists():
            part = table.with_name(f"{table.name}.{uuid.uuid4()}.part")
            with suppress(OSError):  # another made it meanwhile; or kombu meets the same error, and tells it
                self.control_folder.mkdir(exist_ok=True)
                part.write_bytes(b"[]")
                os.link(part, table)
            with suppress(OSError):
                part.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)  # type: ignore[no-untyped-call]


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
