"""Data fixes on modules, fields and processes; versions and their parts are for reading."""

from typing import Any

import pydantic
from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from processes import services
from processes.choices import VersionStatus
from processes.files.exporting import field_spec, module_spec, process_head
from processes.files.reasons import reason_of
from processes.models import (
    Action,
    DuringItem,
    Field,
    Module,
    Process,
    ProcessVersion,
    State,
    Transition,
    TransitionSource,
)
from processes.services.field_rules import forbidden_changes


def _designer(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("The admin site is for people who have signed in.")
    return request.user


class SpecForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose row must make a specification: what a process file refuses is refused here too."""

    def specify(self) -> pydantic.BaseModel:
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.spec = self.specify()
        except pydantic.ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0])
                self.add_error(name if name in self.fields else None, reason_of(detail))


class ModuleForm(SpecForm):
    def specify(self) -> pydantic.BaseModel:
        return module_spec(self.instance)


class FieldForm(SpecForm):
    def specify(self) -> pydantic.BaseModel:
        spec = field_spec(self.instance)
        stored = Field.objects.get(pk=self.instance.pk)
        for path, reason in forbidden_changes(stored, spec):
            name = f"is_{path[0]}"
            self.add_error(name if name in self.fields else None, reason)
        return spec


class ProcessForm(SpecForm):
    def specify(self) -> pydantic.BaseModel:
        return process_head(self.instance)


class NotMadeHere:
    """Rows that are made by process files and the designer, and kept because records refer to them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ForReading(NotMadeHere):
    """Versions and their parts: a published one never changes, a draft changes in the designer."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Module)
class ModuleAdmin(NotMadeHere, admin.ModelAdmin):  # type: ignore[type-arg]
    form = ModuleForm
    list_display = ("label_plural", "key", "field_count", "sharing", "position", "revision")
    list_filter = ("sharing",)
    search_fields = ("key", "label", "label_plural")
    ordering = ("position", "pk")
    fields = ("key", "label", "label_plural", "name_label", "icon", "sharing", "revision")
    readonly_fields = ("key", "revision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Module]:
        rows: QuerySet[Module] = super().get_queryset(request)
        return rows.annotate(count=Count("fields", filter=Q(fields__is_archived=False)))

    @admin.display(description=_("fields in use"), ordering="count")
    def field_count(self, module: Any) -> int:
        return int(module.count)

    def save_model(self, request: HttpRequest, obj: Module, form: Any, change: bool) -> None:
        services.module_change(module=Module.objects.get(pk=obj.pk), spec=form.spec, actor=_designer(request))


@admin.register(Field)
class FieldAdmin(NotMadeHere, admin.ModelAdmin):  # type: ignore[type-arg]
    form = FieldForm
    list_display = ("label", "key", "module", "kind", "is_required", "is_unique", "section", "is_archived")
    list_filter = ("module", "kind", "is_archived")
    list_select_related = ("module",)
    search_fields = ("key", "label")
    ordering = ("module__position", "module", "position", "pk")
    fields = (
        "module",
        "key",
        "kind",
        "label",
        "section",
        "help_text",
        "is_required",
        "is_archived",
        "is_unique",
        "options",
        "settings",
    )
    readonly_fields = ("module", "key", "kind", "is_unique", "options", "settings")

    def save_model(self, request: HttpRequest, obj: Field, form: Any, change: bool) -> None:
        field = Field.objects.select_related("module").get(pk=obj.pk)
        services.field_change(field=field, spec=form.spec, actor=_designer(request))


@admin.register(Process)
class ProcessAdmin(NotMadeHere, admin.ModelAdmin):  # type: ignore[type-arg]
    form = ProcessForm
    list_display = (
        "name",
        "key",
        "module",
        "state_field",
        "is_active",
        "priority",
        "version_count",
        "archived_at",
    )
    list_filter = ("is_active", "module")
    list_select_related = ("module", "state_field")
    search_fields = ("key", "name")
    ordering = ("module__position", "priority", "pk")
    fields = ("key", "module", "state_field", "is_active", "archived_at", "name", "description", "priority")
    readonly_fields = ("key", "module", "state_field", "is_active", "archived_at")
    actions = ("activate", "deactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Process]:
        rows: QuerySet[Process] = super().get_queryset(request)
        published = Count("versions", filter=~Q(versions__status=VersionStatus.DRAFT))
        return rows.annotate(count=published)

    @admin.display(description=_("published versions"), ordering="count")
    def version_count(self, process: Any) -> int:
        return int(process.count)

    def has_change_permission(self, request: HttpRequest, obj: Process | None = None) -> bool:
        is_deleted = obj is not None and obj.archived_at is not None
        return not is_deleted and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Process, form: Any, change: bool) -> None:
        process = Process.objects.select_related("module", "state_field").get(pk=obj.pk)
        services.process_change(process=process, spec=form.spec, actor=_designer(request))

    @admin.action(description=_("Take the selected processes into use"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Process]) -> None:
        self._each(request, queryset, services.process_activate)

    @admin.action(description=_("Take the selected processes out of use"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Process]) -> None:
        self._each(request, queryset, services.process_deactivate)

    def _each(self, request: HttpRequest, queryset: QuerySet[Process], service: Any) -> None:
        done = 0
        for process in queryset.filter(archived_at=None).order_by("pk"):
            try:
                service(process=process, actor=_designer(request))
            except services.DefinitionRefusedError as error:
                self.message_user(request, f"{process}: {error}", messages.WARNING)
            else:
                self.log_change(request, process, str(service.__name__))
                done += 1
        text = ngettext("%(count)s process changed.", "%(count)s processes changed.", done)
        self.message_user(request, text % {"count": done})


class PartInline(ForReading, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False
    select_related: tuple[str, ...]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).select_related(*self.select_related).order_by("pk")


class StateInline(PartInline):
    model = State
    fields = ("key", "is_start", "is_exit", "x", "y")
    select_related = ("version",)


class TransitionInline(PartInline):
    model = Transition
    fields = ("key", "name", "to_state", "is_common", "position")
    select_related = ("to_state",)
    show_change_link = True


class SourceInline(PartInline):
    model = TransitionSource
    fields = ("state",)
    select_related = ("state",)


class ItemInline(PartInline):
    model = DuringItem
    fields = ("key", "kind", "field", "is_required", "config", "position")
    select_related = ("field",)


class ActionInline(PartInline):
    model = Action
    fields = ("key", "kind", "condition", "delay", "is_enabled", "config", "position")
    select_related = ("transition",)


@admin.register(ProcessVersion)
class ProcessVersionAdmin(ForReading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("process", "number", "status", "published_at", "published_by", "note")
    list_filter = ("status", "process")
    list_select_related = ("process", "published_by")
    search_fields = ("process__name", "process__key")
    ordering = ("process", "-number")
    fields = (
        "process",
        "number",
        "status",
        "entry_criteria",
        "revision",
        "published_at",
        "published_by",
        "note",
    )
    inlines = (StateInline, TransitionInline)


@admin.register(Transition)
class TransitionAdmin(ForReading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "key", "process", "version_number", "to_state", "is_common", "position")
    list_filter = ("version__status", "version__process")
    list_select_related = ("version__process", "to_state")
    search_fields = ("key", "name")
    ordering = ("version", "position", "pk")
    fields = (
        "version",
        "key",
        "name",
        "description",
        "colour",
        "is_common",
        "to_state",
        "criteria",
        "criteria_message",
        "dynamic_owners",
        "forbid_self_approval",
        "trigger",
        "position",
    )
    inlines = (SourceInline, ItemInline, ActionInline)

    @admin.display(description=_("process"), ordering="version__process")
    def process(self, transition: Transition) -> str:
        return transition.version.process.name

    @admin.display(description=_("version"), ordering="version__number")
    def version_number(self, transition: Transition) -> int:
        return transition.version.number
