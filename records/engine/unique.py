"""Unique fields: the database refuses the second record with the same value."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError

from processes.definition import FieldDef, ModuleDef
from records.engine.refusals import UniqueValueTaken
from records.models import Record, UniqueValue

if TYPE_CHECKING:
    from records.engine.plan import Change


def sync_unique_values(record: Record, module: ModuleDef, changes: "Iterable[Change]") -> None:
    """Write the changed values of unique fields; raises UniqueValueTaken, naming the field, inside the
    transaction of the caller, which must end with it."""
    for change in changes:
        field = module.fields.get(change.field)
        if field is None or not field.is_unique:
            continue
        UniqueValue.objects.filter(field_id=field.id, record=record).delete()
        if change.after is not None:
            _claim(field, record, str(change.after))


def _claim(field: FieldDef, record: Record, value: str) -> None:
    try:
        UniqueValue.objects.create(field_id=field.id, record=record, value=value)
    except IntegrityError as error:
        raise UniqueValueTaken(field.key) from error
