"""What waits for a person: records to move, tasks to do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from records.engine.person import Person
from records.engine.work import available_q
from records.models import Record, Task
from records.models.record import visible_q
from records.selectors.cursor import MomentCursor

PAGE_SIZE = 50
# Beyond, counting costs more than the page; the reader is told "1,000+".
COUNT_CAP = 1000
MAX_TASKS = 50
MAX_DONE_TASKS = 5


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Records that the person can move, those longest in their state first. `total` stops at the cap."""

    records: list[Record]
    total: int
    is_total_capped: bool
    following: MomentCursor | None


def work_page_for(
    person: Person, *, with_common: bool, after: MomentCursor | None, now: datetime
) -> WorkPage:
    """One page and the capped total: two queries, and one for the versions in use."""
    rule = available_q(person, visible_q(person), with_common=with_common, now=now)
    if rule is None:
        return WorkPage([], 0, False, None)
    waiting = Record.objects.alive().filter(rule)
    counted = waiting.order_by()[: COUNT_CAP + 1].count()
    page = waiting.with_standing().order_by("entered_state_at", "pk")
    if after is not None:
        later = Q(entered_state_at__gt=after.at) | Q(entered_state_at=after.at, pk__gt=after.pk)
        page = page.filter(later)
    records = list(page[: PAGE_SIZE + 1])
    shown = records[:PAGE_SIZE]
    following = _cursor(shown[-1]) if len(records) > PAGE_SIZE else None
    return WorkPage(shown, min(counted, COUNT_CAP), counted > COUNT_CAP, following)


def _cursor(record: Record) -> MomentCursor:
    return MomentCursor(record.entered_state_at or datetime(1970, 1, 1, tzinfo=UTC), record.pk)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """The person's open tasks by due date, and what they did today in their own zone, latest first."""

    open: list[Task]
    done: list[Task]


def task_page_for(user: User, *, now: datetime) -> TaskPage:
    """Two queries."""
    tasks = Task.objects.filter(assignee=user).with_record()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = tasks.filter(done_by=user, done_at__gte=midnight).order_by("-done_at", "-pk")
    return TaskPage(list(tasks.open().by_due_date()[:MAX_TASKS]), list(done[:MAX_DONE_TASKS]))


def open_task_count(user: User) -> int:
    """How many tasks wait for the person."""
    return Task.objects.open().filter(assignee=user).count()


def record_names(ids: Collection[int]) -> dict[int, str]:
    """The names of records by id; one query, none for no id."""
    if not ids:
        return {}
    return dict(Record.objects.alive().filter(pk__in=ids).values_list("pk", "name"))
