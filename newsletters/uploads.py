"""The griffier's pages for uploads: sending files, what became of each, and what to do with those that went wrong."""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import DeskAdmin, desk_user
from accounts.history import note
from newsletters import original_views
from newsletters.forms import UploadForm
from newsletters.models import Import, ImportQuerySet
from newsletters.progress import being_read, progress_of, standstill
from newsletters.services import imports, uploads
from newsletters.sign_of_life import silent_before
from newsletters.tasks import queue_reading

logger = logging.getLogger(__name__)

PAGE_SIZE = 50
LIST = "admin:newsletters_import_changelist"
TEMPLATES = "admin/newsletters/import"
PASTED = "de geplakte tekst"
NOT_KEPT = "De opslag van bestanden antwoordt niet. Dit bestand is nog niet bewaard."


class ImportAdmin(DeskAdmin):
    """Uploads: adding one is uploading, and there is nothing to change by hand."""

    fields = ("filename", "readable_size", "state", "problem", "uploaded_at", "uploader", "attempts", "newsletter")
    readonly_fields = fields
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    @admin.display(description="geüpload door")
    def uploader(self, row: Import) -> str:
        """Without a link: the pages of accounts are for the beheerder."""
        return str(row.uploaded_by or "")

    @admin.display(description="grootte")
    def readable_size(self, row: Import) -> str:
        return filesizeformat(row.size)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("opnieuw/", view(self.retry_all), name="newsletters_import_retry_all"),
            path("wegleggen/", view(self.set_all_aside), name="newsletters_import_set_all_aside"),
            path("<int:pk>/opnieuw/", view(self.retry), name="newsletters_import_retry"),
            path("<int:pk>/dubbel/", view(self.settle), name="newsletters_import_settle"),
            path("<int:pk>/wegleggen/", view(self.set_aside), name="newsletters_import_set_aside"),
            path("<int:pk>/invullen/", view(self.fill_in), name="newsletters_import_fill_in"),
            path("<int:pk>/origineel/", view(require_safe(self.original)), name="newsletters_import_original"),
            path("<int:pk>/beeld/", view(require_safe(self.shown)), name="newsletters_import_shown"),
            path("<int:pk>/beeld/<int:page>.png", view(require_safe(self.picture)), name="newsletters_import_picture"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; for the list that refreshes itself only the part that changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = _uuid(request.GET.get("upload"))
        words = request.GET.get("q", "").strip()
        state = request.GET.get("status", "")
        now = timezone.now()
        rows = _batch(batch)
        if words:
            rows = rows.filter(Q(filename__icontains=words) | Q(problem__icontains=words))
        counts = progress_of(rows, now=now)
        listed = rows.for_list().as_sent() if batch else rows.for_list().newest_first()
        if state in Import.State.values:
            listed = _in_state(listed, state, silent_before(now))
        context = {
            "opts": self.opts,
            "page": Paginator(listed, PAGE_SIZE).get_page(request.GET.get("pagina")),
            "batch": batch,
            "words": words,
            "state": state,
            "states": _states(counts.by_state(), request),
            "progress": progress_of(being_read(batch), now=now),
            "standstill": standstill(now),
            "silent_before": silent_before(now),
            "may_upload": self.has_add_permission(request),
            "retries": _batch(batch).worth_retrying().count(),
            "query": _query(request, "upload", "q", "status"),
        }
        if request.htmx:  # type: ignore[attr-defined]
            return TemplateResponse(request, f"{TEMPLATES}/list.html", context)
        context |= {**self.admin_site.each_context(request), "title": "Uploads", **(extra_context or {})}
        return TemplateResponse(request, f"{TEMPLATES}/change_list.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_script = request.headers.get("Accept") == "application/json"
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES)
        else:
            form = UploadForm(initial={"batch": uuid.uuid4(), "number": 0})
        status = 200
        if form.is_valid():
            rows, left = self._receive(request, form)
            if left:
                form.add_error(None, _not_kept(rows, left))
                status = 503
            elif is_script:
                return JsonResponse({"uploads": [_as_json(row) for row in rows]})
            else:
                return redirect(_list_address(urlencode({"upload": form.cleaned_data["batch"]})))
        if is_script and status == 503:
            return JsonResponse({"problem": NOT_KEPT}, status=status)
        if is_script and form.is_bound:
            return JsonResponse({"problem": " ".join(str(e) for es in form.errors.values() for e in es)}, status=400)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Uploaden",
            "form": form,
            "max_bytes": settings.UPLOAD_MAX_BYTES,
            "standstill": standstill(timezone.now()),
        }
        return TemplateResponse(request, f"{TEMPLATES}/upload.html", context, status=status)

    def _receive(self, request: HttpRequest, form: UploadForm) -> tuple[list[Import], list[str]]:
        """Keep what was sent. The same request again leaves the same rows, and says the same.

        Also the names of what could not be kept: where the store does not take one, no others are tried.
        """
        by, batch, number = desk_user(request), form.cleaned_data["batch"], form.cleaned_data["number"]
        files, text = form.cleaned_data["files"], form.cleaned_data["text"]
        names = [*(file.name for file in files), *([PASTED] if text.strip() else [])]
        rows = []
        try:
            for place, file in enumerate(files, start=number):
                rows.append(imports.receive_upload(file, filename=file.name, by=by, batch=batch, number=place))
            if text.strip():
                rows.append(imports.receive_text(text, by=by, batch=batch, number=number + len(files)))
        except OSError as error:
            logger.warning("%s uploads could not be kept: %s", len(names) - len(rows), error)
        for row in rows:
            self.log_addition(request, row, "Geüpload.")
            if row.state == Import.State.QUEUED:
                queue_reading(row.pk)
        return rows, names[len(rows) :]

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._read_again(request, pk, uploads.retry_import)

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What to do with a mail that came in before in another format."""
        choice = request.POST.get("keuze", "")
        if request.method == "POST" and choice not in Import.Double.values:
            raise BadRequest("no such choice")
        return self._read_again(request, pk, lambda row: uploads.settle_duplicate(row, choice=Import.Double(choice)))

    def _read_again(self, request: HttpRequest, pk: int, requeue: Callable[[Import], bool]) -> HttpResponse:
        def act(row: Import) -> None:
            if requeue(row):
                queue_reading(row.pk)
                self.log_change(request, row, "Opnieuw in de wachtrij gezet.")
            messages.success(request, f"'{row.filename}' wordt opnieuw gelezen.")

        return self._on_row(request, pk, act)

    def set_aside(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(row: Import) -> None:
            if uploads.set_aside(row):
                self.log_change(request, row, "Weggelegd.")
            messages.success(request, f"'{row.filename}' is weggelegd. U vindt het terug bij 'weggelegd'.")

        return self._on_row(request, pk, act)

    def fill_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the review page of a newsletter that the griffier writes from a file that could not be read."""

        def act(row: Import) -> HttpResponse:
            newsletter = uploads.fill_in_by_hand(row, by=desk_user(request))
            self.log_change(request, row, "Met de hand ingevuld.")
            return redirect("admin:newsletters_newsletter_change", newsletter.pk)

        return self._on_row(request, pk, act)

    def _on_row(self, request: HttpRequest, pk: int, act: Callable[[Import], HttpResponse | None]) -> HttpResponse:
        """Do one thing with one upload and go on; back to the list where act names no other page."""
        if refused := self._refusal(request):
            return refused
        answer = None
        try:
            answer = act(get_object_or_404(Import, pk=pk))
        except uploads.CannotDo as error:
            messages.error(request, str(error))
        return answer or _back(request)

    def retry_all(self, request: HttpRequest) -> HttpResponse:
        if refused := self._refusal(request):
            return refused
        ids = uploads.retry_failed(_batch(_uuid(request.POST.get("upload"))))
        for pk in ids:
            queue_reading(pk)
        self._log_changes(request, ids, "Opnieuw in de wachtrij gezet.")
        if ids:
            words = "1 upload wordt" if len(ids) == 1 else f"{len(ids)} uploads worden"
            messages.success(request, f"{words} opnieuw gelezen.")
        else:
            messages.info(request, "Er is geen mislukte upload meer die opnieuw kan.")
        return _back(request)

    def set_all_aside(self, request: HttpRequest) -> HttpResponse:
        if refused := self._refusal(request):
            return refused
        ids = uploads.set_waiting_aside(_batch(_uuid(request.POST.get("upload"))))
        self._log_changes(request, ids, "Weggelegd.")
        if ids:
            words = "1 upload wordt" if len(ids) == 1 else f"{len(ids)} uploads worden"
            messages.success(request, f"{words} niet gelezen. Dat kan later alsnog: kijk bij 'weggelegd'.")
        else:
            messages.info(request, "Er wacht niets meer.")
        return _back(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None

    def _log_changes(self, request: HttpRequest, ids: Iterable[int], words: str) -> None:
        for row in Import.objects.filter(pk__in=list(ids)).only("pk", "filename"):
            note(row, words, by=desk_user(request))

    def original(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """The file as it came, as a download: whatever is in it, the browser must not open it here."""
        row = self._row_to_see(request, pk)
        if not row.file:
            raise Http404
        try:
            file = row.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        except OSError as error:
            return original_views.away(request, row, error)
        return FileResponse(
            file,
            as_attachment=True,
            filename=row.filename,
            content_type="application/octet-stream",
            headers={"Cache-Control": original_views.PRIVATE},
        )

    def shown(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file as it came, to look at: the review page frames it."""
        return original_views.shown(request, self._row_to_see(request, pk))

    def picture(self, request: HttpRequest, pk: int, page: int) -> HttpResponse:
        """A drawn page of the file."""
        return original_views.picture(request, self._row_to_see(request, pk), page)

    def _row_to_see(self, request: HttpRequest, pk: int) -> Import:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Import.objects.select_related("newsletter"), pk=pk)


def _not_kept(rows: list[Import], left: list[str]) -> str:
    """What the griffier must send again. Browsers never fill files in again; the pasted text stays in the form."""
    told = ["De opslag van bestanden antwoordt niet. Dit is niet bewaard: " + ", ".join(left) + "."]
    if len(rows) == 1:
        told.append(f"'{rows[0].filename}' is wel bewaard.")
    elif rows:
        told.append(f"{len(rows)} andere bestanden zijn wel bewaard.")
    return " ".join([*told, "Probeer het over een paar minuten opnieuw met wat niet is bewaard."])


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _batch(batch: uuid.UUID | None) -> ImportQuerySet:
    return Import.objects.filter(batch=batch) if batch else Import.objects.all()


def _in_state(rows: ImportQuerySet, state: str, silent: datetime) -> ImportQuerySet:
    """As progress_of counts them: what a dead worker was reading waits."""
    if state == Import.State.QUEUED:
        return rows.waiting(silent)
    if state == Import.State.PARSING:
        return rows.filter(state=state, heartbeat_at__gte=silent)
    return rows.filter(state=state)


def _states(counts: dict[str, int], request: HttpRequest) -> list[tuple[str, str, int, str]]:
    """The choices above the list: value, words, number of uploads and query string."""
    base = _query(request, "upload", "q")
    choices = [("", "alle", sum(counts.values()), base)]
    for value, label in Import.State.choices:
        query = f"{base}&status={value}" if base else f"status={value}"
        choices.append((value, str(label), counts[value], query))
    return choices


def _query(request: HttpRequest, *names: str) -> str:
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})


def _list_address(query: str) -> str:
    return f"{reverse(LIST)}?{query}" if query else reverse(LIST)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was: the form carries its query string, which leads nowhere else."""
    return redirect(_list_address(request.POST.get("terug", "")))


def _as_json(row: Import) -> dict[str, str | int]:
    return {"number": row.number, "state": row.state, "label": row.get_state_display(), "problem": row.problem}
