"""One page of a module's records, its cells ready to print."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from blueprint_project.moments import length_of_time
from processes.choices import FieldKind
from processes.definition import FieldDef, ModuleDef, StateDef
from processes.fields import Stored, kind_of
from processes.loading import module_def, version_def
from processes.models import Module, Process
from records.engine.names import Names, names_of
from records.engine.person import Person
from records.lookups import named_like, plain_text
from records.models import Record
from records.models.record import RecordQuerySet

PAGE_SIZE = 50
# Beyond, counting costs more than the page; the reader is told "1,000+".
COUNT_CAP = 1000
FIELD_COLUMNS = 5
MAX_CELL_LENGTH = 60

_NUMBERS = {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.CURRENCY, FieldKind.PERCENT}
_NOT_LISTED = {FieldKind.LONG_TEXT, FieldKind.FILE}


class Sort(StrEnum):
    """The word in the address; the minus sign is falling order."""

    NEWEST = "-changed"
    OLDEST = "changed"
    NAME = "name"
    NAME_FALLING = "-name"

    @property
    def column(self) -> str:
        return "name" if self in {Sort.NAME, Sort.NAME_FALLING} else "updated_at"

    @property
    def is_rising(self) -> bool:
        return not self.value.startswith("-")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row at the edge of the page at hand: its value in the sorted column and its id."""

    value: str | datetime
    pk: int

    @classmethod
    def of(cls, record: Record, sort: Sort) -> Self:
        return cls(getattr(record, sort.column), record.pk)

    @classmethod
    def parse(cls, word: str, sort: Sort) -> Self | None:
        """None for what this page has never written, which is then read as the first page."""
        try:
            value, pk = json.loads(base64.urlsafe_b64decode(word.encode("ascii")))
            if type(pk) is not int or not isinstance(value, str) or "\0" in value or abs(pk) >= 2**63:
                return None
            return cls(value if sort.column == "name" else _moment(value), pk)
        except (ValueError, TypeError, RecursionError):
            return None

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, str) else self.value.isoformat()
        return base64.urlsafe_b64encode(json.dumps([value, self.pk]).encode()).decode("ascii")

    def beyond(self, sort: Sort, *, is_back: bool) -> Q:
        """The rows after this one or, on the way back, before it."""
        side = "gt" if sort.is_rising != is_back else "lt"
        # The first condition alone tells the database where in the index to begin.
        begin = Q(**{f"{sort.column}__{side}e": self.value})
        return begin & (Q(**{f"{sort.column}__{side}": self.value}) | Q(**{f"pk__{side}": self.pk}))


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if timezone.is_naive(moment):
        raise ValueError(value)
    return moment


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address asks for: a part of the name, an order, and where the page begins."""

    text: str = ""
    sort: Sort = Sort.NEWEST
    cursor: Cursor | None = None
    is_back: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Self:
        """From the query string; what can't be read counts as not said."""
        word = params.get("sort", "")
        sort = Sort(word) if word in set(Sort) else Sort.NEWEST
        after, before = params.get("after", ""), params.get("before", "")
        cursor = Cursor.parse(after or before, sort) if after or before else None
        return cls(plain_text(params.get("q", "")), sort, cursor, cursor is not None and not after)

    def url(self, module_key: str) -> str:
        """The address of this page of the list, with nothing in it that goes without saying."""
        said = {
            "q": self.text,
            "sort": "" if self.sort == Sort.NEWEST else self.sort.value,
            "before" if self.is_back else "after": str(self.cursor or ""),
        }
        query = urlencode({key: value for key, value in said.items() if value})
        address = reverse("record_list", args=[module_key])
        return f"{address}?{query}" if query else address


