"""The agenda at the griffier's desk: events of newsletters, and the agenda's own, which the griffier makes by hand.

It stands above the agenda itself, because an address that is filled in goes through the cleaning of links.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.desk import DeskAdmin, desk_user
from accounts.models import User
from events import services
from events.models import Event
from newsletters.forms_by_hand import EventFields

TEMPLATES = "admin/events/event"


@admin.register(Event)
class EventAdmin(DeskAdmin):
    form = EventFields
    change_form_template = f"{TEMPLATES}/change.html"
    list_display = ["title", "starts_on", "starts_at", "location", "state"]
    list_filter = ["state", "origin", "is_cancelled", "starts_on"]
    search_fields = ["title", "location"]
    date_hierarchy = "starts_on"
    actions = None
    readonly_fields = ["state", "origin", "sentence"]

    def get_fields(self, request: HttpRequest, obj: Event | None = None) -> Any:
        own = ["title", "starts_on", "ends_on", "starts_at", "ends_at", "location", "url"]
        return [*own, "is_cancelled", "state", "origin", *(["sentence"] if obj.sentence else [])] if obj else own

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/publiceren/", view(self.publish), name="events_event_publish"),
            path("<int:pk>/terugtrekken/", view(self.withdraw), name="events_event_withdraw"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            services.change_event(obj, changed=form.changed_data)
        else:
            services.make_own_event(obj, by=desk_user(request))

    def log_addition(self, request: HttpRequest, obj: Event, message: Any) -> None:  # type: ignore[override]
        """The service has noted it."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        event = kwargs.get("obj")
        context.update(
            show_save_and_continue=False,
            show_save_and_add_another=event is None,
            show_delete=event is not None and not services.why_not_removable(event),
        )
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request: HttpRequest, obj: Event, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, f"Agendapunt “{obj}” is bewaard als concept. Leden zien het pas na publiceren.")
        if "_addanother" in request.POST:
            return redirect(request.path)
        return redirect("admin:events_event_change", obj.pk)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._move(request, pk, services.publish_own_event, "“{}” staat nu in de agenda van de leden.")

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._move(request, pk, services.withdraw_own_event, "“{}” is teruggetrokken. Leden zien het niet meer.")

    def _move(self, request: HttpRequest, pk: int, move: Callable[..., None], words: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        event = get_object_or_404(Event, pk=pk)
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        self._try(request, lambda by: move(event, by=by), words.format(event))
        return redirect("admin:events_event_change", pk)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404
        if not self.has_delete_permission(request, event):
            raise PermissionDenied
        if request.method == "POST":
            is_gone = self._try(
                request, lambda by: services.remove_event(event, by=by), f"Agendapunt “{event}” is verwijderd."
            )
            return redirect("admin:events_event_changelist") if is_gone else redirect("../change/")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Verwijderen",
            "original": event,
            "why_not": services.why_not_removable(event),
        }
        return TemplateResponse(request, f"{TEMPLATES}/remove.html", context)

    def _try(self, request: HttpRequest, act: Callable[[User], None], words: str) -> bool:
        try:
            act(desk_user(request))
        except services.CannotChange as error:
            messages.error(request, str(error))
            return False
        messages.success(request, words)
        return True
