"""What forms of the griffier's desk have in common: pickers of days and times, and rows that two may change at once."""

from typing import Any

from django import forms
from django.utils.formats import localize


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class SharedForm(forms.ModelForm):
    """A form that two griffiers may have open at once: it writes only the fields that were changed in this page.

    The page carries the value that each field had when it was made (Django's hidden initial). A field that was
    changed here and by somebody else is told, with what was saved; saving once more keeps what was typed here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in list(cleaned):
            if name not in self.fields:
                continue
            if name not in self.changed_data:
                cleaned[name] = self._saved(name)
            elif self._was_changed_elsewhere(name):
                self._tell_conflict(name)
        return cleaned

    def _saved(self, name: str) -> Any:
        is_of_row = name in (self._meta.fields or ())
        return getattr(self.instance, name) if is_of_row else self.get_initial_for_field(self.fields[name], name)

    def _was_changed_elsewhere(self, name: str) -> bool:
        field, saved = self.fields[name], self.get_initial_for_field(self.fields[name], name)
        if not field.show_hidden_initial:
            return False
        seen = self.data[self.add_initial_prefix(name)]
        return field.has_changed(saved, seen) and field.has_changed(saved, self[name].data)

    def _tell_conflict(self, name: str) -> None:
        saved = self._saved(name)
        shown = ("aan" if saved else "uit") if isinstance(saved, bool) else str(localize(saved) or "leeg")
        message = f"Een ander heeft dit intussen gewijzigd in: {shown}. Bewaar nog eens om te houden wat u hier ziet."
        self.add_error(name, message)
        value = self.fields[name].prepare_value(self.get_initial_for_field(self.fields[name], name))
        self.data = {**dict(self.data.items()), self.add_initial_prefix(name): "" if value is None else str(value)}
