"""Transitions with what holds before, during and after."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from processes.choices import Colour, ItemKind, Trigger
from processes.models.modules import Field, validate_key
from processes.models.process import ProcessVersion, State


class Transition(models.Model):
    """The link from one or more states to another. People and teams own it by the object permission
    `perform_transition`; `dynamic_owners` names those who follow from the record."""

    version = models.ForeignKey(
        ProcessVersion, verbose_name=_("version"), on_delete=models.CASCADE, related_name="transitions"
    )
    key = models.CharField(_("key"), max_length=40, validators=[validate_key])
    origin_id = models.BigIntegerField(_("first version’s transition"), null=True, editable=False)
    name = models.CharField(_("name"), max_length=50)
    description = models.TextField(_("description"), blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, blank=True)
    is_common = models.BooleanField(_("common transition"), default=False)
    to_state = models.ForeignKey(
        State, verbose_name=_("to"), on_delete=models.CASCADE, related_name="incoming"
    )
    x = models.IntegerField(null=True, blank=True)
    y = models.IntegerField(null=True, blank=True)
    is_pinned = models.BooleanField(_("label placed by hand"), default=False)
    criteria = models.JSONField(_("criteria"), null=True, blank=True)
    criteria_message = models.CharField(_("message when the criteria fail"), max_length=300, blank=True)
    dynamic_owners = models.JSONField(_("owners that follow from the record"), default=list, blank=True)
    forbid_self_approval = models.BooleanField(_("no self-approval"), default=False)
    trigger = models.CharField(_("trigger"), max_length=10, choices=Trigger.choices, default=Trigger.MANUAL)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        default_permissions = ("add", "change", "delete", "view")
        permissions: ClassVar = [("perform_transition", "Can perform the transition")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="transition_key_is_unique_in_version"),
        ]

    def __str__(self) -> str:
        return self.name


class TransitionUserPermission(UserObjectPermissionBase):
    """A person owns a transition; a direct foreign key keeps the join small."""

    content_object = models.ForeignKey(Transition, on_delete=models.CASCADE)


class TransitionTeamPermission(GroupObjectPermissionBase):
    """A team owns a transition."""

    content_object = models.ForeignKey(Transition, on_delete=models.CASCADE)


class TransitionSource(models.Model):
    """A state in which the transition is offered, and the stored route of its arrow (points)."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="sources")
    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="outgoing")
    route = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("source state")
        verbose_name_plural = _("source states")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transition", "state"], name="source_state_once_per_transition"),
        ]

    def __str__(self) -> str:
        return str(self.state_id)


class DuringItem(models.Model):
    """One thing the person is asked for, in the administrator's order."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(_("key"), max_length=40, validators=[validate_key])
    origin_id = models.BigIntegerField(_("first version’s item"), null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind.choices)
    field = models.ForeignKey(Field, verbose_name=_("field"), null=True, blank=True, on_delete=models.PROTECT)
    is_required = models.BooleanField(_("required"), default=False)
    config = models.JSONField(_("settings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("form item")
        verbose_name_plural = _("form items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transition", "key"], name="item_key_is_unique_in_transition"),
        ]

    def __str__(self) -> str:
        return self.key


class Action(models.Model):
    """One thing that happens by itself after the transition. `delay` is in seconds; 0 means at once."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="actions")
    key = models.CharField(_("key"), max_length=40, validators=[validate_key])
    origin_id = models.BigIntegerField(_("first version’s action"), null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    condition = models.JSONField(_("condition"), null=True, blank=True)
    delay = models.PositiveIntegerField(_("delay in seconds"), default=0)
    is_enabled = models.BooleanField(_("switched on"), default=True)
    config = models.JSONField(_("settings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transition", "key"], name="action_key_is_unique_in_transition"),
        ]

    def __str__(self) -> str:
        return self.key
