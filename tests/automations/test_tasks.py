"""What the worker is asked to do."""

import itertools
from datetime import timedelta

from django.utils import timezone

from automations import tasks
from automations.choices import RunStatus
from automations.models import ActionRun


class TestPerform:
    def test_does_one_run(self, world, fake):
        first, second = world.run(), world.run()
        tasks.perform(first.pk)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == (RunStatus.DONE, RunStatus.PENDING)

    def test_finds_nothing_to_do_for_a_run_that_is_gone(self, world, fake):
        tasks.perform(999_999)
        assert fake.sent == []


class TestSweep:
    def test_does_what_is_due_delayed_or_orphaned(self, world, fake):
        now = timezone.now()
        world.run()
        world.run(run_at=now - timedelta(days=1), attempts=3)
        world.run(status=RunStatus.RUNNING, attempts=1, lease_until=now - timedelta(seconds=1))
        later = world.run(run_at=now + timedelta(days=1))
        tasks.sweep()
        assert [run.pk for run in ActionRun.objects.open()] == [later.pk]

    def test_ends_before_its_time_limit(self, world, fake, monkeypatch):
        for _run in range(5):
            world.run()
        ticks = itertools.count(step=tasks.SWEEP_SECONDS / 4)
        monkeypatch.setattr("automations.tasks.time.monotonic", lambda: next(ticks))
        tasks.sweep()
        assert 0 < len(fake.sent) < 5
