"""What people do with records: create, edit, move, finish a task."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from processes.choices import ModuleRight
from processes.definition import NAME_FIELD, OWNER_FIELD, ModuleDef
from processes.fields import Stored
from processes.loading import module_def
from processes.models import Module
from records.choices import EventKind
from records.engine.commit import Performed, StaleWrite, commit
from records.engine.entering import Entry, entry_after_edit, entry_versions, find_entry, place
from records.engine.moment import facts_of
from records.engine.person import person_for
from records.engine.plan import Change, load_record, plan_move
from records.engine.refusals import Busy, NotAllowed, Refusal, StateFieldLocked, UnknownRecord
from records.engine.standing import Stood, standing_of
from records.engine.unique import sync_unique_values
from records.engine.verdicts import is_actionable, is_visible
from records.models import ProcessRun, Record, RecordEvent, Task
from records.notes import clean_note
from records.signals import event_written

MAX_TRIES = 3


def transition_perform(
    *,
    record_id: int,
    transition_key: str,
    actor: User,
    data: Mapping[str, Any],
    now: datetime,
    stood: Stood | None = None,
    request_key: str = "",
    with_actions: bool = True,
) -> Performed:
    """Move a record: plan on fresh data, then write in one short guarded transaction.

    `data` is what was typed, by field key; `stood` is where the page showed the record; `request_key` is the
    form's one-time key, under which the same form sent again gets the first answer. `with_actions=False`
    leaves the outbox alone: no e-mail, nothing delayed, while field updates and tasks stay. Raises a Refusal,
    and then nothing has been written.
    """
    for _try in range(MAX_TRIES):
        try:
            record = load_record(record_id)
            plan = plan_move(
                record, transition_key, actor, stood=stood, data=data, now=now, with_actions=with_actions
            )
            return commit(plan, request_key)
        except (Refusal, StaleWrite, IntegrityError) as problem:
            # Only now: the usual move doesn't pay for looking up a key that nobody has used.
            earlier = _performed_before(record_id, actor, request_key)
            if earlier is not None:
                return earlier
            if not isinstance(problem, StaleWrite):
                raise
    raise Busy


def _performed_before(record_id: int, actor: User, request_key: str) -> Performed | None:
    if not request_key:
        return None
    event = RecordEvent.objects.filter(record_id=record_id, actor=actor, request_key=request_key).first()
    return None if event is None else Performed(event, is_repeat=True)


@transaction.atomic
def record_create(
    *,
    module: Module,
    name: str,
    owner: User,
    values: Mapping[str, Stored],
    actor: User,
    now: datetime,
    external_id: str = "",
) -> Record:
    """Create a record; it enters the process that wants it. Raises NotAllowed, UniqueValueTaken."""
    if not person_for(actor).may(ModuleRight.ADD, module.pk):
        raise NotAllowed
    definition = module_def(module)
    record = Record(
        module=module,
        name=name,
        owner=owner,
        values=dict(values),
        external_id=external_id,
        created_at=now,
        created_by=actor,
        updated_at=now,
        updated_by=actor,
    )
    entry = find_entry(entry_versions(module), facts_of(record, record.values, now))
    if entry is not None:
        place(record, entry, now)
    record.save(force_insert=True)
    changes = [Change(key, None, value) for key, value in record.values.items()]
    sync_unique_values(record, definition, changes)
    if entry is not None and entry.begins_run:
        record.run = ProcessRun.objects.create(
            record=record, process_id=entry.version.process_id, started_at=now
        )
        record.save(update_fields=["run"])
    _write_event(record, EventKind.CREATE, actor, now, [])
    if entry is not None:
        _write_event(record, EventKind.ENTER, actor, now, [], to_state_id=entry.state.id)
    return record


def record_update(
    *, record_id: int, changes: Mapping[str, Stored | None], actor: User, now: datetime
) -> Record:
    """Write new stored values by field key, "name" and "owner" included; None empties a field.

    Writes one event that names what changed, and nothing where nothing did. Raises UnknownRecord, NotAllowed,
    StateFieldLocked, UniqueValueTaken, or Busy where others kept writing.
    """
    for _try in range(MAX_TRIES):
        record = load_record(record_id)
        _require_may_edit(record, actor)
        try:
            return _update(record, changes, actor, now)
        except StaleWrite:
            continue
    raise Busy


def _require_may_edit(record: Record, actor: User) -> None:
    person = person_for(actor)
    if not is_visible(record, person):
        raise NotAllowed if is_actionable(record, person) else UnknownRecord
    if not person.may(ModuleRight.CHANGE, record.module_id):
        raise NotAllowed


@transaction.atomic
def _update(record: Record, changes: Mapping[str, Stored | None], actor: User, now: datetime) -> Record:
    definition = module_def(record.module)
    found = _differences(record, definition, changes)
    if not found:
        return record
    standing = standing_of(record)
    if standing and standing.is_state_field_locked and standing.version.state_field.key in found:
        raise StateFieldLocked
    entry = _entry_after_edit(record, found, now)
    _apply(record, found)
    if entry is not None:
        place(record, entry, now)
    elif standing and standing.version.state_field.key in found:
        # An exit without a way on: whoever writes another value there takes the record off that state.
        record.state, record.entered_state_at = None, None
        record.entered_by = record.entered_for = None
    _write_guarded(record, actor, now)
    sync_unique_values(record, definition, found.values())
    if entry is not None and entry.begins_run:
        record.run = ProcessRun.objects.create(
            record=record, process_id=entry.version.process_id, started_at=now
        )
        Record.objects.filter(pk=record.pk).update(run=record.run)
    _write_event(record, EventKind.EDIT, actor, now, list(found.values()))
    if entry is not None:
        _write_event(record, EventKind.ENTER, actor, now, [], to_state_id=entry.state.id)
    return record


def _differences(
    record: Record, module: ModuleDef, changes: Mapping[str, Stored | None]
) -> dict[str, Change]:
    now: dict[str, Stored | None] = {**record.values, NAME_FIELD: record.name, OWNER_FIELD: record.owner_id}
    return {
        key: Change(key, now.get(key), value)
        for key, value in changes.items()
        if key in module.fields and now.get(key) != value
    }


def _entry_after_edit(record: Record, found: Mapping[str, Change], now: datetime) -> Entry | None:
    if record.run_id is not None:
        return None
    changes = {key: change.after for key, change in found.items()}
    left = _processes_left(record) if record.state_id is not None else set()
    return entry_after_edit(record, changes, entry_versions(record.module), left, now)


def _processes_left(record: Record) -> set[int]:
    return set(record.runs.values_list("process_id", flat=True))


def _apply(record: Record, found: Mapping[str, Change]) -> None:
    for key, change in found.items():
        if key == NAME_FIELD:
            record.name = str(change.after)
        elif key == OWNER_FIELD:
            record.owner_id = int(str(change.after))
        elif change.after is None:
            record.values.pop(key, None)
        else:
            record.values[key] = change.after


def _write_guarded(record: Record, actor: User, now: datetime) -> None:
    written = Record.objects.filter(pk=record.pk, revision=record.revision, deleted_at=None).update(
        name=record.name,
        owner_id=record.owner_id,
        values=record.values,
        state_id=record.state_id,
        entered_state_at=record.entered_state_at,
        entered_by_id=record.entered_by_id,
        entered_for_id=record.entered_for_id,
        updated_at=now,
        updated_by=actor,
        revision=F("revision") + 1,
    )
    if not written:
        raise StaleWrite
    record.revision += 1


def _write_event(
    record: Record,
    kind: EventKind,
    actor: User,
    now: datetime,
    changes: list[Change],
    to_state_id: int | None = None,
    comment: str = "",
    request_key: str = "",
) -> RecordEvent:
    event = RecordEvent(
        record=record,
        run_id=record.run_id,
        kind=kind,
        actor=actor,
        at=now,
        to_state_id=to_state_id,
        changes=[change.as_json() for change in changes],
        comment=comment,
        request_key=request_key,
    )
    event.save(force_insert=True)
    event_written.send(sender=RecordEvent, event=event, entries=[], now=now)
    return event


def note_add(*, record_id: int, text: str, actor: User, now: datetime, request_key: str = "") -> RecordEvent:
    """Write a note onto the record's timeline; sent again under the same `request_key` it is there once.

    Raises UnknownRecord, NotAllowed, or ValidationError where the text is empty, too long or not text.
    """
    record = load_record(record_id)
    _require_may_edit(record, actor)
    note = clean_note(text)
    try:
        with transaction.atomic():
            return _write_event(record, EventKind.NOTE, actor, now, [], comment=note, request_key=request_key)
    except IntegrityError:
        earlier = _performed_before(record_id, actor, request_key)
        if earlier is None:
            raise
        return earlier.event


@transaction.atomic
def task_set_done(*, task: Task, is_done: bool, actor: User, now: datetime) -> Task:
    """Mark a task as done, or take that back; the timeline says so. A second click changes nothing."""
    waiting = Task.objects.filter(pk=task.pk, done_at__isnull=is_done)
    if not waiting.update(done_at=now if is_done else None, done_by=actor if is_done else None):
        return task
    task.refresh_from_db(fields=["done_at", "done_by"])
    if task.record is not None:
        kind = EventKind.TASK if is_done else EventKind.TASK_REOPENED
        _write_event(task.record, kind, actor, now, [], comment=task.title)
    return task
