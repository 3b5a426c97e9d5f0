"""Typed values: what each kind of field stores, accepts, shows and compares by."""

from typing import TYPE_CHECKING

from processes.choices import FieldKind
from processes.fields.base import Kind, Names, Plain, PythonValue, Stored
from processes.fields.choices import BooleanKind, MultiSelectKind, PicklistKind
from processes.fields.numbers import CurrencyKind, DecimalKind, IntegerKind, PercentKind, decimals_of
from processes.fields.operators import Operator
from processes.fields.references import LookupKind, UserKind
from processes.fields.texts import EmailKind, FileKind, LongTextKind, PhoneKind, TextKind, UrlKind
from processes.fields.times import DateKind, DatetimeKind, stored_moment

if TYPE_CHECKING:
    from processes.definition import FieldDef

__all__ = [
    "Kind",
    "Names",
    "Operator",
    "Plain",
    "PythonValue",
    "Stored",
    "decimals_of",
    "kind_of",
    "stored_moment",
]

_KINDS: dict[FieldKind, Kind] = {
    FieldKind.TEXT: TextKind(),
    FieldKind.LONG_TEXT: LongTextKind(),
    FieldKind.INTEGER: IntegerKind(),
    FieldKind.DECIMAL: DecimalKind(),
    FieldKind.CURRENCY: CurrencyKind(),
    FieldKind.PERCENT: PercentKind(),
    FieldKind.BOOLEAN: BooleanKind(),
    FieldKind.DATE: DateKind(),
    FieldKind.DATETIME: DatetimeKind(),
    FieldKind.PICKLIST: PicklistKind(),
    FieldKind.MULTI_SELECT: MultiSelectKind(),
    FieldKind.EMAIL: EmailKind(),
    FieldKind.PHONE: PhoneKind(),
    FieldKind.URL: UrlKind(),
    FieldKind.USER: UserKind(),
    FieldKind.LOOKUP: LookupKind(),
    FieldKind.FILE: FileKind(),
}


def kind_of(field: "FieldDef") -> Kind:
    """What the field's kind can do."""
    return _KINDS[field.kind]
