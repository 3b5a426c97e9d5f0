"""Data fixes on organisation, people and teams."""

from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Team, User
from accounts.services import (
    LastAdministrator,
    ManagerCycle,
    require_another_administrator,
    require_manager_above,
)

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


class PersonFixForm(UserChangeForm):  # type: ignore[type-arg]
    """The rules over several people hold here, too."""

    def clean_manager(self) -> User | None:
        manager: User | None = self.cleaned_data["manager"]
        try:
            require_manager_above(self.instance, manager)
        except ManagerCycle as refused:
            raise ValidationError(refused.messages) from refused
        return manager

    def clean_is_superuser(self) -> bool:
        wanted = bool(self.cleaned_data["is_superuser"])
        if self.instance.is_administrator and not wanted:
            try:
                require_another_administrator(self.instance, "is_superuser")
            except LastAdministrator as refused:
                raise ValidationError(refused.messages) from refused
        return wanted


@admin.register(User)
class PersonAdmin(KeptForever, UserAdmin):  # type: ignore[type-arg]
    form = PersonFixForm
    # Somebody leaves on the product's own page, where others take over what depends on them.
    readonly_fields = ("is_active",)
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


@admin.register(AccessAttempt)
class FailedSignInAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who failed to sign in lately; a row that is deleted lets that name try again at once."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "user_agent", "failures_since_start")
    ordering = ("-attempt_time",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
