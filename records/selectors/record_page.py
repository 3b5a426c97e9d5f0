"""Reads of the record page beside the record itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Sum

from records.models import Record, RecordEvent, Task

MAX_TASKS = 30


@dataclass(frozen=True, slots=True)
class Step:
    """All moves of one pass along one arrow: from which state (None when it entered) by what to which."""

    run_id: int | None
    from_key: str | None
    to_key: str
    transition_key: str | None
    first_at: datetime
    times: int
    seconds: int


def steps_of(record: Record, process_id: int) -> list[Step]:
    """The way the record took in its latest pass through the process, in order of first arrival.

    One grouped query, whatever the length of its history: keys rather than ids, since a version may have been
    followed by another on the way.
    """
    rows = (
        RecordEvent.objects.filter(record=record, to_state__version__process_id=process_id)
        .order_by()
        .values_list("run_id", "from_state__key", "to_state__key", "transition__key")
        .annotate(first_at=Min("at"), times=Count("pk"), seconds=Sum("seconds_in_state"))
    )
    steps = [
        Step(run_id, from_key, to_key, transition_key, first_at, times, seconds or 0)
        for run_id, from_key, to_key, transition_key, first_at, times, seconds in rows
    ]
    run_id = record.run_id or max((step.run_id for step in steps if step.run_id), default=None)
    return sorted((step for step in steps if step.run_id == run_id), key=lambda step: step.first_at)


def task_list_for_record(record: Record) -> list[Task]:
    """The record's tasks: open ones by due date, then those done, latest first; one query."""
    tasks = Task.objects.filter(record=record).select_related("assignee", "done_by", "event__transition")
    order = (F("done_at").desc(nulls_first=True), F("due_date").asc(nulls_last=True), "pk")
    return list(tasks.order_by(*order)[:MAX_TASKS])
