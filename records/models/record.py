"""Records and their passes through a process."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.choices import Sharing
from processes.models import Field, Module, Process, State
from records.choices import RunOutcome

if TYPE_CHECKING:
    from records.engine.person import Person


class RecordQuerySet(models.QuerySet["Record"]):
    def alive(self) -> "RecordQuerySet":
        return self.filter(deleted_at=None)

    def with_standing(self) -> "RecordQuerySet":
        """With all that the evaluator reads: module, owner, and the process of the state it stands in."""
        return self.select_related("module", "owner", "run", "state__version__process")

    def visible_to(self, person: "Person") -> "RecordQuerySet":
        """What the person may see in full; `engine.verdicts.is_visible` is the same rule in Python."""
        return self.filter(visible_q(person))

    def actionable_by(self, person: "Person") -> "RecordQuerySet":
        """What the person may act on without seeing it in full: My work, the limited page, form and POST."""
        from records.engine.work import actionable_q

        rule = actionable_q(person)
        return self.none() if rule is None else self.filter(rule)


def visible_q(person: "Person") -> Q:
    """The rule of what the person may see in full."""
    if person.is_administrator:
        return Q()
    rule = Q(module__sharing=Sharing.PUBLIC) | Q(owner_id=person.id)
    if person.below_ids:
        rule |= Q(owner_id__in=person.below_ids)
    hidden = person.rights.hidden
    return rule & ~Q(module_id__in=sorted(hidden)) if hidden else rule


class Record(models.Model):
    """One deal, one lead. It carries where it stands: lists read one table and a move writes one row.

    `values` holds stored values by field key (see `processes.fields`); an empty value has no key.
    `revision` is increased by every write and guards against writing over somebody else's change.
    """

    module = models.ForeignKey(Module, verbose_name=_("module"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="owned_records",
    )
    values = models.JSONField(_("values"), default=dict, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    run = models.ForeignKey(
        "ProcessRun", verbose_name=_("run"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.ForeignKey(
        State, verbose_name=_("state"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_state_at = models.DateTimeField(_("in this state since"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("changed"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        default_permissions = ("add", "change", "delete", "view")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["module", "external_id"],
                condition=~Q(external_id=""),
                name="external_id_is_unique_in_module",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["module", "-updated_at", "-id"], name="record_by_change"),
            models.Index(fields=["module", "name", "id"], name="record_by_name"),
            models.Index(fields=["state", "entered_state_at", "id"], name="record_by_state"),
            models.Index(fields=["owner", "module"], name="record_by_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class ProcessRun(models.Model):
    """One pass of a record through a process."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="runs")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RunOutcome.choices, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(finished_at=None), name="one_unfinished_run_per_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.process_id}"


class UniqueValue(models.Model):
    """A unique field's value, so that the database refuses the second record that has it."""

    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=255)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="unique_values")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["field", "value"], name="unique_field_value"),
        ]

    def __str__(self) -> str:
        return self.value
