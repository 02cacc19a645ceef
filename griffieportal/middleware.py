"""What holds for every answer of the portal."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from accounts.visits import note_visit

ELSEWHERE = ("/admin/", "/account/")  # no pages to read newsletters on


def keep_private(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a member sees is kept by no browser or proxy, so that it is gone after logging out."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return answer


def keep_visit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever looks at a page of the portal itself is visiting it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and request.user.is_authenticated and not request.path.startswith(ELSEWHERE):
            note_visit(request.user)
        return get_response(request)

    return answer
