"""The griffier's desk in the Django admin: upload, what became of it, review and publish."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.desk import DeskAdmin, desk_user
from newsletters import original_views
from newsletters.admin_names import SourceAdmin, ThemeAdmin
from newsletters.forms import Review, UploadForm
from newsletters.models import Import, Item, Newsletter
from newsletters.open_points import kept_counts, open_points
from newsletters.passages import file_of
from newsletters.services import imports, reviewing
from newsletters.tasks import queue_reading

__all__ = ["ImportAdmin", "NewsletterAdmin", "SourceAdmin", "ThemeAdmin"]


@admin.register(Import)
class ImportAdmin(DeskAdmin):
    """Uploads: adding one is uploading, and there is nothing to change by hand."""

    list_display = ["filename", "state_with_reason", "next_step", "uploaded"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["uploaded_by", "newsletter"]
    search_fields = ["filename", "problem"]
    actions = None
    fields = ("filename", "readable_size", "state", "problem", "uploaded_at", "uploader", "attempts", "newsletter")
    readonly_fields = fields
    change_list_template = "admin/newsletters/import/change_list.html"

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    @admin.display(description="status", ordering="state")
    def state_with_reason(self, row: Import) -> str:
        label = format_html('<strong class="state state-{}">{}</strong>', row.state, row.get_state_display())
        return format_html("{}<br>{}", label, row.problem) if row.problem else label

    @admin.display(description="geüpload", ordering="uploaded_at")
    def uploaded(self, row: Import) -> str:
        moment = date_format(timezone.localtime(row.uploaded_at), "j F Y H.i")
        return format_html("{} uur<br>{}", moment, row.uploaded_by or "")

    @admin.display(description="geüpload door")
    def uploader(self, row: Import) -> str:
        """Without a link: the pages of accounts are for the beheerder."""
        return str(row.uploaded_by or "")

    @admin.display(description="wat u kunt doen")
    def next_step(self, row: Import) -> str:
        links = [(reverse("admin:newsletters_import_original", args=[row.pk]), "Origineel ophalen")]
        if row.newsletter_id:
            words = "Nakijken" if row.state == Import.State.READY else "Naar de nieuwsbrief"
            links.insert(0, (reverse("admin:newsletters_newsletter_change", args=[row.newsletter_id]), words))
        steps = [format_html('<a href="{}">{}</a>', *link) for link in links]
        if row.may_be_added:
            url = reverse("admin:newsletters_import_settle", args=[row.pk])
            for choice in Import.Double:
                button = '<button formaction="{}" name="keuze" value="{}">{}</button>'
                steps.append(format_html(button, url, choice.value, str(choice.label).capitalize()))
        if row.state == Import.State.FAILED:
            url = reverse("admin:newsletters_import_retry", args=[row.pk])
            steps.insert(0, format_html('<button formaction="{}">Opnieuw proberen</button>', url))
        return format_html(" · ".join("{}" for _ in steps), *steps)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/opnieuw/", view(self.retry), name="newsletters_import_retry"),
            path("<int:pk>/dubbel/", view(self.settle), name="newsletters_import_settle"),
            path("<int:pk>/origineel/", view(self.original), name="newsletters_import_original"),
            path("<int:pk>/beeld/", view(self.shown), name="newsletters_import_shown"),
            path("<int:pk>/beeld/<int:page>.png", view(self.picture), name="newsletters_import_picture"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        is_busy = Import.objects.busy().exists()
        return super().changelist_view(request, {"title": "Uploads", "is_busy": is_busy, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            self._receive(request, form)
            return redirect("admin:newsletters_import_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Uploaden",
            "form": form,
            "max_bytes": settings.UPLOAD_MAX_BYTES,
        }
        return TemplateResponse(request, "admin/newsletters/import/upload.html", context)

    def _receive(self, request: HttpRequest, form: UploadForm) -> None:
        rows = [
            imports.receive_upload(file, filename=file.name, by=desk_user(request))
            for file in form.cleaned_data["files"]
        ]
        if form.cleaned_data["text"].strip():
            rows.append(imports.receive_text(form.cleaned_data["text"], by=desk_user(request)))
        for row in rows:
            self.log_addition(request, row, "Geüpload.")
            if row.state == Import.State.QUEUED:
                queue_reading(row.pk)
        waiting = sum(row.state == Import.State.QUEUED for row in rows)
        if waiting:
            words = "1 bestand wordt" if waiting == 1 else f"{waiting} bestanden worden"
            messages.success(request, f"{words} nu gelezen. Deze lijst ververst vanzelf.")
        if doubles := len(rows) - waiting:
            words = "1 bestand was" if doubles == 1 else f"{doubles} bestanden waren"
            messages.warning(request, f"{words} al eerder geüpload. Hieronder ziet u welke nieuwsbrief het is.")

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._read_again(request, pk, imports.retry_import)

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What to do with a mail that came in before in another format."""
        choice = request.POST.get("keuze", "")
        if request.method == "POST" and choice not in Import.Double.values:
            raise BadRequest("no such choice")
        return self._read_again(request, pk, lambda row: imports.settle_duplicate(row, choice=Import.Double(choice)))

    def _read_again(self, request: HttpRequest, pk: int, requeue: Callable[[Import], None]) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Import, pk=pk)
        try:
            requeue(row)
        except imports.CannotRetry as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, row, "Opnieuw laten lezen.")
            queue_reading(row.pk)
            messages.success(request, f"'{row.filename}' wordt opnieuw gelezen.")
        return redirect("admin:newsletters_import_changelist")

    def original(self, request: HttpRequest, pk: int) -> FileResponse:
        """The file as it came, as a download: whatever is in it, the browser must not open it here."""
        row = self._row_to_see(request, pk)
        return FileResponse(
            row.file.open("rb"),
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
        return original_views.picture(self._row_to_see(request, pk), page)

    def _row_to_see(self, request: HttpRequest, pk: int) -> Import:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Import.objects.select_related("newsletter"), pk=pk)

    @admin.display(description="grootte")
    def readable_size(self, row: Import) -> str:
        return filesizeformat(row.size)


