"""One page of a module's records, its cells ready to print."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from processes.choices import FieldKind
from processes.definition import FieldDef, ModuleDef
from processes.loading import module_def
from processes.models import Module, Process
from records.engine.names import names_of
from records.engine.person import Person
from records.lookups import named_like, plain_text
from records.models import Record
from records.models.record import RecordQuerySet
from records.pages.list_rows import NUMBERS, RowPrinter

PAGE_SIZE = 50
# Beyond, counting costs more than the page; the reader is told "1,000+".
COUNT_CAP = 1000
FIELD_COLUMNS = 4

_NOT_LISTED = {FieldKind.LONG_TEXT, FieldKind.FILE}
# Where there are more fields than columns, those that tell records apart at a glance come first.
_TELLING = {FieldKind.LOOKUP, FieldKind.CURRENCY, FieldKind.DATE, FieldKind.PICKLIST, FieldKind.TEXT}


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
class Row:
    """A record's id and the HTML of its cells."""

    id: int
    cells: SafeString


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

    printer = partial(RowPrinter, with_states=bool(state_keys), reader_id=person.id, now=now)

    def beside(record: Record, *, is_back: bool) -> str:
        cursor = Cursor.of(record, query.sort)
        return replace(query, cursor=cursor, is_back=is_back).url(module.key)

    return RecordList(
        query=query,
        url=query.url(module.key),
        columns=tuple(Column(field.label, field.kind in NUMBERS) for field in fields),
        rows=_rows(records, module, fields, printer),
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
    telling = sorted(fields, key=lambda field: field.kind not in _TELLING)[:FIELD_COLUMNS]
    return [field for field in fields if field in telling]


def _rows(
    records: Sequence[Record], module: Module, fields: Sequence[FieldDef], printer: Callable[..., RowPrinter]
) -> tuple[Row, ...]:
    shown = [{f.key: record.values[f.key] for f in fields if f.key in record.values} for record in records]
    names = names_of(module_def(module), shown, people=[record.owner for record in records])
    print_row = printer(module, fields, names).row
    return tuple(
        Row(record.pk, print_row(record, values)) for record, values in zip(records, shown, strict=True)
    )
