"""Addresses with a secret in them: made, renewed and stopped by their member, and looked up when one is asked for."""

import hashlib
import secrets

from django.utils import timezone

from accounts.models import SecretAddress, User

HANDLE_BYTES = 9  # 12 characters; says which row, and is no secret by itself
KEY_BYTES = 32  # 43 characters; too many to guess, so a plain SHA-256 of it is enough
_HANDLE_LENGTH, _LENGTH = 12, 55


def make_address(user: User, *, kind: str) -> str:
    """A new secret for this user's address of this kind, to be shown this once; one that was there stops working."""
    handle, key = secrets.token_urlsafe(HANDLE_BYTES), secrets.token_urlsafe(KEY_BYTES)
    fields = {"handle": handle, "key_hash": _hash(key), "created_at": timezone.now()}
    SecretAddress.objects.update_or_create(user=user, kind=kind, defaults=fields)
    return handle + key


def stop_address(user: User, *, kind: str) -> None:
    """The address works no longer. A second time changes nothing."""
    SecretAddress.objects.filter(user=user, kind=kind).delete()


def find_address(secret: str) -> SecretAddress | None:
    """The row of this secret, with its user; None where there is none or the account has ended.

    The database looks for the handle only and the key is compared in constant time, so that how long an answer
    takes tells nothing about the key.
    """
    if len(secret) != _LENGTH or not secret.isascii() or "\0" in secret:
        return None
    handle, key = secret[:_HANDLE_LENGTH], secret[_HANDLE_LENGTH:]
    address = SecretAddress.objects.select_related("user").filter(handle=handle).first()
    is_right = secrets.compare_digest(address.key_hash if address else _hash(""), _hash(key))
    return address if address and is_right and address.user.may_log_in else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
