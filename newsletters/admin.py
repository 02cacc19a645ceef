"""The griffier's desk in the Django admin: sources, themes and uploads, and newsletters to review and publish."""

from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html

from accounts.desk import desk_user
from newsletters import original_views
from newsletters.admin_events import EventAdmin
from newsletters.admin_names import SourceAdmin, ThemeAdmin
from newsletters.forms import Review
from newsletters.making_pages import MakingPages
from newsletters.models import Import, Item, Newsletter
from newsletters.newsletter_pages import steps_of
from newsletters.open_points import PointKind, kept_counts, points_of
from newsletters.passages import file_of
from newsletters.publishing_pages import PublishingPages
from newsletters.review_saving import Outcome, save_review
from newsletters.uploads import ImportAdmin
from newsletters.versions import version_of_newsletter

__all__ = ["EventAdmin", "ImportAdmin", "NewsletterAdmin", "SourceAdmin", "ThemeAdmin"]


admin.site.register(Import, ImportAdmin)


@admin.register(Newsletter)
class NewsletterAdmin(MakingPages, PublishingPages):
    """Newsletters; changing one is reviewing it, with the original beside the drafts."""

    list_display = ["__str__", "source", "published_on", "state"]
    list_filter = ["state", "source"]
    list_select_related = ["source"]
    search_fields = ["title", "source__name"]
    date_hierarchy = "published_on"
    actions = None

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
        review = None
        if request.method == "POST":
            answer = save_review(newsletter.pk, request.POST, by=desk_user(request))
            if isinstance(answer, Outcome):
                return _go_on(request, newsletter, answer)
            review = answer
            messages.error(request, "Er is nog niets bewaard: verbeter eerst de velden met een rode melding.")
        newsletter.refresh_from_db()
        return TemplateResponse(
            request, "admin/newsletters/newsletter/review.html", self._review_context(request, newsletter, review)
        )

    def _review_context(self, request: HttpRequest, newsletter: Newsletter, review: Review | None) -> dict[str, Any]:
        row = file_of(newsletter)
        review = review or Review(newsletter, row)
        points = points_of(newsletter, row)
        rows = review.point_rows(points.open)
        cards = review.cards()
        undo = request.GET.get("terug", "")
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(newsletter),
            "newsletter": newsletter,
            "import": row,
            "review": review,
            "original": original_views.beside(newsletter, row) if row else None,
            "points": points.open,
            "point_rows": rows,
            "seen_points": points.seen,
            "unplaced_count": sum(point.kind == PointKind.UNPLACED for point in points.open),
            "kept_cards": [card for card in cards if card.form.instance.state != Item.State.DISMISSED],
            "dismissed_cards": [card for card in cards if card.form.instance.state == Item.State.DISMISSED],
            "kept": kept_counts(newsletter),
            "steps": steps_of(newsletter, row),
            "has_drafts": newsletter.items.filter(state=Item.State.DRAFT).exists(),
            "version": request.POST.get("version") or version_of_newsletter(newsletter),
            "focus": "fouten" if review.is_bound else request.GET.get("naar", ""),
            "undo": next((card for card in cards if str(card.form.instance.pk) == undo), None),
        }


def _go_on(request: HttpRequest, newsletter: Newsletter, outcome: Outcome) -> HttpResponse:
    """Tell what happened, and go to where the work goes on."""
    for level, message in outcome.told:
        messages.add_message(request, level, message)
    if outcome.is_published:
        link = format_html('<a href="{}">Bekijk de nieuwsbrief</a>', newsletter.get_absolute_url())
        messages.success(request, format_html("De nieuwsbrief is gepubliceerd. {}", link))
    if outcome.is_unsure:
        return redirect("admin:newsletters_newsletter_publish", newsletter.pk)
    if "preview" in request.POST:
        return redirect("admin:newsletters_newsletter_preview", newsletter.pk)
    query = {"naar": outcome.focus, "terug": outcome.undo}
    query = {name: value for name, value in query.items() if value}
    return redirect(f"{request.path}?{urlencode(query)}" if query else request.path)
