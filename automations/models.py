"""The outbox: one row for each thing that has to happen after a move."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from automations.choices import RunStatus
from processes.models import Action
from records.models import RecordEvent


class ActionRunQuerySet(models.QuerySet["ActionRun"]):
    def open(self) -> "ActionRunQuerySet":
        """Not ended yet. The states stand in the SQL as words: SQLite takes a partial index only where it can
        read its condition, which bound parameters hide."""
        states = [RawSQL("'pending'", ()), RawSQL("'running'", ())]
        return self.filter(status__in=states)


class ActionRun(models.Model):
    """One action of one event: written in the move's own transaction, carried out afterwards.

    `payload` is the snapshot of what is to be done, rendered when the move was made; `prepared` holds the
    very bytes that were or will be sent, so that a retry sends the same.
    """

    event = models.ForeignKey(RecordEvent, on_delete=models.PROTECT, related_name="action_runs")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    status = models.CharField(
        _("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    run_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    prepared = models.BinaryField(_("bytes sent"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    idempotency_key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ActionRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("action run")
        verbose_name_plural = _("action runs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "action"], name="one_run_per_event_and_action"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["run_at", "id"],
                condition=models.Q(status__in=["pending", "running"]),
                name="action_run_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
