"""Modules and their fields."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from processes.choices import FieldKind, ModuleRight, Sharing

validate_key = RegexValidator(
    r"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\Z",
    _("Use small letters, digits and single underscores, beginning with a letter."),
)


class Module(models.Model):
    """A kind of record. `revision` rises with every change of a field or option, so that compiled
    definitions cached under it are never stale."""

    key = models.CharField(_("key"), max_length=40, unique=True, validators=[validate_key])
    label = models.CharField(_("name, singular"), max_length=50)
    label_plural = models.CharField(_("name, plural"), max_length=50)
    name_label = models.CharField(_("what a record’s name is called"), max_length=50, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="file-text")
    sharing = models.CharField(_("sharing"), max_length=10, choices=Sharing.choices, default=Sharing.PRIVATE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        permissions: ClassVar = [
            (right.value, f"Can {right.name.lower()} the module’s records") for right in ModuleRight
        ]

    def __str__(self) -> str:
        return self.label_plural


class ModuleTeamPermission(GroupObjectPermissionBase):
    """A team has one right in a module; a direct foreign key keeps the join small."""

    content_object = models.ForeignKey(Module, on_delete=models.CASCADE)


class Field(models.Model):
    """A typed column of a module. `options` and `settings` are read through `processes.definition`."""

    module = models.ForeignKey(
        Module, verbose_name=_("module"), on_delete=models.PROTECT, related_name="fields"
    )
    key = models.CharField(_("key"), max_length=40, validators=[validate_key])
    label = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=20, choices=FieldKind.choices)
    is_required = models.BooleanField(_("required"), default=False)
    is_unique = models.BooleanField(_("unique"), default=False)
    is_indexed = models.BooleanField(_("indexed"), default=False)
    options = models.JSONField(_("options"), default=list, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    section = models.CharField(_("section"), max_length=50, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "key"], name="field_key_is_unique_in_module"),
        ]

    def __str__(self) -> str:
        return self.label
