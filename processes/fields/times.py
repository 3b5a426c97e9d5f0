"""Dates and moments: ISO texts of fixed width, moments in UTC to the second."""

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from processes.fields.base import Kind, Names, Stored, as_text, wrong_type
from processes.fields.operators import TIME_OPERATORS, Operator

if TYPE_CHECKING:
    from processes.definition import FieldDef

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_FORMAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def stored_moment(moment: datetime) -> str:
    """The stored form of an aware datetime; parts of a second are dropped."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z"


def parse_iso_date(text: str) -> date | None:
    """The day written as 2026-12-31, else None."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_iso_moment(text: str) -> datetime | None:
    """The moment written in ISO with a time, in UTC where no offset is given; None if it is none."""
    if parse_iso_date(text) is not None or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class TimeKind(Kind):
    operators = TIME_OPERATORS
    synonyms = {Operator.IS: Operator.ON, Operator.GT: Operator.AFTER, Operator.LT: Operator.BEFORE}


class DateKind(TimeKind):
    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise wrong_type(value)
        self._check_limits(field, value)
        return value.isoformat()

    def _check_limits(self, field: "FieldDef", value: date) -> None:
        earliest = parse_iso_date(field.settings.minimum or "")
        latest = parse_iso_date(field.settings.maximum or "")
        if earliest and value < earliest:
            raise ValidationError(
                _("It must not be before %(limit)s."), code="limit", params={"limit": _day(earliest)}
            )
        if latest and value > latest:
            raise ValidationError(
                _("It must not be after %(limit)s."), code="limit", params={"limit": _day(latest)}
            )

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        if isinstance(plain, str) and plain:
            day = parse_iso_date(plain)
            if day is None:
                raise ValidationError(
                    _("“%(value)s” is not a date: write it like 2026-12-31."),
                    code="invalid",
                    params={"value": plain[:60]},
                )
            return self.clean(field, day)
        return self.clean(field, plain)

    def to_python(self, field: "FieldDef", stored: Stored) -> date:
        return date.fromisoformat(as_text(stored))

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return _day(self.to_python(field, stored))

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        widget = forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d")
        return forms.DateField(required=required, widget=widget, input_formats=["%Y-%m-%d"])


class LocalDatetimeField(forms.Field):
    """A `datetime-local` input in the reader's zone; gives an aware datetime.

    An hour that comes twice is the first of the two; the moment the record holds is kept as it is when its
    text comes back unchanged. Raises ValidationError for an hour that the change of clocks leaves out.
    """

    def __init__(self, *, stored: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.held = datetime.fromisoformat(stored) if stored else None

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        if self.held is not None and text == local_text(self.held):
            return self.held
        try:
            naive = datetime.fromisoformat(text) if _LOCAL_FORMAT.fullmatch(text) else None
            moment = naive and naive.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        except (ValueError, OverflowError):
            moment = naive = None
        if not moment or not naive:
            raise ValidationError(_("Enter a date and a time."), code="invalid")
        if moment.astimezone(timezone.get_current_timezone()).replace(tzinfo=None, fold=0) != naive:
            raise ValidationError(_("There is no such hour: the clocks change then."), code="imaginary")
        return moment


def local_text(moment: datetime) -> str:
    """What a `datetime-local` input shows, in the active zone; seconds only where there are some."""
    local = timezone.localtime(moment).replace(tzinfo=None)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


class DatetimeKind(TimeKind):
    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None or value == "":
            return None
        if not isinstance(value, datetime):
            raise wrong_type(value)
        try:
            return stored_moment(value if timezone.is_aware(value) else timezone.make_aware(value))
        except OverflowError as error:
            raise wrong_type(value) from error

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        if isinstance(plain, str) and plain:
            moment = parse_iso_moment(plain)
            if moment is None:
                raise ValidationError(
                    _("“%(value)s” is not a date with a time: write it like 2026-12-31T16:30:00Z."),
                    code="invalid",
                    params={"value": plain[:60]},
                )
            return self.clean(field, moment)
        return self.clean(field, plain)

    def to_python(self, field: "FieldDef", stored: Stored) -> datetime:
        return datetime.fromisoformat(as_text(stored))

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        local = timezone.localtime(self.to_python(field, stored))
        return str(formats.date_format(local, "DATETIME_FORMAT"))

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        return local_text(self.to_python(field, stored))

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        widget = forms.TextInput({"class": "input", "type": "datetime-local"})
        held = None if stored is None else as_text(stored)
        return LocalDatetimeField(required=required, stored=held, widget=widget)


def _day(value: date) -> str:
    return str(formats.date_format(value, "DATE_FORMAT"))
