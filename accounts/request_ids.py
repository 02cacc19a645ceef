"""The id of the request that is being answered, or that a task follows from. griffieportal.tracing sets it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
