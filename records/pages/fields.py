"""The values of a record as they are read: by section, and the few that lead the page."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from django.urls import reverse

from processes.choices import FieldKind
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef, ModuleDef, StateDef
from processes.fields import Names, Stored, kind_of
from records.engine.standing import Standing
from records.models import Record

# What can be dialled: an extension or a remark behind it is for people.
_NUMBER = re.compile(r"\+?[0-9 ().\u00a0\u202f‐‑–/\-]*")

# The first field of each of these kinds says in a word what the record is about.
_FACT_KINDS = (FieldKind.CURRENCY, FieldKind.LOOKUP, FieldKind.DATE)


class Shape(StrEnum):
    """How a value is printed."""

    TEXT = "text"
    LONG = "long"
    LINK = "link"
    OUTSIDE = "outside"
    PERSON = "person"
    STATE = "state"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field with its value. `url` is set for a link, inside the product or out of it; `state` for the
    field that the process writes."""

    key: str
    label: str
    shape: Shape
    text: str = ""
    url: str = ""
    state: StateDef | None = None


@dataclass(frozen=True, slots=True)
class FieldSection:
    title: str
    fields: tuple[FieldValue, ...]


class RecordFields:
    """Reads a record's values in the reader's language; asks the database nothing."""

    def __init__(self, record: Record, module: ModuleDef, standing: Standing | None, names: Names) -> None:
        self.record = record
        self.module = module
        self.standing = standing
        self.names = names

    def sections(self) -> list[FieldSection]:
        """As the module groups them; name and owner lead the first group."""
        leading = (self._value(self.module.fields[NAME_FIELD]), self._owner())
        sections = self.module.sections or (("", ()),)
        return [
            FieldSection(title, (*(leading if number == 0 else ()), *map(self._value, fields)))
            for number, (title, fields) in enumerate(sections)
        ]

    def facts(self) -> list[FieldValue]:
        """The first money, lookup and date that this record has a value for."""
        found: dict[FieldKind, FieldValue] = {}
        for field in self.module.own_fields:
            if field.kind in _FACT_KINDS and field.kind not in found and field.key in self.record.values:
                found[field.kind] = self._value(field)
        return [found[kind] for kind in _FACT_KINDS if kind in found]

    def _owner(self) -> FieldValue:
        label = str(self.module.fields[OWNER_FIELD].label)
        return FieldValue(OWNER_FIELD, label, Shape.PERSON, self.record.owner.name)

    def _value(self, field: FieldDef) -> FieldValue:
        label = str(field.label)
        if self._is_written_by_process(field) and self.standing is not None:
            return FieldValue(field.key, label, Shape.STATE, state=self.standing.state)
        stored: Stored | None = self.record.values.get(field.key)
        if field.key == NAME_FIELD:
            stored = self.record.name
        if stored is None:
            return FieldValue(field.key, label, Shape.EMPTY)
        text = kind_of(field).display(field, stored, self.names)
        url = self._address(field, stored)
        return FieldValue(field.key, label, _shape(field, url), text, url)

    def _is_written_by_process(self, field: FieldDef) -> bool:
        standing = self.standing
        return (
            standing is not None and standing.is_state_field_locked and standing.version.state_field == field
        )

    def _address(self, field: FieldDef, stored: Stored) -> str:
        match field.kind:
            case FieldKind.LOOKUP if isinstance(stored, int) and ("record", stored) in self.names:
                return reverse("record", args=[stored])
            case FieldKind.EMAIL:
                # A question mark would begin the head of the mail.
                return f"mailto:{quote(str(stored), safe='@+')}"
            case FieldKind.PHONE:
                return _call(str(stored))
            case FieldKind.URL if str(stored).startswith(("https://", "http://")):
                return str(stored)
        return ""


def _call(phone: str) -> str:
    """The address that dials the number; "" where it doesn't begin with one."""
    match = _NUMBER.match(phone)
    number = re.sub(r"[^0-9+]", "", match[0]) if match else ""
    return f"tel:{number}" if number.strip("+") else ""


def _shape(field: FieldDef, url: str) -> Shape:
    if url:
        return Shape.OUTSIDE if field.kind == FieldKind.URL else Shape.LINK
    return Shape.LONG if field.kind == FieldKind.LONG_TEXT else Shape.TEXT
