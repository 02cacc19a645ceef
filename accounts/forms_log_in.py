"""allauth's forms for logging in, with their words in Dutch."""

import logging
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)

BROKEN = (ValueError, TypeError, LookupError, AttributeError)  # what the library says to an answer that is none
CODE_LIVES = 120  # seconds, more than a code of an app is right


def code_field(label: str, *, help_text: str = "", is_number: bool = True) -> forms.CharField:
    """A field for a code that somebody reads somewhere and types in, or lets the telephone fill in."""
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    if is_number:
        attributes["inputmode"] = "numeric"
    return forms.CharField(
        label=label, help_text=help_text, max_length=40, widget=forms.TextInput(attrs=attributes), strip=True
    )


class RequestCodeForm(RequestLoginCodeForm):
    """To which address a code must be sent."""

    email = forms.EmailField(
        label="E-mailadres", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """The code out of the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field("Code uit de mail")

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError:
            logger.warning("wrong code of a mail")
            raise
        return code


class _OnceOnly:
    """A code of an app is refused the second time, for as long as it would be right."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            logger.warning("user %s: wrong code as the second step", self.user.pk)
            raise
        signs = "".join(filter(str.isdigit, code))
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(
            f"code-of-an-app:{self.user.pk}:{signs}", 1, CODE_LIVES
        ):
            logger.warning("user %s: a code of the app for the second time", self.user.pk)
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(_OnceOnly, AuthenticateForm):
    """The second step of logging in, by a code that is typed in."""

    code = code_field("Code", help_text="De code uit uw app, of een herstelcode.")


class SecondStepAgainForm(_OnceOnly, ReauthenticateForm):
    """The same, from somebody who is in."""

    code = code_field("Code", help_text="De code uit uw app, of een herstelcode.")


class StartAppForm(ActivateTOTPForm):
    """The first code of an app, to see that it works."""

    code = code_field("Code uit de app")


class RenamePasskeyForm(EditWebAuthnForm):
    """What the member calls a passkey."""

    name = forms.CharField(label="Naam van de passkey", max_length=60)


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey. Whether it can do without a password is up to the device, not to a question."""

    name = forms.CharField(label="Naam van de passkey", max_length=60, required=False)
    passwordless = None

    def clean_credential(self) -> dict[str, Any]:
        return _object(self.cleaned_data["credential"])

    def clean(self) -> dict[str, Any]:
        try:
            values: dict[str, Any] = super().clean()
        except BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None
        return values


class _PasskeyAnswer:
    """What comes from a browser may be any JSON."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        _object(_object(self.cleaned_data["credential"]).get("response"))
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN:
            logger.warning("a passkey that is none of ours")
            raise get_adapter().validation_error("incorrect_code") from None
        except ValidationError:
            logger.warning("a passkey that is not right")
            raise


class PasskeyForm(_PasskeyAnswer, AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class PasskeyAgainForm(_PasskeyAnswer, ReauthenticateWebAuthnForm):
    """A passkey of somebody who is in."""


class PasskeyLogInForm(_PasskeyAnswer, LoginWebAuthnForm):
    """A passkey instead of address and password."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise get_adapter().validation_error("incorrect_code")
    return value
