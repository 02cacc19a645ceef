"""Forms for what a griffier makes by hand, and for publishing: which items, and when."""

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from events.models import Event
from newsletters.forms import DateInput, TimeInput
from newsletters.forms.review import address_or_error
from newsletters.models import ADDRESS_LENGTH, Item, Newsletter
from newsletters.services.reviewing import EDITED_BY_HAND

LONGEST_AHEAD = timedelta(days=366)
ADDRESS_HELP = "Een webadres of een e-mailadres. Het portal haalt er volgcodes uit en opent de link niet."


class NewNewsletterForm(forms.ModelForm):
    class Meta:
        model = Newsletter
        fields: ClassVar = ["source", "title", "published_on"]
        widgets: ClassVar = {"published_on": DateInput()}
        labels: ClassVar = {"title": "Titel", "source": "Bron"}
        help_texts: ClassVar = {
            "source": "Wie de nieuwsbrief maakt. Staat de bron er niet bij? Laat dit dan leeg en kies later.",
            "published_on": "De dag van de nieuwsbrief, als u die weet.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("title") and not cleaned.get("source"):
            self.add_error("title", "Vul een titel in, of kies een bron.")
        if cleaned.get("published_on"):
            self.instance.published_on_basis = Newsletter.Basis.BY_HAND
        return cleaned


class NewItemForm(forms.ModelForm):
    """An item, and the address of one link; the place in the newsletter is for the service."""

    address = forms.CharField(label="Link", required=False, max_length=ADDRESS_LENGTH, help_text=ADDRESS_HELP)

    class Meta:
        model = Item
        fields: ClassVar = ["title", "theme", "summary"]
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 8})}

    def clean_address(self) -> str:
        return address_or_error(self.cleaned_data["address"])


class EventFields(forms.ModelForm):
    """An event as it is filled in by hand. Its address is cleaned: a pasted one may bear the griffie's mailbox."""

    url = forms.CharField(label="Link", required=False, max_length=2000, help_text=ADDRESS_HELP)

    class Meta:
        model = Event
        fields: ClassVar = [*EDITED_BY_HAND, "url", "is_cancelled"]
        widgets: ClassVar = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "starts_at": TimeInput(),
            "ends_at": TimeInput(),
        }

    def clean_url(self) -> str:
        # what is there already stays as it is, unless the griffier changes it
        address: str = self.cleaned_data["url"]
        return address_or_error(address) if "url" in self.changed_data else address


class NewEventForm(EventFields):
    """An event that an item of the newsletter announces."""

    class Meta(EventFields.Meta):
        fields: ClassVar = [*EDITED_BY_HAND, "url"]

    item = forms.ModelChoiceField(
        Item.objects.none(),
        label="Bij welk bericht",
        empty_label="(kies een bericht)",
        error_messages={
            "required": "Kies bij welk bericht het agendapunt hoort.",
            "invalid_choice": "Dit bericht is er niet meer. Kies een ander.",
        },
    )
    field_order = ("item",)

    def __init__(self, *args: Any, items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class ItemChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: models.Model) -> str:
        return obj.heading if isinstance(obj, Item) else str(obj)


class SeenForm(forms.Form):
    """A choice about what is not sure yet. seen tells which open points the page showed: it must be those of now."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, seen: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["seen"].initial = self._seen = seen
        self._shown = data.get("seen", "") if data is not None else seen
        if data is not None:  # a page that is shown once more shows those of now
            self.data = data.copy()
            self.data["seen"] = seen

    def clean(self) -> dict[str, Any]:
        if self._shown != self._seen:
            raise forms.ValidationError("De aandachtspunten zijn intussen veranderd. Kijk ze na en kies dan opnieuw.")
        return super().clean() or self.cleaned_data


class PublishForm(SeenForm):
    """Which drafts to publish."""

    items = ItemChoice(
        Item.objects.none(),
        label="Berichten",
        error_messages={
            "required": "Kies ten minste één bericht.",
            "invalid_choice": "Een bericht is intussen gepubliceerd of weggelegd. Kijk wat u nog wilt publiceren.",
        },
    )

    def __init__(self, data: QueryDict | None = None, *, drafts: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["items"].queryset = drafts  # type: ignore[attr-defined]
        self.fields["items"].initial = [item.pk for item in drafts]


class PlanForm(SeenForm):
    """A moment to come, in the time of the Netherlands."""

    day = forms.DateField(label="Dag", widget=DateInput())
    time = forms.TimeField(label="Tijd", widget=TimeInput(), initial=time(9, 0))

    def __init__(self, data: QueryDict | None = None, *, planned: datetime | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if planned:
            local = timezone.localtime(planned)
            self.fields["day"].initial, self.fields["time"].initial = local.date(), local.time()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, at = cleaned.get("day"), cleaned.get("time")
        if day and at:
            cleaned["moment"] = self._moment(datetime.combine(day, at))
        return cleaned

    def _moment(self, written: datetime) -> datetime | None:
        moment = timezone.make_aware(written)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():  # a time that is not there, or there twice
            self.add_error("time", "Deze nacht gaat de klok een uur voor- of achteruit. Kies een andere tijd.")
            return None
        now = timezone.now()
        if moment <= now:
            self.add_error("day", "Dit moment is al voorbij. Kies een later moment.")
            return None
        if moment > now + LONGEST_AHEAD:
            self.add_error("day", "Kies een dag binnen een jaar.")
            return None
        return moment
