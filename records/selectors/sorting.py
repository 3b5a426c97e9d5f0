"""What a list can be sorted by: the record's own columns, and any field by its typed value."""

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Self

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from processes.choices import FieldKind
from processes.criteria.columns import Lower
from processes.criteria.ordering import NUMBERS, OptionPosition, StoredNumber, sort_expression
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef, ModuleDef
from records.models import Record
from records.models.record import RecordQuerySet

ALIAS = "sorted_by"
_TARGET = "sorted_target"
CHANGED = "changed"
IN_STATE = "in-state"
STATE = "state-order"
_TAKEN = {NAME_FIELD, OWNER_FIELD, CHANGED}
# Values that nobody reads in a row.
NOT_LISTED = {FieldKind.LONG_TEXT, FieldKind.FILE}
_REFERENCES = {FieldKind.USER, FieldKind.LOOKUP}
_MAX_INTEGER = 2**63


class Typing(Enum):
    """What the values of a column are to the database, and so in an address."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column of a list. `word` stands in addresses; `by` is a column of the record or an expression, None
    where it can't be sorted by; `is_nullable`: empty ones come last, whichever way; `falls_first`: whoever
    sorts by it wants the largest first; `is_turned`: what is shown rises where the column falls."""

    word: str
    label: str | Promise
    by: str | Combinable | None
    typing: Typing
    is_nullable: bool = True
    falls_first: bool = False
    is_turned: bool = False
    field: FieldDef | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """A column and a direction; in addresses a minus sign is falling order."""

    key: SortKey
    is_rising: bool

    @property
    def word(self) -> str:
        return self.key.word if self.is_rising else f"-{self.key.word}"

    @property
    def turned(self) -> "Sort":
        return Sort(self.key, not self.is_rising)

    @property
    def column(self) -> str:
        return self.key.by if isinstance(self.key.by, str) else ALIAS

    def prepare(self, records: RecordQuerySet) -> RecordQuerySet:
        """The records with the column that they are sorted by."""
        if isinstance(self.key.by, str):
            return records
        field = self.key.field
        if field is not None and field.kind in _REFERENCES:
            records = records.alias(**{_TARGET: StoredNumber(field.key)})
        return records.annotate(**{ALIAS: self.key.by})

    def order(self, records: RecordQuerySet, *, is_back: bool) -> RecordQuerySet:
        rises = self._column_rises != is_back
        sign = "" if rises else "-"
        if not self.key.is_nullable:
            return records.order_by(f"{sign}{self.column}", f"{sign}pk")
        column = F(self.column)
        # Empty ones are last, so they come first on the way back.
        nulls = {"nulls_first": True} if is_back else {"nulls_last": True}
        return records.order_by(column.asc(**nulls) if rises else column.desc(**nulls), f"{sign}pk")

    @property
    def _column_rises(self) -> bool:
        return self.is_rising != self.key.is_turned

    def beyond(self, cursor: "Cursor", *, is_back: bool) -> Q:
        """The rows after the cursor's or, on the way back, before it."""
        column = self.column
        side = "gt" if self._column_rises != is_back else "lt"
        same = Q(**{f"pk__{side}": cursor.pk})
        if cursor.value is None:
            beside = Q(**{f"{column}__isnull": True}) & same
            return beside | Q(**{f"{column}__isnull": False}) if is_back else beside
        # The first condition alone tells the database where in the index to begin.
        begin = Q(**{f"{column}__{side}e": cursor.value})
        found = begin & (Q(**{f"{column}__{side}": cursor.value}) | same)
        return found | Q(**{f"{column}__isnull": True}) if self.key.is_nullable and not is_back else found


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row at the edge of the page at hand: its value in the sorted column and its id."""

    value: str | int | datetime | None
    pk: int

    @classmethod
    def of(cls, record: Record, sort: Sort) -> Self:
        return cls(getattr(record, sort.column), record.pk)

    @classmethod
    def parse(cls, word: str, sort: Sort) -> Self | None:
        """None for what this page has never written, which is then read as the first page."""
        try:
            value, pk = json.loads(base64.urlsafe_b64decode(word.encode("ascii")))
            return cls(_typed(value, sort.key), pk) if _is_integer(pk) else None
        except (ValueError, TypeError, RecursionError):
            return None

    def __str__(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return base64.urlsafe_b64encode(json.dumps([value, self.pk]).encode()).decode("ascii")


def _is_integer(value: object) -> bool:
    return type(value) is int and abs(value) < _MAX_INTEGER


def _typed(value: object, key: SortKey) -> str | int | datetime | None:
    """The value of a cursor as its column has it; raises ValueError for any other."""
    if value is None and key.is_nullable:
        return None
    if key.typing == Typing.NUMBER and isinstance(value, int) and _is_integer(value):
        return value
    if isinstance(value, str) and "\0" not in value:
        # No database takes halves of characters: this raises for them.
        value.encode()
        if key.typing == Typing.TEXT:
            return value
        if key.typing == Typing.MOMENT and timezone.is_aware(moment := datetime.fromisoformat(value)):
            return moment
    raise ValueError(value)


type SortKeys = Mapping[str, SortKey]


def sort_keys(module: ModuleDef, state_keys: Collection[str]) -> SortKeys:
    """All columns that a list of the module can have, in order, by the word in addresses.

    `state_keys` are the fields that processes are over: where there is one, states sort by its options.
    """
    name, owner = module.fields[NAME_FIELD], module.fields[OWNER_FIELD]
    found = [SortKey(NAME_FIELD, name.label, "name", Typing.TEXT, is_nullable=False)]
    if state_keys:
        found += _state_sorts(module, state_keys)
    for field in module.own_fields:
        if field.kind not in NOT_LISTED and field.key not in state_keys:
            found.append(_field_sort(field))
    found += [
        SortKey(OWNER_FIELD, owner.label, _name_of_person("owner__"), Typing.TEXT, is_nullable=False),
        SortKey(CHANGED, _("Changed"), "updated_at", Typing.MOMENT, is_nullable=False, falls_first=True),
    ]
    return {key.word: key for key in found}


def read_sort(word: str, keys: SortKeys) -> Sort:
    """The sort that an address names; what can't be read is the latest change first."""
    key = keys.get(word.removeprefix("-"))
    is_known = key is not None and key.by is not None
    return Sort(key, not word.startswith("-")) if key and is_known else Sort(keys[CHANGED], is_rising=False)


