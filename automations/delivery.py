"""Carrying out what is due: take a row by a lease, prepare its bytes once, send them, store the answer."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from automations.choices import RunStatus
from automations.kinds.base import DeliveryKind, PermanentError, TransientError
from automations.models import ActionRun
from processes.actions import UnknownActionKindError, action_kind
from records.models import RecordEvent

logger = logging.getLogger(__name__)

# Longer than any delivery may take (a worker's own limits end it before).
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=4)
BATCH = 50


class Outcome(StrEnum):
    """What became of one attempt; SKIPPED: somebody else has the row, or nothing is due."""

    DONE = "done"
    RETRY = "retry"
    FAILED = "failed"
    SKIPPED = "skipped"


def deliver_due(
    *, clock: Callable[[], datetime], may_go_on: Callable[[], bool] = lambda: True
) -> Counter[Outcome]:
    """Do all that is due by the clock, oldest first, while `may_go_on`; returns a count by outcome."""
    outcomes: Counter[Outcome] = Counter()
    while may_go_on() and (ids := due_ids(clock())):
        for run_id in ids:
            if not may_go_on():
                break
            outcomes[perform(run_id, now=clock())] += 1
    return outcomes


def due_ids(now: datetime, limit: int = BATCH) -> list[int]:
    """Ids of runs that are due, or whose worker let its lease run out; reads the partial index only."""
    return list(
        ActionRun.objects.open()
        .filter(_is_due(now))
        .order_by("run_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )


def _is_due(now: datetime) -> Q:
    return Q(run_at__lte=now) & (Q(lease_until=None) | Q(lease_until__lte=now))


def claim(run_id: int, *, now: datetime) -> ActionRun | None:
    """Take the run for the time of the lease, or return None where it isn't due or somebody else has it.

    The number of attempts is the fence: an attempt that outlived its lease can't write over its successor.
    """
    run = ActionRun.objects.open().filter(_is_due(now), pk=run_id).first()
    if run is None:
        return None
    taken = ActionRun.objects.open().filter(_is_due(now), pk=run_id, attempts=run.attempts)
    lease_until = now + LEASE
    if not taken.update(status=RunStatus.RUNNING, attempts=run.attempts + 1, lease_until=lease_until):
        return None
    run.status, run.attempts, run.lease_until = RunStatus.RUNNING, run.attempts + 1, lease_until
    return run


def perform(run_id: int, *, now: datetime) -> Outcome:
    """One attempt at a run, outside any transaction. What a delivery raises ends up in the row."""
    run = claim(run_id, now=now)
    if run is None:
        return Outcome.SKIPPED
    if run.attempts > 1 and _is_deleted(run):
        gone = _("The record has been deleted.")
        return _finish(run, Outcome.FAILED, status=RunStatus.CANCELLED, error=gone, finished_at=now)
    try:
        result = _attempt(run, now)
    except PermanentError as error:
        return _fail(run, str(error), now)
    except TransientError as error:
        return _try_again(run, str(error), now)
    except Exception as error:
        logger.exception("Run %s broke", run.pk)
        text = _("Unexpected error (%(name)s). The log has the details.") % {"name": type(error).__name__}
        return _try_again(run, text, now)
    return _finish(run, Outcome.DONE, status=RunStatus.DONE, result=result, error="", finished_at=now)


def _attempt(run: ActionRun, now: datetime) -> dict[str, Any]:
    kind = delivery_kind(run.kind)
    if run.attempts > MAX_ATTEMPTS:
        raise PermanentError(_("The worker stopped each time it tried this."))
    if run.prepared is None:
        run.prepared = kind.prepare(run.payload, key=run.idempotency_key, now=now)
        ActionRun.objects.filter(pk=run.pk, attempts=run.attempts).update(prepared=run.prepared)
    return kind.send(bytes(run.prepared), run.payload)


def delivery_kind(key: str) -> DeliveryKind[Any]:
    """The kind that carries out runs of this key; raises PermanentError where there is none."""
    try:
        kind = action_kind(key)
    except UnknownActionKindError:
        kind = None
    if not isinstance(kind, DeliveryKind):
        raise PermanentError(_("This kind of action can’t be carried out here."))
    return kind


def _try_again(run: ActionRun, reason: str, now: datetime) -> Outcome:
    if run.attempts >= MAX_ATTEMPTS:
        tries = ngettext("Gave up after %(count)s try.", "Gave up after %(count)s tries.", run.attempts)
        return _fail(run, f"{reason} {tries % {'count': run.attempts}}", now)
    run_at = now + wait_after(run.attempts, run.idempotency_key)
    return _finish(run, Outcome.RETRY, status=RunStatus.PENDING, run_at=run_at, error=reason)


def _is_deleted(run: ActionRun) -> bool:
    """Whether its record was deleted while a worker had it: deleting cancels only what waits."""
    return RecordEvent.objects.filter(pk=run.event_id, record__deleted_at__isnull=False).exists()


def _fail(run: ActionRun, reason: str, now: datetime) -> Outcome:
    return _finish(run, Outcome.FAILED, status=RunStatus.FAILED, error=reason, finished_at=now)


def _finish(run: ActionRun, outcome: Outcome, **values: Any) -> Outcome:
    mine = ActionRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, attempts=run.attempts)
    return outcome if mine.update(lease_until=None, **values) else Outcome.SKIPPED


def wait_after(attempts: int, key: UUID) -> timedelta:
    """How long to wait after so many attempts: four times as long each time, up to four hours, give or take
    a fifth, so that what failed together doesn't come back together."""
    wait = min(FIRST_WAIT * (1 << 2 * (attempts - 1)), LONGEST_WAIT)
    digest = hashlib.sha256(f"{key}:{attempts}".encode()).digest()
    return wait * (0.8 + 0.4 * int.from_bytes(digest[:4]) / 0x1_0000_0000)
