"""A state as a page shows it: its name, colour and the shape of its step."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from processes.definition import FieldDef, ModuleDef
from processes.models import State


@dataclass(frozen=True, slots=True)
class StateMark:
    label: str | Promise
    colour: str
    step: str


def state_mark(state: State, field: FieldDef | None) -> StateMark:
    """The mark of a state of any version: name and colour are the option's today."""
    option = field.option(state.key) if field else None
    step = "start" if state.is_start else "exit" if state.is_exit else "step"
    if option is None:
        return StateMark(state.key or _("-None-"), "grey", step)
    return StateMark(option.label, option.colour, step)


def field_by_id(module: ModuleDef, pk: int) -> FieldDef | None:
    return next((field for field in module.fields.values() if field.id == pk), None)
