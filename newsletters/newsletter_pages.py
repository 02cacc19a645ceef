"""What the griffier's own pages about one newsletter have in common: who may open them, and how they look."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounts.desk import DeskAdmin
from events.models import Event
from newsletters.models import Import, Item, Newsletter
from newsletters.services import making, planning

TEMPLATES = "admin/newsletters/newsletter"


class NewsletterPages(DeskAdmin):
    """The admin of newsletters, with pages of its own beside the review page."""

    def newsletter_to_change(self, request: HttpRequest, pk: int) -> Newsletter:
        newsletter = get_object_or_404(Newsletter.objects.select_related("source"), pk=pk)
        if not self.has_change_permission(request, newsletter):
            raise PermissionDenied
        return newsletter

    def page(
        self, request: HttpRequest, name: str, *, title: str, newsletter: Newsletter | None, **context: Any
    ) -> HttpResponse:
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "newsletter": newsletter,
            **context,
        }
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", shown)

    def to_review(self, newsletter: Newsletter) -> HttpResponse:
        return redirect("admin:newsletters_newsletter_change", newsletter.pk)


def fingerprint(keys: Iterable[str]) -> str:
    """Short words for what a page showed, by which a later request tells whether it is still so."""
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def tell_wrong(request: HttpRequest) -> None:
    messages.error(request, "Er is nog niets bewaard: verbeter eerst de velden met een rode melding.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What can be done with a newsletter beside looking it through, and what in it was made by hand."""

    has_drafts: bool
    has_file: bool
    is_removable: bool
    items: list[Item]
    events: list[Event]
    unsure_since: int  # points, since its publishing was planned

    @property
    def events_count(self) -> int:
        return len(self.events)


def steps_of(newsletter: Newsletter, row: Import | None) -> Steps:
    items = list(newsletter.items.order_by("position"))
    by_hand = Event.objects.filter(items__newsletter=newsletter, origin=Event.Origin.BY_HAND).distinct()
    return Steps(
        has_drafts=any(item.state == Item.State.DRAFT for item in items),
        has_file=row is not None and bool(row.file),
        is_removable=not making.why_newsletter_stays(newsletter),
        items=[item for item in items if item.is_handmade],
        events=list(by_hand),
        unsure_since=len(planning.new_points(newsletter)) if newsletter.publish_at else 0,
    )
