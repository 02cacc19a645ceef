"""The form for what a member writes at a bookmark."""

from django import forms

from accounts.labels import split_labels
from accounts.models import Keeping, Label

MAX_LABELS = 10


class BookmarkForm(forms.Form):
    """A note, and labels in one line with commas."""

    note = forms.CharField(
        label="Notitie",
        required=False,
        max_length=Keeping.MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Alleen u ziet dit. Ook de griffie ziet het niet.",
        error_messages={"max_length": f"Gebruik hoogstens {Keeping.MAX_NOTE} tekens."},
    )
    labels = forms.CharField(
        label="Labels",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "eigen-labels", "autocapitalize": "none"}),
        help_text="Zet een komma tussen twee labels, bijvoorbeeld: wonen, vraag voor de commissie.",
        error_messages={"max_length": "Gebruik hoogstens 500 tekens."},
    )

    def clean_labels(self) -> list[str]:
        labels = split_labels(self.cleaned_data["labels"])
        if len(labels) > MAX_LABELS:
            raise forms.ValidationError(f"Kies hoogstens {MAX_LABELS} labels.")
        if long := next((label for label in labels if len(label) > Label.MAX_LENGTH), None):
            raise forms.ValidationError(f"Het label “{long}” is te lang. Gebruik hoogstens {Label.MAX_LENGTH} tekens.")
        return labels
