"""A person's tasks, page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Q

from accounts.models import User
from records.models import Task
from records.models.task import TaskQuerySet
from records.selectors.cursor import MomentCursor

PAGE_SIZE = 50
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class DueCursor:
    """The last open task of a page; those without a day come last."""

    due_date: date | None
    pk: int

    @classmethod
    def parse(cls, word: str) -> Self | None:
        """None for what no page has ever written, which is then read as the first page."""
        day, _dot, pk = word.partition(".")
        try:
            number = int(pk)
            return cls(date.fromisoformat(day) if day else None, number) if 0 < number <= _LARGEST else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.due_date.isoformat() if self.due_date else ''}.{self.pk}"


@dataclass(frozen=True, slots=True)
class TaskPage[C]:
    tasks: list[Task]
    following: C | None


def open_task_page_for(user: User, after: DueCursor | None) -> TaskPage[DueCursor]:
    """The person's open tasks by due date; one query."""
    tasks = _tasks(user).open().by_due_date()
    if after is not None:
        tasks = tasks.filter(_later(after))
    found = list(tasks[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return TaskPage(found[:PAGE_SIZE], DueCursor(last.due_date, last.pk) if last else None)


def done_task_page_for(user: User, after: MomentCursor | None) -> TaskPage[MomentCursor]:
    """The person's tasks that are done, latest first; one query."""
    tasks = _tasks(user).exclude(done_at=None).order_by("-done_at", "-pk")
    if after is not None:
        tasks = tasks.filter(Q(done_at__lt=after.at) | Q(done_at=after.at, pk__lt=after.pk))
    found = list(tasks[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    following = MomentCursor(last.done_at, last.pk) if last and last.done_at else None
    return TaskPage(found[:PAGE_SIZE], following)


def _tasks(user: User) -> TaskQuerySet:
    return Task.objects.filter(assignee=user).with_record()


def _later(after: DueCursor) -> Q:
    if after.due_date is None:
        return Q(due_date=None, pk__gt=after.pk)
    same_day = Q(due_date=after.due_date, pk__gt=after.pk)
    return same_day | Q(due_date__gt=after.due_date) | Q(due_date=None)
