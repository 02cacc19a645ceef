"""The secrets of second steps under the key of now, so that an older one can go."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.factors import encrypted_anew

ENCRYPTED = ("secret", "seed")  # of an app, and of recovery codes


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many second steps were encrypted anew, were so already, or can be read with no key that is known."""

    anew: int = 0
    already: int = 0
    unreadable: int = 0


def encrypt_anew() -> Renewed:
    """Encrypt each secret with SECRET_KEY that is kept under another key. One at a time: people go on logging in."""
    counts = {"anew": 0, "already": 0, "unreadable": 0}
    kept = Authenticator.objects.filter(type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES])
    for pk in kept.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:  # taken away a moment ago
                continue
            data: dict[str, Any] = {**row.data}
            renewed = {name: encrypted_anew(data[name]) for name in ENCRYPTED if name in data}
            if None in renewed.values():
                counts["unreadable"] += 1
            elif data == data | renewed:
                counts["already"] += 1
            else:
                row.data = data | renewed
                row.save(update_fields=["data"])
                counts["anew"] += 1
    return Renewed(**counts)
