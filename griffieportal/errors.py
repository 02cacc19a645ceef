"""Errors, reported to a Sentry where one is set: what went wrong and where in the code, and nothing of anybody."""

import re
from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:]+")
_QUERY = re.compile(r"\?\S+")
_LINK_IN = re.compile(r"(/account/[\w/-]*key/)\S+")
_KEPT_OF_REQUEST = ("method", "url")
_LONG = 500  # signs of one text; a message may quote a newsletter


def report_to(dsn: str, *, environment: str) -> None:
    """Begin to report. Without an address nothing is started and nothing leaves this machine."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn,
        environment=environment,
        before_send=scrub,
        before_breadcrumb=lambda crumb, hint: None,
        max_breadcrumbs=0,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        server_name="griffieportal",
        traces_sample_rate=None,
        send_client_reports=False,
        auto_session_tracking=False,
    )


def scrub(event: Event, hint: Hint) -> Event:
    """Keep what tells of the code; leave out people, cookies, searches, addresses of mail and links that let in."""
    for part in ("user", "extra", "breadcrumbs", "modules"):
        event.pop(part, None)  # type: ignore[misc]
    request = event.get("request")
    if isinstance(request, dict):
        event["request"] = {name: request[name] for name in _KEPT_OF_REQUEST if name in request}
    contexts = event.get("contexts") or {}
    event["contexts"] = {name: contexts[name] for name in ("runtime", "trace") if name in contexts}
    scrubbed: Event = _scrubbed(event)
    return scrubbed


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        value = _LINK_IN.sub(r"\1[weg]", _QUERY.sub("?[weg]", _ADDRESS.sub("[adres]", value)))
        return value[:_LONG]
    if isinstance(value, dict):
        return {name: _scrubbed(inner) for name, inner in value.items() if name != "vars"}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    return value
