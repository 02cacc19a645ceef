"""What a member keeps: the page with all of it, the note and labels at one thing, and files to take along."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.labels import labels_of, write_at_bookmark
from accounts.requests import MemberRequest
from events.models import Event, EventBookmark
from griffieportal.agenda_views import announcing
from griffieportal.bookmark_export import Row, as_csv, as_html, as_json
from griffieportal.bookmark_form import BookmarkForm
from griffieportal.kept import Kept, find_bookmark, read_kept
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
    today = timezone.localdate()
    query = request.GET.get("q", "").replace("\0", "").strip()[:MAX_QUERY]
    label = request.GET.get("label", "").replace("\0", "").strip()
    kept = read_kept(request.user, query=query, label=label)
    page = Paginator(list(kept.items), PAGE_SIZE).get_page(request.GET.get("pagina"))
    items = Item.objects.published().with_context().with_bookmark(request.user).with_read(request.user)
    rows = items.in_bulk(list(page))
    page.object_list = [_with_words(rows[pk], kept.items[pk]) for pk in page if pk in rows]
    events = _events(request, kept)
    context = {
        "page": page,
        "upcoming": [event for event in events if not _is_past(event, today)],
        "past": [event for event in reversed(events) if _is_past(event, today)],
        "query": query,
        "label": label,
        "labels": kept.labels,
        "is_narrowed": bool(query or label),
    }
    return render(request, "griffieportal/bookmark_list.html", context)


def _events(request: MemberRequest, kept: Kept) -> list[Any]:
    """In the order of the agenda, undated ones last."""
    if not kept.events:
        return []
    events = Event.objects.published().with_bookmark(request.user).filter(pk__in=kept.events)
    ordered = events.prefetch_related(announcing()).order_by("starts_on", "starts_at", "pk")
    found = [_with_words(event, kept.events[event.pk]) for event in ordered]
    return [*(event for event in found if event.starts_on), *(event for event in found if not event.starts_on)]


def _with_words(thing: Any, words: Any) -> Any:
    thing.kept_words = words
    return thing


def _is_past(event: Event, today: Any) -> bool:
    last_day = event.ends_on or event.starts_on
    return last_day is not None and last_day < today


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
