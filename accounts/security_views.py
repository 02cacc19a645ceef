"""The page about how somebody logs in."""

from typing import Any

from allauth.mfa.base.views import IndexView
from django.http import HttpRequest

from accounts.factors import has_second_factor, must_have_second_factor
from accounts.models import User


class SecurityIndex(IndexView):
    """allauth's overview of second steps; it says as well what somebody must still do."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        if isinstance(user, User):
            has_one = has_second_factor(user)
            context |= {"has_second_step": has_one, "is_kept_waiting": must_have_second_factor(user) and not has_one}
        return context
