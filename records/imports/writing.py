"""Records written in bulk: a fixed number of statements for each batch, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from django.db.models import OuterRef, Subquery

from accounts.models import User
from processes.definition import NAME_FIELD, OWNER_FIELD, ModuleDef, VersionDef
from processes.fields import Stored
from processes.loading import module_def
from processes.models import Module
from records.choices import EventKind
from records.engine.entering import Entry, entry_after_edit, entry_versions, find_entry, place
from records.engine.moment import facts_of
from records.engine.plan import Change
from records.engine.standing import standing_of
from records.models import ProcessRun, Record, RecordEvent, UniqueValue

BATCH = 500

_UPDATED_COLUMNS = [
    "name",
    "owner",
    "values",
    "state",
    "entered_state_at",
    "entered_by",
    "entered_for",
    "updated_at",
    "updated_by",
    "revision",
]


@dataclass(slots=True)
class Draft:
    """A row that has been understood; `owner_id` is None where the file doesn't say, and an update then
    leaves it alone."""

    line: int
    name: str
    owner_id: int | None
    values: dict[str, Stored]
    external_id: str = ""


@dataclass(slots=True)
class Written:
    """A record with what changed in it and where it came in."""

    record: Record
    changes: list[Change] = field(default_factory=list)
    entry: Entry | None = None


class Writer:
    """Writes records of one module inside the caller's transaction. No after-action fires."""

    def __init__(self, module: Module, actor: User, now: datetime) -> None:
        self.module = module
        self.definition: ModuleDef = module_def(module)
        self.versions: list[VersionDef] = entry_versions(module)
        self.actor = actor
        self.now = now

    def create(self, drafts: Iterable[Draft]) -> list[Record]:
        """New records, each at the state of its value; at an exit no run begins."""
        made: list[Record] = []
        for batch in batched(drafts, BATCH):
            written = [self._new(draft) for draft in batch]
            records = Record.objects.bulk_create([one.record for one in written])
            self._begin_runs(written)
            self._claim((record.pk, key, value) for record in records for key, value in record.values.items())
            self._write_events(written)
            made += records
        return made

    def _new(self, draft: Draft) -> Written:
        record = Record(
            module=self.module,
            name=draft.name,
            owner_id=self.actor.pk if draft.owner_id is None else draft.owner_id,
            values=draft.values,
            external_id=draft.external_id,
            created_at=self.now,
            created_by=self.actor,
            updated_at=self.now,
            updated_by=self.actor,
        )
        entry = find_entry(self.versions, facts_of(record, record.values, self.now))
        if entry is not None:
            place(record, entry, self.now)
        return Written(record, entry=entry)

    def update(self, changed: Sequence[tuple[Record, list[Change]]]) -> None:
        """Write the changes of records that were read for update in this transaction."""
        for batch in batched(changed, BATCH):
            left = self._processes_left(record.pk for record, _changes in batch)
            written = [self._edit(record, changes, left) for record, changes in batch]
            # An "upsert" of rows that are all there: one statement without a CASE for every cell.
            Record.objects.bulk_create(
                [one.record for one in written],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=_UPDATED_COLUMNS,
            )
            self._begin_runs(written)
            self._reclaim(written)
            self._write_events(written)

    def _edit(self, record: Record, changes: list[Change], left: Mapping[int, set[int]]) -> Written:
        after = {change.field: change.after for change in changes}
        entry = entry_after_edit(record, after, self.versions, left.get(record.pk, set()), self.now)
        standing = standing_of(record)
        self._apply(record, after)
        if entry is not None:
            place(record, entry, self.now)
        elif standing is not None and standing.version.state_field.key in after:
            record.state, record.entered_state_at = None, None
            record.entered_by = record.entered_for = None
        record.updated_at, record.updated_by = self.now, self.actor
        record.revision += 1
        return Written(record, changes, entry)

    @staticmethod
    def _apply(record: Record, after: Mapping[str, Stored | None]) -> None:
        for key, value in after.items():
            if key == NAME_FIELD:
                record.name = str(value)
            elif key == OWNER_FIELD:
                record.owner_id = int(str(value))
            elif value is not None:
                record.values[key] = value

    def _processes_left(self, records: Iterable[int]) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        runs = ProcessRun.objects.filter(record__in=list(records))
        for record_id, process_id in runs.values_list("record_id", "process_id"):
            found[record_id].add(process_id)
        return found

    def _begin_runs(self, written: Iterable[Written]) -> None:
        begun = [one for one in written if one.entry is not None and one.entry.begins_run]
        if not begun:
            return
        runs = ProcessRun.objects.bulk_create(
            ProcessRun(record=one.record, process_id=one.entry.version.process_id, started_at=self.now)
            for one in begun
            if one.entry is not None
        )
        for one, run in zip(begun, runs, strict=True):
            one.record.run = run
        mine = ProcessRun.objects.filter(record=OuterRef("pk"), finished_at=None).values("pk")[:1]
        Record.objects.filter(pk__in=[one.record.pk for one in begun]).update(run=Subquery(mine))

    def _claim(self, values: Iterable[tuple[int, str, Stored]]) -> None:
        fields = self.definition.fields
        UniqueValue.objects.bulk_create(
            UniqueValue(field_id=fields[key].id, record_id=record, value=str(value))
            for record, key, value in values
            if key in fields and fields[key].is_unique
        )

    def _reclaim(self, written: Iterable[Written]) -> None:
        fields = self.definition.fields
        unique = [
            (one.record.pk, change.field, change.after)
            for one in written
            for change in one.changes
            if fields[change.field].is_unique and change.after is not None
        ]
        for key in sorted({key for _record, key, _value in unique}):
            records = [record for record, unique_key, _value in unique if unique_key == key]
            UniqueValue.objects.filter(field_id=fields[key].id, record__in=records).delete()
        self._claim(unique)

    def _write_events(self, written: Iterable[Written]) -> None:
        events = []
        for one in written:
            changes = [change.as_json() for change in one.changes]
            events.append(self._event(one.record, EventKind.IMPORT, changes=changes))
            if one.entry is not None:
                events.append(self._event(one.record, EventKind.ENTER, to_state_id=one.entry.state.id))
        RecordEvent.objects.bulk_create(events)

    def _event(self, record: Record, kind: EventKind, **more: object) -> RecordEvent:
        return RecordEvent(
            record=record, run_id=record.run_id, kind=kind, actor=self.actor, at=self.now, **more
        )
