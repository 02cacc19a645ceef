"""What people fill in who are not in yet, and what members change of themselves."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Audience, User
from accounts.names import check_line

MIN_SECONDS = 3  # nobody fills the form in faster
MAX_SECONDS = 24 * 3600
_signer = signing.TimestampSigner(salt="accounts.shown", sep=".")


class AccessRequestForm(forms.Form):
    """Asking for access. It looks nothing up: whether an address is known shows in nothing that a visitor sees.

    A machine fills in the field that people do not see, or is too fast; there is no puzzle.
    """

    name = forms.CharField(
        label="Uw naam",
        max_length=150,
        validators=[check_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="E-mailadres",
        max_length=254,
        help_text="Gebruik het liefst uw adres van de gemeente of van uw fractie.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    audience = forms.ChoiceField(label="Wat bent u?", choices=[("", "Kies wat u bent"), *Audience.choices])
    fractie = forms.CharField(
        label="Fractie",
        max_length=100,
        required=False,
        help_text="Hebt u geen fractie? Laat dit dan leeg.",
        validators=[check_line],
    )
    motivation = forms.CharField(
        label="Toelichting",
        max_length=2000,
        required=False,
        help_text="Hoe weet de griffie dat u het bent? Zeg bijvoorbeeld sinds wanneer u raadslid bent. "
        "U mag dit leeg laten.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.CharField(
        label="Laat dit veld leeg",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data.dict() if data is not None else None, initial={"shown": self.stamp()})

    @staticmethod
    def stamp() -> str:
        """When the form was shown, so that nobody can say otherwise."""
        return _signer.sign("form")

    @property
    def is_by_machine(self) -> bool:
        """The field that nobody sees is filled in."""
        return bool(self.data.get("website"))

    def clean_motivation(self) -> str:
        """Line ends as they should be, and no other signs that do something."""
        text = str(self.cleaned_data["motivation"]).replace("\r\n", "\n")
        return "".join(sign for sign in text if sign.isprintable() or sign == "\n")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            _signer.unsign(values.get("shown", ""), max_age=MAX_SECONDS)
            is_too_old = False
        except signing.BadSignature:
            is_too_old = True
        if is_too_old or self._is_too_fast(values):
            # a new stamp, so that a second look and a second click are enough
            self.data = {**self.data, "shown": self.stamp()}
            raise ValidationError("Kijk uw gegevens nog eens na en verstuur ze dan opnieuw.")
        return values

    def _is_too_fast(self, values: dict[str, Any]) -> bool:
        try:
            _signer.unsign(values.get("shown", ""), max_age=MIN_SECONDS)
        except signing.SignatureExpired:
            return False
        return True


class PasswordResetForm(forms.Form):
    """Unlike allauth's it does not look for an account."""

    email = forms.EmailField(
        label="E-mailadres", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NameForm(forms.Form):
    """A member's own name."""

    name = forms.CharField(
        label="Uw naam",
        max_length=150,
        help_text="Zo ziet de griffie u.",
        validators=[check_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class AddressForm(forms.Form):
    """Another address for a member. It does not look for others who have it."""

    email = forms.EmailField(
        label="Nieuw e-mailadres", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email == self.user.email.lower():
            raise ValidationError("Met dit adres logt u al in.")
        return email
