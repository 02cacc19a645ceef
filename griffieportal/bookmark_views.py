"""What a member keeps: the page with all of it, the note and labels at one thing, and files to take along."""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.labels import labels_of, write_at_bookmark
from accounts.requests import MemberRequest
from events.models import Event, EventBookmark
from griffieportal.bookmark_export import Row, as_csv, as_html, as_json
from griffieportal.bookmark_form import BookmarkForm
from griffieportal.event_rows import EventRow, event_rows
from griffieportal.kept import Kept, find_bookmark, read_kept
from newsletters.item_rows import Look, item_rows
from newsletters.kept import stamp
from newsletters.models import Item, ItemBookmark

PAGE_SIZE = 20
MAX_QUERY = 200  # characters
FORMATS: dict[str, tuple[Callable[[Sequence[Row]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "html": (as_html, "text/html; charset=utf-8"),
}


@require_safe
def bookmark_list(request: MemberRequest) -> HttpResponse:
    """What this member keeps, and nobody else sees: events by day, items by when they were kept."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    label = request.GET.get("label", "").replace("\0", "").strip()
    kept = read_kept(request.user, query=query, label=label)
    page = Paginator(list(kept.items), PAGE_SIZE).get_page(request.GET.get("pagina"))
    now = stamp()
    shown = {pk: kept.stories[pk] for pk in page}
    rows = item_rows(shown, request=request, user=request.user, stamp=now, look=Look(level=3))
    page.object_list = [_with_words(row, kept.items[row.pk]) for row in rows]
    events = _events(request, kept, stamp=now)
    context = {
        "page": page,
        "upcoming": [event for event in events if not event.is_past],
        "past": [event for event in reversed(events) if event.is_past],
        "query": query,
        "label": label,
        "labels": kept.labels,
        "is_narrowed": bool(query or label),
    }
    return render(request, "griffieportal/bookmark_list.html", context)


def _events(request: MemberRequest, kept: Kept, *, stamp: str) -> list[EventRow]:
    """In the order of the agenda, undated ones last."""
    if not kept.events:
        return []
    rows = event_rows(
        sorted(kept.events), request=request, stamp=stamp, bookmarked=kept.events, is_past=timezone.localdate()
    )
    ordered = sorted(rows, key=lambda row: (row.starts_on or date.max, row.event.starts_at or time.min, row.pk))
    return [_with_words(row, kept.events[row.pk]) for row in ordered]


def _with_words(thing: Any, words: Any) -> Any:
    thing.kept_words = words
    return thing


def bookmark_edit(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """The note and the labels at something that this member keeps."""
    found = find_bookmark(request.user, kind=kind, pk=pk)
    if found is None:
        raise Http404("not kept")
    thing, bookmark = found
    if request.method == "POST":
        form = BookmarkForm(request.POST)
        if form.is_valid():
            write_at_bookmark(bookmark, user=request.user, **form.cleaned_data)
            messages.success(request, "Uw notitie en labels zijn bewaard.")
            return redirect(f"{reverse('bookmark_list')}#{kind}-{pk}")
    else:
        labels = ", ".join(bookmark.labels.values_list("name", flat=True))
        form = BookmarkForm(initial={"note": bookmark.note, "labels": labels})
    context = {
        "form": form,
        "thing": thing,
        "own_labels": labels_of(request.user),
        "remove_address": reverse("event_bookmark" if kind == "agendapunt" else "item_bookmark", args=[pk]),
    }
    return render(request, "griffieportal/bookmark_edit.html", context)


@require_safe
def bookmark_export(request: MemberRequest, ending: str) -> HttpResponse:
    """All that this member keeps, the last kept first, as a file."""
    if ending not in FORMATS:
        raise Http404("no such file")
    write, content_type = FORMATS[ending]
    answer = HttpResponse(write(_rows(request)), content_type=content_type)
    audit.tell("bookmarks_exported", actor=request.user.pk)
    name = f"bladwijzers-{timezone.localdate():%Y-%m-%d}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(request: MemberRequest) -> list[Row]:
    kept = read_kept(request.user)
    items = Item.objects.published().with_origin().prefetch_related("links").in_bulk(list(kept.items))
    moments = _moments(request)
    rows = [
        Row(
            kind="bericht",
            title=item.heading,
            url=settings.SITE_URL + item.get_absolute_url(),
            links=tuple(link.href for link in item.links.all() if link.href),
            source=str(item.newsletter.source or ""),
            day=str(item.newsletter.published_on or ""),
            note=kept.items[pk].note,
            labels=kept.items[pk].labels,
            kept_at=moments["bericht", item.same_as_id or pk],
        )
        for pk, item in items.items()
    ]
    rows += [
        Row(
            kind="agendapunt",
            title=event.title,
            url=settings.SITE_URL + event.get_absolute_url(),
            links=(event.url,) if event.url else (),
            source="",
            day=str(event.starts_on or ""),
            note=kept.events[pk].note,
            labels=kept.events[pk].labels,
            kept_at=moments["agendapunt", pk],
        )
        for pk, event in Event.objects.published().in_bulk(list(kept.events)).items()
    ]
    return sorted(rows, key=lambda row: (row.kept_at, row.url), reverse=True)


def _moments(request: MemberRequest) -> dict[tuple[str, int], Any]:
    """When this member kept each event, and each story for the last time, under its first telling."""
    marks = ItemBookmark.objects.filter(user=request.user).order_by("pk")
    stories = marks.values_list("item", "item__same_as", "created_at")
    events = EventBookmark.objects.filter(user=request.user).values_list("event", "created_at")
    return {
        **{("bericht", first or item): at for item, first, at in stories},
        **{("agendapunt", event): at for event, at in events},
    }
