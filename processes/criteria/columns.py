"""Conditions over a record's stored values that mean the same on SQLite and PostgreSQL.

The key of a value stands in the SQL as a literal, not as a parameter, so that an index on the same
expression is used by both databases. Field keys hold nothing but small letters, digits and underscores.
"""

import json
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func, Lookup
from django.db.models.sql.compiler import SQLCompiler

from processes.fields import Stored

VALUES_COLUMN = "values"
_KEY = re.compile(r"[a-z][a-z0-9_]*")

type Sql = tuple[str, tuple[Any, ...]]

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup


class Condition(_Lookup):
    """A test of the expression `lhs`; `rhs` holds everything else that makes it what it is, so that equal
    conditions are equal. A lookup, because Django puts only those straight into a WHERE on SQLite."""

    prepare_rhs = False

    @abstractmethod
    def sqlite(self, lhs: str) -> Sql: ...

    @abstractmethod
    def postgresql(self, lhs: str) -> Sql: ...

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        sql, params = self.sqlite(lhs)
        return sql, (*lhs_params, *params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        sql, params = self.postgresql(lhs)
        return sql, (*lhs_params, *params)


class StoredCondition(Condition):
    """A test of the stored value under one key."""

    def __init__(self, key: str, *rest: Any) -> None:
        self.key = checked_key(key)
        self.rest = rest
        super().__init__(F(VALUES_COLUMN), (key, *rest))

    def extract(self, column: str) -> str:
        """The value as SQLite reads it out of the text."""
        return f"JSON_EXTRACT({column}, {self.path})"

    def items(self, column: str) -> str:
        return f"JSON_EACH({column}, {self.path}) AS item"

    @property
    def path(self) -> str:
        return f"'$.\"{self.key}\"'"


class IsPresent(StoredCondition):
    """Whether the record has a value; JSON's null counts as none."""

    def sqlite(self, lhs: str) -> Sql:
        return f"({self.extract(lhs)} IS NOT NULL)", ()

    def postgresql(self, lhs: str) -> Sql:
        return f"(({lhs} ->> '{self.key}') IS NOT NULL)", ()


class Compare(StoredCondition):
    """The stored value against constants: one for a comparison, any number for IN."""

    def __init__(self, key: str, operator: str, *values: Stored) -> None:
        super().__init__(key, operator, *values)
        self.operator = operator
        self.values = values

    def sqlite(self, lhs: str) -> Sql:
        return f"({self.extract(lhs)} {self.operator} {self._places('%s')})", self.values

    def postgresql(self, lhs: str) -> Sql:
        sql = f"(({lhs} -> '{self.key}') {self.operator} {self._places('%s::jsonb')})"
        return sql, tuple(as_json(value) for value in self.values)

    def _places(self, place: str) -> str:
        return f"({', '.join([place] * len(self.values))})" if self.operator == "IN" else place


class HasOption(StoredCondition):
    """Whether a list of options holds this one."""

    def sqlite(self, lhs: str) -> Sql:
        # The column is Django's, the key was checked: nothing typed stands in the text.
        return f"EXISTS(SELECT 1 FROM {self.items(lhs)} WHERE item.value = %s)", self.rest  # noqa: S608

    def postgresql(self, lhs: str) -> Sql:
        return f"(({lhs} -> '{self.key}') @> %s::jsonb)", (as_json(list(self.rest)),)


class HasNoOther(StoredCondition):
    """Whether a list of options holds none but these."""

    def sqlite(self, lhs: str) -> Sql:
        places = ", ".join(["%s"] * len(self.rest))
        sql = f"NOT EXISTS(SELECT 1 FROM {self.items(lhs)} WHERE item.value NOT IN ({places}))"  # noqa: S608
        return sql, self.rest

    def postgresql(self, lhs: str) -> Sql:
        return f"(({lhs} -> '{self.key}') <@ %s::jsonb)", (as_json(list(self.rest)),)


class TextMatch(Condition):
    """Whether a lower-cased text "contains", "starts_with" or "ends_with" a lower-cased needle."""

    def __init__(self, text: Any, operator: str, needle: str) -> None:
        self.operator = operator
        self.needle = needle
        super().__init__(Lower(text), (operator, needle))

    def sqlite(self, lhs: str) -> Sql:
        size = len(self.needle)
        sql = {
            "contains": f"(INSTR({lhs}, %s) > 0)",
            "starts_with": f"(SUBSTR({lhs}, 1, {size}) = %s)",
            "ends_with": f"(SUBSTR({lhs}, -{size}) = %s)",
        }[self.operator]
        return sql, (self.needle,)

    def postgresql(self, lhs: str) -> Sql:
        size = len(self.needle)
        sql = {
            "contains": f"(STRPOS({lhs}, %s) > 0)",
            "starts_with": f"(LEFT({lhs}, {size}) = %s)",
            "ends_with": f"(RIGHT({lhs}, {size}) = %s)",
        }[self.operator]
        return sql, (self.needle,)


class Lower(Func):
    """Lower case as Python's `str.lower` has it: by a function registered on SQLite, by a collation that
    knows the whole of Unicode on PostgreSQL, whatever the database's own locale."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return self._lower(compiler, "bp_lower(%s)")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        # Before 18 only ICU maps as Python does; since 18 the server does it itself, with or without ICU.
        version: int = getattr(connection, "pg_version", 0)
        collation = "pg_unicode_fast" if version >= 180_000 else "und-x-icu"
        return self._lower(compiler, f'LOWER((%s) COLLATE "{collation}")')

    def _lower(self, compiler: SQLCompiler, template: str) -> Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return template % sql, tuple(params)


class StoredText(Func):
    """A text value as a text; NULL where the record has none."""

    output_field = CharField()

    def __init__(self, key: str) -> None:
        self.key = checked_key(key)
        super().__init__(F(VALUES_COLUMN))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT({column}, '$.\"{self.key}\"')", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        column, params = compiler.compile(self.source_expressions[0])
        return f"({column} ->> '{self.key}')", tuple(params)


def checked_key(key: str) -> str:
    """The key, which goes into the SQL as it is; raises ValueError for what can't be one."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a field.")
    return key


def as_json(value: Stored) -> str:
    return json.dumps(value, ensure_ascii=False)