@admin.register(Newsletter)
class NewsletterAdmin(DeskAdmin):
    """Newsletters; changing one is reviewing it, with the original beside the drafts."""

    list_display = ["__str__", "source", "published_on", "state"]
    list_filter = ["state", "source"]
    list_select_related = ["source"]
    search_fields = ["title", "source__name"]
    date_hierarchy = "published_on"
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return False

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        newsletter = self.get_object(request, unquote(object_id))
        if newsletter is None:
            raise Http404
        if not self.has_change_permission(request, newsletter):
            raise PermissionDenied
        review = self._saved(request, newsletter.pk) if request.method == "POST" else None
        if isinstance(review, HttpResponse):
            return review
        if review is not None:
            messages.error(request, "Er is nog niets bewaard: verbeter eerst de velden met een rode melding.")
        newsletter.refresh_from_db()
        row = file_of(newsletter)
        points = open_points(newsletter, row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(newsletter),
            "newsletter": newsletter,
            "import": row,
            "review": review or Review(newsletter, row),
            "original": original_views.beside(newsletter, row) if row else None,
            "points": points,
            "kept": kept_counts(newsletter),
            "has_drafts": newsletter.items.filter(state=Item.State.DRAFT).exists(),
        }
        return TemplateResponse(request, "admin/newsletters/newsletter/review.html", context)

    def _saved(self, request: HttpRequest, pk: int) -> HttpResponse | Review:
        """The way on after saving; the review itself where something in it is wrong, and then nothing is saved."""
        refused = ""
        with transaction.atomic():
            # whoever saves the same newsletter at this moment waits, and then gets its conflicts told
            newsletter = Newsletter.objects.select_for_update().get(pk=pk)
            row = file_of(newsletter)
            review = Review(newsletter, row, request.POST)
            if not review.is_valid():
                return review
            changed = _apply(review, row, request)
            try:
                if "publish" in request.POST:
                    reviewing.publish(newsletter, by=desk_user(request))
                elif "withdraw" in request.POST:
                    reviewing.withdraw(newsletter, by=desk_user(request))
            except reviewing.CannotPublish as error:
                refused = str(error)
        if review.lost_choices():
            messages.warning(request, "Een link die u een plaats gaf, had intussen al een plaats van een ander.")
        if refused:
            messages.error(request, refused)
        elif "publish" in request.POST:
            link = format_html('<a href="{}">Bekijk de nieuwsbrief</a>', newsletter.get_absolute_url())
            messages.success(request, format_html("De nieuwsbrief is gepubliceerd. {}", link))
        elif "withdraw" in request.POST:
            messages.success(request, "De nieuwsbrief is teruggetrokken. Leden zien hem niet meer.")
        else:
            messages.success(request, "Uw wijzigingen zijn bewaard." if changed else "Er was niets veranderd.")
        return redirect(request.path)




def _apply(review: Review, row: Import | None, request: HttpRequest) -> bool:
    """Hand each changed form to its service; True where anything was changed."""
    by = desk_user(request)
    changed = review.newsletter.has_changed()
    if changed:
        reviewing.edit_newsletter(review.newsletter.instance, by=by)
    for item_form in review.items:
        changed |= item_form.has_changed()
        if set(item_form.changed_data) - {"new_link"}:
            reviewing.edit_item(item_form.instance, is_kept=item_form.cleaned_data["is_kept"], by=by)
        if item_form.cleaned_data["new_link"]:
            reviewing.add_link(item_form.instance, item_form.cleaned_data["new_link"], by=by)
    for link_form in review.links:
        if link_form.has_changed():
            changed = True
            reviewing.set_address(link_form.instance, link_form.cleaned_data["address"], by=by)
    for event_form in review.events:
        if event_form.has_changed():
            changed = True
            reviewing.edit_event(event_form.instance, is_kept=event_form.cleaned_data["is_kept"], by=by)
    for unplaced_form in review.unplaced:
        url = unplaced_form.link["url"]
        if row and unplaced_form.item:
            changed = True
            reviewing.place_link(row, url, unplaced_form.item, by=by)
        elif row and unplaced_form.is_left_out:
            changed = True
            reviewing.leave_link_out(row, url, by=by)
    return changed
