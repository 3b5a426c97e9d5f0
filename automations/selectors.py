"""What happened after a move, in the reader's words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from automations.choices import RunStatus
from automations.delivery import delivery_kind
from automations.kinds.base import DeliveryKind, PermanentError
from automations.models import ActionRun, ActionRunQuerySet
from blueprint_project.moments import length_of_time, moment_in_words
from processes.actions import UnknownActionKindError, action_kind
from records.models import RecordEvent

# How long a panel asks every second, before it takes its time: by then no worker is running.
_IMPATIENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Effect:
    """One action of a move. `verdict` is "good", "warn", "bad" or "" while it waits; `note` is an error, the
    time it took or the time it will be."""

    run_id: int
    icon: str
    sentence: str
    status: str | Promise
    verdict: str
    note: str


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of a move. `poll_seconds` is None when nothing is on its way."""

    effects: tuple[Effect, ...]
    poll_seconds: int | None


def effects_of(event_ids: Collection[int], *, now: datetime) -> Effects:
    """The actions of these events in the administrator's order; one query."""
    runs = list(
        ActionRun.objects.filter(event_id__in=event_ids)
        .select_related("event")
        .defer("prepared")
        .order_by("event_id", "action__position", "pk")
    )
    return Effects(tuple(effect_of(run, now) for run in runs), _poll_seconds(runs, now))


def last_move_effects(record_id: int, *, now: datetime) -> Effects:
    """The actions of the record's last move; two queries."""
    moves = RecordEvent.objects.filter(record_id=record_id, transition__isnull=False).newest_first()
    return effects_of(moves.values_list("pk", flat=True)[:1], now=now)


def runs_for_record(record_id: int) -> ActionRunQuerySet:
    """Every action of the record's moves, newest first."""
    return ActionRun.objects.filter(event__record_id=record_id).select_related("event").order_by("-pk")


def _poll_seconds(runs: Collection[ActionRun], now: datetime) -> int | None:
    open_runs = [run for run in runs if run.status in {RunStatus.PENDING, RunStatus.RUNNING}]
    due = [run.run_at for run in open_runs if run.run_at <= now]
    if not due:
        return None
    return 1 if now - min(due) < _IMPATIENT else 10


def effect_of(run: ActionRun, now: datetime) -> Effect:
    status, verdict = _status(run)
    return Effect(run.pk, _icon(run.kind), _sentence(run), status, verdict, _note(run, now))


def _kind(key: str) -> DeliveryKind[Any] | None:
    try:
        return delivery_kind(key)
    except PermanentError:
        return None


def _icon(key: str) -> str:
    try:
        return action_kind(key).icon
    except UnknownActionKindError:
        return "circle-question-mark"


def _sentence(run: ActionRun) -> str:
    kind = _kind(run.kind)
    if kind is not None and run.payload:
        return kind.sentence(run.payload)
    try:
        return str(action_kind(run.kind).label)
    except UnknownActionKindError:
        return run.kind


def _status(run: ActionRun) -> tuple[str | Promise, str]:
    match run.status:
        case RunStatus.DONE if run.result.get("refused"):
            return _("Sent in part"), "warn"
        case RunStatus.DONE:
            kind = _kind(run.kind)
            return (kind.done_label if kind else RunStatus.DONE.label), "good"
        case RunStatus.FAILED:
            return RunStatus.FAILED.label, "bad"
        case RunStatus.PENDING if run.attempts:
            return _("Trying again"), "warn"
    return RunStatus(run.status).label, ""


def _note(run: ActionRun, now: datetime) -> str:
    if run.status == RunStatus.DONE:
        return _done_note(run, now)
    if run.status == RunStatus.PENDING and (run.attempts or run.run_at > now):
        planned = _("planned for %(when)s") if not run.attempts else _("next try %(when)s")
        return " · ".join(filter(None, [run.error, planned % {"when": moment_in_words(run.run_at, now)}]))
    return run.error


def _done_note(run: ActionRun, now: datetime) -> str:
    if run.finished_at is None:
        return ""
    seconds = int((run.finished_at - run.event.at).total_seconds())
    after = (
        ngettext("%(count)s s after the move", "%(count)s s after the move", seconds) % {"count": seconds}
        if seconds < 60
        else _("%(time)s after the move") % {"time": length_of_time(seconds)}
    )
    tries = ngettext("%(count)s try", "%(count)s tries", run.attempts) % {"count": run.attempts}
    refused = run.result.get("refused") or {}
    parts = [moment_in_words(run.finished_at, now), after, tries if run.attempts > 1 else ""]
    parts += [f"{address}: {answer}" for address, answer in refused.items()]
    return " · ".join(filter(None, parts))
