"""A move through the service against the bare ORM that writes the same rows."""

import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Exists

from automations import outbox
from automations.choices import RunStatus
from automations.models import ActionRun
from benchmarks.process import go_key, state_key
from benchmarks.world import TYPED, World, moment_of, version_in_force
from processes.models import Process
from records.choices import EventKind
from records.engine.plan import load_record, plan_move
from records.models import Record, RecordEvent
from records.services import transition_perform

hand_over = outbox.hand_over


def wake_nobody(run_ids: Sequence[int]) -> None:
    """The wake-up call of a broker that takes no time: it writes no row, so the bare ORM has none."""


class ServiceMoves:
    """Each operation moves the next record of the list on by one step, round after round.

    `with_broker`: the worker is called as in production, over a broker in memory.
    """

    def __init__(self, world: World, record_ids: Sequence[int], *, with_broker: bool = False) -> None:
        self.world = world
        self.record_ids = record_ids
        self.call = hand_over if with_broker else wake_nobody
        self.drawn = [json.dumps(typed.stored) for typed in TYPED]

    def __call__(self, number: int) -> None:
        lap, place = divmod(number, len(self.record_ids))
        outbox.hand_over = self.call
        transition_perform(
            record_id=self.record_ids[place],
            transition_key=go_key(lap),
            actor=self.world.alice,
            data=self.typed(place + lap),
            now=moment_of(number),
            request_key=f"form-{number}",
        )

    def typed(self, turn: int) -> dict[str, str]:
        """As the page sends it, which also says what it showed: record and lap alternate between two."""
        return {**TYPED[(turn + 1) % 2].data, "drawn": self.drawn[turn % 2], "comment": ""}


class OrmMoves:
    """The same rows by hand: the record with its joins, guarded UPDATE, event, outbox; no rule, no form.

    All that can be known beforehand is: ids, stored values, the text of the mail.
    """

    def __init__(self, world: World, record_ids: Sequence[int]) -> None:
        self.alice = world.alice
        self.record_ids = record_ids
        version = version_in_force()
        self.process_id = version.process_id
        self.states = dict(version.states.values_list("key", "pk"))
        self.transitions = dict(version.transitions.values_list("key", "pk"))
        self.actions = dict(version.transitions.exclude(actions=None).values_list("key", "actions"))
        self.bodies = [self._body(typed.data) for typed in TYPED]

    def _body(self, data: Mapping[str, str]) -> str:
        """What the mail says; the service renders it each time."""
        record = load_record(self.record_ids[0])
        plan = plan_move(record, go_key(0), self.alice, stood=None, data=data, now=moment_of(0))
        return str(plan.entries[0].payload["body"])

    def __call__(self, number: int) -> None:
        lap, place = divmod(number, len(self.record_ids))
        self._move(self.record_ids[place], lap, number, (place + lap + 1) % 2)

    @transaction.atomic
    def _move(self, record_id: int, lap: int, number: int, kind: int) -> None:
        record = Record.objects.alive().with_standing().get(pk=record_id)
        before = record.values
        values = {**before, **TYPED[kind].stored, "stage": state_key(lap + 1)}
        self._update(record, values, lap, number)
        event = RecordEvent(
            record=record,
            run_id=record.run_id,
            kind=EventKind.TRANSITION,
            actor=self.alice,
            at=moment_of(number),
            transition_id=self.transitions[go_key(lap)],
            from_state_id=record.state_id,
            to_state_id=self.states[state_key(lap + 1)],
            changes=[
                {"field": key, "before": before[key], "after": values[key]}
                for key in ("amount", "closing", "stage")
            ],
            seconds_in_state=self._seconds(record, number),
            request_key=f"form-{number}",
        )
        event.save(force_insert=True)
        self._outbox(event, record.name, self.bodies[kind], lap, number)

    def _update(self, record: Record, values: dict[str, object], lap: int, number: int) -> None:
        now = moment_of(number)
        written = (
            Record.objects.filter(pk=record.pk, revision=record.revision, deleted_at=None)
            .filter(Exists(Process.objects.active().filter(pk=self.process_id)))
            .update(
                name=record.name,
                owner_id=record.owner_id,
                values=values,
                state_id=self.states[state_key(lap + 1)],
                run_id=record.run_id,
                entered_state_at=now,
                updated_at=now,
                updated_by=self.alice,
                revision=record.revision + 1,
                entered_by=self.alice,
                entered_for=None,
            )
        )
        if written != 1:
            raise RuntimeError("Somebody else wrote to a record of the benchmark.")

    def _seconds(self, record: Record, number: int) -> int | None:
        entered = record.entered_state_at
        return None if entered is None else int((moment_of(number) - entered).total_seconds())

    def _outbox(self, event: RecordEvent, subject: str, body: str, lap: int, number: int) -> None:
        recipient = {"address": self.alice.email, "name": self.alice.first_name, "user": self.alice.pk}
        ActionRun.objects.create(
            event=event,
            action_id=self.actions[go_key(lap)],
            kind="email",
            status=RunStatus.PENDING,
            run_at=moment_of(number),
            payload={"to": [recipient], "subject": subject, "body": body},
            created_at=moment_of(number),
        )
