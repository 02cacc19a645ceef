"""Answers whoever comes with a secret address: who it is, or why there is nothing to get."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse

from accounts.limits import client_of, count, counted
from accounts.models import SecretAddress
from accounts.secret_addresses import find_address

MINUTES_10 = 600  # seconds
MAX_WRONG = 60  # of one client in that time; a service that fetches for many has one address for all of them
MAX_RIGHT = 60  # of one secret


def open_secret(request: HttpRequest, secret: str, *, kinds: Collection[str]) -> SecretAddress | HttpResponse:
    """The address of one of these kinds that this secret opens, or the answer that refuses it.

    Unknown, stopped, ended and made for something else are told alike.
    """
    wrong = f"secret-wrong:{client_of(request)}"
    if counted(wrong) >= MAX_WRONG:
        return _refusal("Te vaak gevraagd. Probeer het later opnieuw.", status=429)
    address = find_address(secret)
    if address is None or address.kind not in kinds:
        count(wrong, seconds=MINUTES_10)
        return _refusal("Dit adres werkt niet (meer). Maak in het portal een nieuw adres.", status=404)
    if count(f"secret-right:{address.pk}", seconds=MINUTES_10) > MAX_RIGHT:
        return _refusal("Te vaak gevraagd. Probeer het later opnieuw.", status=429)
    return address


def keep_secret(response: HttpResponse) -> HttpResponse:
    """Let nobody on the way keep what came by a secret, and let no link in it tell where it was."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refusal(words: str, *, status: int) -> HttpResponse:
    answer = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    if status == 429:
        answer["Retry-After"] = str(MINUTES_10)
    return keep_secret(answer)