@dataclass(frozen=True, slots=True)
class Column:
    label: str | Promise
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`in_state_for` is a length of time in words; both it and the state are empty for a record outside."""

    id: int
    name: str
    url: str
    state: StateDef | None
    in_state_for: str
    cells: tuple[Cell, ...]
    owner: User
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecordList:
    """`count` is capped: `is_capped` says that there are more. `total` is the count without the search, where
    the search left nothing. `has_states`: some process is in charge of records of this module."""

    query: ListQuery
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    total: int
    is_total_capped: bool
    has_states: bool
    previous_url: str
    next_url: str
    name_sort_url: str
    changed_sort_url: str


def record_list_for(person: Person, module: Module, query: ListQuery, *, now: datetime) -> RecordList:
    """A page of what the person may see: a fixed number of queries however many records there are."""
    definition = module_def(module)
    visible = Record.objects.alive().filter(module=module).visible_to(person)
    matching = named_like(visible, query.text)
    records, query, has_previous, has_next = _page(matching, query)
    state_keys = _state_keys(module)
    fields = _listed_fields(definition, state_keys)
    count = _capped_count(matching)
    total = _capped_count(visible) if query.text and not records else count

    def beside(record: Record, *, is_back: bool) -> str:
        cursor = Cursor.of(record, query.sort)
        return replace(query, cursor=cursor, is_back=is_back).url(module.key)

    return RecordList(
        query=query,
        url=query.url(module.key),
        columns=tuple(Column(field.label, field.kind in _NUMBERS) for field in fields),
        rows=_rows(records, module, definition, fields, now),
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        total=min(total, COUNT_CAP),
        is_total_capped=total > COUNT_CAP,
        has_states=bool(state_keys),
        previous_url=beside(records[0], is_back=True) if has_previous else "",
        next_url=beside(records[-1], is_back=False) if has_next else "",
        name_sort_url=_sorted(query, Sort.NAME, Sort.NAME_FALLING).url(module.key),
        changed_sort_url=_sorted(query, Sort.NEWEST, Sort.OLDEST).url(module.key),
    )


def _page(matching: RecordQuerySet, query: ListQuery) -> tuple[list[Record], ListQuery, bool, bool]:
    """The records, the query they answer, and whether there are pages before and after."""
    sort, cursor = query.sort, query.cursor
    sign = "" if sort.is_rising != query.is_back else "-"
    rows = matching.filter(cursor.beyond(sort, is_back=query.is_back)) if cursor else matching
    rows = rows.select_related("owner", "state").order_by(f"{sign}{sort.column}", f"{sign}pk")
    found = list(rows[: PAGE_SIZE + 1])
    has_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if cursor is not None and not found:
        # What stood on this page is gone.
        return _page(matching, replace(query, cursor=None, is_back=False))
    if query.is_back:
        found.reverse()
        return found, query, has_more, True
    return found, query, cursor is not None, has_more


def _sorted(query: ListQuery, first: Sort, second: Sort) -> ListQuery:
    """The query behind a column's heading: its usual order, turned round by the second click."""
    return ListQuery(text=query.text, sort=second if query.sort == first else first)


def _capped_count(records: RecordQuerySet) -> int:
    return records.order_by().values("pk")[: COUNT_CAP + 1].count()


def _state_keys(module: Module) -> set[str]:
    """The fields that processes of this module are over: their states have a column of their own."""
    processes = Process.objects.filter(module=module, archived_at=None)
    return set(processes.values_list("state_field__key", flat=True))


def _listed_fields(module: ModuleDef, state_keys: set[str]) -> Sequence[FieldDef]:
    fields = [f for f in module.own_fields if f.kind not in _NOT_LISTED and f.key not in state_keys]
    return fields[:FIELD_COLUMNS]


def _rows(
    records: Iterable[Record],
    module: Module,
    definition: ModuleDef,
    fields: Sequence[FieldDef],
    now: datetime,
) -> tuple[Row, ...]:
    shown = [{f.key: record.values[f.key] for f in fields if f.key in record.values} for record in records]
    names = names_of(definition, shown, people=[record.owner for record in records])
    return tuple(
        Row(
            id=record.pk,
            name=record.name,
            url=reverse("record", args=[record.pk]),
            state=_state_of(record, module),
            in_state_for=_in_state_for(record, now),
            cells=tuple(_cell(field, values.get(field.key), names) for field in fields),
            owner=record.owner,
            changed_at=record.updated_at,
        )
        for record, values in zip(records, shown, strict=True)
    )


def _state_of(record: Record, module: Module) -> StateDef | None:
    if record.state is None:
        return None
    return version_def(record.state.version_id, module).states_by_id[record.state.pk]


def _in_state_for(record: Record, now: datetime) -> str:
    if record.entered_state_at is None:
        return ""
    return length_of_time((now - record.entered_state_at).total_seconds())


def _cell(field: FieldDef, stored: Stored | None, names: Names) -> Cell:
    is_number = field.kind in _NUMBERS
    if stored is None:
        return Cell("", is_number)
    text = kind_of(field).display(field, stored, names)
    if len(text) > MAX_CELL_LENGTH:
        text = f"{text[: MAX_CELL_LENGTH - 1].rstrip()}…"
    return Cell(text, is_number)
