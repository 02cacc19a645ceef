"""The frame as a Django app, so that its commands and templates are found."""

from django.apps import AppConfig


class GriffieportalConfig(AppConfig):
    name = "griffieportal"
    verbose_name = "Griffieportal"