def usual(key: SortKey) -> Sort:
    """The direction that a first click on the heading means."""
    return Sort(key, not key.falls_first)


def _state_sorts(module: ModuleDef, state_keys: Collection[str]) -> list[SortKey]:
    # Who has been there longest entered first.
    since = SortKey(
        IN_STATE, _("In state for"), "entered_state_at", Typing.MOMENT, falls_first=True, is_turned=True
    )
    fields = [field for field in module.own_fields if field.key in state_keys]
    by = None
    if len(fields) == 1:
        by = OptionPosition(F("state__key"), [option.key for option in fields[0].options])
    return [SortKey(STATE, _("State"), by, Typing.NUMBER), since]


def _field_sort(field: FieldDef) -> SortKey:
    word = f"field-{field.key}" if field.key in _TAKEN else field.key
    if field.kind == FieldKind.USER:
        return SortKey(word, field.label, _person_in(field), Typing.TEXT, field=field)
    if field.kind == FieldKind.LOOKUP:
        return SortKey(word, field.label, _record_in(field), Typing.TEXT, field=field)
    by = sort_expression(field)
    if by is None:
        raise ValueError(f"Lists can't be sorted by a field of the kind {field.kind}.")
    typing = Typing.TEXT if isinstance(by.output_field, CharField) else Typing.NUMBER
    return SortKey(word, field.label, by, typing, falls_first=field.kind in NUMBERS, field=field)


def _name_of_person(path: str = "") -> Lower:
    """What `User.name` gives, in small letters."""
    full = Trim(Concat(F(f"{path}first_name"), Value(" "), F(f"{path}last_name")))
    return Lower(Coalesce(NullIf(full, Value("")), F(f"{path}username")))


def _person_in(field: FieldDef) -> Subquery:
    people = User.objects.filter(pk=OuterRef(_TARGET)).order_by()
    return Subquery(people.values_list(_name_of_person()), output_field=CharField())


def _record_in(field: FieldDef) -> Subquery:
    """A record that was deleted counts as empty."""
    targets = Record.objects.alive().filter(pk=OuterRef(_TARGET)).order_by()
    return Subquery(targets.values_list(Lower(F("name"))), output_field=CharField())
