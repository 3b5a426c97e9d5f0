"""Tasks of the outbox: ids only; the row says whether there is anything to do."""

import time

from celery import shared_task
from django.utils import timezone

from automations import delivery

# Shorter than the soft time limit, so that a sweep ends between two deliveries.
SWEEP_SECONDS = 20


@shared_task(name="automations.perform")
def perform(run_id: int) -> None:
    delivery.perform(run_id, now=timezone.now())


@shared_task(name="automations.sweep")
def sweep() -> None:
    """Do what is due, delayed or left behind by a worker that died. Several sweeps at once share the rows."""
    deadline = time.monotonic() + SWEEP_SECONDS
    delivery.deliver_due(clock=timezone.now, may_go_on=lambda: time.monotonic() < deadline)
