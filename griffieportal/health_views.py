"""What machines ask: whether the portal lives, whether it can do its work, and its measurements."""

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from griffieportal import health, metrics

# A proxy before the portal sets at least one of these; what it passes on does not come from this machine.
BY_PROXY = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
PLAIN = "text/plain; charset=utf-8"


@never_cache
@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The web server answers. Asks nothing of anything else, so that it is never restarted for what others do."""
    return HttpResponse("ok\n", content_type=PLAIN)


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether all is well; what is not is told by manage.py health, on the machine itself."""
    is_well = all(check.is_well for check in health.examine())
    return HttpResponse("ok\n" if is_well else "niet ok\n", status=200 if is_well else 503, content_type=PLAIN)


@never_cache
@login_not_required
@require_safe
def measurements(request: HttpRequest) -> HttpResponse:
    """For who knows the token; without one set, for this machine itself. To others it is not there."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name in request.headers for name in BY_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket of this machine has no address; whoever connects it may be anybody
        return False
