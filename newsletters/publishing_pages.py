"""Pages for publishing: all or some of the items, now or at a set moment; and reading the file again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html

from accounts.desk import desk_user
from newsletters.forms_by_hand import PlanForm, PublishForm
from newsletters.models import Item, Newsletter
from newsletters.newsletter_pages import NewsletterPages, fingerprint
from newsletters.open_points import unsure_in
from newsletters.passages import file_of
from newsletters.services import planning, rereading, reviewing


class PublishingPages(NewsletterPages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "newsletters_newsletter_"
        return [
            path("<int:pk>/publiceren/", view(self.publish), name=f"{name}publish"),
            path("<int:pk>/later/", view(self.plan), name=f"{name}plan"),
            path("<int:pk>/niet-later/", view(self.cancel_plan), name=f"{name}cancel_plan"),
            path("<int:pk>/opnieuw-lezen/", view(self.read_again), name=f"{name}read_again"),
            *super().get_urls(),
        ]

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose what to publish; what is unsure is told first."""
        newsletter = self.newsletter_to_change(request, pk)
        points = unsure_in(newsletter, file_of(newsletter))
        seen = fingerprint(point.key for point in points)
        drafts = newsletter.items.filter(state=Item.State.DRAFT).order_by("position")
        form = PublishForm(request.POST if request.method == "POST" else None, drafts=drafts, seen=seen)
        if newsletter.state == Newsletter.State.WITHDRAWN and request.method == "POST" and not drafts:
            return self._publish(request, newsletter, None)  # what was shown before comes back as it was
        if form.is_valid():
            return self._publish(request, newsletter, [item.pk for item in form.cleaned_data["items"]])
        return self.page(
            request,
            "publish",
            title="Publiceren",
            newsletter=newsletter,
            form=form,
            points=points,
            drafts=drafts,
            shown=newsletter.items.filter(state=Item.State.PUBLISHED).count(),
        )

    def _publish(self, request: HttpRequest, newsletter: Newsletter, only: list[int] | None) -> HttpResponse:
        try:
            reviewing.publish(newsletter, by=desk_user(request), only=only)
        except reviewing.CannotPublish as error:
            messages.error(request, str(error))
        else:
            link = format_html('<a href="{}">Bekijk de nieuwsbrief</a>', newsletter.get_absolute_url())
            messages.success(request, format_html("De nieuwsbrief is gepubliceerd. {}", link))
        return self.to_review(newsletter)

    def plan(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the moment at which the newsletter is published by itself."""
        newsletter = self.newsletter_to_change(request, pk)
        if newsletter.state == Newsletter.State.PUBLISHED:
            messages.warning(request, "Deze nieuwsbrief is al gepubliceerd.")
            return self.to_review(newsletter)
        points = unsure_in(newsletter, file_of(newsletter))
        keys = [point.key for point in points]
        seen = fingerprint(keys)
        form = PlanForm(
            request.POST if request.method == "POST" else None, seen=seen, planned=newsletter.publish_at
        )  # fmt: skip
        if form.is_valid():
            at = form.cleaned_data["moment"]
            try:
                planning.plan(newsletter, at=at, seen=keys, by=desk_user(request))
            except planning.CannotPlan as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"De nieuwsbrief wordt gepubliceerd op {planning.moment(at)}.")
                return self.to_review(newsletter)
        return self.page(
            request, "plan", title="Later publiceren", newsletter=newsletter, form=form, points=points
        )  # fmt: skip

    def cancel_plan(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        newsletter = self.newsletter_to_change(request, pk)
        if planning.cancel_plan(newsletter, by=desk_user(request)):
            messages.success(request, "De nieuwsbrief staat niet meer klaar om vanzelf te publiceren.")
        elif newsletter.state == Newsletter.State.PUBLISHED:
            messages.warning(request, "De nieuwsbrief was al gepubliceerd. U kunt hem terugtrekken.")
        return self.to_review(newsletter)

    def read_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what reading the file again would change; after that was seen, do it."""
        newsletter = self.newsletter_to_change(request, pk)
        try:
            if request.method == "POST":
                seen = request.POST.get("seen", "")
                rereading.read_again(newsletter, fingerprint=seen, by=desk_user(request))
                messages.success(request, "De nieuwsbrief is opnieuw gelezen. Kijk na wat er veranderd is.")
                return self.to_review(newsletter)
            found = rereading.look(newsletter)
        except rereading.CannotReread as error:
            messages.error(request, str(error))
            if request.method == "POST":
                return redirect(request.path)
            return self.to_review(newsletter)
        return self.page(request, "read_again", title="Opnieuw lezen", newsletter=newsletter, found=found)
