"""Records that are deleted and brought back: nothing is lost but the place in the process."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from processes.choices import ModuleRight
from processes.definition import OWNER_FIELD
from processes.loading import module_def
from records.choices import EventKind, RunOutcome
from records.engine.commit import StaleWrite
from records.engine.person import person_for
from records.engine.plan import Change, load_record
from records.engine.refusals import Busy, NotAllowed, UnknownRecord
from records.engine.unique import sync_unique_values
from records.engine.verdicts import is_actionable, is_visible
from records.models import ProcessRun, Record, RecordEvent, UniqueValue
from records.services import MAX_TRIES
from records.signals import event_written


def record_delete(*, record_id: int, actor: User, now: datetime) -> Record:
    """Take a record out of everybody's sight; its values, history and tasks are kept, to be restored.

    Its run ends, what waits to happen after its moves is cancelled, its unique values are free for others.
    Raises UnknownRecord, NotAllowed, or Busy where others kept writing.
    """
    for _try in range(MAX_TRIES):
        record = load_record(record_id)
        _require_may_delete(record, actor)
        try:
            return _delete(record, actor, now)
        except StaleWrite:
            continue
    raise Busy


def record_restore(*, record_id: int, actor: User, now: datetime) -> Record:
    """Bring a deleted record back, into no process; one that is there already is left as it is.

    A record whose owner has left goes to `actor`. Raises UnknownRecord, NotAllowed, UniqueValueTaken where
    another record has taken a unique value meanwhile, or Busy where others kept writing.
    """
    for _try in range(MAX_TRIES):
        record = Record.objects.with_standing().filter(pk=record_id).first()
        if record is None:
            raise UnknownRecord(str(record_id))
        _require_may_delete(record, actor)
        if record.deleted_at is None:
            return record
        try:
            return _restore(record, actor, now)
        except StaleWrite:
            continue
    raise Busy


def _require_may_delete(record: Record, actor: User) -> None:
    person = person_for(actor)
    if not is_visible(record, person):
        is_known = record.deleted_at is None and is_actionable(record, person)
        raise NotAllowed if is_known else UnknownRecord
    if not person.may(ModuleRight.DELETE, record.module_id):
        raise NotAllowed


@transaction.atomic
def _delete(record: Record, actor: User, now: datetime) -> Record:
    in_process = record.run_id is not None
    values: dict[str, object] = {"deleted_at": now, "run": None}
    if in_process:
        # An exit is a place to come back to; a step of a run that has ended is none.
        values |= {"state": None, "entered_state_at": None, "entered_by": None, "entered_for": None}
    _write_guarded(Record.objects.alive(), record, actor, now, values)
    UniqueValue.objects.filter(record=record).delete()
    if record.run_id is not None:
        run = ProcessRun.objects.filter(pk=record.run_id)
        run.update(finished_at=now, outcome=RunOutcome.DELETED)
    event = RecordEvent(
        record=record,
        run_id=record.run_id,
        kind=EventKind.DELETE,
        actor=actor,
        at=now,
        from_state_id=record.state_id if in_process else None,
        seconds_in_state=_seconds_in_state(record, now) if in_process else None,
    )
    record.deleted_at = now
    return _with_event(record, event, now)


@transaction.atomic
def _restore(record: Record, actor: User, now: datetime) -> Record:
    values: dict[str, object] = {"deleted_at": None}
    changes: list[Change] = []
    if not record.owner.is_active:
        values["owner"] = actor
        changes.append(Change(OWNER_FIELD, record.owner_id, actor.pk))
    _write_guarded(Record.objects.exclude(deleted_at=None), record, actor, now, values)
    claims = [Change(key, None, value) for key, value in record.values.items()]
    sync_unique_values(record, module_def(record.module), claims)
    event = RecordEvent(
        record=record,
        kind=EventKind.RESTORE,
        actor=actor,
        at=now,
        changes=[change.as_json() for change in changes],
    )
    record.deleted_at = None
    if changes:
        record.owner = actor
    return _with_event(record, event, now)


def _write_guarded(
    rows: QuerySet[Record], record: Record, actor: User, now: datetime, values: dict[str, object]
) -> None:
    written = rows.filter(pk=record.pk, revision=record.revision).update(
        updated_at=now, updated_by=actor, revision=F("revision") + 1, **values
    )
    if not written:
        raise StaleWrite
    record.revision += 1


def _with_event(record: Record, event: RecordEvent, now: datetime) -> Record:
    event.save(force_insert=True)
    event_written.send(sender=RecordEvent, event=event, entries=[], now=now)
    return record


def _seconds_in_state(record: Record, now: datetime) -> int | None:
    since = record.entered_state_at
    return None if since is None else max(0, int((now - since).total_seconds()))
