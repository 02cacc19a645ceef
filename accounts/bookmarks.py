"""Answers a click on a bookmark button, whatever it stands beside."""

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.labels import bear_words
from accounts.requests import MemberRequest
from accounts.way_back import way_back


class Bookmarkable(Protocol):
    """Something with a page of its own; its str is what the button names."""

    pk: int

    def get_absolute_url(self) -> str: ...


def answer_bookmark(
    request: MemberRequest,
    thing: Bookmarkable,
    *,
    kind: str,
    set_bookmark: Callable[[bool], None],
    bookmarks: QuerySet[Any],
) -> HttpResponse:
    """POST with aan=1 keeps thing, aan=0 lets it go. A GET (after logging in again) only leads to its page.

    bookmarks are those of this member at thing. One with a note or labels goes only with zeker=1: a slip of the hand
    would lose them. htmx gets the button alone, a browser goes back to where it was. kind is the button's part of the
    page's ids.
    """
    if request.method != "POST":
        return redirect(thing.get_absolute_url())
    is_on = request.POST.get("aan")
    if is_on not in {"0", "1"}:
        return HttpResponse("aan moet 1 of 0 zijn", status=400, content_type="text/plain; charset=utf-8")
    back = way_back(request, otherwise=thing.get_absolute_url())
    if is_on == "0" and request.POST.get("zeker") != "1" and bear_words(bookmarks):
        messages.warning(request, "Bij deze bladwijzer staat een notitie of label. Weghalen kan onder aan deze pagina.")
        address = reverse("bookmark_edit", args=[kind, thing.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    set_bookmark(is_on == "1")
    if not request.htmx:
        return redirect(back)
    context = {
        "view": request.resolver_match and request.resolver_match.url_name,
        "kind": kind,
        "pk": thing.pk,
        "title": str(thing),
        "is_on": is_on == "1",
        "next_url": back.partition("#")[0],
    }
    return render(request, "components/bookmark_button.html", context)
