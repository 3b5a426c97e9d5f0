"""The first half of a move: reads only, and says what would be written or why nothing may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from processes.actions import action_kind
from processes.definition import NAME_FIELD, OWNER_FIELD, ActionDef, StateDef, TransitionDef
from processes.fields import Stored
from records.engine.during import COMMENT, DuringForm
from records.engine.effects import ActionValueError, OutboxKind, TransactionKind
from records.engine.moment import Moment, TaskDraft
from records.engine.person import person_for
from records.engine.refusals import (
    ActionRefused,
    InvalidForm,
    Moved,
    NotAnOwner,
    NotAvailable,
    UnknownRecord,
    UnknownTransition,
)
from records.engine.standing import Standing, Stood, standing_of
from records.engine.verdicts import Judge, is_actionable, is_visible
from records.models import Record, RecordEvent
from records.signals import OutboxEntry


@dataclass(frozen=True, slots=True)
class Change:
    """One field's stored value before and after; None is empty."""

    field: str
    before: Stored | None
    after: Stored | None

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "before": self.before, "after": self.after}


@dataclass
class Plan:
    """A move that may be made: everything `commit` has to write."""

    record: Record
    standing: Standing
    transition: TransitionDef
    actor: User
    now: datetime
    form: DuringForm
    name: str
    moment: Moment
    changes: list[Change] = field(default_factory=list)
    entries: list[OutboxEntry] = field(default_factory=list)
    comment: str = ""

    @property
    def to_state(self) -> StateDef:
        return self.transition.to_state

    @property
    def tasks(self) -> list[TaskDraft]:
        return self.moment.tasks


# Put together once; each query is a copy of it.
_STANDING = Record.objects.alive().with_standing()


def load_record(record_id: int) -> Record:
    """The record as the engine needs it, in one query; raises UnknownRecord."""
    try:
        # `first` would sort, and a move would pay a twentieth more for putting that into its statement.
        record: Record = _STANDING.get(pk=record_id)
    except Record.DoesNotExist as error:
        raise UnknownRecord(str(record_id)) from error
    return record


def draw_form(record: Record, key: str, actor: User, now: datetime) -> Plan:
    """The form of a transition before anything is typed; raises what `plan_move` does but for inputs."""
    standing, transition = _allowed(record, key, actor, None, now)
    return _plan(record, standing, transition, actor, None, now)


def plan_move(
    record: Record,
    key: str,
    actor: User,
    *,
    stood: Stood | None,
    data: Mapping[str, Any],
    now: datetime,
    with_actions: bool = True,
) -> Plan:
    """What the move would write, on the record as it is now.

    Without actions nothing goes to the outbox: no e-mail, nothing delayed, no failed run. Field updates and
    tasks belong to the move itself and stay.

    Raises, in this order and with all failures of the first level that fails: UnknownRecord and
    UnknownTransition, NotAnOwner, Moved, NotAvailable, InvalidForm, ActionRefused.
    """
    standing, transition = _allowed(record, key, actor, stood, now)
    plan = _plan(record, standing, transition, actor, data, now)
    typed = plan.form.take()
    if plan.form.errors:
        raise InvalidForm(plan)
    plan.comment = plan.form.cleaned_data[COMMENT]
    name = typed.get(NAME_FIELD)
    plan.name = name if isinstance(name, str) else record.name
    plan.moment.set_value(standing.version.state_field.key, transition.to_state.key or None)
    plan.moment.state = transition.to_state
    for action in transition.actions:
        if action.is_enabled and plan.moment.holds(action.condition):
            _plan_action(plan, action, with_actions)
    plan.changes = _changes(record, plan)
    return plan


def _allowed(
    record: Record, key: str, actor: User, stood: Stood | None, now: datetime
) -> tuple[Standing, TransitionDef]:
    person = person_for(actor)
    if not is_visible(record, person) and not is_actionable(record, person):
        raise UnknownRecord(str(record.pk))
    standing = standing_of(record)
    has_moved = stood is not None and stood != Stood.of(record)
    transition = standing.version.transitions_by_key.get(key) if standing else None
    if standing is None or transition is None:
        if has_moved:
            raise Moved(last_move(record))
        raise UnknownTransition(key)
    verdict = Judge(record, standing, person, now).verdict(transition)
    if not verdict.is_owner:
        raise NotAnOwner(verdict)
    if has_moved:
        raise Moved(last_move(record))
    if not verdict.is_available:
        raise NotAvailable(verdict)
    return standing, transition


def last_move(record: Record) -> RecordEvent | None:
    """The event that brought the record where it stands, with its people and states."""
    moves = RecordEvent.objects.filter(record=record, to_state__isnull=False).newest_first()
    return moves.select_related("actor", "to_state").first()


def _plan(
    record: Record,
    standing: Standing,
    transition: TransitionDef,
    actor: User,
    data: Mapping[str, Any] | None,
    now: datetime,
) -> Plan:
    moment = Moment(
        record=record,
        module=standing.version.module,
        values=dict(record.values),
        actor=actor,
        now=now,
        process_name=standing.version.process_name,
        state=standing.state,
        owner_id=record.owner_id,
    )
    form = DuringForm(data, transition=transition, moment=moment)
    return Plan(record, standing, transition, actor, now, form, record.name, moment)


def _plan_action(plan: Plan, action: ActionDef, with_actions: bool) -> None:
    kind = action_kind(action.kind)
    due = plan.now + timedelta(seconds=action.delay)
    if isinstance(kind, TransactionKind):
        try:
            trouble = kind.plan(action.config, plan.moment)
        except ActionValueError as error:
            raise ActionRefused(plan, str(kind.label), str(error)) from error
        if trouble and with_actions:
            plan.entries.append(OutboxEntry(action.id, action.kind, due, error=trouble))
    elif isinstance(kind, OutboxKind) and with_actions:
        payload = kind.snapshot(action.config, plan.moment)
        plan.entries.append(OutboxEntry(action.id, action.kind, due, payload))


def _changes(record: Record, plan: Plan) -> list[Change]:
    before, after = record.values, plan.moment.values
    found = [
        Change(key, before.get(key), after.get(key))
        for key in plan.standing.version.module.fields
        if before.get(key) != after.get(key)
    ]
    if plan.name != record.name:
        found.insert(0, Change(NAME_FIELD, record.name, plan.name))
    if plan.moment.owner_id != record.owner_id:
        found.append(Change(OWNER_FIELD, record.owner_id, plan.moment.owner_id))
    return found
