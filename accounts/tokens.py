"""What the link for confirming a request carries, and which request it belongs to."""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from accounts.models import SignUpRequest

CONFIRM_DAYS = 14  # after which what nobody confirmed is erased
_signer = signing.Signer(salt="accounts.access", sep=".")


def token_of(row: SignUpRequest) -> str:
    """Another request, also one that comes to have the same id, has another token."""
    return _signer.sign_object([row.pk, row.created_at.isoformat()])


def request_of(token: str) -> SignUpRequest | None:
    """The request that a link belongs to; None where the link is forged or too old, or the request is gone."""
    try:
        pk, created_at = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    row = SignUpRequest.objects.filter(pk=pk).exclude(state=SignUpRequest.State.RECEIVED).first()
    return row if row and row.created_at.isoformat() == created_at and not _is_too_old(row) else None


def _is_too_old(row: SignUpRequest) -> bool:
    is_open = row.state == SignUpRequest.State.NEW
    return is_open and row.created_at < timezone.now() - timedelta(days=CONFIRM_DAYS)
