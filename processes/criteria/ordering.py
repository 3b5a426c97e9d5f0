"""What a stored value is sorted by: one SQL expression a kind of field, the same order on both databases.

Each is NULL where the record has no value, so that empty ones can be put last, and none is NULL otherwise.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, CharField, Expression, F, Func
from django.db.models.sql.compiler import SQLCompiler

from processes.choices import FieldKind
from processes.criteria.columns import VALUES_COLUMN, Lower, Sql, StoredText, checked_key
from processes.definition import FieldDef

NUMBERS = {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.CURRENCY, FieldKind.PERCENT}
_TEXTS = {FieldKind.TEXT, FieldKind.EMAIL, FieldKind.PHONE, FieldKind.URL}
_TIMES = {FieldKind.DATE, FieldKind.DATETIME}


class StoredNumber(Func):
    """A number, an id or a yes (1) or no (0); NULL where the record has none."""

    output_field = BigIntegerField()

    def __init__(self, key: str) -> None:
        self.key = checked_key(key)
        super().__init__(F(VALUES_COLUMN))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT({column}, '$.\"{self.key}\"')", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        value = f"{column} -> '{self.key}'"
        sql = (
            f"CASE JSONB_TYPEOF({value}) WHEN 'number' THEN ({value})::bigint "
            f"WHEN 'boolean' THEN ({value})::boolean::int::bigint END"
        )
        return sql, tuple(params) * 3


class StoredTime(StoredText):
    """A date or a moment, whose ISO texts sort as they are, byte by byte."""

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        sql, params = super().as_postgresql(compiler, connection)
        return f'({sql} COLLATE "C")', params


class FirstOption(Func):
    """The first of several options, which are kept in the administrator's order."""

    output_field = CharField()

    def __init__(self, key: str) -> None:
        self.key = checked_key(key)
        super().__init__(F(VALUES_COLUMN))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT({column}, '$.\"{self.key}\"[0]')", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        return f"({column} -> '{self.key}' ->> 0)", tuple(params)


class OptionPosition(Func):
    """The place of an option in the administrator's order; one that is there no more comes behind all."""

    output_field = BigIntegerField()

    def __init__(self, value: Expression | F, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(value)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        return self._position(compiler)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        return self._position(compiler)

    def _position(self, compiler: SQLCompiler) -> Sql:
        value, params = compiler.compile(self.source_expressions[0])
        whens = "".join(f" WHEN %s THEN {position}" for position in range(len(self.keys)))
        known = f"CASE {value}{whens} ELSE {len(self.keys)} END" if whens else "0"
        both = (*params, *(params if whens else ()))
        return f"CASE WHEN {value} IS NOT NULL THEN {known} END", (*both, *self.keys)


def sort_expression(field: FieldDef) -> Func | None:
    """What the field is sorted by; None for kinds whose values point elsewhere, and for those not sorted by.

    Numbers by size, times by the clock, choices by the order of their options, texts in small letters.
    """
    if field.kind in NUMBERS or field.kind == FieldKind.BOOLEAN:
        return StoredNumber(field.key)
    if field.kind in _TIMES:
        return StoredTime(field.key)
    if field.kind == FieldKind.PICKLIST:
        return OptionPosition(StoredText(field.key), [option.key for option in field.options])
    if field.kind == FieldKind.MULTI_SELECT:
        return OptionPosition(FirstOption(field.key), [option.key for option in field.options])
    if field.kind in _TEXTS:
        return Lower(StoredText(field.key))
    return None
