"""Data fixes on records and tasks, and reading of what happened."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from processes.definition import NAME_FIELD, OWNER_FIELD
from processes.fields import Stored, kind_of
from processes.loading import module_def
from records.engine.refusals import Refusal
from records.models import ProcessRun, Record, RecordEvent, Task
from records.services import record_update


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the program writes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RecordFixForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Record
        fields = ("name", "owner")

    def clean_name(self) -> str:
        field = module_def(self.instance.module).fields[NAME_FIELD]
        name = kind_of(field).clean(field, self.cleaned_data["name"])
        if name is None:
            raise ValidationError(_("This field is required."))
        return str(name)


@admin.register(Record)
class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Name and owner; the other fields on the record's own page, the state through its process only."""

    form = RecordFixForm
    list_display = ("id", "name", "module", "state", "owner", "updated_at", "is_deleted")
    list_display_links = ("id", "name")
    list_filter = ("module",)
    list_select_related = ("module", "state", "owner")
    search_fields = ("=id", "name", "=external_id")
    ordering = ("-id",)
    show_full_result_count = False
    autocomplete_fields = ("owner",)
    fields = ("name", "owner", "page", "module", "state", "run", "entered_state_at", "values",
              "external_id", "revision", "created_at", "created_by", "updated_at", "updated_by",
              "deleted_at")  # fmt: skip
    readonly_fields = fields[2:]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("deleted"), boolean=True)
    def is_deleted(self, record: Record) -> bool:
        return record.deleted_at is not None

    @admin.display(description=gettext_lazy("page"))
    def page(self, record: Record) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', reverse("record", args=[record.pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal:
            text = _("Nothing was changed: the record is gone, or others were changing it. Try again.")
            messages.error(request, text)
            return HttpResponseRedirect(request.path)

    def save_model(
        self, request: HttpRequest, obj: Record, form: "forms.BaseModelForm[Record]", change: bool
    ) -> None:
        """Through the service, so that an event says who changed what; raises Refusal."""
        typed: dict[str, Stored] = {NAME_FIELD: obj.name, OWNER_FIELD: obj.owner_id}
        changes = {key: typed[key] for key in form.changed_data}
        actor = User.objects.get(pk=request.user.pk)
        record_update(record_id=obj.pk, changes=changes, actor=actor, now=timezone.now())


@admin.register(RecordEvent)
class RecordEventAdmin(ReadOnly):
    list_display = ("id", "at", "kind", "record", "actor", "from_state", "to_state")
    list_filter = ("kind",)
    list_select_related = ("record", "actor", "from_state", "to_state")
    search_fields = ("=record__id", "record__name")
    ordering = ("-id",)


@admin.register(ProcessRun)
class ProcessRunAdmin(ReadOnly):
    list_display = ("id", "record", "process", "started_at", "finished_at", "outcome")
    list_filter = ("process", "outcome")
    list_select_related = ("record", "process")
    search_fields = ("=record__id", "record__name")
    ordering = ("-id",)


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "title", "assignee", "due_date", "record", "done_at")
    list_select_related = ("assignee", "record")
    search_fields = ("=id", "title", "record__name")
    ordering = ("-id",)
    show_full_result_count = False
    autocomplete_fields = ("assignee",)
    fields = ("title", "description", "assignee", "due_date", "record", "warning", "created_at", "done_at")
    readonly_fields = ("record", "warning", "created_at", "done_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
