"""Values in texts: how each is printed, and the filters that print it otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from processes.fields.number_text import currency_symbol, format_number, significant_decimals, with_unit

MAX_TRUNCATE = 100_000


class MergeValue(str):
    """A display text that knows its raw value: printing shows the text, filters read the value."""

    __slots__ = ("raw",)
    raw: Any

    def __new__(cls, text: str, raw: Any) -> Self:
        made = super().__new__(cls, text)
        made.raw = raw
        return made


def raw_value(value: Any) -> Any:
    return value.raw if isinstance(value, MergeValue) else value


def as_text(value: Any) -> str | None:
    """The value as it is printed; None for what can't be, which counts as missing.

    Objects other than plain data are never asked for their text.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | Decimal):
        return _number(value, None)
    if isinstance(value, date):
        return _moment(value) if isinstance(value, datetime) else _date(value, None)
    if isinstance(value, Mapping):
        name = value.get("name")
        return str(name) if isinstance(name, str) else None
    return None


def _plain_text(value: Any) -> str:
    return as_text(value) or ""


def _date(value: Any, style: str | None = None) -> str:
    raw = raw_value(value)
    if not isinstance(raw, date):
        return _plain_text(value)
    return str(formats.date_format(_local(raw), style or "DATE_FORMAT"))


def _moment(value: Any, style: str | None = None) -> str:
    raw = raw_value(value)
    if not isinstance(raw, datetime):
        return _date(value, style)
    return str(formats.date_format(_local(raw), style or "DATETIME_FORMAT"))


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _number(value: Any, decimals: int | None = None) -> str:
    raw = raw_value(value)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal) or not Decimal(raw).is_finite():
        return _plain_text(value)
    places = significant_decimals(Decimal(raw)) if decimals is None else decimals
    return format_number(raw, places)


def _money(value: Any, currency: str | None = None) -> str:
    raw = raw_value(value)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return _plain_text(value)
    if currency is None and isinstance(value, MergeValue):
        # The text of a money field has its own currency already.
        return str(value)
    return with_unit(_number(raw, 2), currency_symbol(currency or ""))


def _truncate(value: Any, length: int) -> str:
    text = _plain_text(value)
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


def _default(value: Any, text: str) -> str:
    return _plain_text(value) or text


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter and what may stand in its parentheses; `pattern` says so to people."""

    apply: Callable[..., str]
    takes: type | None = None
    is_needed: bool = False
    maximum: int = 0
    takes_missing: bool = False

    def accepts(self, arguments: tuple[Any, ...]) -> bool:
        if not arguments:
            return not self.is_needed
        if len(arguments) > 1 or self.takes is None or type(arguments[0]) is not self.takes:
            return False
        return not isinstance(arguments[0], int) or 0 <= arguments[0] <= self.maximum


FILTERS: Mapping[str, Filter] = {
    "date": Filter(_date, str),
    "datetime": Filter(_moment, str),
    "money": Filter(_money, str),
    "number": Filter(_number, int, maximum=15),
    "upper": Filter(lambda value: _plain_text(value).upper()),
    "lower": Filter(lambda value: _plain_text(value).lower()),
    "title": Filter(lambda value: _plain_text(value).title()),
    "truncate": Filter(_truncate, int, is_needed=True, maximum=MAX_TRUNCATE),
    "default": Filter(_default, str, is_needed=True, takes_missing=True),
}
