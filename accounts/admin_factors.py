"""At the page of an account: taking away a second step that was lost, and logging somebody out everywhere."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from accounts import tasks
from accounts.desk import desk_user
from accounts.factors import has_second_factor
from accounts.history import tell
from accounts.models import User
from accounts.services import resetting, sign_ins


class FactorsAdmin(admin.ModelAdmin):
    """What the admin of members can do about how somebody logs in."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        reset, end = view(require_POST(self.reset_factors)), view(require_POST(self.end_sessions))
        return [
            path("<int:pk>/tweede-stap/", reset, name="accounts_user_reset_factors"),
            path("<int:pk>/uitloggen/", end, name="accounts_user_end_sessions"),
            *super().get_urls(),
        ]

    def reset_factors(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For a beheerder only: whoever resets a second step can get into any account that is reset."""
        user = self._user(request, pk)
        mail_id = resetting.reset_second_factor(user, by=desk_user(request))
        if mail_id:
            tasks.queue_mails([mail_id])
            messages.success(request, f"De tweede stap van {user} is weggehaald. {user} is overal uitgelogd.")
        else:
            messages.warning(request, f"{user} heeft geen tweede stap.")
        return redirect("admin:accounts_user_change", pk)

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._user(request, pk)
        if resetting.end_sessions(user, by=desk_user(request)):
            messages.success(request, f"{user} is overal uitgelogd.")
        else:
            messages.warning(request, f"{user} is nergens ingelogd.")
        return redirect("admin:accounts_user_change", pk)

    def _user(self, request: HttpRequest, pk: int) -> User:
        user = get_object_or_404(User, pk=pk)
        if not desk_user(request).is_superuser or not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        has_one = user is not None and has_second_factor(user)
        return super().change_view(request, object_id, form_url, {"has_second_step": has_one, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        tell("account_saved" if change else "account_made", obj, by=desk_user(request))
        if not obj.is_active:
            sign_ins.end_all(obj)
