"""What a password must be, and which links let somebody choose one."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class LongEnough(MinimumLengthValidator):
    """Django's rule on the length, with its sentences in Dutch: its translation lacks them."""

    def get_error_message(self) -> str:
        return f"Dit wachtwoord is te kort. Gebruik ten minste {self.min_length} tekens."

    def get_help_text(self) -> str:
        return f"Gebruik ten minste {self.min_length} tekens. Een zin van een paar woorden is goed te onthouden."


class ResetTokens(PasswordResetTokenGenerator):
    """Django's: good until password or address change. None is good for who may not log in."""

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        return isinstance(user, User) and user.may_log_in and super().check_token(user, token)
