"""Attempts: who takes a row, what is sent, when it is tried again, and when it isn't."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from automations import delivery
from automations.choices import RunStatus
from automations.delivery import (
    LEASE,
    MAX_ATTEMPTS,
    Outcome,
    claim,
    deliver_due,
    due_ids,
    perform,
    wait_after,
)
from automations.kinds.base import PermanentError, TransientError
from automations.models import ActionRun
from tests.factories import NOW

SECOND = timedelta(seconds=1)


class TestClaim:
    def test_takes_a_run_that_is_due(self, world):
        run = claim(world.run().pk, now=NOW)
        assert run is not None
        stored = ActionRun.objects.get()
        assert (stored.status, stored.attempts, stored.lease_until) == (RunStatus.RUNNING, 1, NOW + LEASE)

    def test_leaves_a_run_that_is_not_due_yet(self, world):
        assert claim(world.run(run_at=NOW + SECOND).pk, now=NOW) is None

    @pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED])
    def test_leaves_a_run_that_has_ended(self, world, status):
        assert claim(world.run(status=status).pk, now=NOW) is None

    def test_gives_a_run_to_one_of_two(self, world):
        run = world.run()
        assert claim(run.pk, now=NOW) is not None
        assert claim(run.pk, now=NOW) is None

    def test_gives_a_run_to_one_of_two_that_read_it_at_the_same_time(self, world, monkeypatch):
        run = world.run()
        real = ActionRun.objects.get(pk=run.pk)

        class Slow:
            """Reads the row as it was before the other one took it."""

            def open(self):
                return SlowQuery(ActionRun._default_manager.open())

        class SlowQuery:
            def __init__(self, rows):
                self.rows = rows

            def filter(self, *args, **kwargs):
                if "attempts" in kwargs:
                    return self.rows.filter(*args, **kwargs)
                return self

            def first(self):
                return real

        assert claim(run.pk, now=NOW) is not None
        monkeypatch.setattr(ActionRun, "objects", Slow())
        assert claim(run.pk, now=NOW) is None

    def test_takes_over_when_the_lease_has_run_out(self, world):
        run = world.run()
        claim(run.pk, now=NOW)
        assert claim(run.pk, now=NOW + LEASE - SECOND) is None
        assert claim(run.pk, now=NOW + LEASE) is not None
        assert ActionRun.objects.get().attempts == 2


class TestDueIds:
    def test_lists_the_oldest_first_and_no_more_than_the_limit(self, world):
        late, early = world.run(run_at=NOW), world.run(run_at=NOW - SECOND)
        world.run(run_at=NOW + SECOND)
        world.run(status=RunStatus.DONE)
        world.run(status=RunStatus.RUNNING, lease_until=NOW + SECOND)
        orphan = world.run(status=RunStatus.RUNNING, lease_until=NOW, run_at=NOW - 2 * SECOND)
        assert due_ids(NOW) == [orphan.pk, early.pk, late.pk]
        assert due_ids(NOW, limit=1) == [orphan.pk]

    def test_reads_the_partial_index(self, world):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        rows = ActionRun.objects.open().filter(delivery._is_due(NOW)).order_by("run_at", "pk")
        assert "action_run_due" in rows.explain()


class TestPerform:
    def test_sends_and_stores_the_answer(self, world, fake):
        run = world.run()
        assert perform(run.pk, now=NOW) == Outcome.DONE
        run.refresh_from_db()
        assert run.status == RunStatus.DONE
        assert run.result == {"answer": "ok"}
        assert run.finished_at == NOW
        assert run.lease_until is None
        assert fake.sent == [b"bytes 1"]

    def test_does_nothing_the_second_time(self, world, fake):
        run = world.run()
        perform(run.pk, now=NOW)
        assert perform(run.pk, now=NOW) == Outcome.SKIPPED
        assert len(fake.sent) == 1

    def test_stores_the_bytes_before_they_are_sent(self, world, fake, monkeypatch):
        run = world.run()
        seen: list[bytes] = []

        def send(prepared, payload):
            seen.append(bytes(ActionRun.objects.get().prepared or b""))
            return {}

        monkeypatch.setattr(fake, "send", send)
        perform(run.pk, now=NOW)
        assert seen == [b"bytes 1"]

    def test_sends_the_same_bytes_each_time(self, world, fake):
        fake.answers = [TransientError("busy"), TransientError("busy"), {"answer": "ok"}]
        run = world.run()
        at = NOW
        for _attempt in range(3):
            perform(run.pk, now=at)
            at += timedelta(hours=1)
        assert fake.sent == [b"bytes 1"] * 3
        assert fake.prepared == 1
        run.refresh_from_db()
        assert (run.status, run.attempts, run.error) == (RunStatus.DONE, 3, "")

    def test_tries_again_later_after_a_transient_error(self, world, fake):
        fake.answers = [TransientError("The server is busy.")]
        run = world.run()
        assert perform(run.pk, now=NOW) == Outcome.RETRY
        run.refresh_from_db()
        assert (run.status, run.error, run.lease_until) == (RunStatus.PENDING, "The server is busy.", None)
        assert run.run_at == NOW + wait_after(1, run.idempotency_key)
        assert run.finished_at is None

    def test_fails_at_once_after_a_permanent_error(self, world, fake):
        fake.answers = [PermanentError("There is no such address.")]
        run = world.run()
        assert perform(run.pk, now=NOW) == Outcome.FAILED
        run.refresh_from_db()
        assert (run.status, run.error, run.finished_at) == (
            RunStatus.FAILED,
            "There is no such address.",
            NOW,
        )

    def test_gives_up_after_the_last_attempt(self, world, fake):
        fake.answers = [TransientError("The server is busy.")] * MAX_ATTEMPTS
        run = world.run()
        at, outcomes = NOW, []
        for _attempt in range(MAX_ATTEMPTS):
            outcomes.append(perform(run.pk, now=at))
            at += timedelta(hours=6)
        assert outcomes == [Outcome.RETRY] * (MAX_ATTEMPTS - 1) + [Outcome.FAILED]
        run.refresh_from_db()
        assert run.error == "The server is busy. Gave up after 8 tries."

    def test_survives_an_error_nobody_expected(self, world, fake, caplog):
        fake.answers = [ZeroDivisionError("oops")]
        run = world.run()
        assert perform(run.pk, now=NOW) == Outcome.RETRY
        run.refresh_from_db()
        assert "ZeroDivisionError" in run.error
        assert "ZeroDivisionError: oops" in caplog.text

    def test_fails_a_run_that_stops_its_worker_every_time(self, world, fake):
        run = world.run(status=RunStatus.RUNNING, attempts=MAX_ATTEMPTS, lease_until=NOW)
        assert perform(run.pk, now=NOW) == Outcome.FAILED
        assert fake.sent == []

    @pytest.mark.parametrize("kind", ["gone", "field_update"])
    def test_fails_a_kind_that_it_does_not_carry_out(self, world, kind):
        run = world.run(kind=kind)
        assert perform(run.pk, now=NOW) == Outcome.FAILED
        run.refresh_from_db()
        assert run.error == "This kind of action can’t be carried out here."

    def test_does_not_write_over_a_successor(self, world, fake, monkeypatch):
        run = world.run()

        def send(prepared, payload):
            claim(run.pk, now=NOW + LEASE)
            return {"answer": "late"}

        monkeypatch.setattr(fake, "send", send)
        assert perform(run.pk, now=NOW) == Outcome.SKIPPED
        run.refresh_from_db()
        assert (run.status, run.attempts, run.result) == (RunStatus.RUNNING, 2, {})

    def test_sends_outside_any_transaction(self, world, fake, monkeypatch):
        run = world.run()
        depth = len(connection.savepoint_ids)
        seen: list[int] = []

        def send(prepared, payload):
            seen.append(len(connection.savepoint_ids))
            return {}

        monkeypatch.setattr(fake, "send", send)
        perform(run.pk, now=NOW)
        assert seen == [depth]

    def test_needs_four_statements(self, world, fake, django_assert_num_queries):
        run = world.run()
        with django_assert_num_queries(4):
            perform(run.pk, now=NOW)


class TestWaitAfter:
    KEY = UUID(int=7)

    @pytest.mark.parametrize(
        ("attempts", "seconds"),
        [(1, 15), (2, 60), (3, 240), (4, 960), (5, 3840), (6, 14_400), (7, 14_400)],
    )
    def test_quadruples_up_to_four_hours_give_or_take_a_fifth(self, attempts, seconds):
        wait = wait_after(attempts, self.KEY).total_seconds()
        assert 0.8 * seconds <= wait <= 1.2 * seconds

    def test_differs_from_run_to_run(self):
        assert len({wait_after(1, UUID(int=number)) for number in range(20)}) == 20


class TestDeliverDue:
    def test_does_all_that_is_due_and_counts_it(self, world, fake):
        fake.answers = [{}, PermanentError("no"), TransientError("busy")]
        for _run in range(3):
            world.run()
        world.run(run_at=NOW + SECOND)
        assert deliver_due(clock=lambda: NOW) == {Outcome.DONE: 1, Outcome.FAILED: 1, Outcome.RETRY: 1}
        assert deliver_due(clock=lambda: NOW) == {}

    def test_goes_on_beyond_one_batch(self, world, fake, monkeypatch):
        monkeypatch.setattr(delivery, "BATCH", 2)
        for _run in range(5):
            world.run()
        assert deliver_due(clock=lambda: NOW) == {Outcome.DONE: 5}

    def test_stops_between_two_runs_when_it_may_not_go_on(self, world, fake):
        for _run in range(3):
            world.run()
        answers = iter([True, True, False, False])
        assert deliver_due(clock=lambda: NOW, may_go_on=lambda: next(answers)) == {Outcome.DONE: 1}
