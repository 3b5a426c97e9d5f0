"""The outbox: rows written with the move, ids handed to Celery once committed, cancelled with the record."""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from celery.exceptions import CeleryError
from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from automations import tasks
from automations.choices import RunStatus
from automations.models import ActionRun
from records.choices import EventKind
from records.models import RecordEvent
from records.signals import OutboxEntry, event_written

logger = logging.getLogger(__name__)

# A broker that doesn't answer is left alone so long, so that it holds up one click and not every one; the
# sweep comes by anyway.
QUIET_SECONDS = 5.0

_quiet_until = 0.0


def connect() -> None:
    event_written.connect(add_runs, dispatch_uid="automations.outbox")
    event_written.connect(cancel_runs, dispatch_uid="automations.outbox.cancel")


def add_runs(
    sender: type[RecordEvent],
    event: RecordEvent,
    entries: Sequence[OutboxEntry],
    now: datetime,
    **kwargs: Any,
) -> None:
    """Write a row for each entry in the event's own transaction; one INSERT, whatever their number."""
    if not entries:
        return
    runs = ActionRun.objects.bulk_create(_run(event, entry, now) for entry in entries)
    hand_over_on_commit(run.pk for run in runs if run.status == RunStatus.PENDING and run.run_at <= now)


def cancel_runs(sender: type[RecordEvent], event: RecordEvent, now: datetime, **kwargs: Any) -> None:
    """Cancel what waits for its time or its next try once its record is deleted; what a worker has in hand
    ends, and is not tried again (`delivery`)."""
    if event.kind != EventKind.DELETE:
        return
    waiting = ActionRun.objects.filter(event__record_id=event.record_id, status=RunStatus.PENDING)
    waiting.update(status=RunStatus.CANCELLED, error=_("The record has been deleted."), finished_at=now)


def _run(event: RecordEvent, entry: OutboxEntry, now: datetime) -> ActionRun:
    return ActionRun(
        event=event,
        action_id=entry.action_id,
        kind=entry.kind,
        status=RunStatus.FAILED if entry.error else RunStatus.PENDING,
        run_at=entry.run_at,
        payload=dict(entry.payload),
        error=entry.error,
        created_at=now,
        finished_at=now if entry.error else None,
    )


def hand_over_on_commit(run_ids: Iterable[int]) -> None:
    """Wake a worker for these runs once the transaction is committed."""
    if ids := list(run_ids):
        transaction.on_commit(partial(hand_over, ids), robust=True)


def hand_over(run_ids: Sequence[int]) -> None:
    """Send the ids to Celery. With the broker down nothing is lost: the sweep finds the rows."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    for run_id in run_ids:
        try:
            tasks.perform.delay(run_id)
        except (CeleryError, KombuError, OSError) as error:
            _quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("The broker can't be reached; the sweep will do runs %s: %s", list(run_ids), error)
            return
