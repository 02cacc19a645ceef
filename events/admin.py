"""Events in the Django admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.desk import DeskAdmin
from events.models import Event
from events.services import change_event


@admin.register(Event)
class EventAdmin(DeskAdmin):
    list_display = ["title", "starts_on", "starts_at", "location", "state"]
    list_filter = ["state", "is_cancelled", "starts_on"]
    search_fields = ["title", "location"]
    date_hierarchy = "starts_on"
    actions = None
    fields = [
        "title",
        "starts_on",
        "ends_on",
        "starts_at",
        "ends_at",
        "location",
        "url",
        "is_cancelled",
        "state",
        "sentence",
    ]
    readonly_fields = ["state", "sentence"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:  # noqa: FBT001
        change_event(obj, changed=form.changed_data)
