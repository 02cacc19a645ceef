"""The pages of newsletters and their items. Each starts from what is published, for griffiers too."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django_htmx.http import HttpResponseClientRedirect

from accounts.bookmarks import answer_bookmark
from accounts.requests import MemberRequest
from newsletters.filters import ItemFilter
from newsletters.models import Item, Newsletter
from newsletters.services.reading import bookmarks_of, set_bookmark

PAGE_SIZE = 20


def item_list(request: MemberRequest) -> HttpResponse:
    """Items, filtered by the query string, which is the whole state of the page."""
    items = Item.objects.published().with_context().with_bookmark(request.user)
    filterset = ItemFilter(request.GET, queryset=items, request=request)
    if request.htmx and not filterset.is_valid():
        return HttpResponseClientRedirect(request.get_full_path())  # only results are swapped, messages stand elsewhere
    page = Paginator(filterset.qs, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "newsletters/item_list.html", {"filter": filterset, "page": page})


def item_detail(request: MemberRequest, pk: int) -> HttpResponse:
    items = Item.objects.published().with_context().with_bookmark(request.user)
    item = get_object_or_404(items.prefetch_related("links"), pk=pk)
    links = [link for link in item.links.all() if link.host or link.is_mail]
    return render(request, "newsletters/item_detail.html", {"item": item, "links": links})


def item_bookmark(request: MemberRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item.objects.published(), pk=pk)
    return answer_bookmark(
        request,
        item,
        kind="bericht",
        set_bookmark=lambda is_on: set_bookmark(item, user=request.user, is_on=is_on),
        bookmarks=bookmarks_of(item, user=request.user),
    )


def newsletter_list(request: HttpRequest) -> HttpResponse:
    newsletters = Newsletter.objects.published().select_related("source").with_item_count().newest_first()
    page = Paginator(newsletters, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "newsletters/newsletter_list.html", {"page": page})


def newsletter_detail(request: MemberRequest, pk: int) -> HttpResponse:
    items = Item.objects.published().with_context().with_bookmark(request.user).order_by("position")
    newsletters = Newsletter.objects.published().select_related("source")
    newsletter = get_object_or_404(newsletters.prefetch_related(Prefetch("items", queryset=items)), pk=pk)
    return render(request, "newsletters/newsletter_detail.html", {"newsletter": newsletter})
