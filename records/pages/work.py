"""My work: the records that wait for a person by process and state, with their buttons, and their tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from blueprint_project.moments import reader_today
from processes.choices import FieldKind
from processes.definition import FieldDef, ModuleDef, StateDef
from processes.fields import Stored, kind_of
from processes.loading import module_def
from records.engine.person import Person, person_for
from records.engine.standing import standing_of
from records.engine.verdicts import Verdict, is_visible, verdicts
from records.models import Record
from records.pages.standing import Offer, in_state_for, offers_of
from records.pages.tasks import TaskView, own_task_views
from records.selectors.cursor import MomentCursor
from records.selectors.work import WorkPage, record_names, task_page_for, work_page_for


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """What the address of the page asks for."""

    with_common: bool = False
    after: MomentCursor | None = None

    @classmethod
    def read(cls, data: QueryDict) -> "WorkQuery":
        return cls(data.get("all") == "1", MomentCursor.parse(data.get("after", "")))

    def url(self, after: MomentCursor | None = None) -> str:
        query = {"all": "1"} if self.with_common else {}
        if after is not None:
            query["after"] = str(after)
        home = reverse("my_work")
        return f"{home}?{urlencode(query)}" if query else home


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A record with what can be done about it; `about` and `amount` only where the person may read them."""

    id: int
    name: str
    about: str
    amount: str
    in_state_for: str
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class WorkGroup:
    state: StateDef
    rows: list[WorkRow]


@dataclass(frozen=True, slots=True)
class WorkProcess:
    name: str
    module_label: str
    module_url: str
    groups: list[WorkGroup]


@dataclass(frozen=True, slots=True)
class WorkView:
    """`total` is in words ("1,000+"), `count` for the plural; `is_whole`: there is no other page."""

    query: WorkQuery
    day: date
    count: int
    total: str
    processes: list[WorkProcess]
    tasks: list[TaskView]
    done_tasks: list[TaskView]
    url: str
    waiting_url: str
    all_url: str
    first_url: str
    next_url: str

    @property
    def is_whole(self) -> bool:
        return not (self.first_url or self.next_url)


def work_view(user: User, query: WorkQuery, *, now: datetime) -> WorkView:
    person = person_for(user)
    page = work_page_for(person, with_common=query.with_common, after=query.after, now=now)
    tasks = task_page_for(user, now=now)
    return WorkView(
        query=query,
        day=reader_today(now),
        count=page.total,
        total=_total(page),
        processes=_processes(page.records, person, query, now),
        tasks=own_task_views(tasks.open, person, now),
        done_tasks=own_task_views(tasks.done, person, now),
        url=query.url(query.after),
        waiting_url=WorkQuery().url(),
        all_url=WorkQuery(with_common=True).url(),
        first_url=query.url() if query.after else "",
        next_url=query.url(page.following) if page.following else "",
    )


def _total(page: WorkPage) -> str:
    count = number_format(page.total, force_grouping=True)
    return _("%(count)s+") % {"count": count} if page.is_total_capped else count


def _processes(
    records: Iterable[Record], person: Person, query: WorkQuery, now: datetime
) -> list[WorkProcess]:
    """By process and state in order of first appearance, so that what has waited longest leads."""
    rows = _Rows(list(records), person, query.url(query.after), now)
    processes: dict[int, WorkProcess] = {}
    groups: dict[tuple[int, str], WorkGroup] = {}
    for record in rows.records:
        standing = standing_of(record)
        found = verdicts(record, person, now=now)
        if standing is None or not any(verdict.is_available for verdict in found):
            continue
        version = standing.version
        process = processes.setdefault(
            version.process_id,
            WorkProcess(
                version.process_name,
                version.module.label_plural,
                reverse("record_list", args=[version.module.key]),
                [],
            ),
        )
        # Versions of a process share a group: a state is the same by its key.
        key = (version.process_id, standing.state.key)
        if key not in groups:
            groups[key] = WorkGroup(standing.state, [])
            process.groups.append(groups[key])
        # The steps of the way as buttons; those that lead on from every state would only repeat in each row.
        shown = [v for v in found if query.with_common or not v.transition.is_common]
        groups[key].rows.append(rows.row(record, shown))
    return list(processes.values())


class _Rows:
    """Makes the rows of a page; the names that they show are read in one query for all modules."""

    def __init__(self, records: list[Record], person: Person, back: str, now: datetime) -> None:
        self.records = records
        self.person = person
        self.back = back
        self.now = now
        pointers = (self._pointer(record) for record in records)
        self.names = record_names({pk for pk in pointers if pk is not None})

    def row(self, record: Record, found: Iterable[Verdict]) -> WorkRow:
        can_read = is_visible(record, self.person)
        return WorkRow(
            id=record.pk,
            name=record.name,
            about=self._about(record) if can_read else "",
            amount=_amount(record) if can_read else "",
            in_state_for=in_state_for(record, self.now),
            offers=offers_of(record, found, back=self.back),
        )

    def _about(self, record: Record) -> str:
        pointer = self._pointer(record)
        name = self.names.get(pointer) if pointer is not None else None
        return " · ".join(part for part in (name, record.owner.name) if part)

    def _pointer(self, record: Record) -> int | None:
        field = _first(module_def(record.module), FieldKind.LOOKUP)
        value: Stored | None = record.values.get(field.key) if field else None
        return value if isinstance(value, int) else None


def _amount(record: Record) -> str:
    field = _first(module_def(record.module), FieldKind.CURRENCY)
    stored: Stored | None = record.values.get(field.key) if field else None
    return "" if field is None or stored is None else kind_of(field).display(field, stored, {})


def _first(module: ModuleDef, kind: FieldKind) -> FieldDef | None:
    return next((field for field in module.own_fields if field.kind == kind), None)
