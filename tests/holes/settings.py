"""The portal with its holes. Read tests/holes/__init__.py first."""

import os

from django.core.exceptions import ImproperlyConfigured

from bench.scan_settings import *  # noqa: F403
from bench.scan_settings import HTTPS

if os.environ.get("GRIFFIEPORTAL_HOLES") != "planted" or HTTPS:
    raise ImproperlyConfigured("This portal is full of holes; bench.scan starts it, on this machine only")

ROOT_URLCONF = "tests.holes.urls"
