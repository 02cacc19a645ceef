"""What every page of the griffier's desk about one kind of row has in common: its history, in our own rows."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from accounts.history import became, changes_of, label_of, note
from accounts.models import User

CHANGES_A_PAGE = 50


def desk_user(request: HttpRequest) -> User:
    """Who is at the desk; admin_view has let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class DeskAdmin(admin.ModelAdmin):
    """Django's admin of a model, but its history stays when a row or an account goes.

    What a service does it notes itself; of a form that Django saves, the fields that changed are noted.
    """

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name)) + ("" if object_id else " toevoegen")
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        """What a form changed, as Dutch sentences."""
        if add:
            return "Gemaakt."
        fields = [(form[name].label, form.initial.get(name), form.cleaned_data[name]) for name in form.changed_data]
        return " ".join(became(*field) for field in fields)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        note(obj, message, by=desk_user(request))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        if message:
            note(obj, message, by=desk_user(request))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        for obj in queryset:
            note(obj, "Verwijderd.", by=desk_user(request))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done to one row, also when the row is gone."""
        pk = unquote(object_id)
        obj = self.get_object(request, pk)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        changes = changes_of(f"{label_of(self.model)}:{pk}")
        last = changes.first()
        if obj is None and last is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Geschiedenis",
            "name": str(obj) if obj else f"{last.about_name if last else ''} (bestaat niet meer)",
            "object": obj,
            "page": Paginator(changes, CHANGES_A_PAGE).get_page(request.GET.get("pagina")),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/history.html", context)
