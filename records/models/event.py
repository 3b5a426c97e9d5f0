"""The timeline of a record: append-only."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.models import State, Transition
from records.choices import EventKind
from records.models.record import ProcessRun, Record


class AppendOnlyError(TypeError):
    """Raised by code that tries to change or delete an event."""


class EventQuerySet(models.QuerySet["RecordEvent"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Events are append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Events are append-only.")

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-at", "-pk")


class RecordEvent(models.Model):
    """One thing that happened to a record: timeline, audit trail, and what automations read.

    `changes` is a list of {"field", "before", "after"} with stored values. `request_key` is the form's
    one-time key: the same form sent again by the same person is answered as the first time.
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="events")
    run = models.ForeignKey(ProcessRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    transition = models.ForeignKey(
        Transition, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_state = models.ForeignKey(State, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_state = models.ForeignKey(State, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(_("changes"), default=list, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    seconds_in_state = models.PositiveBigIntegerField(_("seconds in the state left"), null=True, blank=True)
    request_key = models.CharField(max_length=64, blank=True)
    cause = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "actor", "request_key"],
                condition=~Q(request_key=""),
                name="one_event_per_form",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["record", "-at", "-id"], name="event_by_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("Events are append-only.")
        super().save(**options)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:
        raise AppendOnlyError("Events are append-only.")
