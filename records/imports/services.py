"""Importing a file of records: understood row by row, written in bulk, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from processes.choices import FieldKind
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef
from processes.fields import Stored
from processes.fields.texts import has_control_characters
from processes.loading import clear_cache
from processes.models import Module
from records.engine.plan import Change
from records.engine.standing import standing_of
from records.imports.conversion import Converter
from records.imports.definitions import modules_extend
from records.imports.mapping import ImportMap, Pairs, columns_of_kind
from records.imports.people import People
from records.imports.problems import ImportFileError, RowProblem, nearest, sentence
from records.imports.reading import Source, SourceRow
from records.imports.references import MAX_NAME, Targets
from records.imports.report import ImportReport
from records.imports.writing import BATCH, Draft, Writer
from records.models import Record, UniqueValue

NAME_JOINT = " – "
MAX_EXTERNAL_ID = 100

type Converters = Sequence[tuple[str, Converter]]


def records_import(*, source: Source, import_map: ImportMap, actor: User, now: datetime) -> ImportReport:
    """Create and update records from a file; rows that can't be taken are told and left out.

    A row whose external id is known updates that record: an empty cell changes nothing, and a record in a
    process keeps its state. Everything is written in one transaction and no after-action fires. Raises
    ImportFileError, and then nothing has been written.
    """
    import_map.check_source(source)
    try:
        with transaction.atomic():
            return _Import(source, import_map, actor, now).run()
    except BaseException:
        # Definitions read meanwhile may be of fields that were rolled back.
        clear_cache()
        raise


@dataclass
class _Known:
    """A row about a record that is there already."""

    draft: Draft
    record: Record


class _Import:
    def __init__(self, source: Source, import_map: ImportMap, actor: User, now: datetime) -> None:
        self.source = source
        self.map = import_map
        self.actor = actor
        self.now = now
        self.report = ImportReport(problems=list(source.problems))
        self.report.added = modules_extend(import_map.modules, actor)
        self.writer = Writer(self._module(), actor, now)
        self.definition = self.writer.definition
        self.report.module = self.definition.label_plural
        self.pairs = import_map.fields(self.definition)
        self.people = People()
        self.targets: dict[str, Targets] = {}

    def _module(self) -> Module:
        module = Module.objects.filter(key=self.map.module).first()
        if module is None:
            keys = Module.objects.order_by("key").values_list("key", flat=True)
            reason = _("There is no module “%(key)s”.") % {"key": self.map.module}
            raise ImportFileError(reason + nearest(self.map.module, keys))
        return module

    def run(self) -> ImportReport:
        self._resolve_people()
        inner = tuple(pair for pair in self.pairs if pair[1].settings.module == self.definition.key)
        outer = tuple(pair for pair in self.pairs if pair not in inner)
        for column, field in columns_of_kind(outer, FieldKind.LOOKUP):
            self._resolve_lookup(field.settings.module or "", column)
        new, known = self._match(self._drafts(outer))
        new, known = self._without_taken(new, known)
        new = [draft for draft in new if self._is_complete(draft)]
        made = self.writer.create(new)
        self._count_states(made)
        changed = self._changes(known)
        self.writer.update(changed)
        by_line = {one.draft.line: one.record.pk for one in known}
        by_line |= {draft.line: record.pk for draft, record in zip(new, made, strict=True)}
        rewritten = {record.pk for record, _changes in changed} | self._point_inwards(inner, by_line)
        self.report.created = len(made)
        self.report.updated = len(rewritten - {record.pk for record in made})
        self.report.unchanged = len({one.record.pk for one in known} - rewritten)
        self.report.people_created = len(self.people.created)
        for targets in self.targets.values():
            if targets.created:
                self.report.lookups_created[targets.module.label_plural] += targets.created
        self.report.problems.sort(key=lambda problem: problem.line)
        return self.report

    def _resolve_people(self) -> None:
        columns = [column for column, _field in columns_of_kind(self.pairs, FieldKind.USER)]
        for column in {*columns, *([self.map.owner] if self.map.owner else [])}:
            self.people.resolve(self._cells(column), may_create=not self.map.match_people)

    def _resolve_lookup(self, module: str, column: str) -> None:
        if module not in self.targets:
            self.targets[module] = Targets(module, self.actor, self.now)
        self.targets[module].resolve(self._cells(column), may_create=not self.map.match_lookups)

    def _cells(self, column: str) -> set[str]:
        return {self.map.meaning(column, row.cells[column]) for row in self.source.rows}

    def _refer(self, field: FieldDef, cell: str) -> int:
        if field.kind == FieldKind.USER:
            return self.people.get(cell)
        return self.targets[field.settings.module or ""].get(cell)

    def _drafts(self, pairs: Pairs) -> list[Draft]:
        converters = [(c, Converter(field, self.map.dates, self._refer)) for c, field in pairs]
        seen: dict[str, int] = {}
        drafts = []
        for row in self.source.rows:
            try:
                draft = self._draft(row, converters)
                if draft.external_id in seen:
                    reason = _("“%(id)s” stands in line %(line)d already.")
                    raise LookupError(reason % {"id": draft.external_id, "line": seen[draft.external_id]})
            except LookupError as error:
                self._leave_out(row.line, str(error.args[0]))
                continue
            if draft.external_id:
                seen[draft.external_id] = row.line
            drafts.append(draft)
        return drafts

    def _draft(self, row: SourceRow, converters: Converters) -> Draft:
        """Raises LookupError with the reason why the row can't be taken."""
        values: dict[str, Stored] = {}
        for column, converter in converters:
            try:
                stored = converter.convert(self.map.meaning(column, row.cells[column]))
            except ValidationError as error:
                raise LookupError(f"{column}: {sentence(error)}") from error
            except LookupError as error:
                raise LookupError(f"{column}: {error.args[0]}") from error
            if stored is not None:
                values[converter.field.key] = stored
        external_id = row.cells[self.map.external_id] if self.map.external_id else ""
        if self.map.external_id and not 0 < len(external_id) <= MAX_EXTERNAL_ID:
            raise LookupError(_("%(column)s: an id is needed here.") % {"column": self.map.external_id})
        return Draft(row.line, self._name(row), self._owner(row), values, external_id)

    def _name(self, row: SourceRow) -> str:
        parts = (self.map.meaning(column, row.cells[column]) for column in self.map.name)
        name = NAME_JOINT.join(part for part in parts if part)
        if not name:
            raise LookupError(_("the name is empty."))
        if len(name) > MAX_NAME or has_control_characters(name):
            raise LookupError(_("“%(name)s” can’t be a name.") % {"name": name[:60]})
        return name

    def _owner(self, row: SourceRow) -> int | None:
        cell = self.map.meaning(self.map.owner, row.cells[self.map.owner]) if self.map.owner else ""
        return self.people.get(cell) if cell else None

    def _leave_out(self, line: int, reason: str) -> None:
        self.report.problems.append(RowProblem(line, reason))

    def _match(self, drafts: list[Draft]) -> tuple[list[Draft], list[_Known]]:
        """The rows about new records, and those about records that are there."""
        there = self._there({draft.external_id for draft in drafts if draft.external_id})
        new, known = [], []
        for draft in drafts:
            record = there.get(draft.external_id) if draft.external_id else None
            if record is None:
                new.append(draft)
            elif record.deleted_at is not None:
                self._leave_out(draft.line, _("“%(id)s” has been deleted here.") % {"id": draft.external_id})
            else:
                known.append(_Known(draft, record))
        return new, known

    def _there(self, external_ids: set[str]) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for batch in batched(sorted(external_ids), BATCH):
            records = Record.objects.filter(module=self.writer.module, external_id__in=batch)
            # Locked, so that what is compared here is what is written over below.
            locked = records.with_standing().select_for_update(of=("self",)).order_by("pk")
            found.update((record.external_id, record) for record in locked)
        return found

    def _without_taken(self, new: list[Draft], known: list[_Known]) -> tuple[list[Draft], list[_Known]]:
        """Leaves out rows whose value of a unique field belongs to another record or to an earlier row."""
        keys = [field.key for _column, field in self.pairs if field.is_unique]
        if not keys:
            return new, known
        holders = {key: self._holders(key, [*new, *(one.draft for one in known)]) for key in keys}

        def is_free(draft: Draft, own: int | None) -> bool:
            for key in keys:
                value = str(draft.values.get(key, ""))
                # A new record has no id yet; its line, made negative, stands for it.
                holder = holders[key].setdefault(value, own or -draft.line) if value else None
                if holder not in (None, own or -draft.line):
                    label = self.definition.fields[key].label
                    reason = _("%(field)s: “%(value)s” belongs to another record.")
                    self._leave_out(draft.line, reason % {"field": label, "value": value})
                    return False
            return True

        return (
            [draft for draft in new if is_free(draft, None)],
            [one for one in known if is_free(one.draft, one.record.pk)],
        )

    def _holders(self, key: str, drafts: list[Draft]) -> dict[str, int]:
        field_id = self.definition.fields[key].id
        values = sorted({str(draft.values[key]) for draft in drafts if key in draft.values})
        found: dict[str, int] = {}
        for batch in batched(values, BATCH):
            taken = UniqueValue.objects.filter(field_id=field_id, value__in=batch)
            found.update(taken.values_list("value", "record_id"))
        return found

    def _is_complete(self, draft: Draft) -> bool:
        """Whether a new record has what its module requires; a process brings its start state itself."""
        begun = {version.state_field.key for version in self.writer.versions if version.start}
        for field in self.definition.own_fields:
            is_missing = field.is_required and field.key not in draft.values and field.key not in begun
            if is_missing and not self.map.allow_empty:
                self._leave_out(draft.line, _("“%(field)s” is empty.") % {"field": field.label})
                return False
        return True

    def _changes(self, known: list[_Known]) -> list[tuple[Record, list[Change]]]:
        changed = []
        for one in known:
            found = self._differences(one)
            locked = self._locked_key(one.record)
            if locked is not None and any(change.field == locked for change in found):
                found = [change for change in found if change.field != locked]
                self.report.kept_states += 1
            if found:
                changed.append((one.record, found))
        return changed

    def _differences(self, one: _Known) -> list[Change]:
        record, draft = one.record, one.draft
        found = [Change(NAME_FIELD, record.name, draft.name)] if record.name != draft.name else []
        if draft.owner_id is not None and draft.owner_id != record.owner_id:
            found.append(Change(OWNER_FIELD, record.owner_id, draft.owner_id))
        for key, value in draft.values.items():
            if record.values.get(key) != value:
                found.append(Change(key, record.values.get(key), value))
        return found

    def _locked_key(self, record: Record) -> str | None:
        standing = standing_of(record)
        if standing is None or not standing.is_state_field_locked:
            return None
        return standing.version.state_field.key

    def _point_inwards(self, pairs: Pairs, by_line: Mapping[int, int]) -> set[int]:
        """Lookups into the same module, once all its rows are there; the ids of the records changed."""
        wanted: dict[int, dict[str, int]] = {}
        for column, field in pairs:
            self._resolve_lookup(self.definition.key, column)
            for row in self.source.rows:
                cell = self.map.meaning(column, row.cells[column])
                if cell and row.line in by_line:
                    try:
                        wanted.setdefault(by_line[row.line], {})[field.key] = self._refer(field, cell)
                    except LookupError as error:
                        self._leave_out(row.line, f"{column}: {error.args[0]}")
        changed = []
        for batch in batched(sorted(wanted), BATCH):
            records = Record.objects.filter(pk__in=batch).with_standing().select_for_update(of=("self",))
            for record in records.order_by("pk"):
                values = wanted[record.pk].items()
                compared = [Change(key, record.values.get(key), value) for key, value in values]
                found = [change for change in compared if change.before != change.after]
                if found:
                    changed.append((record, found))
        self.writer.update(changed)
        return {record.pk for record, _changes in changed}

    def _count_states(self, made: list[Record]) -> None:
        labels: dict[int, str] = {
            state.id: str(state.label) for version in self.writer.versions for state in version.states
        }
        for record in made:
            if record.state_id is not None:
                self.report.states[labels[record.state_id]] += 1
