"""Choices of the run models."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    CREATE = "create", _("Created")
    IMPORT = "import", _("Imported")
    EDIT = "edit", _("Changed")
    ENTER = "enter", _("Entered the process")
    TRANSITION = "transition", _("Moved")
    TASK = "task", _("Task done")
    TASK_REOPENED = "task_reopened", _("Task reopened")
    NOTE = "note", _("Noted")
    DELETE = "delete", _("Deleted")
    RESTORE = "restore", _("Restored")


class RunOutcome(models.TextChoices):
    EXIT = "exit", _("Reached an exit")
    RELEASED = "released", _("Released")
    DELETED = "deleted", _("Record deleted")
