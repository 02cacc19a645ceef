"""What a link that confirms an address carries, and which request or asked address it belongs to."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import AddressChange, SignUpRequest

ADDRESS_DAYS = 3  # in which a member's new address is confirmed
_signer = signing.Signer(salt="accounts.access", sep=".")
_address_signer = signing.TimestampSigner(salt="accounts.address", sep=".")


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


def token_of_change(change: AddressChange) -> str:
    """It works until the member's password or address changes: whoever did not ask for it has a way to stop it."""
    return _address_signer.sign_object([change.pk, _state_of(change)])


def change_of(token: str) -> AddressChange | None:
    """The asked address that a link belongs to; None where it is forged, too old or gone, or the member may not in."""
    try:
        pk, state = _address_signer.unsign_object(token, max_age=timedelta(days=ADDRESS_DAYS))
    except (signing.BadSignature, ValueError):
        return None
    change = AddressChange.objects.select_related("user").filter(pk=pk).first()
    is_good = change is not None and state == _state_of(change) and change.user.may_log_in
    return change if is_good else None


def _state_of(change: AddressChange) -> str:
    words = f"{change.created_at.isoformat()} {change.user.password} {change.user.email}"
    return salted_hmac("accounts.address", words, algorithm="sha256").hexdigest()


def _is_too_old(row: SignUpRequest) -> bool:
    is_open = row.state == SignUpRequest.State.NEW
    return is_open and row.created_at < timezone.now() - timedelta(days=settings.UNCONFIRMED_REQUESTS_KEPT_DAYS)
