"""What a view receives."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class MemberRequest(HttpRequest):
    """A request of someone who has logged in: LoginRequiredMiddleware lets no one else through."""

    user: User
    htmx: HtmxDetails
