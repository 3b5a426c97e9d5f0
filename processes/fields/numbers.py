"""Whole numbers, decimals, money and percent: stored as integers scaled by the field's decimals."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.choices import FieldKind
from processes.fields.base import MAX_DIGITS, Kind, Names, Plain, Stored, as_number, wrong_type
from processes.fields.number_text import (
    currency_symbol,
    format_number,
    parse_number,
    parse_plain,
    significant_decimals,
    with_unit,
)
from processes.fields.operators import NUMBER_OPERATORS

if TYPE_CHECKING:
    from processes.definition import FieldDef

DEFAULT_DECIMALS = 2


def decimals_of(field: "FieldDef") -> int:
    """By how many digits the stored integers of the field are scaled."""
    if field.kind == FieldKind.INTEGER:
        return 0
    decimals = field.settings.decimals
    return DEFAULT_DECIMALS if decimals is None else decimals


def unscaled(field: "FieldDef", stored: Stored) -> Decimal:
    return Decimal(as_number(stored)).scaleb(-decimals_of(field))


class NumberField(forms.Field):
    """A text input for a number in the reader's format."""

    def __init__(self, *, units: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        return parse_number(str(value), self.units)


class DecimalKind(Kind):
    """A number with a fixed number of decimals."""

    operators = NUMBER_OPERATORS

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise wrong_type(value)
        number = Decimal(value)
        stored = self._scale(field, number)
        self._check_limits(field, number)
        return stored

    def _scale(self, field: "FieldDef", number: Decimal) -> int:
        if not number.is_finite():
            raise wrong_type(number)
        decimals = decimals_of(field)
        if number.adjusted() + decimals >= MAX_DIGITS and number:
            raise ValidationError(
                _("A number may have at most %(limit)d digits before the decimal point."),
                code="max_digits",
                params={"limit": MAX_DIGITS - decimals},
            )
        if significant_decimals(number) <= decimals:
            return int(number.scaleb(decimals))
        if decimals == 0:
            raise ValidationError(_("Enter a whole number."), code="decimals")
        raise ValidationError(
            _("Enter at most %(limit)d decimals."), code="decimals", params={"limit": decimals}
        )

    def _check_limits(self, field: "FieldDef", number: Decimal) -> None:
        for text, message, fails in (
            (field.settings.minimum, _("It must be at least %(limit)s."), Decimal.__lt__),
            (field.settings.maximum, _("It must be at most %(limit)s."), Decimal.__gt__),
        ):
            limit = parse_plain(text) if text else None
            if limit is not None and fails(number, limit):
                raise ValidationError(message, code="limit", params={"limit": self.text(field, limit)})

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        if plain is None or plain == "":
            return None
        return self.clean(field, _plain_number(plain))

    def from_criterion(self, field: "FieldDef", plain: Any) -> Stored | None:
        return None if plain == "" else self._scale(field, _plain_number(plain))

    def to_plain(self, field: "FieldDef", stored: Stored) -> Plain:
        number = unscaled(field, stored)
        return f"{number:.{significant_decimals(number)}f}"

    def to_python(self, field: "FieldDef", stored: Stored) -> Decimal | int:
        return unscaled(field, stored)

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return self.text(field, unscaled(field, stored))

    def text(self, field: "FieldDef", number: Decimal) -> str:
        """The number as the reader sees it, with its unit."""
        return format_number(number, max(decimals_of(field), significant_decimals(number)))

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        return format_number(unscaled(field, stored), decimals_of(field))

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        attrs = {"class": "input", "inputmode": "decimal", "autocomplete": "off"}
        return NumberField(required=required, units=self.units(field), widget=forms.TextInput(attrs))

    def units(self, field: "FieldDef") -> tuple[str, ...]:
        """What may be typed behind the number."""
        return ()


class IntegerKind(DecimalKind):
    def to_plain(self, field: "FieldDef", stored: Stored) -> Plain:
        return as_number(stored)

    def to_python(self, field: "FieldDef", stored: Stored) -> int:
        return as_number(stored)


class CurrencyKind(DecimalKind):
    """Money in the one currency of the field's settings."""

    def text(self, field: "FieldDef", number: Decimal) -> str:
        return with_unit(super().text(field, number), currency_symbol(field.settings.currency or ""))

    def units(self, field: "FieldDef") -> tuple[str, ...]:
        code = field.settings.currency
        return (code, currency_symbol(code)) if code else ()


class PercentKind(DecimalKind):
    """25 means 25 %."""

    def text(self, field: "FieldDef", number: Decimal) -> str:
        return with_unit(format_number(number, significant_decimals(number)), "%")

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        number = unscaled(field, stored)
        return format_number(number, significant_decimals(number))

    def units(self, field: "FieldDef") -> tuple[str, ...]:
        return ("%",)


def _plain_number(plain: Any) -> Decimal:
    if isinstance(plain, bool) or not isinstance(plain, str | int | float | Decimal):
        raise wrong_type(plain)
    if isinstance(plain, str):
        number = parse_plain(plain.strip())
        if number is None:
            raise ValidationError(
                _("“%(value)s” is not a number."), code="invalid", params={"value": plain[:60]}
            )
        return number
    try:
        return Decimal(repr(plain)) if isinstance(plain, float) else Decimal(plain)
    except InvalidOperation as error:
        raise wrong_type(plain) from error
