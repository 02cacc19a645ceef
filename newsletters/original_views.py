"""Pages that show an uploaded file as it came, for the review page to frame. Who may see them is for the admin to say.

Each has a content security policy of its own. The page of a mail may load nothing at all but our own style sheets and
icon, run nothing and send nothing, framed or on its own, so whatever slips through its cleaning can do nothing.
"""

import logging
from dataclasses import dataclass
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from newsletters.models import Import, Newsletter
from newsletters.parsing.original import Original, OriginalKind
from newsletters.passages import Passage, by_passage, file_of, passages_of
from newsletters.services import originals
from newsletters.services.files import AWAY

logger = logging.getLogger(__name__)

NOTHING = {
    "default-src": [NONE],
    "object-src": [NONE],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}
PAGES_CSP = {**NOTHING, "img-src": [SELF], "style-src": [SELF]}
# unsafe-inline is for the style attributes of the mail, of which the sanitiser leaves the harmless ones
MARKUP_CSP = {**NOTHING, "style-src": [SELF], "style-src-attr": [UNSAFE_INLINE], "sandbox": True}
PRIVATE = "private, no-store"
BUSY = "Er worden nog andere bestanden klaargemaakt. Kies 'Tekst', of probeer het over een minuut opnieuw."
BUSY_SECONDS = 5
HAVE_A_VIEW = (Import.Kind.PDF, Import.Kind.EML, Import.Kind.MSG, Import.Kind.HTML)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the review page shows of the file: its text by passages, and whether there is more to see in a frame.

    Each passage comes with its lines and their numbers; count is the number of lines in all. is_sandboxed: the frame
    shows what others wrote.
    """

    passages: list[tuple[Passage, list[tuple[int, str]]]]
    has_view: bool
    is_sandboxed: bool
    count: int


def beside(newsletter: Newsletter, row: Import) -> Beside:
    lines = row.text.split("\n")
    passages = passages_of(newsletter.items.all(), count=len(lines))
    return Beside(
        passages=[
            (passage, list(enumerate(lines[passage.first : passage.last + 1], passage.first))) for passage in passages
        ],
        has_view=row.kind in HAVE_A_VIEW and bool(row.file),
        is_sandboxed=row.kind != Import.Kind.PDF,
        count=len(lines),
    )


def shown(request: HttpRequest, row: Import) -> HttpResponse:
    """The file as a page of its own."""
    try:
        view = originals.view_of(row)
    except originals.Busy:
        return _told(request, row, BUSY, again=True)
    except FileNotFoundError as error:
        raise Http404 from error
    except OSError as error:
        return away(request, row, error)
    if view.original is None:
        return _told(request, row, view.problem)
    if view.original.kind is OriginalKind.PAGES:
        return _pages(request, row, view, view.original)
    if view.original.kind is OriginalKind.MARKUP:
        return _markup(request, row, view.original)
    return _told(request, row, "Dit bestand heeft alleen tekst. Kies 'Tekst' om die te zien.")


def away(request: HttpRequest, row: Import, error: OSError) -> HttpResponse:
    """Files can't be read at the moment: said in words, and asked again by itself."""
    logger.warning("import %s: its file can't be read: %s", row.pk, error)
    return _told(request, row, AWAY, again=True)


def picture(request: HttpRequest, row: Import, page: int) -> HttpResponse:
    """One drawn page."""
    try:
        drawn = originals.picture_of(row, page)
    except OSError as error:
        return away(request, row, error)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn, content_type="image/png", headers={"Cache-Control": PRIVATE})


def _told(request: HttpRequest, row: Import, message: str, *, again: bool = False) -> HttpResponse:
    response = _page(request, "told", PAGES_CSP, {"import": row, "message": message})
    if again:
        response.status_code = 503
        response["Retry-After"] = response["Refresh"] = str(BUSY_SECONDS)
    return response


def _pages(request: HttpRequest, row: Import, view: originals.View, original: Original) -> HttpResponse:
    passages = _passages(row, original)
    anchored: set[int] = set()
    pages = []
    for number, size in enumerate(view.drawn):
        places = ((place.line, place) for place in original.places if place.page == number)
        marks = []
        for passage, found in by_passage(passages, places):
            if passage.item:
                # of an item that runs on over a page end the first part is the one to go to
                marks.append((None if passage.item.pk in anchored else passage.item.pk, found))
                anchored.add(passage.item.pk)
        pages.append((number + 1, size, marks))
    return _page(request, "pages", PAGES_CSP, {"import": row, "pages": pages, "count": len(pages)})


def _markup(request: HttpRequest, row: Import, original: Original) -> HttpResponse:
    markup = original.markup
    for passage, lines in by_passage(_passages(row, original), ((line, line) for line in original.lines)):
        if passage.item:
            markup = markup.replace(f'<span id="regel-{lines[0]}">', f'<span id="bericht-{passage.item.pk}">', 1)
    icon = request.build_absolute_uri(static("favicon.svg"))  # the one picture that it may load
    response = _page(request, "markup", {**MARKUP_CSP, "img-src": [icon]}, {"import": row, "markup": markup})
    # a page in a sandbox can't be opened by itself where it must be alone with its opener
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


def _page(request: HttpRequest, kind: str, policy: dict[str, Any], context: dict[str, object]) -> HttpResponse:
    response = render(request, f"admin/newsletters/import/original_{kind}.html", context)
    response["Content-Security-Policy"] = build_policy(config=policy)
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = PRIVATE
    return response


def _passages(row: Import, original: Original) -> list[Passage]:
    """The lines of each item; nothing where the items came from another file, or this one is read otherwise by now."""
    if row.newsletter is None or original.text != row.text or file_of(row.newsletter) != row:
        return []
    return passages_of(row.newsletter.items.all(), count=row.text.count("\n") + 1)
