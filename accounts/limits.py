"""How often something may be asked, counted in the cache."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """The address that a request came from, as the limits on logging in see it."""
    return str(get_adapter().get_client_ip(request))


def count(key: str, *, seconds: int) -> int:
    """Count one more of key; how many there were since the first, which is forgotten after this many seconds."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # forgotten between the two
        return 1


def counted(key: str) -> int:
    """How many of key were counted; counts nothing."""
    return int(cache.get(key, 0))
