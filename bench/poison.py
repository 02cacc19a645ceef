"""Only for the workers of bench.chaos: reading a file with POISON in its name kills the worker, each time.

Importing it is what changes newsletters.cage: `celery worker --include bench.poison`.
"""

import os
import signal

from bench.samples import POISON
from newsletters import cage
from newsletters.parsing.drafts import DraftNewsletter

_parse = cage.parse


def parse_or_die(data: bytes, *, filename: str, **options: object) -> DraftNewsletter:
    if POISON in filename:
        os.killpg(0, signal.SIGKILL)  # the worker's own group: its main process and all below it
    return _parse(data, filename=filename, **options)  # type: ignore[arg-type]


cage.parse = parse_or_die
