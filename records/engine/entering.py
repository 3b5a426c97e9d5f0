"""How a record comes into a process: which one, at which state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from processes.choices import VersionStatus
from processes.criteria import Facts
from processes.definition import StateDef, VersionDef
from processes.fields import Stored
from processes.loading import version_def
from processes.models import Module, Process, ProcessVersion
from records.engine.moment import facts_of
from records.models import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a process. At an exit state no run begins; `writes_field`: the record's state field was
    empty and takes the start state's value."""

    version: VersionDef
    state: StateDef
    writes_field: bool = False

    @property
    def begins_run(self) -> bool:
        return not self.state.is_exit


def entry_versions(module: Module) -> list[VersionDef]:
    """The versions in force of the module's active processes, by priority; one query."""
    published = ProcessVersion.objects.filter(
        status=VersionStatus.PUBLISHED,
        process__in=Process.objects.active().filter(module=module),
    ).order_by("process__priority", "process_id")
    return [version_def(pk, module) for pk in published.values_list("pk", flat=True)]


def find_entry(versions: list[VersionDef], facts: Facts) -> Entry | None:
    """The first process whose entry criteria hold and one of whose states carries the record's value."""
    for version in versions:
        if version.entry is not None and not version.entry.holds(facts):
            continue
        value = facts.values.get(version.state_field.key, "")
        state = version.states_by_key.get(str(value))
        if state is not None:
            return Entry(version, state)
        if value == "" and version.start is not None:
            return Entry(version, version.start, writes_field=True)
    return None


def may_enter(versions: list[VersionDef], changed: set[str], before: Facts, after: Facts) -> bool:
    """Whether an edit is an occasion to enter: it changed a state field, or made entry criteria true."""
    for version in versions:
        if version.state_field.key in changed:
            return True
        if version.entry is not None and version.entry.holds(after) and not version.entry.holds(before):
            return True
    return False


def entry_after_edit(
    record: Record,
    changes: Mapping[str, Stored | None],
    versions: list[VersionDef],
    left: Collection[int],
    now: datetime,
) -> Entry | None:
    """Where a record that is in no process comes in by an edit that wrote `changes`; `left` are the ids of
    the processes it has been in, to which it comes back only by a transition of its exit."""
    if record.run_id is not None:
        return None
    if record.state_id is not None:
        versions = [version for version in versions if version.process_id not in left]
    before = facts_of(record, record.values, now)
    values = {key: value for key, value in {**before.values, **changes}.items() if value is not None}
    after = replace(before, values=values)
    return find_entry(versions, after) if may_enter(versions, set(changes), before, after) else None


def place(record: Record, entry: Entry, now: datetime) -> None:
    """Put the record at the entry's state; nothing is written yet."""
    if entry.writes_field and entry.state.key:
        record.values[entry.version.state_field.key] = entry.state.key
    record.state_id = entry.state.id
    record.entered_state_at = now
