"""Tasks as a list shows them: what, by when, on whose list, and where it came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blueprint_project.moments import day_in_words, length_of_time, reader_today
from records.engine.person import Person
from records.engine.verdicts import is_actionable, is_visible
from records.models import Task


@dataclass(frozen=True, slots=True)
class TaskView:
    """`mark` says when it is due or that it is done; `urgency` is how that looks: late, soon, good or ""."""

    id: int
    title: str
    description: str
    warning: str
    is_done: bool
    mark: str
    urgency: str
    about: str
    about_url: str


def record_task_views(tasks: Iterable[Task], now: datetime) -> list[TaskView]:
    """Tasks on the page of their record: whose they are, and by which step they were made."""
    return [_view(task, now, about=_made_by(task), url="") for task in tasks]


def own_task_views(tasks: Iterable[Task], person: Person, now: datetime) -> list[TaskView]:
    """Tasks on the person's own page: which record they are about, as a link where they may see it."""
    return [_own(task, person, now) for task in tasks]


def _own(task: Task, person: Person, now: datetime) -> TaskView:
    record = task.record
    if record is None:
        return _view(task, now, about="", url="")
    is_open_to = is_visible(record, person) or is_actionable(record, person)
    can_open = record.deleted_at is None and is_open_to
    url = reverse("record", args=[record.pk]) if can_open else ""
    return _view(task, now, about=record.name, url=url)


def _made_by(task: Task) -> str:
    transition = task.event.transition if task.event else None
    if transition is None:
        return task.assignee.name
    return _("%(person)s · made by “%(transition)s”") % {
        "person": task.assignee.name,
        "transition": transition.name,
    }


def _view(task: Task, now: datetime, *, about: str, url: str) -> TaskView:
    mark, urgency = _mark(task, now)
    return TaskView(
        id=task.pk,
        title=task.title,
        description=task.description,
        warning=task.warning,
        is_done=task.done_at is not None,
        mark=mark,
        urgency=urgency,
        about=about,
        about_url=url,
    )


def _mark(task: Task, now: datetime) -> tuple[str, str]:
    today = reader_today(now)
    if task.done_at is not None:
        day = timezone.localtime(task.done_at).date()
        text = _("Done") if day == today else _("Done · %(day)s") % {"day": day_in_words(day, today)}
        return text, "good"
    if task.due_date is None:
        return "", ""
    if task.due_date < today:
        late = length_of_time((today - task.due_date).total_seconds())
        return _("%(time)s late") % {"time": late}, "late"
    return day_in_words(task.due_date, today), "soon" if task.due_date == today else ""
