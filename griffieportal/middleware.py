"""What holds for every answer of the portal."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control

from accounts import audit, sessions
from accounts.factors import has_second_factor, is_let_in_elsewhere, must_have_second_factor
from accounts.limits import client_of
from accounts.request_ids import request_id
from accounts.visits import note_visit
from griffieportal import metrics

logger = logging.getLogger("griffieportal.requests")

ELSEWHERE = ("/admin/", "/account/", "/privacy/", "/toegankelijkheid/")  # no pages to read newsletters on
WITHOUT_SECOND_FACTOR = (
    "/account/2fa/",
    "/account/reauthenticate/",
    "/account/logout/",
    "/account/password/",
    "/huisstijl/",
    "/privacy/",
    "/toegankelijkheid/",
)
FOR_MACHINES = "/gezondheid/"  # asked every few seconds
HEADER = "X-Request-ID"
_GOOD_ID = re.compile(r"[0-9A-Za-z-]{8,64}")  # whatever else comes from outside would be another line in the log


def trace_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: give the request its id, count it, and write its line."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        token = request_id.set(given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex)
        asker = audit.client.set(partial(client_of, request))
        begun = time.perf_counter()
        try:
            response = get_response(request)
            response[HEADER] = request_id.get()
            _note(request, response.status_code, time.perf_counter() - begun)
        finally:
            request_id.reset(token)
            audit.client.reset(asker)
        return response

    return answer


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    """Neither who asked nor what for: the query string holds what somebody searched."""
    if request.path_info.startswith(FOR_MACHINES):
        return
    view = _view_name(request)
    metrics.count_request(view, request.method or "", status, seconds)
    if status == HTTPStatus.FORBIDDEN:
        user = getattr(request, "user", None)
        logger.warning("user %s: refused %s %s", user.pk if user else "unknown", request.method, view)
    logger.info(
        "%s %s %s",
        request.method,
        view,
        status,
        extra={"method": request.method, "view": view, "status": status, "seconds": round(seconds, 4)},
    )


def _view_name(request: HttpRequest) -> str:
    """The name in the address plan. An address itself may be anything, such as a link that lets somebody in."""
    match = request.resolver_match
    if match is None:  # answered by a middleware
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return "unknown"
    return match.view_name or "unnamed"


def answer_machines(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what machines ask comes before all that may be broken or refuse them.

    They know the portal by another name and without https, and must get an answer where the database gives none.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(FOR_MACHINES):
            try:
                match = resolve(request.path_info)
            except Resolver404:
                return HttpResponse("niet gevonden\n", status=404, content_type="text/plain; charset=utf-8")
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return response
        return get_response(request)

    return answer


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


def ask_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who cannot do without first sets a second step up, before any page of the portal or the desk.

    Who has one was asked for it at logging in; the sessions from before it are ended when it is set up.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and must_have_second_factor(user)
            and not request.path.startswith(WITHOUT_SECOND_FACTOR)
            and not has_second_factor(user)
            and not is_let_in_elsewhere(request)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return answer


def keep_sign_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the list of somebody's sessions tells when each was used last."""

    def answer(request: HttpRequest) -> HttpResponse:
        sessions.end_dead(request)
        response = get_response(request)
        if request.user.is_authenticated:
            sessions.keep(request)
        return response

    return answer
