"""One page of a module's records, its cells ready to print."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from processes.choices import FieldKind
from processes.criteria.ordering import NUMBERS
from processes.definition import FieldDef, ModuleDef
from processes.loading import module_def
from processes.models import Module, Process
from records.engine.names import names_of
from records.engine.person import Person
from records.lookups import named_like, plain_text
from records.models import Record
from records.models.record import RecordQuerySet
from records.pages.list_rows import RowPrinter
from records.selectors.sorting import (
    CHANGED,
    NOT_LISTED,
    Cursor,
    Sort,
    SortKey,
    SortKeys,
    read_sort,
    sort_keys,
    usual,
)

PAGE_SIZE = 50
# Beyond, counting costs more than the page; the reader is told "1,000+".
COUNT_CAP = 1000
# As many as fit beside the name on a usual screen; the state and the time in it take the room of two.
FIELD_COLUMNS = 5
FIELD_COLUMNS_WITH_STATES = 3
DEFAULT_SORT = f"-{CHANGED}"

# Where there are more fields than columns, those that tell records apart at a glance come first.
_TELLING = {FieldKind.LOOKUP, FieldKind.CURRENCY, FieldKind.DATE, FieldKind.PICKLIST}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address asks for: a part of the name, an order, where the page begins, and whether it is about
    what was deleted."""

    sort: Sort
    text: str = ""
    cursor: Cursor | None = None
    is_back: bool = False
    is_deleted: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str], keys: SortKeys) -> Self:
        """From the query string; what can't be read counts as not said."""
        sort = read_sort(params.get("sort", ""), keys)
        after, before = params.get("after", ""), params.get("before", "")
        cursor = Cursor.parse(after or before, sort) if after or before else None
        is_back = cursor is not None and not after
        return cls(sort, plain_text(params.get("q", "")), cursor, is_back, asks_for_deleted(params))

    def sorted_by(self, sort: Sort) -> "ListQuery":
        """The first page of the same records in another order."""
        return replace(self, sort=sort, cursor=None, is_back=False)

    def url(self, module_key: str) -> str:
        """The address of this page of the list, with nothing in it that goes without saying."""
        said = {
            "deleted": "1" if self.is_deleted else "",
            "q": self.text,
            "sort": "" if self.sort.word == DEFAULT_SORT else self.sort.word,
            "before" if self.is_back else "after": str(self.cursor or ""),
        }
        query = urlencode({key: value for key, value in said.items() if value})
        address = reverse("record_list", args=[module_key])
        return f"{address}?{query}" if query else address


def asks_for_deleted(params: Mapping[str, str]) -> bool:
    return params.get("deleted") == "1"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading. `url` sorts by it; `direction` is "ascending" or "descending", "" where it isn't sorted by
    it."""

    label: str | Promise
    is_number: bool = False
    url: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One entry of the list of what can be sorted by."""

    word: str
    label: str | Promise
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A record's id and the HTML of its cells."""

    id: int
    cells: SafeString


@dataclass(frozen=True, slots=True)
class RecordList:
    """`count` is capped: `is_capped` says that there are more. `total` is the count without the search, where
    the search left nothing; `all_url` is the list without it. `turned_url` is the list in reverse order."""

    query: ListQuery
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    total: int
    is_total_capped: bool
    previous_url: str
    next_url: str
    all_url: str
    sort_choices: tuple[SortChoice, ...]
    turned_url: str


def record_list_for(
    person: Person, module: Module, params: Mapping[str, str], *, now: datetime
) -> RecordList:
    """A page of what the person may see, or saw before it was deleted: a fixed number of queries however many
    records there are."""
    definition = module_def(module)
    # What is deleted stands in no process: its state fields are fields like others.
    state_keys = set() if asks_for_deleted(params) else _state_keys(module)
    keys = sort_keys(definition, state_keys)
    query = ListQuery.read(params, keys)
    there = Record.objects.exclude(deleted_at=None) if query.is_deleted else Record.objects.alive()
    visible = there.filter(module=module).visible_to(person)
    matching = named_like(visible, query.text)
    records, query, has_previous, has_next = _page(matching, query)
    fields = _listed_fields(definition, state_keys, query.sort.key.field)
    count = _capped_count(matching)
    total = _capped_count(visible) if query.text and not records else count
    printer = partial(
        RowPrinter,
        with_states=bool(state_keys),
        is_deleted=query.is_deleted,
        sorted_by=query.sort.key.field,
        reader_id=person.id,
        now=now,
    )

    def beside(record: Record, *, is_back: bool) -> str:
        cursor = Cursor.of(record, query.sort)
        return replace(query, cursor=cursor, is_back=is_back).url(module.key)

    return RecordList(
        query=query,
        url=query.url(module.key),
        columns=tuple(_columns(keys, fields, query, module.key)),
        rows=_rows(records, module, fields, printer),
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        total=min(total, COUNT_CAP),
        is_total_capped=total > COUNT_CAP,
        previous_url=beside(records[0], is_back=True) if has_previous else "",
        next_url=beside(records[-1], is_back=False) if has_next else "",
        all_url=replace(query.sorted_by(read_sort("", keys)), text="").url(module.key),
        sort_choices=tuple(_sort_choices(keys, query)),
        turned_url=query.sorted_by(query.sort.turned).url(module.key),
    )


