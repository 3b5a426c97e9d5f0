"""Definition models: what an administrator draws."""

from processes.models.modules import Field, Module, ModuleTeamPermission
from processes.models.process import Process, ProcessVersion, State
from processes.models.transition import (
    Action,
    DuringItem,
    Transition,
    TransitionSource,
    TransitionTeamPermission,
    TransitionUserPermission,
)

__all__ = [
    "Action",
    "DuringItem",
    "Field",
    "Module",
    "ModuleTeamPermission",
    "Process",
    "ProcessVersion",
    "State",
    "Transition",
    "TransitionSource",
    "TransitionTeamPermission",
    "TransitionUserPermission",
]
