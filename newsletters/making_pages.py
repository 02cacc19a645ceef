"""Pages for what a griffier makes by hand: a newsletter, an item, an event; and for removing it again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from accounts.desk import desk_user
from events.models import Event
from events.services import CannotChange, remove_event, why_not_removable
from newsletters.forms_by_hand import NewEventForm, NewItemForm, NewNewsletterForm
from newsletters.models import Item, Newsletter
from newsletters.newsletter_pages import NewsletterPages, tell_wrong
from newsletters.services import making, reviewing


class MakingPages(NewsletterPages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "newsletters_newsletter_"
        return [
            path("<int:pk>/bericht/", view(self.add_item), name=f"{name}add_item"),
            path("<int:pk>/bericht/<int:item>/verwijderen/", view(self.remove_item), name=f"{name}remove_item"),
            path("<int:pk>/agendapunt/", view(self.add_event), name=f"{name}add_event"),
            path("<int:pk>/agendapunt/<int:event>/verwijderen/", view(self.remove_event), name=f"{name}remove_event"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewNewsletterForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("source", "title", "published_on")}
            newsletter = making.make_newsletter(**wanted, by=desk_user(request))
            messages.success(request, "De nieuwsbrief is gemaakt. Voeg nu de berichten toe.")
            return self.to_review(newsletter)
        if form.is_bound:
            tell_wrong(request)
        return self.page(
            request, "make", title="Nieuwsbrief met de hand", newsletter=None, form=form, button="Nieuwsbrief maken"
        )

    def add_item(self, request: HttpRequest, pk: int) -> HttpResponse:
        newsletter = self.newsletter_to_change(request, pk)
        form = NewItemForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("title", "theme", "summary", "address")}
            item = making.make_item(newsletter, **wanted, by=desk_user(request))
            messages.success(request, f"Bericht “{item.heading}” is toegevoegd. {_when_shown(newsletter)}")
            if "more" in request.POST:
                return redirect(request.path)
            return redirect(f"../change/#bericht-{item.position}")
        if form.is_bound:
            tell_wrong(request)
        return self.page(
            request, "make", title="Bericht toevoegen", newsletter=newsletter, form=form, button="Bericht toevoegen",
            more="Toevoegen en nog een",
        )  # fmt: skip

    def add_event(self, request: HttpRequest, pk: int) -> HttpResponse:
        newsletter = self.newsletter_to_change(request, pk)
        items = newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position")
        if not items:
            messages.warning(request, "Voeg eerst een bericht toe. Een agendapunt hoort bij een bericht.")
            return redirect("admin:newsletters_newsletter_add_item", newsletter.pk)
        form = NewEventForm(request.POST if request.method == "POST" else None, items=items)
        if form.is_valid():
            item = form.cleaned_data["item"]
            event = reviewing.add_event(item, form.instance, by=desk_user(request))
            event.refresh_from_db()
            shown = "Leden zien het nu." if event.state == Event.State.PUBLISHED else _when_shown(newsletter)
            messages.success(request, f"Agendapunt “{event}” is toegevoegd bij “{item.heading}”. {shown}")
            return redirect(f"../change/#bericht-{item.position}")
        if form.is_bound:
            tell_wrong(request)
        return self.page(
            request, "make", title="Agendapunt toevoegen", newsletter=newsletter, form=form,
            button="Agendapunt toevoegen",
        )  # fmt: skip

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        newsletter = self.get_object(request, object_id)
        if newsletter is None:
            raise Http404
        if not self.has_delete_permission(request, newsletter):
            raise PermissionDenied
        why_not = making.why_newsletter_stays(newsletter)
        if request.method == "POST":
            try:
                making.remove_newsletter(newsletter, by=desk_user(request))
            except making.CannotRemove as error:
                messages.error(request, str(error))
                return self.to_review(newsletter)
            messages.success(request, f"De nieuwsbrief “{newsletter}” is verwijderd.")
            return redirect("admin:newsletters_newsletter_changelist")
        count = newsletter.items.count()
        what = f"de nieuwsbrief “{newsletter}”, met {count} bericht{'' if count == 1 else 'en'}"
        return self.page(request, "remove", title="Verwijderen", newsletter=newsletter, what=what, why_not=why_not)

    def remove_item(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        newsletter = self.newsletter_to_change(request, pk)
        row = get_object_or_404(newsletter.items, pk=item)
        if request.method == "POST":
            try:
                making.remove_item(row, by=desk_user(request))
            except making.CannotRemove as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"Bericht “{row.heading}” is verwijderd.")
            return self.to_review(newsletter)
        what, why_not = f"het bericht “{row.heading}”", making.why_item_stays(row)
        return self.page(request, "remove", title="Verwijderen", newsletter=newsletter, what=what, why_not=why_not)

    def remove_event(self, request: HttpRequest, pk: int, event: int) -> HttpResponse:
        newsletter = self.newsletter_to_change(request, pk)
        row = get_object_or_404(Event.objects.filter(items__newsletter=newsletter).distinct(), pk=event)
        if request.method == "POST":
            try:
                remove_event(row, by=desk_user(request))
            except CannotChange as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"Agendapunt “{row}” is verwijderd.")
            return self.to_review(newsletter)
        what, why_not = f"het agendapunt “{row}”", why_not_removable(row)
        return self.page(request, "remove", title="Verwijderen", newsletter=newsletter, what=what, why_not=why_not)


def _when_shown(newsletter: Newsletter) -> str:
    if newsletter.state == Newsletter.State.PUBLISHED:
        return "Leden zien het zodra u de nieuwe berichten publiceert."
    return "Leden zien het zodra u de nieuwsbrief publiceert."
