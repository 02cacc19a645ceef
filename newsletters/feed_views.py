"""The feed of a member's kept searches, and the personal address behind which it is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from accounts.models import SecretAddress
from accounts.requests import MemberRequest
from accounts.secret_addresses import make_address, stop_address
from accounts.secret_views import keep_secret, open_secret
from newsletters.feeds import newest_found, tag_of, write_feed

KIND = SecretAddress.Kind.SEARCHES


def feed_address(request: MemberRequest) -> HttpResponse:
    """POST with doe=maak makes the address, which is shown in its answer and never again; doe=stop ends it."""
    wish = request.POST.get("doe") if request.method == "POST" else ""
    if wish == "maak":
        made = settings.SITE_URL + reverse("feed", args=[make_address(request.user, kind=KIND)])
        # not keep_secret: without a referrer a browser tells no origin either, and the next form would be refused
        return render(request, "newsletters/feed_address.html", {"made": made})
    if wish == "stop":
        stop_address(request.user, kind=KIND)
    elif request.method == "POST":
        return HttpResponse("doe klopt niet", status=400, content_type="text/plain; charset=utf-8")
    return redirect("search_list")


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What the kept searches behind a personal address find. Nothing is noted of who asks."""
    address = open_secret(request, secret, kinds=[KIND])
    if isinstance(address, HttpResponse):
        return address
    content, moment = write_feed(newest_found(address.user), moment=address.created_at, site_url=settings.SITE_URL)
    tag, seconds = tag_of(content), int(moment.timestamp())
    answer = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    answer["ETag"], answer["Last-Modified"] = tag, http_date(seconds)
    answer = get_conditional_response(request, etag=tag, last_modified=seconds, response=answer) or answer
    answer = keep_secret(answer)
    answer["Cache-Control"] = "private, no-cache"  # whoever asked may keep it, and asks whether it changed
    return answer
