"""The pages of newsletters and their items. Each starts from what is published, for griffiers too."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.bookmarks import answer_bookmark
from accounts.requests import MemberRequest
from accounts.way_back import way_back
from newsletters.capped import CAP, dotted
from newsletters.facets import facets
from newsletters.filter_column import filter_column
from newsletters.filters import Choices, ItemFilter
from newsletters.guessing import WayOut, way_out
from newsletters.item_rows import Look, SharedItem, item_rows, own_marks, shared_items
from newsletters.kept import KeptList, kept, kept_each, stamp
from newsletters.models import Item, Newsletter
from newsletters.pages import PAGE_SIZE, item_page
from newsletters.services.read_marks import mark_all_read, mark_read, set_read
from newsletters.services.reading import bookmarks_of, set_bookmark


@require_safe
def item_list(request: MemberRequest) -> HttpResponse:
    """Items, filtered by the query string, which is the whole state of the page."""
    now = stamp()
    found = ItemFilter(request.GET, user=request.user, choices=Choices.known(now))
    if request.htmx and not found.is_valid():
        return HttpResponseClientRedirect(request.get_full_path())  # only results are swapped, messages stand elsewhere
    counted = facets(found, today=timezone.localdate(), stamp=now)
    page = item_page(found, request, counted=counted, stamp=now)
    context = {
        "filter": found,
        "facets": counted,
        "filter_column": filter_column(found, counted, stamp=now, swaps=bool(request.htmx)),
        "page": page,
        "cap": dotted(CAP),
        "now": timezone.now(),
        "way_out": _way_out(found, stamp=now) if found.question.wanted and not counted.total else None,
    }
    return render(request, "newsletters/item_list.html", context)


def _way_out(found: ItemFilter, *, stamp: str) -> WayOut:
    query: str = found.cleaned["q"]
    return kept(stamp, f"way out:{query}", lambda: way_out(query, found.question))


def item_list_read(request: MemberRequest) -> HttpResponse:
    """POST marks what the query string in vraag finds as read, as far as it was published when the page was made."""
    values = QueryDict(request.POST.get("vraag", ""))
    back = reverse("item_list") + (f"?{values.urlencode()}" if values else "")
    until = parse_datetime(request.POST.get("tot", "")) if request.method == "POST" else None
    if until is None or timezone.is_naive(until):
        return redirect(back)
    found = ItemFilter(values, user=request.user)
    if not found.is_valid():
        return redirect(back)
    if any(found.cleaned.get(name) for name in found.filters if name not in {"sorteer", "weergave", "ongelezen"}):
        count = mark_read(found.narrowed(), user=request.user, until=until)
        told = "1 bericht is" if count == 1 else f"{dotted(count)} berichten zijn"
        messages.success(request, f"{told} als gelezen gemarkeerd.")
    else:
        mark_all_read(user=request.user, until=until)
        messages.success(request, "Alle berichten zijn als gelezen gemarkeerd.")
    return redirect(back)


@require_safe
def item_detail(request: MemberRequest, pk: int) -> HttpResponse:
    now = stamp()
    # whether members may see it is asked each time, what it says once for each state of what is published
    stories = dict(Item.objects.published().filter(pk=pk).values_list("pk", "same_as"))
    shared = shared_items(stories, stamp=now).get(pk)
    if shared is None:
        raise Http404("no such item")
    around = kept_each(now, "around", [pk], lambda _: {pk: _around(shared)})
    is_read, is_bookmarked = own_marks([shared], user=request.user).marks[pk]
    context = {"item": shared.item, "is_read": is_read, "is_bookmarked": is_bookmarked, **around[pk]}
    return render(request, "newsletters/item_detail.html", context)


def _around(shared: SharedItem) -> dict[str, Any]:
    """What an item's page shows beside the item, to all members."""
    item = shared.item
    others = Item.objects.published().with_origin().newest_first().filter(pk__in=shared.tellings).exclude(pk=item.pk)
    before, after = _neighbours(item)
    return {
        "links": [link for link in item.links.all() if link.host or link.is_mail],
        "tellings": list(others) if len(shared.tellings) > 1 else [],
        "before": before,
        "after": after,
    }


def _neighbours(item: Item) -> tuple[Item | None, Item | None]:
    """What stands before and behind it in its newsletter."""
    others = Item.objects.published().filter(newsletter=item.newsletter_id)
    before = others.filter(position__lt=item.position).order_by("-position")
    after = others.filter(position__gt=item.position).order_by("position")
    nearest = Q(pk=Subquery(before.values("pk")[:1])) | Q(pk=Subquery(after.values("pk")[:1]))
    found = {other.position < item.position: other for other in others.filter(nearest).with_origin()}
    return found.get(True), found.get(False)


def item_bookmark(request: MemberRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item.objects.published(), pk=pk)
    return answer_bookmark(
        request,
        item,
        kind="bericht",
        set_bookmark=lambda is_on: set_bookmark(item, user=request.user, is_on=is_on),
        bookmarks=bookmarks_of(item, user=request.user),
    )


def item_read(request: MemberRequest, pk: int) -> HttpResponse:
    """POST with aan=1 marks the item as read, aan=0 as unread. A GET (after logging in again) leads to its page."""
    item = get_object_or_404(Item.objects.published(), pk=pk)
    if request.method != "POST":
        return redirect(item)
    is_on = request.POST.get("aan")
    if is_on not in {"0", "1"}:
        return HttpResponse("aan moet 1 of 0 zijn", status=400, content_type="text/plain; charset=utf-8")
    set_read(item, user=request.user, is_on=is_on == "1")
    if request.htmx:
        return render(request, "components/read_button.html", {"item": item, "is_read": is_on == "1"})
    return redirect(way_back(request, otherwise=item.get_absolute_url()))


@require_safe
def newsletter_list(request: HttpRequest) -> HttpResponse:
    newsletters = Newsletter.objects.published()
    keys = KeptList(stamp(), "newsletters", newsletters.newest_first().values_list("pk", flat=True))
    page: Page[Any] = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("pagina"))
    rows = newsletters.filter(pk__in=list(page)).select_related("source").with_item_count().in_bulk()
    page.object_list = [rows[pk] for pk in page if pk in rows]
    return render(request, "newsletters/newsletter_list.html", {"page": page})


@require_safe
def newsletter_detail(request: MemberRequest, pk: int) -> HttpResponse:
    newsletter = get_object_or_404(Newsletter.objects.published().select_related("source"), pk=pk)
    stories = Item.objects.published().filter(newsletter=pk).order_by("position").values_list("pk", "same_as")
    look = Look(level=3, shows_theme=False, shows_origin=False)
    rows = item_rows(dict(stories), request=request, user=request.user, stamp=stamp(), look=look)
    return render(request, "newsletters/newsletter_detail.html", {"newsletter": newsletter, "items": rows})
