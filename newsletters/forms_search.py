"""The form for the name of a search that a member keeps."""

from django import forms

from newsletters.models import SavedSearch


class SearchNameForm(forms.Form):
    """A name that is not empty and fits."""

    naam = forms.CharField(
        label="Naam",
        max_length=SavedSearch._meta.get_field("name").max_length,
        error_messages={
            "required": "Geef de zoekvraag een naam.",
            "max_length": "Gebruik voor de naam hoogstens 80 tekens.",
            "null_characters_not_allowed": "Gebruik alleen letters, cijfers en leestekens.",
        },
    )

    @property
    def problems(self) -> list[str]:
        """What is wrong, as sentences."""
        return [str(problem) for problems in self.errors.values() for problem in problems]
