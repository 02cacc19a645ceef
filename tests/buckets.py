"""Buckets for tests: a real S3 server in a process of its own, and servers that behave badly on purpose."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import boto3
from botocore.config import Config

from tests.portal_server import free_port, wait_for

BUCKET, PREFIX = "griffie-test", "portaal/uploads"
KEYS = {"access_key": "een-sleutel", "secret_key": "een-geheim"}


@contextmanager
def bucket_server(folder: Path) -> Iterator[str]:
    """moto as a server, with an empty bucket; its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "moto.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(lambda: _answers(address) or process.poll() is not None)
            assert process.poll() is None, (folder / "moto.log").read_text()
            client_of(address).create_bucket(Bucket=BUCKET)
            yield address
        finally:
            process.kill()


def _answers(address: str) -> bool:
    with suppress(URLError, OSError):
        try:
            build_opener(ProxyHandler({})).open(f"{address}/moto-api/", timeout=10).close()
        except HTTPError as answer:
            answer.close()
        return True
    return False


def client_of(address: str) -> Any:
    """A client beside the portal's own, to look at what is in the bucket."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEYS["access_key"],
        aws_secret_access_key=KEYS["secret_key"],
        config=Config(s3={"addressing_style": "path"}),
    )


def storage_at(address: str, **options: Any) -> dict[str, Any]:
    """The entry of STORAGES that settings make for that address."""
    return {
        "BACKEND": "griffieportal.object_store.ObjectStore",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": address,
            "region_name": "us-east-1",
            "location": PREFIX,
            "addressing_style": "path",
            **KEYS,
            **options,
        },
    }


class _Bad(BaseHTTPRequestHandler):
    """Takes whatever is sent, knows no file before that, and then tells of three bytes; or refuses everything."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, *, length: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Last-Modified", "Mon, 01 Jun 2026 10:00:00 GMT")
        self.end_headers()

    def do_HEAD(self) -> None:
        server: Any = self.server
        self.answer(server.refusal or (200 if self.path in server.sent else 404), length=3)

    def do_PUT(self) -> None:
        server: Any = self.server
        self.rfile.read(int(self.headers["Content-Length"]))
        server.sent.add(self.path)
        self.answer(server.refusal or 200)

    def do_DELETE(self) -> None:
        server: Any = self.server
        server.sent.discard(self.path)
        self.answer(204)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def bad_server(*, refusal: int = 0) -> Iterator[tuple[str, set[str]]]:
    """A server that keeps three bytes of whatever it is sent, or answers everything with a refusal."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Bad)
    server.daemon_threads = True
    server.sent, server.refusal = set(), refusal
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
