"""Serves the logo and the style of the municipality from the portal itself, and tells templates of them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from griffieportal.house_style import HouseStyle

CSS = "text/css; charset=utf-8"
DAY = 24 * 3600  # seconds; the address bears a version, so what changes has another address


def house_style(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"house_style": settings.HOUSE_STYLE}


@login_not_required
@require_safe
def house_style_file(request: HttpRequest, name: str) -> HttpResponse:
    """A part of the style; that there is none is not found. A logo is a picture and nothing that runs."""
    style: HouseStyle = settings.HOUSE_STYLE
    files: dict[str, tuple[str | bytes, str]] = {
        "logo": (style.logo, style.logo_type),
        "thema.css": (style.theme, CSS),
        "kleuren.css": (style.css, CSS),
    }
    content, content_type = files.get(name, ("", ""))
    if not content:
        raise Http404("no such part of the style")
    answer = HttpResponse(content, content_type=content_type)
    answer["Cache-Control"] = f"public, max-age={DAY}"
    if name == "logo":
        answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
