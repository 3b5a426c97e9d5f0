"""The second half of a move: one short transaction whose first statement is a guarded write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists

from processes.models import Process
from records.choices import EventKind, RunOutcome
from records.engine.plan import Plan
from records.engine.unique import sync_unique_values
from records.models import ProcessRun, Record, RecordEvent, Task
from records.models.record import RecordQuerySet
from records.signals import event_written


class StaleWrite(Exception):
    """Somebody changed the record, or the process was switched off, since the plan was made."""


@dataclass(frozen=True, slots=True)
class Performed:
    """The event of a move. `is_repeat`: the same form had been sent before; nothing was written now."""

    event: RecordEvent
    is_repeat: bool = False


def commit(plan: Plan, request_key: str) -> Performed:
    """Write the planned move; raises StaleWrite, and then nothing is written.

    Whatever can be put together beforehand is: while the transaction lasts, nobody else writes on SQLite.
    """
    unchanged, written, event = _unchanged(plan), _written(plan), _event(plan, request_key)
    with transaction.atomic():
        if not unchanged.update(**written):
            raise StaleWrite
        sync_unique_values(plan.record, plan.standing.version.module, plan.changes)
        event.run_id = _write_run(plan)
        event.save(force_insert=True)
        _write_tasks(plan, event)
        event_written.send(sender=RecordEvent, event=event, entries=plan.entries, now=plan.now)
    return Performed(event)


def _unchanged(plan: Plan) -> RecordQuerySet:
    """The record, if it is as it was when the plan was made and its process is in use."""
    record, process_id = plan.record, plan.standing.version.process_id
    return Record.objects.filter(
        Exists(Process.objects.active().filter(pk=process_id)),
        pk=record.pk,
        revision=record.revision,
        deleted_at=None,
    )


def _written(plan: Plan) -> dict[str, Any]:
    record, is_loop = plan.record, plan.to_state.id == plan.standing.state.id
    entered_by = {} if is_loop else {"entered_by": plan.actor, "entered_for": None}
    return {
        "name": plan.name,
        "owner_id": plan.moment.owner_id,
        "values": plan.moment.values,
        "state_id": plan.to_state.id,
        "run_id": None if plan.to_state.is_exit else record.run_id,
        "entered_state_at": plan.now,
        "updated_at": plan.now,
        "updated_by": plan.actor,
        "revision": record.revision + 1,
        **entered_by,
    }


def _event(plan: Plan, request_key: str) -> RecordEvent:
    record = plan.record
    return RecordEvent(
        record=record,
        kind=EventKind.TRANSITION,
        actor=plan.actor,
        at=plan.now,
        transition_id=plan.transition.id,
        from_state_id=plan.standing.state.id,
        to_state_id=plan.to_state.id,
        changes=[change.as_json() for change in plan.changes],
        comment=plan.comment,
        seconds_in_state=_seconds_since(record.entered_state_at, plan.now),
        request_key=request_key,
    )


def _write_run(plan: Plan) -> int | None:
    """Ends the run at an exit, begins one when an exit is left; returns the run the event belongs to."""
    record = plan.record
    if record.run_id is None:
        if plan.to_state.is_exit:
            return None
        run = ProcessRun.objects.create(
            record=record, process_id=plan.standing.version.process_id, started_at=plan.now
        )
        Record.objects.filter(pk=record.pk).update(run=run)
        return run.pk
    if plan.to_state.is_exit:
        ProcessRun.objects.filter(pk=record.run_id).update(finished_at=plan.now, outcome=RunOutcome.EXIT)
    return record.run_id


def _write_tasks(plan: Plan, event: RecordEvent) -> None:
    if plan.tasks:
        Task.objects.bulk_create(
            Task(
                record=plan.record,
                event=event,
                title=task.title,
                description=task.description,
                assignee_id=task.assignee_id,
                due_date=task.due_date,
                warning=task.warning,
                created_at=plan.now,
                created_by=plan.actor,
            )
            for task in plan.tasks
        )


def _seconds_since(entered_at: datetime | None, now: datetime) -> int | None:
    return None if entered_at is None else max(0, int((now - entered_at).total_seconds()))
