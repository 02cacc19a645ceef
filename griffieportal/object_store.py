"""Uploaded files in a bucket (S3, or what speaks as it does): private, whole, and without an address of their own.

What goes wrong is told as a disk would tell it: FileNotFoundError for a file that is gone, StoreAway (an OSError) where
the bucket does not answer or does not let the portal in. Whoever reads and writes files needs to know no more.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 20, 2
LOOK_SECONDS = 2  # for machines that ask every few seconds whether all is well
ONE_PIECE = 256 * 1024 * 1024  # bytes; more than nginx lets through, so a file is one request with one checksum
GONE = frozenset({"NoSuchKey", "404"})
PROBE = b"griffieportal"


class StoreAway(ConnectionError):
    """The bucket does not answer, or not as it should. Says so in few words, without addresses and keys."""


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "")) or "nothing"
        if code in GONE:
            raise FileNotFoundError("not in the bucket") from error
        raise StoreAway(code) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreAway(type(error).__name__) from error


class KeptFile(File):
    """A file as it was when it was asked for. Opened again after it was closed, it is asked for again."""

    def __init__(self, store: "ObjectStore", name: str) -> None:
        self._store = store
        super().__init__(BytesIO(store.read(name)), name)

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> "KeptFile":
        if self.closed:
            self.file = BytesIO(self._store.read(str(self.name)))
        self.seek(0)
        return self


class ObjectStore(S3Storage):
    """Django's storage for the bucket. Files are read in one go, so that their checksum is looked at."""

    def __init__(self, *, checksums: bool = True, **options: Any) -> None:
        when = "when_supported" if checksums else "when_required"
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": options.get("addressing_style") or "auto"},
            signature_version="s3v4",
            request_checksum_calculation=when,
            response_checksum_validation=when,
        )
        fixed = {
            "client_config": config,
            "transfer_config": TransferConfig(multipart_threshold=ONE_PIECE, use_threads=False),
            "default_acl": None,  # what the bucket says: private
            "file_overwrite": False,
            "gzip": False,
        }
        self._lock = threading.Lock()
        self._shared: Any = None
        self._looker: Any = None
        super().__init__(**options, **fixed)

    @property
    def connection(self) -> Any:
        """One for all threads: clients may be shared, and each takes a while to make."""
        with self._lock:
            if self._shared is None:
                self._shared = self._create_session().resource("s3", **self._where(), config=self.client_config)
            return self._shared

    def _where(self) -> dict[str, str | None]:
        return {"region_name": self.region_name, "endpoint_url": self.endpoint_url or None}

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def read(self, name: str) -> bytes:
        """All of a file. Raises FileNotFoundError and StoreAway."""
        with _asking():
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            data: bytes = answer["Body"].read()
        return data

    def _open(self, name: str, mode: str = "rb") -> KeptFile:
        if mode != "rb":
            raise ValueError("a file in a bucket is written by save(), in one go")
        return KeptFile(self, name)

    def _save(self, name: str, content: "File[Any]") -> str:
        """Keep a file, and look whether the bucket has as much of it as it was given."""
        with _asking():
            kept = str(super()._save(name, content))
            there = super().size(kept)
        if there != content.size:
            self.delete(kept)
            raise StoreAway(f"it kept {there} bytes of {content.size}: does it know checksums (S3_CHECKSUMS)?")
        return kept

    def delete(self, name: str) -> None:
        with _asking():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _asking():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _asking():
            folders, files = super().listdir(path)
        return folders, files

    def size(self, name: str) -> int:
        with _asking():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> Any:
        with _asking():
            return super().get_modified_time(name)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """None, not even a signed one: whoever had it could read the file without being asked who they are."""
        raise ValueError("a file of the portal has no address of its own")

    def look(self, *, thoroughly: bool) -> None:
        """Whether the bucket answers; thoroughly: whether it keeps, gives back and forgets. Raises OSError."""
        with _asking():
            self._client_for_looks().head_bucket(Bucket=self.bucket_name)
        if thoroughly:
            name = self.save(f"looks/{uuid.uuid4().hex}", File(BytesIO(PROBE)))
            if self.read(name) != PROBE:
                raise StoreAway("it gave back other bytes than it was given")
            self.delete(name)

    def _client_for_looks(self) -> Any:
        with self._lock:
            if self._looker is None:
                seconds = {"connect_timeout": LOOK_SECONDS, "read_timeout": LOOK_SECONDS}
                config = self.client_config.merge(Config(**seconds, retries={"total_max_attempts": 1}))
                self._looker = self._create_session().client("s3", **self._where(), config=config)
            return self._looker
