"""Forms of the griffier's desk: uploading files, and looking through what was read."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict

from events.models import Event
from newsletters.models import Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.services.reviewing import clean_address

NO_LINK = "Dit is geen link die lezers kunnen openen. Vul een webadres in dat begint met https://, of een e-mailadres."


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(MultipleFileField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """One or more files, or pasted text, or both."""

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
            raise forms.ValidationError(f"Kies niet meer dan {settings.UPLOAD_MAX_FILES} bestanden tegelijk.")
        return cleaned


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


class NewsletterForm(forms.ModelForm):
    class Meta:
        model = Newsletter
        fields: ClassVar = ["source", "title", "published_on", "next_issue_on"]
        widgets: ClassVar = {"published_on": DateInput(), "next_issue_on": DateInput()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "published_on" in self.changed_data:
            day = cleaned.get("published_on")
            self.instance.published_on_basis = Newsletter.Basis.BY_HAND if day else ""
        return cleaned


class KeptForm(forms.ModelForm):
    """A form of a row that can be put aside: is_kept is not a field of the row."""

    is_kept = forms.BooleanField(label="Opnemen", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_kept"].initial = self.instance.state != "dismissed"


class AddressField(forms.CharField):
    """A web or mail address; wrapping and tracking are taken off."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4000, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        address = clean_address(typed)
        if typed and not address:
            raise forms.ValidationError(NO_LINK)
        return address


class ItemForm(KeptForm):
    new_link = AddressField(label="Nog een link")

    class Meta:
        model = Item
        fields: ClassVar = ["title", "theme", "summary"]
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 6})}


class LinkForm(forms.ModelForm):
    """The address of one link. What it does to the row is for services.reviewing.set_address."""

    address = AddressField(label="Link")

    class Meta:
        model = ItemLink
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].initial = self.instance.href
        self.fields["address"].label = self.instance.text or "Link"


class EventForm(KeptForm):
    class Meta:
        model = Event
        fields: ClassVar = ["title", "starts_on", "ends_on", "starts_at", "ends_at", "location"]
        widgets: ClassVar = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "starts_at": TimeInput(),
            "ends_at": TimeInput(),
        }


class UnplacedLinkForm(forms.Form):
    """Which item a link belongs to that the reader could not place."""

    item = forms.ModelChoiceField(queryset=Item.objects.none(), required=False, empty_label="(nog geen bericht)")

    def __init__(self, *args: Any, link: dict[str, str], items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["item"].label = f"Hoort bij bericht: {link['url']}"


class ExistingRowsFormSet(forms.BaseModelFormSet):
    """Forms of rows that are in the queryset; Django would take a row that is not for a new one."""

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.forms):
            raise forms.ValidationError("Deze nieuwsbrief is intussen veranderd. Laad de pagina opnieuw.")


ItemFormSet = forms.modelformset_factory(Item, ItemForm, formset=ExistingRowsFormSet, extra=0)
LinkFormSet = forms.modelformset_factory(ItemLink, LinkForm, formset=ExistingRowsFormSet, extra=0)
EventFormSet = forms.modelformset_factory(Event, EventForm, formset=ExistingRowsFormSet, extra=0)


class Review:
    """All forms of one review page, and the cards in which they are shown: an item with its links and events."""

    def __init__(self, newsletter: Newsletter, row: Import | None, data: QueryDict | None = None) -> None:
        items = newsletter.items.select_related("newsletter", "theme").order_by("position")
        links = ItemLink.objects.filter(item__newsletter=newsletter).select_related("item__newsletter")
        events = Event.objects.filter(pk__in=ItemEvent.objects.filter(item__newsletter=newsletter).values("event"))
        self.newsletter = NewsletterForm(data, instance=newsletter, prefix="newsletter")
        self.items = ItemFormSet(data, queryset=items, prefix="items")
        self.links = LinkFormSet(data, queryset=links, prefix="links")
        self.events = EventFormSet(data, queryset=events.order_by("pk"), prefix="events")
        self.unplaced = [
            UnplacedLinkForm(data, link=link, items=items, prefix=f"unplaced-{number}")
            for number, link in enumerate(row.unplaced_links if row else [])
        ]
        announcements = ItemEvent.objects.filter(item__newsletter=newsletter).order_by("-item__position")
        self._event_items = dict(announcements.values_list("event_id", "item_id"))  # the first item that names it

    def is_valid(self) -> bool:
        parts: list[forms.BaseForm | forms.BaseFormSet] = [self.newsletter, self.items, self.links, self.events]
        valid = [part.is_valid() for part in [*parts, *self.unplaced]]  # each, so that every part shows its errors
        return all(valid)

    def cards(self) -> Iterator[tuple[ItemForm, list[LinkForm], list[EventForm]]]:
        links, events = defaultdict(list), defaultdict(list)
        for link_form in self.links:
            links[link_form.instance.item_id].append(link_form)
        for event_form in self.events:
            events[self._event_items[event_form.instance.pk]].append(event_form)
        for item_form in self.items:
            yield item_form, links[item_form.instance.pk], events[item_form.instance.pk]
