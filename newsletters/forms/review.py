"""The forms of one review page: a newsletter, its items with their links and events, and links without a place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import Truncator

from events.models import Event
from newsletters.forms.shared import DateInput, SharedForm, TimeInput
from newsletters.models import ADDRESS_LENGTH, Import, Item, ItemEvent, ItemLink, Newsletter
from newsletters.open_points import OpenPoint, PointKind, digest_of
from newsletters.services.rearranging import paragraphs
from newsletters.services.reviewing import EDITED_BY_HAND, clean_address
from newsletters.versions import version_of_item

MOST_FORMS, MOST_DIGITS = 2_000, 4  # Django's own limit of one formset
NO_LINK = "Dit is geen link die lezers kunnen openen. Vul een webadres in dat begint met https://, of een e-mailadres."


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
    """The address of one link. What it does to the row is for services.reviewing.set_address.

    A call to action without one can be given a link without a place instead: chosen is its digest.
    """

    address = forms.CharField(label="Link", required=False, max_length=ADDRESS_LENGTH)
    chosen = forms.CharField(label="Of kies een link zonder plaats", required=False, widget=forms.Select)

    class Meta:
        model = ItemLink
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, unplaced: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].initial = self.instance.href
        self.fields["address"].label = f'Link bij "{self.instance.text}"' if self.instance.text else "Link"
        if self.instance.url or not unplaced:
            del self.fields["chosen"]
        else:
            self.fields["chosen"].widget.choices = [("", "(geen)"), *unplaced]

    def clean_address(self) -> str:
        # what the reader found stays as it is: a true link need not be one that we would let anybody type
        address: str = self.cleaned_data["address"]
        return address_or_error(address) if "address" in self.changed_data else address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("chosen") and "address" in self.changed_data:
            self.add_error("chosen", "U hebt ook een link ingevuld. Kies een van de twee.")
        return cleaned


class EventForm(KeptForm):
    class Meta:
        model = Event
        fields: ClassVar = EDITED_BY_HAND
        widgets: ClassVar = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "starts_at": TimeInput(),
            "ends_at": TimeInput(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "starts_on" in self.changed_data:
            self.instance.weekday_agrees = None  # a griffier has looked
        return cleaned


class NewEventForm(forms.ModelForm):
    """One more event of an item; left empty it is none."""

    class Meta(EventForm.Meta):
        pass

    def __init__(self, data: QueryDict | None, *, item: Item) -> None:
        instance = Event(title=item.heading[:300])
        super().__init__(data, prefix=f"new-event-{item.pk}", instance=instance, use_required_attribute=False)
        self.item = item
        self.initial["title"] = ""
        self.empty_permitted = True
        self.fields["title"].required = False
        self.fields["title"].help_text = "Laat leeg voor de titel van het bericht."

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        return title or self.item.heading[:300]


class UnplacedLinkForm(forms.Form):
    """Which item a link belongs to that the reader could not place; LEAVE_OUT: to none."""

    LEAVE_OUT: ClassVar = "weg"

    choice = forms.ChoiceField(required=False, label="Hoort bij")

    def __init__(self, data: QueryDict | None, *, link: dict[str, str], items: QuerySet[Item]) -> None:
        # named by the link and not by its number, which changes when somebody else places another one
        self.digest = digest_of(link["url"])
        super().__init__(data, prefix=f"unplaced-{self.digest}")
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


def _leave_out_gone(data: QueryDict, prefix: str, known: set[int]) -> list[str]:
    """Take from a posted formset the rows that are gone since its page was made; returns what was typed in those."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    if not total.isdecimal() or len(total) > MOST_DIGITS:
        return []  # no page of ours; Django says so
    keys = [data.get(f"{prefix}-{number}-id", "") for number in range(min(int(total), MOST_FORMS))]
    gone = [number for number, key in enumerate(keys) if key.isdecimal() and int(key) not in known]
    typed: list[str] = []
    if not gone:
        return typed
    kept = 0
    for number in range(len(keys)):
        own = f"{prefix}-{number}-"
        names = [name for name in data if name.startswith((own, f"initial-{own}"))]
        if number in gone:
            fields = [name for name in names if name.startswith(own)]
            values = [(str(data[name]), data.get(f"initial-{name}")) for name in fields]
            typed += [value for value, seen in values if seen is not None and value not in {"", "on", seen}]
        moved = {name.replace(own, f"{prefix}-{kept}-", 1): data.getlist(name) for name in names}
        for name in names:
            del data[name]
        if number not in gone:
            kept += 1
            for name, posted in moved.items():
                data.setlist(name, posted)
    data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = str(kept)
    return typed


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """An open point with the fields that can settle it, and the rows that it is about."""

    point: OpenPoint
    fields: list[forms.BoundField]
    link: ItemLink | None = None
    event_form: EventForm | None = None
    unplaced: dict[str, str] | None = None
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item with its forms, the kept items above and below it, and where it can be split."""

    form: ItemForm
    links: list[LinkForm]
    events: list[EventForm]
    new_event: NewEventForm
    version: str
    above: Item | None
    below: Item | None
    above_version: str
    parts: list[tuple[int, str]]

    @property
    def anchor(self) -> str:
        return f"bericht-{self.form.instance.position}"

    @property
    def up(self) -> str:
        return f"up-{self.form.instance.pk}"

    @property
    def down(self) -> str:
        return f"down-{self.form.instance.pk}"

    @property
    def anchors(self) -> tuple[str, ...]:
        """What in it may take the focus."""
        return self.anchor, self.up, self.down

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in (self.form, *self.links, *self.events, self.new_event))


class Review:
    """All forms of one review page, and the cards in which they are shown: an item with its links and events."""

    def __init__(self, newsletter: Newsletter, row: Import | None, data: QueryDict | None = None) -> None:
        if data is not None:
            data = _with_plain_line_ends(data)
        items = newsletter.items.select_related("newsletter", "theme", "same_as__newsletter__source")
        items = items.order_by("position")
        links = ItemLink.objects.filter(item__newsletter=newsletter).select_related("item__newsletter")
        events = Event.objects.filter(pk__in=ItemEvent.objects.filter(item__newsletter=newsletter).values("event"))
        self._rows = list(newsletter.items.order_by("position"))  # forms change theirs
        self.typed_in_gone: list[str] = []
        self.lost: list[str] = []  # links without a place that had one from somebody else by the time of saving
        if data is not None:
            for prefix, rows in (("items", items), ("links", links), ("events", events)):
                self.typed_in_gone += _leave_out_gone(data, prefix, set(rows.values_list("pk", flat=True)))
        self._data = data or QueryDict()
        self.is_bound = data is not None
        self.newsletter = NewsletterForm(data, instance=newsletter, prefix="newsletter")
        self.items = ItemFormSet(data, queryset=items, prefix="items")
        if self.items.forms:
            fields: list[Any] = [form.fields["theme"] for form in self.items.forms]
            themes = list(fields[0].choices)
            for field in fields:  # asked once, and not by each of them
                field.choices = themes
        unplaced = row.unplaced_links if row else []
        choices = [(digest_of(link["url"]), _short(link["text"], link["url"])) for link in unplaced]
        self.links = LinkFormSet(data, queryset=links, prefix="links", form_kwargs={"unplaced": choices})
        self.events = EventFormSet(data, queryset=events.order_by("pk"), prefix="events")
        self.unplaced = [UnplacedLinkForm(data, link=link, items=items) for link in unplaced]
        self.new_events = [NewEventForm(data, item=item) for item in self._rows]
        self.moved: set[str] = set()  # names of the fields that stand at an open point, so not in their card
        announcements = ItemEvent.objects.filter(item__newsletter=newsletter).order_by("-item__position")
        self._event_items = dict(announcements.values_list("event_id", "item_id"))  # the first item that names it

    def is_valid(self) -> bool:
        parts: list[forms.BaseForm | forms.BaseFormSet] = [self.newsletter, self.items, self.links, self.events]
        # each, so that every part shows its errors
        valid = [part.is_valid() for part in [*parts, *self.unplaced, *self.new_events]]
        return all(valid) and not self.typed_in_gone

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Each wrong field: its id, where it stands, and what is wrong."""
        places: list[tuple[str, forms.BaseForm]] = [("nieuwsbrief", self.newsletter)]
        places += [("links zonder plaats", form) for form in self.unplaced]
        for card in self.cards():
            place = f"bericht {card.form.instance.position + 1}"
            places += [(place, form) for form in (card.form, *card.links, *card.events, card.new_event)]
        for place, form in places:
            for name, errors in form.errors.items():
                field = form[name] if name in form.fields else form.visible_fields()[0]
                label = f"{place}, {str(field.label).lower()}" if name in form.fields else place
                yield from ((field.id_for_label, label, str(error)) for error in errors)

    def lost_choices(self) -> bool:
        """Whether the page placed a link that somebody else has placed since."""
        known = {form.add_prefix("choice") for form in self.unplaced}
        posted = [name for name, value in self._data.items() if name.startswith("unplaced-") and value]
        calls = [form for form in self.links if "chosen" not in form.fields]
        posted += [name for form in calls if self._data.get(name := form.add_prefix("chosen"))]
        return bool(self.lost) or any(name not in known for name in posted)

    def offered_unplaced(self) -> list[UnplacedLinkForm]:
        """Those that stood on the page that was sent."""
        return [form for form in self.unplaced if form.add_prefix("choice") in self._data]

    def cards(self) -> list[Card]:
        links, events = defaultdict(list), defaultdict(list)
        for link_form in self.links:
            links[link_form.instance.item_id].append(link_form)
        for event_form in self.events:
            events[self._event_items.get(event_form.instance.pk)].append(event_form)
        rows = {row.pk: row for row in self._rows}
        kept = [row for row in self._rows if row.state != Item.State.DISMISSED]
        above = dict(zip([row.pk for row in kept[1:]], kept, strict=False))
        below = dict(zip([row.pk for row in kept], kept[1:], strict=False))
        new_events = {form.item.pk: form for form in self.new_events}
        return [
            Card(
                form=form,
                links=links[pk],
                events=events[pk],
                new_event=new_events[pk],
                version=version_of_item(rows[pk]),
                above=above.get(pk),
                below=below.get(pk),
                above_version=version_of_item(above[pk]) if pk in above else "",
                parts=[(number, text) for number, text in enumerate(paragraphs(rows[pk].summary)) if number],
            )
            for form in self.items
            if (pk := form.instance.pk) in rows  # none where the posted row is not of this newsletter
        ]

    def point_rows(self, points: Iterable[OpenPoint]) -> list[PointRow]:
        """The points with their fields, each field once: it is told in self.moved, and left out of its card."""
        finders: dict[str, dict[Any, forms.BaseForm]] = {
            "item": {form.instance.pk: form for form in self.items},
            "link": {form.instance.pk: form for form in self.links},
            "event": {form.instance.pk: form for form in self.events},
            "unplaced": {form.link["url"]: form for form in self.unplaced},
        }
        versions = {row.pk: version_of_item(row) for row in self._rows}
        found = []
        for point in points:
            about, names = _FIELDS[point.kind]
            key = point.item.pk if about == "item" and point.item else point.ref
            form: Any = self.newsletter if about == "newsletter" else finders[about].get(key)
            wanted = names or ([field.name for field in form.visible_fields()] if about == "event" and form else [])
            fields = [form[name] for name in wanted if form and name in form.fields]
            fields = [field for field in fields if field.html_name not in self.moved]
            self.moved.update(field.html_name for field in fields)
            found.append(
                PointRow(
                    point=point,
                    fields=fields,
                    link=form.instance if form and about == "link" else None,
                    event_form=form if about == "event" else None,
                    unplaced=form.link if form and about == "unplaced" else None,
                    version=versions.get(point.item.pk, "") if point.item else "",
                )
            )
        return found


# Per kind of point: which form can settle it, and its fields; no names: all of an event's, none of others.
_FIELDS: dict[PointKind, tuple[str, list[str]]] = {
    PointKind.SOURCE: ("newsletter", ["source"]),
    PointKind.DAY: ("newsletter", ["published_on"]),
    PointKind.ENCLOSED: ("newsletter", []),
    PointKind.TITLE: ("item", ["title"]),
    PointKind.CALL: ("link", ["address", "chosen"]),
    PointKind.ADDRESS: ("link", ["address"]),
    PointKind.RETELLING: ("item", ["is_retelling"]),
    PointKind.UNDATED: ("event", []),
    PointKind.WEEKDAY: ("event", []),
    PointKind.FAR: ("event", []),
    PointKind.UNPLACED: ("unplaced", ["choice"]),
}


def _short(text: str, url: str) -> str:
    """A link as one line of a list."""
    address = Truncator(url.partition("://")[2] or url).chars(70)
    return f"{Truncator(text).chars(60)} ({address})" if text else address
