"""How gunicorn serves the portal, and where its processes keep the counts that they share.

Given to gunicorn as a file, not as a module: the folder must be known before anything of the portal is imported.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# a folder of its own for each start: what was counted before is no use, and nothing is taken from another server
if FOLDER not in os.environ:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="griffieportal-metrics-")

from prometheus_client import multiprocess  # noqa: E402 - it looks at the folder when it is imported

worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
workers = int(os.environ.get("WEB_PROCESSES", "2"))
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
graceful_timeout = 8
timeout = 60
loglevel = "warning"
control_socket_disable = True
max_requests = 10_000
max_requests_jitter = 2_000


def child_exit(server: Any, worker: Any) -> None:
    """A web process is gone: its gauges go, its counts stay."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    folder = Path(os.environ[FOLDER])
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    if folder.name.startswith("griffieportal-metrics-") and folder.is_dir():
        folder.rmdir()
