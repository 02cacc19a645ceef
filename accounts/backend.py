"""Who may be logged in: asked when somebody logs in, and again at every request of a session."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class Backend(AuthenticationBackend):
    """allauth's, but nobody gets in, or stays in, whose mandate is over."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> Any:
        return isinstance(user, User) and user.may_log_in
