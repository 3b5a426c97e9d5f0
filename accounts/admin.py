"""Data fixes on organisation, people and teams."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Team, User

admin.site.unregister(Group)


class KeptForever:
    """Rows that are deactivated instead of deleted: histories name them."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(KeptForever, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "language", "time_zone", "currency")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(User)
class PersonAdmin(KeptForever, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "first_name", "last_name", "email", "manager", "is_active", "is_superuser")
    list_select_related = ("manager",)
    autocomplete_fields = ("manager",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "manager")}),
        (_("Preferences"), {"fields": ("language", "time_zone", "theme")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "first_name", "last_name", "email", "usable_password"),
            },
        ),
        (None, {"classes": ("wide",), "fields": ("password1", "password2")}),
    )


@admin.register(Team)
class TeamAdmin(KeptForever, GroupAdmin):
    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    fields = ("name", "is_active")
