"""The frame as a Django app, so that its commands and templates are found; and the admin with its own first page."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps

from griffieportal import errors


class GriffieportalConfig(AppConfig):
    default = True
    name = "griffieportal"
    verbose_name = "Griffieportal"

    def ready(self) -> None:
        errors.report_to(settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT)


class DeskConfig(admin_apps.AdminConfig):
    default = False
    default_site = "griffieportal.admin.Desk"
