"""Processes, their versions and states."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.choices import VersionStatus
from processes.models.modules import Field, Module, validate_key


class ProcessQuerySet(models.QuerySet["Process"]):
    def active(self) -> "ProcessQuerySet":
        return self.filter(is_active=True, archived_at=None)

    def by_priority(self) -> "ProcessQuerySet":
        return self.order_by("priority", "pk")


class Process(models.Model):
    """States and transitions over one picklist field of one module."""

    module = models.ForeignKey(Module, verbose_name=_("module"), on_delete=models.PROTECT)
    state_field = models.ForeignKey(Field, verbose_name=_("state field"), on_delete=models.PROTECT)
    key = models.CharField(_("key"), max_length=40, unique=True, validators=[validate_key])
    name = models.CharField(_("name"), max_length=50)
    description = models.TextField(_("description"), blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    is_active = models.BooleanField(_("active"), default=False)
    archived_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")

    def __str__(self) -> str:
        return self.name


class ProcessVersion(models.Model):
    """One edition of a process. Once published it never changes; editing goes to the draft."""

    process = models.ForeignKey(
        Process, verbose_name=_("process"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(
        _("status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT
    )
    entry_criteria = models.JSONField(_("entry criteria"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "number"], name="version_number_is_unique"),
            models.UniqueConstraint(
                fields=["process"], condition=Q(status=VersionStatus.DRAFT), name="one_draft_per_process"
            ),
            models.UniqueConstraint(
                fields=["process"],
                condition=Q(status=VersionStatus.PUBLISHED),
                name="one_published_version_per_process",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id}/{self.number}"


class State(models.Model):
    """A step. Its key is the picklist option's ("" for the empty value), and so are its name and colour."""

    version = models.ForeignKey(
        ProcessVersion, verbose_name=_("version"), on_delete=models.CASCADE, related_name="states"
    )
    key = models.CharField(_("option"), max_length=40, blank=True)
    origin_id = models.BigIntegerField(_("first version’s state"), null=True, editable=False)
    is_start = models.BooleanField(_("start"), default=False)
    is_exit = models.BooleanField(_("exit"), default=False)
    x = models.IntegerField(null=True, blank=True)
    y = models.IntegerField(null=True, blank=True)
    sla = models.JSONField(_("time limit"), null=True, blank=True)

    class Meta:
        verbose_name = _("state")
        verbose_name_plural = _("states")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="state_key_is_unique_in_version"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(is_start=True), name="one_start_state_per_version"
            ),
        ]

    def __str__(self) -> str:
        return self.key
