"""The second step of logging in: an app, passkeys and recovery codes. How allauth behaves about them here."""

import base64
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from qrcode.image.svg import SvgPathImage

from accounts import audit
from accounts.devices import device_of
from accounts.models import User

SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one of these
ONCE_BYTES = 12  # as GCM wants it


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).exists())


def must_have_second_factor(user: User) -> bool:
    """Whether this user may do nothing before there is a second step."""
    is_asked_of_staff = settings.SECOND_FACTOR_FOR_STAFF and (user.is_staff or user.is_superuser)
    return bool(settings.SECOND_FACTOR_FOR_MEMBERS or is_asked_of_staff)


def is_let_in_elsewhere(request: HttpRequest) -> bool:
    """Whether this session began at the municipality's own log-in, and that counts as a second step too."""
    records = get_authentication_records(request, request.user)
    return settings.OIDC_IS_SECOND_FACTOR and any(record["method"] == "socialaccount" for record in records)


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with the portal's key, as the database and its backups travel further than that."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "U kunt deze stap niet uitzetten.",
        "cannot_generate_recovery_codes": "Herstelcodes zijn er pas als u een app of een passkey gebruikt.",
        "incorrect_code": "Dit klopt niet. Probeer het nog een keer.",
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "incorrect_code":
            user = getattr(self.request, "user", None)
            actor = user.pk if isinstance(user, User) else None
            audit.tell("second_step", actor=actor, result=audit.REFUSED)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def get_totp_issuer(self) -> str:
        """How the app calls this account; somebody may be a member of two councils."""
        return f"Griffieportal {settings.HOUSE_STYLE.name}".strip()

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def build_totp_svg(self, url: str) -> str:
        """A picture to put into the page itself: the portal shows no images out of its own text."""
        code = qrcode.QRCode(image_factory=SvgPathImage, border=2, box_size=8)
        code.add_data(url)
        picture: str = code.make_image().to_string(encoding="unicode")
        return picture

    def encrypt(self, text: str) -> str:
        """AES-256-GCM: what it needs once, then what nobody can read or change without the key."""
        once = os.urandom(ONCE_BYTES)
        box = _boxes([settings.SECRET_KEY])[0]
        return base64.urlsafe_b64encode(once + box.encrypt(once, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What cannot be read with any key of the portal becomes a secret that nobody knows."""
        kept = base64.urlsafe_b64decode(encrypted_text)
        for box in _boxes([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]):
            with suppress(InvalidTag):
                return box.decrypt(kept[:ONCE_BYTES], kept[ONCE_BYTES:], None).decode()
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Where the passkey is made, as a proposal."""
        return device_of(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.email, "display_name": str(user)}


def encrypted_anew(kept: str) -> str | None:
    """The same secret under SECRET_KEY, whichever of the portal's keys it is kept under; None where that is no key."""
    raw = base64.urlsafe_b64decode(kept)
    current, *older = _boxes([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    with suppress(InvalidTag):
        current.decrypt(raw[:ONCE_BYTES], raw[ONCE_BYTES:], None)
        return kept
    for box in older:
        with suppress(InvalidTag):
            return FactorAdapter().encrypt(box.decrypt(raw[:ONCE_BYTES], raw[ONCE_BYTES:], None).decode())
    return None


def _boxes(portal_keys: Iterable[str]) -> list[AESGCM]:
    """One for each of Django's keys."""
    return [
        AESGCM(salted_hmac("accounts.factors", b"", secret=key, algorithm="sha256").digest()) for key in portal_keys
    ]