def _page(matching: RecordQuerySet, query: ListQuery) -> tuple[list[Record], ListQuery, bool, bool]:
    """The records, the query they answer, and whether there are pages before and after."""
    sort, cursor = query.sort, query.cursor
    rows = sort.prepare(matching)
    if cursor is not None:
        rows = rows.filter(sort.beyond(cursor, is_back=query.is_back))
    rows = sort.order(rows.select_related("owner", "state", "updated_by"), is_back=query.is_back)
    found = list(rows[: PAGE_SIZE + 1])
    has_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if cursor is not None and not found:
        # What stood on this page is gone.
        return _page(matching, replace(query, cursor=None, is_back=False))
    if query.is_back:
        found.reverse()
        return found, query, has_more, True
    return found, query, cursor is not None, has_more


def _columns(
    keys: SortKeys, fields: Sequence[FieldDef], query: ListQuery, module_key: str
) -> Iterator[Column]:
    """Headings in the order in which rows print their cells."""
    listed = {field.id for field in fields}
    for key in keys.values():
        if key.field is not None and key.field.id not in listed:
            continue
        sort, direction = usual(key), ""
        if key == query.sort.key:
            sort, direction = query.sort.turned, "ascending" if query.sort.is_rising else "descending"
        is_number = key.field is not None and key.field.kind in NUMBERS
        url = query.sorted_by(sort).url(module_key) if key.by is not None else ""
        yield Column(_label(key, query), is_number, url, direction)


def _sort_choices(keys: SortKeys, query: ListQuery) -> Iterator[SortChoice]:
    for key in keys.values():
        is_chosen = key == query.sort.key
        sort = query.sort if is_chosen else usual(key)
        if key.by is not None:
            yield SortChoice(sort.word, _label(key, query), is_chosen)


def _label(key: SortKey, query: ListQuery) -> str | Promise:
    """Deleting was the last change of what is deleted."""
    return pgettext("column of moments", "Deleted") if query.is_deleted and key.word == CHANGED else key.label


def _capped_count(records: RecordQuerySet) -> int:
    return records.order_by().values("pk")[: COUNT_CAP + 1].count()


def _state_keys(module: Module) -> set[str]:
    """The fields that processes of this module are over: their states have a column of their own."""
    processes = Process.objects.filter(module=module, archived_at=None)
    return set(processes.values_list("state_field__key", flat=True))


def _listed_fields(module: ModuleDef, state_keys: set[str], sorted_by: FieldDef | None) -> Sequence[FieldDef]:
    """The fields that have columns; whatever the list is sorted by has one."""
    fields = [f for f in module.own_fields if f.kind not in NOT_LISTED and f.key not in state_keys]
    room = FIELD_COLUMNS_WITH_STATES if state_keys else FIELD_COLUMNS
    telling = sorted(fields, key=lambda field: field.kind not in _TELLING)[:room]
    return [field for field in fields if field in telling or field == sorted_by]


def _rows(
    records: Sequence[Record], module: Module, fields: Sequence[FieldDef], printer: Callable[..., RowPrinter]
) -> tuple[Row, ...]:
    shown = [{f.key: record.values[f.key] for f in fields if f.key in record.values} for record in records]
    names = names_of(module_def(module), shown, people=[record.owner for record in records])
    print_row = printer(module, fields, names).row
    return tuple(
        Row(record.pk, print_row(record, values)) for record, values in zip(records, shown, strict=True)
    )
