"""The pages of newsletters and their items. Each starts from what is published, for griffiers too."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts.bookmarks import answer_bookmark
from accounts.requests import MemberRequest
from newsletters.capped import CAP, dotted
from newsletters.facets import facets
from newsletters.filters import Choices, ItemFilter
from newsletters.guessing import way_out
from newsletters.kept import stamp
from newsletters.marking import cut_out, marked
from newsletters.models import Item, ItemQuerySet, Newsletter, SavedSearch
from newsletters.pages import PAGE_SIZE, ItemPage, item_page
from newsletters.services.read_marks import mark_all_read, mark_read, set_read
from newsletters.services.reading import bookmarks_of, set_bookmark

SUMMARY_WORDS = 32


def item_list(request: MemberRequest) -> HttpResponse:
    """Items, filtered by the query string, which is the whole state of the page."""
    now = stamp()
    found = ItemFilter(request.GET, user=request.user, choices=Choices.known(now))
    if request.htmx and not found.is_valid():
        return HttpResponseClientRedirect(request.get_full_path())  # only results are swapped, messages stand elsewhere
    counted = facets(found, today=timezone.localdate(), stamp=now)
    page = item_page(found, request.GET, user=request.user, total=counted.total)
    query = found.cleaned.get("q") or ""
    _mark(page, found)
    context = {
        "filter": found,
        "facets": counted,
        "page": page,
        "cap": dotted(CAP),
        "now": timezone.now(),
        "way_out": way_out(query, found.question) if found.question.wanted and not counted.total else None,
        "saved": SavedSearch.objects.of(request.user).filter(query=found.state).first() if found.is_on else None,
    }
    return render(request, "newsletters/item_list.html", context)


def _mark(page: ItemPage, found: ItemFilter) -> None:
    """Give the items of the page what was searched for in their title and text; nothing where nothing was."""
    terms = found.question.wanted
    if not terms:
        return
    for item in page:
        item.marked_heading = marked(item.heading, terms)  # type: ignore[attr-defined]
        item.marked_summary = cut_out(item.summary, terms, words=SUMMARY_WORDS)  # type: ignore[attr-defined]


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


def item_detail(request: MemberRequest, pk: int) -> HttpResponse:
    items = Item.objects.published().with_origin().with_events().with_bookmark(request.user).with_read(request.user)
    item = get_object_or_404(items.prefetch_related("links"), pk=pk)
    tellings = Item.objects.published().telling(item.same_as_id or item.pk).exclude(pk=pk).with_origin().newest_first()
    before, after = _neighbours(item)
    context = {
        "item": item,
        "links": [link for link in item.links.all() if link.host or link.is_mail],
        "tellings": tellings,
        "before": before,
        "after": after,
    }
    return render(request, "newsletters/item_detail.html", context)


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
    back = request.POST.get("volgende", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = item.get_absolute_url()
    return redirect(back)


def newsletter_list(request: HttpRequest) -> HttpResponse:
    newsletters = Newsletter.objects.published().select_related("source").with_item_count().newest_first()
    page = Paginator(newsletters, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "newsletters/newsletter_list.html", {"page": page})


def newsletter_detail(request: MemberRequest, pk: int) -> HttpResponse:
    items = Item.objects.published().with_context().with_bookmark(request.user).with_read(request.user)
    newsletters = Newsletter.objects.published().select_related("source")
    rows: ItemQuerySet = items.order_by("position")
    newsletter = get_object_or_404(newsletters.prefetch_related(Prefetch("items", queryset=rows)), pk=pk)
    return render(request, "newsletters/newsletter_detail.html", {"newsletter": newsletter})
