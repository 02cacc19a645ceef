"""The pages of members, for a griffier, with what is not published yet. Each says so, and leads on to the others.

They are part of the admin, so nobody else can open them. Only what members would see is on them: what was put aside
is not.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Event
from newsletters.models import Item, Newsletter


class Shown:
    """A row as a template of the portal shows it, with its address among these pages, and with the rows it leads to."""

    is_preview = True

    def __init__(self, row: Model, view: str, **rows: Any) -> None:
        self._row = row
        self._view = view
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        rows = self.__dict__["_rows"]
        return rows[name] if name in rows else getattr(self.__dict__["_row"], name)

    def __str__(self) -> str:
        return str(self._row)

    def get_absolute_url(self) -> str:
        return reverse(f"admin:{self._view}_preview", args=[self._row.pk])


@require_safe
def newsletter(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Newsletter.objects.select_related("source"), pk=pk)
    _check(request, "newsletters.change_newsletter")
    items = row.items.exclude(state=Item.State.DISMISSED).with_origin().order_by("position")
    shown = [_item(item) for item in items.prefetch_related("events")]
    context = {"newsletter": Shown(row, "newsletters_newsletter"), "items": shown}
    return _page(request, "newsletter", context, row)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request, "newsletters.change_newsletter")
    items = Item.objects.exclude(state=Item.State.DISMISSED).with_origin().prefetch_related("events", "links")
    row = get_object_or_404(items, pk=pk)
    links = [link for link in row.links.all() if link.host or link.is_mail]
    return _page(request, "item", {"item": _item(row), "links": links}, row.newsletter)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request, "events.change_event")
    row = get_object_or_404(Event.objects.exclude(state=Event.State.DISMISSED), pk=pk)
    announcing = row.items.exclude(state=Item.State.DISMISSED).with_origin().newest_first()
    last_day = row.ends_on or row.starts_on
    context = {
        "event": Shown(row, "events_event", items={"all": [_item(item) for item in announcing]}),
        "is_past": last_day is not None and last_day < timezone.localdate(),
    }
    return _page(request, "event", context, row)


def _check(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _item(row: Item) -> Shown:
    """With only those of its events that members would see, and no other tellings of its story."""
    events = [event for event in row.events.all() if event.state != Event.State.DISMISSED]
    return Shown(
        row,
        "newsletters_item",
        newsletter=Shown(row.newsletter, "newsletters_newsletter"),
        events={"all": [Shown(event, "events_event") for event in events]},
    )


def _page(request: HttpRequest, kind: str, context: dict[str, Any], whole: Newsletter | Event) -> HttpResponse:
    """whole: what the griffier goes back to, and whose state is told."""
    shown = {
        **context,
        "back": reverse(f"admin:{whole._meta.label_lower.replace('.', '_')}_change", args=[whole.pk]),
        "is_published": whole.state == "published",
    }
    return render(request, f"griffieportal/preview_{kind}.html", shown)
