"""Where a click leads back to: the page that it was made on, when the form names a page of the portal."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, *, otherwise: str) -> str:
    """The address in the field volgende, or the other one where that is none or leads elsewhere.

    It is always a whole path: Django's redirect would take any other word for the name of a view.
    """
    back = request.POST.get("volgende", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if is_ours and back.startswith("/") else otherwise
