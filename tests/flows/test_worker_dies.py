"""A worker that is killed while it reads: the import ends as ready all the same, with no item twice."""

import json
import os
import signal

import pytest

from tests.newsletters.letters import letter
from tests.portal_server import running_portal, wait_for

pytestmark = pytest.mark.worker

UPLOAD = """
from pathlib import Path
from django.core.files.base import ContentFile
from accounts.models import User
from newsletters.services.imports import receive_upload
from newsletters.tasks import queue_reading
file = ContentFile(Path({!r}).read_bytes(), name="groot.txt")
row = receive_upload(file, filename="groot.txt", by=User.objects.get(email__startswith="griffier"))
queue_reading(row.pk)
print(row.pk)
"""
LOOK = """
import json
from newsletters.models import Import
row = Import.objects.get(pk={})
positions = list(row.newsletter.items.values_list("position", flat=True)) if row.newsletter else []
print(json.dumps([row.state, row.attempts, len(positions), len(set(positions))]))
"""
COUNT = 2000


def test_an_import_survives_the_death_of_its_worker(tmp_path):
    path = tmp_path / "groot.txt"
    path.write_text(letter(COUNT // 5, pages=5))
    with running_portal(tmp_path, {"IMPORT_STALE_SECONDS": "3"}) as portal:
        pk = int(portal.manage("shell", "-v0", "-c", UPLOAD.format(str(path))))
        wait_for(lambda: f"import {pk}: attempt 1" in portal.logged())
        worker = portal.pids("worker")[0]
        os.kill(worker, signal.SIGKILL)

        def look():
            return json.loads(portal.manage("shell", "-v0", "-c", LOOK.format(pk)))

        assert look()[0] != "ready"
        wait_for(lambda: look()[0] == "ready")
        assert look() == ["ready", 2, COUNT, COUNT]
        assert f"import {pk}: attempt 2" in portal.logged()
