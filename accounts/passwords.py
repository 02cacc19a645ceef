"""What a password must be, long enough and not what others guess first; and which links let somebody choose one.

There are no rules on the signs in it.
"""

import re
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError

from accounts.models import User

ADVISED = 15  # signs
EXPECTED = {"griffie", "griffier", "griffieportal", "gemeente", "gemeenteraad", "raadslid", "raadsleden", "voorzitter"}
_WORDS = re.compile(r"[^\W\d_]+")
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_FEW = 5  # different signs


class LongEnough(MinimumLengthValidator):
    """Django's rule on the length, with its sentences in Dutch: its translation lacks them."""

    def get_error_message(self) -> str:
        return f"Dit wachtwoord is te kort. Gebruik ten minste {self.min_length} tekens."

    def get_help_text(self) -> str:
        return (
            f"Gebruik liefst {ADVISED} tekens of meer, en ten minste {self.min_length}. "
            "Een zin van een paar woorden is goed te onthouden."
        )


class NotCommon(CommonPasswordValidator):
    """Django's list of common passwords, also with a year behind it or said twice; and rows and repetitions."""

    def validate(self, password: str, user: object = None) -> None:
        if any(self._is_common(part) for part in _cores(password.lower().strip())) or _is_row(password.lower()):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def _is_common(self, word: str) -> bool:
        return word in self.passwords or word in EXPECTED or word in _own_names()

    def get_error_message(self) -> str:
        return "Dit wachtwoord is te makkelijk te raden. Kies een ander wachtwoord."

    def get_help_text(self) -> str:
        return "Neem geen wachtwoord dat veel mensen gebruiken."


class NotAboutOneself(UserAttributeSimilarityValidator):
    """Django's comparison with name and address, with its sentences in Dutch."""

    def get_error_message(self) -> str:
        return "Dit wachtwoord lijkt te veel op uw naam of uw e-mailadres."

    def get_help_text(self) -> str:
        return "Neem niet uw naam of uw e-mailadres."


class ResetTokens(PasswordResetTokenGenerator):
    """Django's: good until password or address change. None is good for who may not log in."""

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        return isinstance(user, User) and user.may_log_in and super().check_token(user, token)


def _own_names() -> set[str]:
    """What the municipality is called, with and without what stands before it; and the portal by its address."""
    words = _WORDS.findall(settings.HOUSE_STYLE.name.lower())
    host = urlsplit(settings.SITE_URL).hostname or "griffieportal"
    return {"".join(words), *words, host, *host.split(".")}


def _cores(password: str) -> set[str]:
    """What a password comes down to: itself, what it repeats, and its one word where it has only one."""
    cores = {password}
    if match := _REPEATED.fullmatch(password):
        cores.add(match[1])
    words = set(_WORDS.findall(password))
    if len(words) == 1:
        word = words.pop()
        repeated = _REPEATED.fullmatch(word)
        cores |= {word, repeated[1] if repeated else word}
    return cores


def _is_row(password: str) -> bool:
    """Only a few different signs, or each sign the next of the one before it, as in abcdef and 890123."""
    if len(set(password)) < _FEW:
        return True
    digits = password.isascii() and password.isdigit()
    steps = {(ord(b) - ord(a)) % (10 if digits else 0x110000) for a, b in pairwise(password)}
    return len(steps) == 1
