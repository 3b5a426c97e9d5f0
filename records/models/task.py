"""Tasks: something a person has to do."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.models.event import RecordEvent
from records.models.record import Record


class TaskQuerySet(models.QuerySet["Task"]):
    def unfinished(self) -> "TaskQuerySet":
        """What isn't done, of deleted records too: it comes back with them."""
        return self.filter(done_at=None)

    def open(self) -> "TaskQuerySet":
        """What waits to be done: as long as a record is deleted its tasks are on nobody's list."""
        return self.unfinished().filter(models.Q(record=None) | models.Q(record__deleted_at=None))

    def with_record(self) -> "TaskQuerySet":
        """With all that it takes to say whether somebody may open the record."""
        return self.select_related(
            "record__module", "record__owner", "record__state__version__process", "event__transition"
        )

    def by_due_date(self) -> "TaskQuerySet":
        return self.order_by(models.F("due_date").asc(nulls_last=True), "pk")


class Task(models.Model):
    """A to-do on somebody's list, usually made by a move. `warning` says what went wrong when it was made."""

    record = models.ForeignKey(
        Record,
        verbose_name=_("record"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    event = models.ForeignKey(
        RecordEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    warning = models.CharField(_("warning"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes: ClassVar = [
            models.Index(
                fields=["assignee", "due_date", "id"],
                condition=models.Q(done_at=None),
                name="open_task_by_assignee",
            ),
            models.Index(fields=["record", "id"], name="task_by_record"),
        ]

    def __str__(self) -> str:
        return self.title
