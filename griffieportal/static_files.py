"""Style, scripts and pictures; while one version takes the place of another, those of both.

For some seconds web processes of two versions answer beside each other, so a page of the one may ask its style of the
other. Each version has a folder of its own, and the names hold a hash of what is in the file: under the same name lies
the same, whichever version it is of.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


class StaticFiles(WhiteNoiseMiddleware):
    """whitenoise's middleware, that looks further where it does not know a file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        root = Path(settings.STATIC_ROOT)
        self._versions = root.parent if root.parent == settings.STATIC_VERSIONS else None

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info not in self.files and (found := self._of_another_version(request.path_info)):
            return self.serve(found, request)
        return super().__call__(request)

    def _of_another_version(self, url: str) -> Any:
        is_asked = url.startswith(self.static_prefix) and HASHED.search(url) and self.url_is_canonical(url)
        if self._versions is None or not is_asked:
            return None
        places = (folder / url.removeprefix(self.static_prefix) for folder in sorted(self._versions.glob("*/")))
        path = next((place for place in places if place.is_file()), None)
        return path and self.get_static_file(str(path), url)
