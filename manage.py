#!/usr/bin/env python3
"""Django's command line for griffieportal."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "griffieportal.settings")
    try:
        settings._setup()  # noqa: SLF001 - here a wrong value can still be told in one sentence
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"The settings are not in order. {error}")
    execute_from_command_line(sys.argv)
