"""The griffier's desk in the Django admin: sources, themes and uploads, and newsletters to review and publish."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html

from accounts.desk import DeskAdmin, desk_user
from newsletters import original_views
from newsletters.admin_names import SourceAdmin, ThemeAdmin
from newsletters.forms import Review
from newsletters.models import Import, Item, Newsletter
from newsletters.open_points import kept_counts, open_points
from newsletters.passages import file_of
from newsletters.services import reviewing
from newsletters.uploads import ImportAdmin

__all__ = ["ImportAdmin", "NewsletterAdmin", "SourceAdmin", "ThemeAdmin"]


admin.site.register(Import, ImportAdmin)


@admin.register(Newsletter)
class NewsletterAdmin(DeskAdmin):
    """Newsletters; changing one is reviewing it, with the original beside the drafts."""

    list_display = ["__str__", "source", "published_on", "state"]
    list_filter = ["state", "source"]
    list_select_related = ["source"]
    search_fields = ["title", "source__name"]
    date_hierarchy = "published_on"
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return False

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        newsletter = self.get_object(request, unquote(object_id))
        if newsletter is None:
            raise Http404
        if not self.has_change_permission(request, newsletter):
            raise PermissionDenied
        review = self._saved(request, newsletter.pk) if request.method == "POST" else None
        if isinstance(review, HttpResponse):
            return review
        if review is not None:
            messages.error(request, "Er is nog niets bewaard: verbeter eerst de velden met een rode melding.")
        newsletter.refresh_from_db()
        row = file_of(newsletter)
        points = open_points(newsletter, row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(newsletter),
            "newsletter": newsletter,
            "import": row,
            "review": review or Review(newsletter, row),
            "original": original_views.beside(newsletter, row) if row else None,
            "points": points,
            "kept": kept_counts(newsletter),
            "has_drafts": newsletter.items.filter(state=Item.State.DRAFT).exists(),
        }
        return TemplateResponse(request, "admin/newsletters/newsletter/review.html", context)

    def _saved(self, request: HttpRequest, pk: int) -> HttpResponse | Review:
        """The way on after saving; the review itself where something in it is wrong, and then nothing is saved."""
        refused = ""
        with transaction.atomic():
            # whoever saves the same newsletter at this moment waits, and then gets its conflicts told
            newsletter = Newsletter.objects.select_for_update().get(pk=pk)
            row = file_of(newsletter)
            review = Review(newsletter, row, request.POST)
            if not review.is_valid():
                return review
            changed = _apply(review, row, request)
            try:
                if "publish" in request.POST:
                    reviewing.publish(newsletter, by=desk_user(request))
                elif "withdraw" in request.POST:
                    reviewing.withdraw(newsletter, by=desk_user(request))
            except reviewing.CannotPublish as error:
                refused = str(error)
        if review.lost_choices():
            messages.warning(request, "Een link die u een plaats gaf, had intussen al een plaats van een ander.")
        if refused:
            messages.error(request, refused)
        elif "publish" in request.POST:
            link = format_html('<a href="{}">Bekijk de nieuwsbrief</a>', newsletter.get_absolute_url())
            messages.success(request, format_html("De nieuwsbrief is gepubliceerd. {}", link))
        elif "withdraw" in request.POST:
            messages.success(request, "De nieuwsbrief is teruggetrokken. Leden zien hem niet meer.")
        else:
            messages.success(request, "Uw wijzigingen zijn bewaard." if changed else "Er was niets veranderd.")
        return redirect(request.path)


def _apply(review: Review, row: Import | None, request: HttpRequest) -> bool:
    """Hand each changed form to its service; True where anything was changed."""
    by = desk_user(request)
    changed = review.newsletter.has_changed()
    if changed:
        reviewing.edit_newsletter(review.newsletter.instance, by=by)
    for item_form in review.items:
        changed |= item_form.has_changed()
        if set(item_form.changed_data) - {"new_link"}:
            reviewing.edit_item(item_form.instance, is_kept=item_form.cleaned_data["is_kept"], by=by)
        if item_form.cleaned_data["new_link"]:
            reviewing.add_link(item_form.instance, item_form.cleaned_data["new_link"], by=by)
    for link_form in review.links:
        if link_form.has_changed():
            changed = True
            reviewing.set_address(link_form.instance, link_form.cleaned_data["address"], by=by)
    for event_form in review.events:
        if event_form.has_changed():
            changed = True
            reviewing.edit_event(event_form.instance, is_kept=event_form.cleaned_data["is_kept"], by=by)
    for unplaced_form in review.unplaced:
        url = unplaced_form.link["url"]
        if row and unplaced_form.item:
            changed = True
            reviewing.place_link(row, url, unplaced_form.item, by=by)
        elif row and unplaced_form.is_left_out:
            changed = True
            reviewing.leave_link_out(row, url, by=by)
    return changed
