"""Cells into stored values."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.selectors import get_organisation
from processes.choices import FieldKind
from processes.definition import FieldDef
from processes.fields import Stored, kind_of
from records.imports.mapping import Dates

_NUMBERS = {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.CURRENCY, FieldKind.PERCENT}
_DAYS: Mapping[Dates, tuple[re.Pattern[str], str]] = {
    "iso": (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"), "2017-12-31"),
    "us": (re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"), "12/31/2017"),
    "fr": (re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"), "31/12/2017"),
}
_TIME = re.compile(r"[T ](?P<h>\d{1,2}):(?P<min>\d{2})(:(?P<s>\d{2}))?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_YES = {"true", "yes", "1", "oui", "vrai"}
_NO = {"false", "no", "0", "non", "faux"}

type Refer = Callable[[FieldDef, str], int]


class Converter:
    """Turns the cells of one column into stored values, each different cell once.

    `refer` gives the id of the person or record that a cell names; it raises LookupError with a reason.
    """

    def __init__(self, field: FieldDef, dates: Dates, refer: Refer) -> None:
        self.field = field
        self.dates: Dates = dates
        self.refer = refer
        self.known: dict[str, Stored | None] = {}

    def convert(self, cell: str) -> Stored | None:
        """The stored value, None for an empty cell; raises ValidationError or LookupError."""
        if cell not in self.known:
            self.known[cell] = self._convert(cell) if cell else None
        return self.known[cell]

    def _convert(self, cell: str) -> Stored | None:
        field, kind = self.field, kind_of(self.field)
        match field.kind:
            case FieldKind.USER | FieldKind.LOOKUP:
                return self.refer(field, cell)
            case FieldKind.DATE:
                return kind.from_plain(field, self._day(cell).isoformat())
            case FieldKind.DATETIME:
                return kind.from_plain(field, self._moment(cell).isoformat())
            case FieldKind.PICKLIST:
                return kind.from_plain(field, _option(field, cell))
            case FieldKind.MULTI_SELECT:
                return kind.from_plain(field, [_option(field, one) for one in cell.split(";") if one.strip()])
            case FieldKind.BOOLEAN:
                return kind.from_plain(field, _yes_or_no(cell))
            case number if number in _NUMBERS:
                return kind.from_plain(field, self._number(cell))
        return kind.from_plain(field, cell)

    def _day(self, cell: str) -> date:
        pattern, example = _DAYS[self.dates]
        match = pattern.fullmatch(cell)
        try:
            if match is not None:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            pass  # Such a day doesn't exist: the same answer as for what is no date at all.
        reason = _("“%(value)s” is not a date like %(example)s.")
        raise ValidationError(reason % {"value": cell[:60], "example": example})

    def _moment(self, cell: str) -> datetime:
        """A date with or without a time, which is the organisation's; ISO may name its own zone."""
        if self.dates == "iso":
            try:
                moment = datetime.fromisoformat(cell)
            except ValueError:
                reason = _("“%(value)s” is not a date with a time like 2017-12-31 14:05.")
                raise ValidationError(reason % {"value": cell[:60]}) from None
            return moment if moment.tzinfo else moment.replace(tzinfo=_zone())
        day, _space, rest = cell.partition(" ")
        time = _TIME.fullmatch(f" {rest or '0:00'}")
        try:
            if time is not None:
                hour, minute, second = int(time["h"]), int(time["min"]), int(time["s"] or 0)
                found = self._day(day)
                return datetime(found.year, found.month, found.day, hour, minute, second, tzinfo=_zone())
        except ValueError:
            pass  # Such an hour doesn't exist.
        example = f"{_DAYS[self.dates][1]} 14:05"
        reason = _("“%(value)s” is not a date with a time like %(example)s.")
        raise ValidationError(reason % {"value": cell[:60], "example": example})

    def _number(self, cell: str) -> str:
        """The number with a point and without groups, whatever the file's country writes."""
        if self.dates == "fr":
            return re.sub(r"[\s\u00a0\u202f]", "", cell).replace(",", ".")
        return cell.replace(",", "") if _GROUPED.fullmatch(cell) else cell


def _zone() -> ZoneInfo:
    return ZoneInfo(get_organisation().time_zone)


def _option(field: FieldDef, cell: str) -> str:
    """An option by its key or, in capitals or not, by its label."""
    text = cell.strip()
    if field.option(text) is not None:
        return text
    labels = {option.label.casefold(): option.key for option in field.options}
    return labels.get(text.casefold(), text)


def _yes_or_no(cell: str) -> bool | str:
    word = cell.casefold()
    return True if word in _YES else False if word in _NO else cell
