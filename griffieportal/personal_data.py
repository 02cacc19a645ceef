"""What is kept of people over all apps: every table, and what a member gets to see or take along."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts import personal_data as of_accounts
from accounts.models import User
from accounts.privacy import Part, Section, Table, as_plain, read
from events import personal_data as of_events
from newsletters import personal_data as of_newsletters

TABLES: tuple[Table, ...] = (*of_accounts.TABLES, *of_events.TABLES, *of_newsletters.TABLES)
_account, *_of_accounts = of_accounts.SECTIONS
SECTIONS: tuple[Section, ...] = (_account, *of_newsletters.SECTIONS, *of_events.SECTIONS, *_of_accounts)


def parts_of(user: User) -> list[Part]:
    """All that the portal keeps of this user, but for secrets."""
    return read(SECTIONS, user)


def as_json(parts: Sequence[Part], *, at: datetime) -> bytes:
    """One object; each part is a list of objects under its title. Times in ISO 8601."""
    told = {
        part.title: [dict(zip(part.labels, map(as_plain, row), strict=True)) for row in part.rows] for part in parts
    }
    whole = {"portal": settings.SITE_URL, "gemaakt op": timezone.localtime(at).isoformat(timespec="seconds"), **told}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"
