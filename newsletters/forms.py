"""Forms of the griffier's desk: uploading files, and looking through what was read."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.formats import localize

from events.models import Event
from newsletters.models import ADDRESS_LENGTH, Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.services.reviewing import EDITED_BY_HAND, clean_address

MOST_IN_BATCH = 1_000_000
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


class NewsletterForm(SharedForm):
    class Meta:
        model = Newsletter
        fields: ClassVar = ["source", "title", "published_on", "next_issue_on"]
        widgets: ClassVar = {"published_on": DateInput(), "next_issue_on": DateInput()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "published_on" in self.changed_data and "published_on" not in self.errors:
            day = cleaned.get("published_on")
            self.instance.published_on_basis = Newsletter.Basis.BY_HAND if day else ""
        return cleaned


class KeptForm(SharedForm):
    """A form of a row that can be put aside: is_kept is not a field of the row."""

    is_kept = forms.BooleanField(label="Opnemen", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_kept"].initial = self.instance.state != "dismissed"


def address_or_error(typed: str) -> str:
    """A typed web or mail address without wrapping and tracking; raises ValidationError where it is none."""
    address = clean_address(typed)
    if typed and not address:
        raise forms.ValidationError(NO_LINK)
    return address


class ItemForm(KeptForm):
    is_retelling = forms.BooleanField(label="Hetzelfde bericht: toon het lezers één keer", required=False, initial=True)
    new_link = forms.CharField(label="Nog een link", required=False, max_length=ADDRESS_LENGTH)

    class Meta:
        model = Item
        fields: ClassVar = ["title", "theme", "summary"]
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.same_as_id is None:
            del self.fields["is_retelling"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_retelling") is False:
            self.instance.same_as = None
        return cleaned

    def clean_new_link(self) -> str:
        return address_or_error(self.cleaned_data["new_link"])


class LinkForm(SharedForm):
    """The address of one link. What it does to the row is for services.reviewing.set_address."""

    address = forms.CharField(label="Link", required=False, max_length=ADDRESS_LENGTH)

    class Meta:
        model = ItemLink
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].initial = self.instance.href
        self.fields["address"].label = self.instance.text or "Link"

    def clean_address(self) -> str:
        # what the reader found stays as it is: a true link need not be one that we would let anybody type
        address: str = self.cleaned_data["address"]
        return address_or_error(address) if "address" in self.changed_data else address


class EventForm(KeptForm):
    is_right = forms.BooleanField(label="De datum klopt", required=False)

    class Meta:
        model = Event
        fields: ClassVar = EDITED_BY_HAND
        widgets: ClassVar = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "starts_at": TimeInput(),
            "ends_at": TimeInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.weekday_agrees is not False:
            del self.fields["is_right"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_right") or "starts_on" in self.changed_data:
            self.instance.weekday_agrees = None  # a griffier has looked
        return cleaned


class UnplacedLinkForm(forms.Form):
    """Which item a link belongs to that the reader could not place; LEAVE_OUT: to none."""

    LEAVE_OUT: ClassVar = "weg"

    choice = forms.ChoiceField(required=False, label="Hoort bij")

    def __init__(self, data: QueryDict | None, *, link: dict[str, str], items: QuerySet[Item]) -> None:
        # named by the link and not by its number, which changes when somebody else places another one
        super().__init__(data, prefix=f"unplaced-{hashlib.sha256(link['url'].encode()).hexdigest()[:12]}")
        self.link = link
        self._items = {str(item.pk): item for item in items}
        headings = [(key, f"{item.position + 1}. {item.heading}") for key, item in self._items.items()]
        choices = [("", "(nog geen bericht)"), *headings, (self.LEAVE_OUT, "geen bericht: weglaten")]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]

    @property
    def item(self) -> Item | None:
        """The chosen item."""
        return self._items.get(self.cleaned_data["choice"])

    @property
    def is_left_out(self) -> bool:
        return bool(self.cleaned_data["choice"] == self.LEAVE_OUT)


class ExistingRowsFormSet(forms.BaseModelFormSet):
    """Forms of rows that are in the queryset; Django would take a row that is not for a new one."""

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.forms):
            raise forms.ValidationError("Deze nieuwsbrief is intussen veranderd. Laad de pagina opnieuw.")


ItemFormSet = forms.modelformset_factory(Item, ItemForm, formset=ExistingRowsFormSet, extra=0)
LinkFormSet = forms.modelformset_factory(ItemLink, LinkForm, formset=ExistingRowsFormSet, extra=0)
EventFormSet = forms.modelformset_factory(Event, EventForm, formset=ExistingRowsFormSet, extra=0)


def _with_plain_line_ends(data: QueryDict) -> QueryDict:
    """The same fields without the carriage returns that browsers put at the ends of lines."""
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return plain


class Review:
    """All forms of one review page, and the cards in which they are shown: an item with its links and events."""

    def __init__(self, newsletter: Newsletter, row: Import | None, data: QueryDict | None = None) -> None:
        if data is not None:
            data = _with_plain_line_ends(data)
        items = newsletter.items.select_related("newsletter", "theme", "same_as__newsletter__source")
        items = items.order_by("position")
        links = ItemLink.objects.filter(item__newsletter=newsletter).select_related("item__newsletter")
        events = Event.objects.filter(pk__in=ItemEvent.objects.filter(item__newsletter=newsletter).values("event"))
        self._data = data or QueryDict()
        self.is_bound = data is not None
        self.newsletter = NewsletterForm(data, instance=newsletter, prefix="newsletter")
        self.items = ItemFormSet(data, queryset=items, prefix="items")
        self.links = LinkFormSet(data, queryset=links, prefix="links")
        self.events = EventFormSet(data, queryset=events.order_by("pk"), prefix="events")
        self.unplaced = [UnplacedLinkForm(data, link=link, items=items) for link in (row.unplaced_links if row else [])]
        announcements = ItemEvent.objects.filter(item__newsletter=newsletter).order_by("-item__position")
        self._event_items = dict(announcements.values_list("event_id", "item_id"))  # the first item that names it

    def is_valid(self) -> bool:
        parts: list[forms.BaseForm | forms.BaseFormSet] = [self.newsletter, self.items, self.links, self.events]
        valid = [part.is_valid() for part in [*parts, *self.unplaced]]  # each, so that every part shows its errors
        return all(valid)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Each wrong field: its id, where it stands, and what is wrong."""
        places: list[tuple[str, forms.BaseForm]] = [("nieuwsbrief", self.newsletter)]
        places += [("links zonder plaats", form) for form in self.unplaced]
        for item_form, link_forms, event_forms in self.cards():
            place = f"bericht {item_form.instance.position + 1}"
            places += [(place, form) for form in (item_form, *link_forms, *event_forms)]
        for place, form in places:
            for name, errors in form.errors.items():
                field = form[name] if name in form.fields else form.visible_fields()[0]
                label = f"{place}, {str(field.label).lower()}" if name in form.fields else place
                yield from ((field.id_for_label, label, str(error)) for error in errors)

    def lost_choices(self) -> bool:
        """Whether the page placed a link that somebody else has placed since."""
        known = {form.add_prefix("choice") for form in self.unplaced}
        posted = [name for name, value in self._data.items() if name.startswith("unplaced-") and value]
        return any(name not in known for name in posted)

    def cards(self) -> Iterator[tuple[ItemForm, list[LinkForm], list[EventForm]]]:
        links, events = defaultdict(list), defaultdict(list)
        for link_form in self.links:
            links[link_form.instance.item_id].append(link_form)
        for event_form in self.events:
            events[self._event_items.get(event_form.instance.pk)].append(event_form)
        for item_form in self.items:
            if pk := item_form.instance.pk:  # none where the posted row is not of this newsletter
                yield item_form, links[pk], events[pk]
