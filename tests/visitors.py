"""Who comes by at the portal: one visitor a role, each with what the browser of such a person holds."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import SignUpRequest, User
from accounts.services import asking
from accounts.tokens import token_of
from tests.conftest import PASSWORD

# A stranger; somebody who asked for access and confirmed it; somebody who had all rights and whose mandate is over,
# with the session of before, and after trying to log in anew. None of the four has anything to look for in the portal.
STRANGERS = ("nobody", "applicant", "ended", "ended_again")
MEMBERS = ("raadslid", "griffier", "beheerder")
ROLES = (*STRANGERS, *MEMBERS)
EMPTY = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")  # methods that no page is made for
METHODS = ("GET", "HEAD", "POST", *EMPTY)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser with these cookies. Nothing of what it asks stays, neither in the rows nor in the browser."""

    cookies: dict[str, str]

    def ask(self, method, url, **options):
        client = Client(raise_request_exception=False, **options)
        for name, value in self.cookies.items():
            client.cookies[name] = value
        with transaction.atomic():
            response = client.generic(method, url)
            response.read = b"".join(response) if response.streaming else response.content
            close(response)
            transaction.set_rollback(True)
        return response


def close(response):
    """The client would close the database along with the file that a response holds."""
    for close_one in response._resource_closers:
        close_one()


def visitor(role, request):
    """The visitor of a role; request is pytest's, for the people of the cast."""
    if role == "nobody":
        return Visitor({})
    made = {"applicant": _applicant, "ended": _ended, "ended_again": _ended_again}
    client = made[role]() if role in made else _logged_in(request.getfixturevalue(role))
    return Visitor({name: cookie.value for name, cookie in client.cookies.items() if cookie.value})


def _logged_in(user):
    """Who gave the password and the second step a moment ago, so that no page asks for one of them once more."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def _applicant():
    client = Client()
    client.get("/toegang/")
    asked = asking.Asked(name="Kim Kandidaat", email="aanvrager@voorbeeldstad.example", audience="raadslid")
    row = SignUpRequest.objects.get(pk=asking.receive(asked))
    asking.weigh(row.pk)
    row.refresh_from_db()
    assert client.post(f"/toegang/bevestigen/{token_of(row)}/").status_code == 302
    client.post("/account/password/reset/", {"email": row.email})
    client.post("/account/login/", {"login": row.email, "password": PASSWORD})
    return client


def _end(user):
    User.objects.filter(pk=user.pk).update(mandate_until=timezone.localdate() - timedelta(days=1))


def _ended():
    user = User.objects.create_superuser("geweest@voorbeeldstad.example", PASSWORD, name="Gé Weest")
    client = _logged_in(user)
    assert client.get("/").status_code == 200
    _end(user)
    return client


def _ended_again():
    user = User.objects.create_superuser("weer@voorbeeldstad.example", PASSWORD, name="Wé Derom")
    _end(user)
    client = Client()
    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert response["Location"] == "/account/mandaat-voorbij/"
    return client
