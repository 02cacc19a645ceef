"""The form with which files come in."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

MOST_IN_BATCH = 1_000_000


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(MultipleFileField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """One or more files, or pasted text, or both.

    batch names what is sent in one go, and number is the place in it of the first file here: a browser with
    JavaScript sends the files of one batch one by one, and sends one again when no answer came.
    """

    batch = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    number = forms.IntegerField(required=False, min_value=0, max_value=MOST_IN_BATCH, widget=forms.HiddenInput)

    files = MultipleFileField(  # type: ignore[assignment]  # a form's own files are in another place
        label="Bestanden",
        required=False,
        allow_empty_file=True,  # an empty file gets its sentence in the list, like every file that cannot be read
        max_length=255,
        help_text="U kunt meer bestanden tegelijk kiezen.",
    )
    text = forms.CharField(
        label="Of plak hier de tekst van een nieuwsbrief",
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files = cleaned.get("files") or []
        if not files and not cleaned.get("text", "").strip() and not self.errors:
            raise forms.ValidationError("Kies een bestand of plak de tekst van een nieuwsbrief.")
        if len(files) > settings.UPLOAD_MAX_FILES:
            raise forms.ValidationError(
                f"Dit zijn {len(files)} bestanden. Kies er niet meer dan {settings.UPLOAD_MAX_FILES} tegelijk."
            )
        cleaned["batch"] = cleaned.get("batch") or uuid.uuid4()
        cleaned["number"] = cleaned.get("number") or 0
        return cleaned
