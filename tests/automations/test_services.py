"""Trying again and cancelling."""

import pytest

from automations.choices import RunStatus
from automations.delivery import Outcome, perform
from automations.kinds.base import PermanentError
from automations.services import RunRefused, run_cancel, run_retry
from tests.factories import NOW


class TestRunRetry:
    def test_sends_the_same_bytes_again(self, world, fake, handed_over, django_capture_on_commit_callbacks):
        fake.answers = [PermanentError("no")]
        run = world.run()
        perform(run.pk, now=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            run_retry(run, actor=world.emma, now=NOW)
        assert handed_over == [run.pk]
        run.refresh_from_db()
        assert (run.status, run.attempts, run.error, run.finished_at) == (RunStatus.PENDING, 0, "", None)
        assert perform(run.pk, now=NOW) == Outcome.DONE
        assert fake.sent == [b"bytes 1", b"bytes 1"]

    def test_takes_up_what_was_cancelled(self, world, fake):
        run = world.run()
        run_cancel(run, actor=world.emma, now=NOW)
        run_retry(run, actor=world.emma, now=NOW)
        assert perform(run.pk, now=NOW) == Outcome.DONE

    @pytest.mark.parametrize("status", [RunStatus.PENDING, RunStatus.RUNNING, RunStatus.DONE])
    def test_refuses_what_has_not_failed(self, world, fake, status):
        run = world.run(status=status)
        with pytest.raises(RunRefused, match="Only what failed"):
            run_retry(run, actor=world.emma, now=NOW)

    def test_refuses_what_was_a_part_of_the_move(self, world):
        run = world.run(kind="field_update", status=RunStatus.FAILED)
        with pytest.raises(RunRefused, match="part of the move"):
            run_retry(run, actor=world.emma, now=NOW)


class TestRunCancel:
    def test_keeps_the_run_from_being_done(self, world, fake):
        run = world.run()
        run_cancel(run, actor=world.emma, now=NOW)
        run.refresh_from_db()
        assert (run.status, run.error, run.finished_at) == (RunStatus.CANCELLED, "Cancelled by Emma.", NOW)
        assert perform(run.pk, now=NOW) == Outcome.SKIPPED

    @pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.DONE, RunStatus.FAILED])
    def test_refuses_what_does_not_wait(self, world, status):
        with pytest.raises(RunRefused, match="Only what waits"):
            run_cancel(world.run(status=status), actor=world.emma, now=NOW)
