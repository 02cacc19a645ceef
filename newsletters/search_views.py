"""Pages around searching: what to type, and the searches that a member keeps."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import SecretAddress
from accounts.requests import MemberRequest
from newsletters.filters import Choices, ItemFilter
from newsletters.forms_search import SearchNameForm
from newsletters.guessing import suggestions
from newsletters.kept import kept, stamp
from newsletters.models import SavedSearch
from newsletters.services.searches import CannotKeep, delete_search, rename_search, save_search

LONGEST_TYPED = 100  # signs


@require_safe
def suggestion_list(request: MemberRequest) -> HttpResponse:
    """The options that go on from what is typed in q."""
    typed = request.GET.get("q", "").replace("\0", "")[:LONGEST_TYPED]
    return render(
        request,
        "newsletters/suggestion_list.html",
        {"suggestions": kept(stamp(), f"suggestions:{typed}", lambda: suggestions(typed))},
    )


def search_list(request: MemberRequest) -> HttpResponse:
    """The kept searches of this member; POST with naam and vraag keeps one more."""
    if request.method != "POST":
        context = {
            "searches": SavedSearch.objects.of(request.user),
            "address": SecretAddress.objects.filter(user=request.user, kind=SecretAddress.Kind.SEARCHES).first(),
        }
        return render(request, "newsletters/search_list.html", context)
    found = ItemFilter(QueryDict(request.POST.get("vraag", "")[:2000]), user=request.user, choices=Choices((), ()))
    form = SearchNameForm(request.POST)
    back = f"{reverse('item_list')}?{found.state}"
    if not form.is_valid() or not found.state:
        messages.error(request, " ".join(form.problems) or "Kies eerst een filter of typ een zoekwoord.")
        return redirect(back)
    try:
        kept = save_search(user=request.user, name=form.cleaned_data["naam"], query=found.state)
    except CannotKeep as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"De zoekvraag “{kept.name}” is bewaard. U vindt hem op de pagina Vandaag.")
    return redirect(back)


def search_change(request: MemberRequest, pk: int) -> HttpResponse:
    """POST with naam gives a kept search another name, with weg takes it away. A GET leads to what it finds."""
    kept = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    if request.method != "POST":
        return redirect(f"{reverse('item_list')}?{kept.query}")
    if "weg" in request.POST:
        delete_search(kept)
        messages.success(request, f"De zoekvraag “{kept.name}” is verwijderd.")
        return redirect("search_list")
    form = SearchNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.problems))
        return redirect("search_list")
    try:
        rename_search(kept, name=form.cleaned_data["naam"])
    except CannotKeep as problem:
        messages.error(request, str(problem))
    return redirect("search_list")
