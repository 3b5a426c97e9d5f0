"""Somebody leaves: others take over their records, their open tasks and the people they manage."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions import require_administrator
from accounts.services import lock_people, person_deactivate, reports_hand_over
from processes.definition import OWNER_FIELD, VersionDef
from processes.models import Module
from records.choices import EventKind
from records.engine.entering import entry_after_edit, entry_versions
from records.engine.plan import Change
from records.models import ProcessRun, Record, RecordEvent, Task
from records.models.record import RecordQuerySet
from records.models.task import TaskQuerySet
from records.services import record_update

BATCH = 500


class SuccessorMissing(Exception):
    """Records or tasks would be left with nobody, or with somebody who isn't there any more."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many records, open tasks and active people depend on somebody."""

    records: int
    tasks: int
    reports: int


@dataclass(frozen=True, slots=True)
class Successors:
    """Who takes over what; people may be left without a manager."""

    records: User | None = None
    tasks: User | None = None
    reports: User | None = None


def holdings_of(person: User) -> Holdings:
    """What depends on the person now; three counts."""
    return Holdings(
        records=_records_of(person).count(),
        tasks=_tasks_of(person).count(),
        reports=User.objects.active().filter(manager=person).count(),
    )


@transaction.atomic
def person_deactivate_with_takeover(
    *, person: User, successors: Successors, actor: User, now: datetime
) -> Holdings:
    """Hand over what depends on the person, then deactivate them; returns what was handed over.

    All or nothing. Raises SuccessorMissing, and what `accounts.services.person_deactivate` does.
    """
    require_administrator(actor)
    lock_people()
    _require_successors(person, successors)
    records = tasks = 0
    if successors.records is not None:
        records = records_change_owner(owner=person, successor=successors.records, actor=actor, now=now)
    if successors.tasks is not None:
        tasks = _tasks_of(person).update(assignee=successors.tasks)
    reports = reports_hand_over(person=person, manager=successors.reports, actor=actor)
    person_deactivate(person=person, actor=actor)
    return Holdings(records, tasks, reports)


def _require_successors(person: User, successors: Successors) -> None:
    chosen = {user.pk for user in (successors.records, successors.tasks, successors.reports) if user}
    if User.objects.active().filter(pk__in=chosen).exclude(pk=person.pk).count() < len(chosen):
        raise SuccessorMissing
    if successors.records is None and _records_of(person).exists():
        raise SuccessorMissing
    if successors.tasks is None and _tasks_of(person).exists():
        raise SuccessorMissing


@transaction.atomic
def records_change_owner(*, owner: User, successor: User, actor: User, now: datetime) -> int:
    """Every record of `owner` goes to `successor`, with an event on each; how many there were.

    Three statements for each batch. Only a record that enters a process because of its new owner takes the
    longer way of a single edit.
    """
    changed = 0
    for record_id in list(_entering(owner, successor, now)):
        record_update(record_id=record_id, changes={OWNER_FIELD: successor.pk}, actor=actor, now=now)
        changed += 1
    changes = [Change(OWNER_FIELD, owner.pk, successor.pk).as_json()]
    while rows := _next_batch(owner):
        Record.objects.filter(pk__in=[pk for pk, _run_id in rows]).update(
            owner=successor, updated_at=now, updated_by=actor, revision=F("revision") + 1
        )
        RecordEvent.objects.bulk_create(
            RecordEvent(
                record_id=pk, run_id=run_id, kind=EventKind.EDIT, actor=actor, at=now, changes=changes
            )
            for pk, run_id in rows
        )
        changed += len(rows)
    return changed


def _next_batch(owner: User) -> list[tuple[int, int | None]]:
    """Records that still are the owner's, locked, with their runs."""
    rows = _records_of(owner).select_for_update().order_by("pk").values_list("pk", "run_id")
    return list(rows[:BATCH])


def _entering(owner: User, successor: User, now: datetime) -> Iterator[int]:
    """The ids of records outside a process that would come into one with the new owner."""
    versions = _versions_with_criteria(owner)
    outside = _records_of(owner).filter(run=None, module__in=versions).select_related("module")
    left = _processes_left(outside)
    for record in outside.order_by("pk").iterator(chunk_size=BATCH):
        changes = {OWNER_FIELD: successor.pk}
        found = versions[record.module_id]
        if entry_after_edit(record, changes, found, left.get(record.pk, set()), now) is not None:
            yield record.pk


def _versions_with_criteria(owner: User) -> dict[int, list[VersionDef]]:
    """By module id, where the entry criteria of some process may ask for the owner."""
    modules = Module.objects.filter(pk__in=_records_of(owner).order_by().values("module")).order_by("pk")
    found = {module.pk: entry_versions(module) for module in modules}
    return {pk: versions for pk, versions in found.items() if any(version.entry for version in versions)}


def _processes_left(records: RecordQuerySet) -> Mapping[int, Collection[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    runs = ProcessRun.objects.filter(record__in=records.order_by().values("pk"))
    for record_id, process_id in runs.order_by("pk").values_list("record_id", "process_id"):
        found[record_id].add(process_id)
    return found


def _records_of(person: User) -> RecordQuerySet:
    return Record.objects.alive().filter(owner=person)


def _tasks_of(person: User) -> TaskQuerySet:
    return Task.objects.unfinished().filter(assignee=person)
