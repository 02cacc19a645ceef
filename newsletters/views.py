"""The pages of newsletters and their items. Each starts from what is published, for griffiers too."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import MemberRequest
from newsletters.filters import ItemFilter
from newsletters.models import Item, Newsletter
from newsletters.services.reading import set_bookmark

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
    """POST with aan=1 keeps the item, aan=0 lets it go. A GET (after logging in again) only leads to the item."""
    item = get_object_or_404(Item.objects.published(), pk=pk)
    if request.method != "POST":
        return redirect(item)
    is_on = request.POST.get("aan")
    if is_on not in {"0", "1"}:
        return HttpResponse("aan moet 1 of 0 zijn", status=400, content_type="text/plain; charset=utf-8")
    back = request.POST.get("volgende", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = item.get_absolute_url()
    set_bookmark(item, user=request.user, is_on=is_on == "1")
    if request.htmx:
        context = {
            "view": "item_bookmark",
            "kind": "bericht",
            "pk": pk,
            "title": item.heading,
            "is_on": is_on == "1",
            "next_url": back.partition("#")[0],
        }
        return render(request, "components/bookmark_button.html", context)
    return redirect(back)


def newsletter_list(request: HttpRequest) -> HttpResponse:
    newsletters = Newsletter.objects.published().select_related("source").with_item_count().newest_first()
    page = Paginator(newsletters, PAGE_SIZE).get_page(request.GET.get("pagina"))
    return render(request, "newsletters/newsletter_list.html", {"page": page})


def newsletter_detail(request: MemberRequest, pk: int) -> HttpResponse:
    items = Item.objects.published().with_context().with_bookmark(request.user).order_by("position")
    newsletters = Newsletter.objects.published().select_related("source")
    newsletter = get_object_or_404(newsletters.prefetch_related(Prefetch("items", queryset=items)), pk=pk)
    return render(request, "newsletters/newsletter_detail.html", {"newsletter": newsletter})
