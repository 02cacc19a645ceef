"""allauth's forms for logging in, with their words in Dutch."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms


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
