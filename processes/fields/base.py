"""What every kind of field can do, and how values are told from one another."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.fields.operators import Operator

if TYPE_CHECKING:
    from processes.definition import FieldDef

type Stored = str | int | bool | list[str]
type Plain = str | int | bool | list[str]
type PythonValue = Decimal | date | datetime | bool | list[str] | str | int
# ("user", id) and ("record", id) to the name that people see.
type Names = Mapping[tuple[str, int], str]

# JSON numbers are doubles in SQLite: whole numbers are exact up to this many digits.
MAX_DIGITS = 15


class WrongStoredValueError(TypeError):
    """A stored value is of another type than its field's kind stores."""


def as_text(stored: Stored) -> str:
    if not isinstance(stored, str):
        raise WrongStoredValueError(repr(stored))
    return stored


def as_number(stored: Stored) -> int:
    if not isinstance(stored, int) or isinstance(stored, bool):
        raise WrongStoredValueError(repr(stored))
    return stored


def wrong_type(value: Any) -> ValidationError:
    text = str(value)
    shown = text if len(text) <= 60 else text[:59] + "…"
    return ValidationError(_("“%(value)s” does not fit this field."), code="invalid", params={"value": shown})


class Kind(ABC):
    """One kind of field: how its values are typed in, checked, stored, shown and compared."""

    operators: ClassVar[tuple[Operator, ...]]
    # Other ways to write an operator, by what it means for this kind.
    synonyms: ClassVar[Mapping[Operator, Operator]] = {}

    @abstractmethod
    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        """The stored value for what a form field gave, None for empty; raises ValidationError."""

    @abstractmethod
    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        """The stored value for the neutral form that files use; raises ValidationError with a sentence."""

    def from_criterion(self, field: "FieldDef", plain: Any) -> Stored | None:
        """The stored form of a value that a rule compares with: it need not be one that the field accepts."""
        return self.from_plain(field, plain)

    def to_plain(self, field: "FieldDef", stored: Stored) -> Plain:
        return stored

    @abstractmethod
    def to_python(self, field: "FieldDef", stored: Stored) -> PythonValue: ...

    @abstractmethod
    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        """The value in the reader's language, format and time zone."""

    @abstractmethod
    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        """The input; `stored`, what the record holds now, always stays among the choices."""

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        """What the input shows for a stored value."""
        return stored

    def canonical(self, op: Operator) -> Operator | None:
        """The operator as this kind names it, None where it doesn't fit."""
        op = self.synonyms.get(op, op)
        return op if op in self.operators else None
