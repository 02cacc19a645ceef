"""The griffier's desk as a whole: the Django admin with the portal's own log-in and a first page of ours."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator

from newsletters.models import Newsletter


class Desk(admin.AdminSite):
    # one way in for everybody: the log-in of the portal, with its limits on guessing
    login = method_decorator(secure_admin_login)(admin.AdminSite.login)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        drafts = Newsletter.objects.filter(state=Newsletter.State.DRAFT).count()
        return super().index(request, {"drafts": drafts, **(extra_context or {})})
