"""The griffier's desk as a whole: the Django admin with the portal's own log-in and a first page of ours."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from accounts.models import SignUpRequest
from griffieportal import health_page, previews
from griffieportal.overview import make_overview

OF_ALLAUTH = {"account", "mfa", "socialaccount"}
# Django's own pages of the admin that only show something, though they answer a POST as if it were a GET
SHOW_ONLY = {
    *("index", "app_index", "password_change_done", "i18n_javascript"),
    *("autocomplete_view", "shortcut", "history_view"),
}
MAX_VALUE = 500  # signs in one value of a query string


class Desk(admin.AdminSite):
    index_title = "Overzicht"
    # one way in for everybody: the log-in of the portal, with its limits on guessing
    login = method_decorator(secure_admin_login)(admin.AdminSite.login)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One's own password is changed at one place: there it is told by mail, and the other sessions end."""
        return redirect("account_change_password")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """All but allauth's own rows: nobody reads secrets by hand, nor makes a second address to log in with."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        shown = [model for model in models if model._meta.app_label not in OF_ALLAUTH]
        super().register(shown, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Each page of the desk. The lists hand a query string to the database as it is, so it is weighed first."""
        inner = super().admin_view(require_safe(view) if _only_shows(view) else view, cacheable)

        def weighed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any("\0" in value or len(value) > MAX_VALUE for values in request.GET.lists() for value in values[1]):
                raise BadRequest("a value in the query string that no list can be asked for")
            return inner(request, *args, **kwargs)

        return weighed

    def get_urls(self) -> list[Any]:
        """With the pages of members for what is not published yet; they are no page of one app."""
        view = self.admin_view
        newsletters = "newsletters/newsletter"
        return [
            path(f"{newsletters}/<int:pk>/bekijken/", view(previews.newsletter), name="newsletters_newsletter_preview"),
            path(f"{newsletters}/bericht/<int:pk>/bekijken/", view(previews.item), name="newsletters_item_preview"),
            path("events/event/<int:pk>/bekijken/", view(previews.event), name="events_event_preview"),
            path("werking/", view(self.health), name="health"),
            *super().get_urls(),
        ]

    def health(self, request: HttpRequest) -> HttpResponse:
        """How the portal itself is doing, in words; looked at anew each time."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])
        if not request.user.has_perm("newsletters.view_import"):
            raise PermissionDenied
        now = timezone.now()
        parts = health_page.parts(now, thoroughly=True)
        context = {
            **self.each_context(request),
            "title": "Hoe het portal werkt",
            "parts": parts,
            "wrong": sum(not part.is_well for part in parts),
            "now": now,
        }
        return TemplateResponse(request, "admin/health.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits for the griffier; the rest of the admin is a list of links."""
        is_griffie = request.user.has_perm("newsletters.view_import")
        now = timezone.now()
        parts = health_page.parts(now, thoroughly=False) if is_griffie else []
        overview = make_overview(now) if is_griffie else None
        told = {"Worker"} if overview and overview.standstill else set()  # by a sentence of their own
        told |= {"Mail"} if overview and not overview.mail.is_sending else set()
        not_well = [part.title for part in parts if not part.is_well]
        context = {
            "overview": overview,
            "is_well": not not_well,
            "not_well": [title for title in not_well if title not in told],
            "can_open_requests": self.is_registered(SignUpRequest),
        }
        return super().index(request, {**context, **(extra_context or {})})


def _only_shows(view: Any) -> bool:
    """Whether there is nothing to send to a page: a list takes a POST only where it has actions."""
    name, shown = getattr(view, "__name__", ""), getattr(view, "__self__", None)
    return name in SHOW_ONLY or (name == "changelist_view" and getattr(shown, "actions", None) is None)
