"""The demo's mails: sent when it is set up, with the dates of the moves that they tell of."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from automations import delivery
from automations.models import ActionRun
from records.signals import demo_built

# About what a worker takes.
DELIVERY_TIME = timedelta(seconds=3)


def connect() -> None:
    demo_built.connect(deliver_on_commit, dispatch_uid="automations.demo")


def deliver_on_commit(sender: type, **kwargs: Any) -> None:
    transaction.on_commit(deliver, robust=True)


def deliver() -> None:
    """Do all that waits as if a worker had been there at the time."""
    for run_id, run_at in ActionRun.objects.open().order_by("run_at", "pk").values_list("pk", "run_at"):
        delivery.perform(run_id, now=run_at + DELIVERY_TIME)
