"""All that the portal keeps of somebody, to see and to take along; and the statements that everybody may read."""

from collections.abc import Iterable
from datetime import date, datetime

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.details import private
from accounts.privacy import Part, days_in_words
from accounts.requests import MemberRequest
from accounts.services.leaving import FILE_DAYS
from accounts.tokens import ADDRESS_DAYS
from griffieportal.personal_data import as_json, parts_of

MOST = 100  # rows of one kind on the page; the file has all


@private
@require_safe
@reauthentication_required
def own_data(request: MemberRequest) -> HttpResponse:
    """To read. The last rows of what there is much of; all of it is in the file."""
    parts = [(part.title, _rows(part), len(part.rows)) for part in parts_of(request.user) if part.rows]
    return render(request, "griffieportal/own_data.html", {"parts": parts, "most": MOST})


def _rows(part: Part) -> list[list[tuple[str, str]]]:
    """The last of them, each with the labels of what is not empty."""
    told = (zip(part.labels, map(_in_words, row), strict=True) for row in part.rows[-MOST:])
    return [[(label, words) for label, words in row if words] for row in told]


@private
@require_safe
@reauthentication_required
def own_data_file(request: MemberRequest) -> HttpResponse:
    """To take along, and for other programs."""
    now = timezone.now()
    response = HttpResponse(as_json(parts_of(request.user), at=now), content_type="application/json")
    audit.tell("own_data_exported", actor=request.user.pk)
    name = f"mijn-gegevens-{timezone.localdate(now)}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y H.i") + " uur"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, Iterable) else str(value)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why and how long: the numbers are those of the settings."""
    terms = {
        "unconfirmed": settings.UNCONFIRMED_REQUESTS_KEPT_DAYS,
        "decided": settings.DECIDED_REQUESTS_KEPT_DAYS,
        "ended": settings.ENDED_MEMBERS_KEPT_DAYS,
        "mails": settings.MAILS_KEPT_DAYS,
        "session": settings.SESSION_DAYS,
        "devices": settings.DEVICES_KEPT_DAYS,
        "history": settings.HISTORY_KEPT_DAYS,
        "originals": settings.ORIGINALS_KEPT_DAYS,
        "files": FILE_DAYS,
        "addresses": ADDRESS_DAYS,
    }
    cookies = {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}
    elsewhere = {
        "log_in": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "errors": bool(settings.SENTRY_DSN),
        "files": bool(settings.S3_BUCKET),
    }
    days = {name: days_in_words(number) for name, number in terms.items()}
    context = {**_contacts(), "days": days, "cookies": cookies, "elsewhere": elsewhere}
    return render(request, "griffieportal/privacy.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is tested and what is known to be wrong; nobody has held an audit."""
    return render(request, "griffieportal/accessibility.html", _contacts())


def _contacts() -> dict[str, tuple[str, str]]:
    """Where to and in which words; both empty where none is set."""
    return {
        "contact": (settings.CONTACT, settings.CONTACT.removeprefix("mailto:")),
        "officer": (settings.PRIVACY_OFFICER, settings.PRIVACY_OFFICER.removeprefix("mailto:")),
    }
