"""What the columns of a file become: given on the command line, in a map file, or both."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from processes.choices import FieldKind
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef, ModuleDef
from processes.files.problems import ProcessFileError
from processes.files.reading import load_yaml, read_bytes
from processes.files.reasons import reason_of
from processes.files.specs import Key, ModuleSpec
from records.imports.problems import ImportFileError, nearest
from records.imports.reading import Source

Dates = Literal["iso", "us", "fr"]
Words = dict[str, str]
# A column and a field that it fills.
Pairs = tuple[tuple[str, FieldDef], ...]


class ImportMap(BaseModel):
    """`columns`: column to field key, or to several. `name`: the columns that make the record's name, joined
    by dashes. `values`: for a column, what its cells mean. `modules`: what must be there, added where it is
    missing. `match_lookups`, `match_people`: unknown names are errors; otherwise they are created.
    `allow_empty`: rows are taken without the fields that the module requires."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    module: Key
    columns: dict[str, str | tuple[str, ...]] = {}
    name: tuple[str, ...] = ()
    external_id: str | None = None
    owner: str | None = None
    dates: Dates = "iso"
    values: dict[str, Words] = {}
    match_lookups: bool = False
    match_people: bool = False
    allow_empty: bool = False
    modules: tuple[ModuleSpec, ...] = ()

    @classmethod
    def load(cls, path: Path, **overrides: Any) -> Self:
        """A map file with what the command line says besides; raises ImportFileError."""
        try:
            data, lines = load_yaml(read_bytes(path))
        except ProcessFileError as error:
            raise ImportFileError(f"{path.name}: {error}") from error
        if not isinstance(data, dict):
            raise ImportFileError(_("%(file)s: keys with values are needed.") % {"file": path.name})
        try:
            # As JSON, because strict models then take lists and words for tuples and choices.
            return cls.model_validate_json(json.dumps({**data, **overrides}), strict=True)
        except ValidationError as error:
            problems = [lines.problem(tuple(one["loc"]), reason_of(one)) for one in error.errors()]
            raise ImportFileError("\n".join(f"{path.name}: {problem}" for problem in problems)) from error

    def with_pairs(self, pairs: Sequence[str]) -> Self:
        """The map with “CSV column=field” pairs added; several columns may make up the name."""
        columns, name, owner = dict(self.columns), list(self.name), self.owner
        for pair in pairs:
            column, mark, key = (part.strip() for part in pair.rpartition("="))
            if not mark or not column or not key:
                raise ImportFileError(_("“%(pair)s” is no pair “CSV column=field”.") % {"pair": pair})
            if key == NAME_FIELD:
                name.append(column)
            elif key == OWNER_FIELD:
                owner = column
            else:
                columns[column] = (*_keys(columns.get(column, ())), key)
        return self.model_copy(update={"columns": columns, "name": tuple(name), "owner": owner})

    def check_source(self, source: Source) -> None:
        """Raises ImportFileError where the file lacks a column, or the map what makes a record."""
        if not self.name:
            raise ImportFileError(_("No column is mapped to “name”, and a record needs one."))
        more = [column for column in (self.external_id, self.owner) if column]
        source.require([*self.columns, *self.name, *more, *self.values])

    def fields(self, module: ModuleDef) -> Pairs:
        """The columns with the fields they fill; raises ImportFileError for a field that can't be written."""
        found: list[tuple[str, FieldDef]] = []
        for column, keys in self.columns.items():
            for key in _keys(keys):
                if any(field.key == key for _column, field in found):
                    raise ImportFileError(_("Two columns are mapped to “%(key)s”.") % {"key": key})
                found.append((column, _field(module, key)))
        return tuple(found)

    def meaning(self, column: str, cell: str) -> str:
        return self.values.get(column, {}).get(cell, cell)


def _keys(keys: str | Iterable[str]) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _field(module: ModuleDef, key: str) -> FieldDef:
    field = module.get(key)
    if field is None:
        reason = _("“%(module)s” has no field “%(key)s”.")
        known = [own.key for own in module.own_fields]
        text = reason % {"module": module.label_plural, "key": key}
        raise ImportFileError(text + nearest(key, known))
    if field.is_system or field.kind == FieldKind.FILE:
        raise ImportFileError(_("The field “%(key)s” can’t be imported.") % {"key": key})
    return field


def columns_of_kind(pairs: Pairs, kind: FieldKind) -> Iterator[tuple[str, FieldDef]]:
    return ((column, field) for column, field in pairs if field.kind == kind)
