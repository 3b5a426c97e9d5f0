"""Runs of the outbox in the admin: read, try again, cancel."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from automations.models import ActionRun
from automations.services import RunRefused, run_cancel, run_retry


@admin.register(ActionRun)
class ActionRunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "kind", "record", "status", "attempts", "run_at", "finished_at", "error")
    list_filter = ("status", "kind")
    search_fields = ("=id", "event__record__name", "error")
    list_select_related = ("event__record",)
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("retry", "cancel")
    fields = (
        "kind",
        "record",
        "status",
        "attempts",
        "run_at",
        "lease_until",
        "finished_at",
        "error",
        "payload",
        "result",
        "idempotency_key",
        "created_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ActionRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ActionRun | None = None) -> bool:
        return False

    def has_run_permission(self, request: HttpRequest) -> bool:
        """The actions' permission: who may change runs, though the form itself is for reading."""
        return super().has_change_permission(request)

    @admin.display(description=gettext_lazy("record"))
    def record(self, run: ActionRun) -> str:
        return run.event.record.name

    @admin.action(description=gettext_lazy("Try the selected runs again"), permissions=["run"])
    def retry(self, request: HttpRequest, queryset: QuerySet[ActionRun]) -> None:
        self._each(request, queryset, run_retry, _("Tried again"))

    @admin.action(description=gettext_lazy("Cancel the selected runs"), permissions=["run"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[ActionRun]) -> None:
        self._each(request, queryset, run_cancel, _("Cancelled"))

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[ActionRun],
        service: Callable[..., None],
        note: str,
    ) -> None:
        now: datetime = timezone.now()
        done = 0
        for run in queryset.order_by("pk"):
            try:
                service(run, actor=request.user, now=now)
            except RunRefused as error:
                self.message_user(request, f"{run}: {error}", messages.WARNING)
            else:
                self.log_change(request, run, note)
                done += 1
        text = ngettext("%(count)s run changed.", "%(count)s runs changed.", done) % {"count": done}
        self.message_user(request, text)
