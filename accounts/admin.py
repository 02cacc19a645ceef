"""Accounts and their rights in the Django admin, for the beheerder; and the history of what was done."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.admin_access import MailAdmin, RejectionTextAdmin, SignUpRequestAdmin, TrustedDomainAdmin
from accounts.admin_factors import FactorsAdmin
from accounts.admin_members import MemberAdmin
from accounts.desk import DeskAdmin
from accounts.models import Change, User

__all__ = [
    "ChangeAdmin",
    "MailAdmin",
    "MemberAdmin",
    "RejectionTextAdmin",
    "SignUpRequestAdmin",
    "TrustedDomainAdmin",
    "UserAdmin",
]


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(FactorsAdmin, DjangoUserAdmin):
    """As Django's own, but for log-ins by e-mail address."""

    add_form = UserCreationForm
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups", "audience"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Mandaat", {"fields": ["audience", "fractie", "mandate_until"]}),
        ("Rechten", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Data", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "name", "usable_password", "password1", "password2"]}),
    ]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """There are few groups, so all of them can be ticked."""
        kwargs.setdefault("widget", CheckboxSelectMultiple)
        kwargs.setdefault(
            "help_text", "Wie in de groep Griffie zit en toegang heeft tot het beheer, werkt op het bureau."
        )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Change)
class ChangeAdmin(DeskAdmin):
    """Who did what, and when: to be read only, for everybody."""

    list_display = ["moment", "who", "subject", "words"]
    list_display_links = None
    list_select_related = ["by"]
    search_fields = ["about_name", "words", "by__name", "by__email"]
    list_per_page = 50
    show_full_result_count = False
    actions = None
    fields = ["moment", "who", "subject", "words"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False

    @admin.display(description="wanneer", ordering="pk")
    def moment(self, row: Change) -> str:
        return date_format(timezone.localtime(row.at), "j F Y H.i") + " uur"

    @admin.display(description="wie", ordering="by__name")
    def who(self, row: Change) -> str:
        return row.who

    @admin.display(description="waarvan", ordering="about_name")
    def subject(self, row: Change) -> str:
        """The name, with a link to the history of the whole that it belongs to; that is there for what is gone too."""
        label, _, pk = (row.part_of or row.about).partition(":")
        page = "accounts_member" if label == "accounts.user" else label.replace(".", "_")
        try:
            url = reverse(f"admin:{page}_history", args=[pk])
        except NoReverseMatch:
            return row.about_name
        return format_html('<a href="{}">{}</a>', url, row.about_name)
