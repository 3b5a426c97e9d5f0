"""A web process in small: moves records, and is killed between the commit and the hand-over of the last move.

Run as `python -m tests.automations.moving NUMBER_OF_MOVES`; it never ends by itself but by SIGKILL.
"""

import os
import signal
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from automations import outbox  # noqa: E402
from processes.models import Action  # noqa: E402
from records.services import transition_perform  # noqa: E402
from tests.factories import (  # noqa: E402
    draw_deal_closing,
    make_deals,
    make_organisation,
    make_person,
    make_record,
    make_team,
)


def main(moves: int) -> None:
    make_organisation()
    alice = make_person("alice")
    drawing = draw_deal_closing(make_deals(), make_team("Legal"))
    Action.objects.create(
        transition=drawing.transitions["plan_demo"],
        key="tell_owner",
        kind="email",
        config={"to": ["record_owner"], "subject": "{{ record.name }}", "body": "It has moved."},
    )
    drawing.publish()
    for number in range(moves):
        record = make_record(drawing.module, alice, f"Deal {number}", stage="qualification")
        if number == moves - 1:
            outbox.hand_over = die
        transition_perform(
            record_id=record.pk,
            transition_key="plan_demo",
            actor=alice,
            data={"closing": "2026-12-18"},
            now=timezone.now(),
        )


def die(run_ids: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
