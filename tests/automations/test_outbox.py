"""Rows of the outbox: in the move's transaction, handed over after it, whatever the broker does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from automations import outbox, tasks
from automations.choices import RunStatus
from automations.models import ActionRun
from processes.models import Action
from records.models import RecordEvent
from records.services import transition_perform
from records.signals import OutboxEntry, event_written
from tests.automations.conftest import World
from tests.factories import NOW


def write(world: World, *entries: OutboxEntry) -> RecordEvent:
    event = world.event()
    event_written.send(sender=RecordEvent, event=event, entries=list(entries), now=NOW)
    return event


def entry(world: World, **values: Any) -> OutboxEntry:
    return replace(OutboxEntry(action_id=world.action.pk, kind="fake", run_at=NOW), **values)


class TestEventWritten:
    def test_writes_a_row_for_each_entry(self, world):
        write(world, entry(world, payload={"subject": "Hello"}))
        run = ActionRun.objects.get()
        assert (run.status, run.kind, run.run_at, run.payload) == (
            RunStatus.PENDING,
            "fake",
            NOW,
            {"subject": "Hello"},
        )

    def test_writes_many_rows_with_one_statement(self, world, django_assert_num_queries):
        second = Action.objects.create(transition=world.action.transition, key="second", kind="fake")
        event = world.event()
        entries = [entry(world), entry(world, action_id=second.pk)]
        with django_assert_num_queries(1):
            event_written.send(sender=RecordEvent, event=event, entries=entries, now=NOW)
        assert ActionRun.objects.filter(event=event).count() == 2

    def test_writes_nothing_for_an_event_without_actions(self, world, django_assert_num_queries):
        event = world.event()
        with django_assert_num_queries(0):
            event_written.send(sender=RecordEvent, event=event, entries=[], now=NOW)

    def test_keeps_what_could_not_be_planned_as_a_failed_run(self, world):
        write(world, entry(world, error="The field “closing” no longer exists."))
        run = ActionRun.objects.get()
        assert run.status == RunStatus.FAILED
        assert run.error == "The field “closing” no longer exists."
        assert run.finished_at == NOW

    def test_refuses_the_same_action_of_the_same_event_twice(self, world):
        event = write(world, entry(world))
        with pytest.raises(IntegrityError), transaction.atomic():
            event_written.send(sender=RecordEvent, event=event, entries=[entry(world)], now=NOW)
        assert ActionRun.objects.count() == 1


class TestHandOver:
    def test_hands_ids_to_celery_after_the_commit(
        self, world, handed_over, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            write(world, entry(world))
            assert handed_over == []
        assert handed_over == [ActionRun.objects.get().pk]

    def test_leaves_what_is_due_later_and_what_failed_alone(
        self, world, handed_over, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            write(world, entry(world, run_at=NOW + timedelta(days=3)))
            write(world, entry(world, error="Gone."))
        assert handed_over == []

    @pytest.mark.django_db(transaction=True)
    def test_sends_nothing_on_rollback(self, world, handed_over):
        with transaction.atomic():
            write(world, entry(world))
            transaction.set_rollback(True)
        assert not ActionRun.objects.exists()
        assert handed_over == []

    @pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError("no broker")])
    def test_lets_the_move_succeed_with_the_broker_down(self, world, monkeypatch, caplog, error):
        tried: list[int] = []

        def delay(run_id: int) -> None:
            tried.append(run_id)
            raise error

        monkeypatch.setattr(tasks.perform, "delay", delay)
        outbox.hand_over([1, 2, 3])
        assert tried == [1], "a broker that is down is asked once, not once for each run"
        assert "no broker" in caplog.text

    def test_leaves_a_broker_alone_that_was_down_a_moment_ago(self, monkeypatch):
        clock = [100.0]
        tried: list[int] = []

        def delay(run_id: int) -> None:
            tried.append(run_id)
            raise OperationalError("no broker")

        monkeypatch.setattr(tasks.perform, "delay", delay)
        monkeypatch.setattr("automations.outbox.time.monotonic", lambda: clock[0])
        outbox.hand_over([1])
        clock[0] += outbox.QUIET_SECONDS - 0.1
        outbox.hand_over([2])
        assert tried == [1]
        clock[0] += 0.1
        outbox.hand_over([3])
        assert tried == [1, 3]


class TestMove:
    def test_leaves_a_snapshot_in_the_outbox(self, world, handed_over, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            performed = transition_perform(
                record_id=world.record.pk,
                transition_key="plan_demo",
                actor=world.alice,
                data={"closing": "2026-12-18"},
                now=NOW,
            )
        run = ActionRun.objects.get(event=performed.event)
        assert run.payload["subject"] == "Offer for Northwind – 40 seats"
        assert [to["address"] for to in run.payload["to"]] == ["alice@example.com", "buyer@client.example"]
        assert handed_over == [run.pk]
