"""A module with a field of every kind, named after its kind."""

from typing import Any

from processes.choices import FieldKind
from processes.models import Field, Module

OPTIONS = [
    {"key": key, "label": label}
    for key, label in (("new", "New"), ("at_work", "At work"), ("0", "Zero"), ("done", "Done"))
]

MORE: dict[FieldKind, dict[str, Any]] = {
    FieldKind.DECIMAL: {"settings": {"decimals": 3}},
    FieldKind.CURRENCY: {"settings": {"currency": "EUR", "decimals": 2}},
    FieldKind.PICKLIST: {"options": OPTIONS},
    FieldKind.MULTI_SELECT: {"options": OPTIONS},
    FieldKind.LOOKUP: {"settings": {"module": "things"}},
}


def make_things(**values: Any) -> Module:
    """A private module; its lookup points to the module itself. Two sections."""
    module = Module.objects.create(**{"key": "things", "label": "Thing", "label_plural": "Things", **values})
    for position, kind in enumerate(FieldKind):
        Field.objects.create(
            module=module,
            key=kind.value,
            label=f"The {kind.value.replace('_', ' ')}",
            kind=kind,
            position=position,
            section="" if position < 8 else "More",
            **MORE.get(kind, {}),
        )
    return module
