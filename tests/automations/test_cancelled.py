"""A deleted record: what waits to happen after its moves is cancelled."""

from datetime import timedelta

import pytest

from automations import delivery
from automations.choices import RunStatus
from automations.delivery import Outcome
from automations.kinds.base import TransientError
from automations.models import ActionRun
from automations.services import run_retry
from records.deletion import record_delete, record_restore
from records.models import Record
from tests.automations.conftest import FakeKind, World
from tests.factories import NOW, make_record


def delete(world: World) -> None:
    record_delete(record_id=world.record.pk, actor=world.alice, now=NOW)


class TestDeletedRecord:
    def test_cancels_what_waits_and_says_why(self, world: World, fake: FakeKind) -> None:
        due, later = world.run(), world.run(run_at=NOW + timedelta(days=3))
        delete(world)
        for run in (due, later):
            run.refresh_from_db()
            assert (run.status, run.finished_at) == (RunStatus.CANCELLED, NOW)
            assert run.error == "The record has been deleted."
        assert delivery.perform(due.pk, now=NOW) == Outcome.SKIPPED
        assert fake.sent == []

    def test_leaves_what_has_ended_and_other_records_alone(self, world: World, fake: FakeKind) -> None:
        done = world.run(status=RunStatus.DONE)
        failed = world.run(status=RunStatus.FAILED)
        mine = world.record
        world.record = make_record(world.drawing.module, world.alice, "Other")
        other = world.run()
        world.record = mine
        delete(world)
        statuses = [ActionRun.objects.get(pk=run.pk).status for run in (done, failed, other)]
        assert statuses == [RunStatus.DONE, RunStatus.FAILED, RunStatus.PENDING]

    def test_lets_a_worker_end_and_tries_nothing_again(self, world: World, fake: FakeKind) -> None:
        run = world.run()
        fake.answers = [TransientError("Busy.")]
        taken = delivery.claim(run.pk, now=NOW)
        assert taken is not None
        delete(world)
        assert delivery._try_again(taken, "Busy.", NOW) == Outcome.RETRY
        assert delivery.perform(run.pk, now=NOW + timedelta(hours=1)) == Outcome.FAILED
        run.refresh_from_db()
        assert (run.status, run.error) == (RunStatus.CANCELLED, "The record has been deleted.")
        assert fake.sent == []

    def test_rolls_back_with_the_deletion(
        self, world: World, fake: FakeKind, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = world.run()

        def fail(*args: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("records.deletion._with_event", fail)
        with pytest.raises(RuntimeError):
            delete(world)
        run.refresh_from_db()
        assert run.status == RunStatus.PENDING
        assert Record.objects.alive().filter(pk=world.record.pk).exists()

    def test_stays_cancelled_when_restored_until_somebody_tries_it_again(
        self, world: World, fake: FakeKind
    ) -> None:
        run = world.run()
        delete(world)
        record_restore(record_id=world.record.pk, actor=world.alice, now=NOW)
        run.refresh_from_db()
        assert run.status == RunStatus.CANCELLED
        run_retry(run, actor=world.alice, now=NOW)
        assert delivery.perform(run.pk, now=NOW) == Outcome.DONE
