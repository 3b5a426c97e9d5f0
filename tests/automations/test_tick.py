"""`manage.py tick`: all that is due, once, at any time."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from automations.choices import RunStatus
from automations.kinds.base import TransientError
from automations.models import ActionRun
from tests.factories import NOW


def tick(capsys, *args: str) -> str:
    call_command("tick", *args)
    return str(capsys.readouterr().out)


class TestTick:
    def test_says_when_nothing_is_due(self, world, capsys):
        assert tick(capsys) == "Nothing is due.\n"

    def test_does_what_is_due_and_says_what_it_did(self, world, fake, capsys):
        fake.answers = [{}, TransientError("busy")]
        world.run()
        world.run()
        out = tick(capsys, "--at", NOW.isoformat())
        assert out == "1 action done.\n1 action will be tried again.\n"
        assert tick(capsys, "--at", NOW.isoformat()) == "Nothing is due.\n"

    @pytest.mark.parametrize(
        ("at", "status"),
        [
            ("2026-11-27T09:29:59Z", RunStatus.PENDING),
            ("2026-11-27T09:30Z", RunStatus.DONE),
            ("2026-11-27T10:29:59", RunStatus.PENDING),
            ("2026-11-27T10:30", RunStatus.DONE),
            ("2026-11-28", RunStatus.DONE),
        ],
    )
    def test_looks_at_the_future_in_the_zone_of_the_organisation(self, world, fake, at, status):
        world.run(run_at=NOW + timedelta(days=3))
        call_command("tick", "--at", at)
        assert ActionRun.objects.get().status == status

    def test_refuses_what_is_no_time(self, world):
        with pytest.raises(CommandError, match="is not a time"):
            call_command("tick", "--at", "tomorrow")
