"""Expressions over a record's stored values that mean the same on SQLite and PostgreSQL.

The key of a value stands in the SQL as a literal, not as a parameter, so that an index on the same
expression is used by both databases. Field keys hold nothing but small letters, digits and underscores.
"""

import json
import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from processes.fields import Stored

VALUES_COLUMN = "values"
_KEY = re.compile(r"[a-z][a-z0-9_]*")

type Sql = tuple[str, tuple[Any, ...]]


class Lower(Func):
    """Lower case as Python's `str.lower` has it: by a function registered on SQLite, by ICU on PostgreSQL."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return self._lower(compiler, "bp_lower(%s)")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return self._lower(compiler, 'LOWER((%s) COLLATE "und-x-icu")')

    def _lower(self, compiler: SQLCompiler, template: str) -> Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        return template % sql, tuple(params)


class StoredFunc(Func):
    """Something about the stored value under one key."""

    def __init__(self, key: str) -> None:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of a field.")
        super().__init__(F(VALUES_COLUMN))
        self.key = key

    def column(self, compiler: SQLCompiler) -> str:
        sql, _params = compiler.compile(self.source_expressions[0])
        return sql

    def path(self) -> str:
        return f"'$.\"{self.key}\"'"

    def extract(self, compiler: SQLCompiler) -> str:
        """The value as SQLite reads it out of the text."""
        return f"JSON_EXTRACT({self.column(compiler)}, {self.path()})"


class StoredText(StoredFunc):
    """A text value as a text; NULL where the record has none."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return self.extract(compiler), ()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return f"({self.column(compiler)} ->> '{self.key}')", ()


class IsPresent(StoredFunc):
    """Whether the record has a value; JSON's null counts as none."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return f"({self.extract(compiler)} IS NOT NULL)", ()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return f"(({self.column(compiler)} ->> '{self.key}') IS NOT NULL)", ()


class Compare(StoredFunc):
    """The stored value against constants: one for a comparison, any number for IN."""

    output_field = BooleanField()

    def __init__(self, key: str, operator: str, *values: Stored) -> None:
        super().__init__(key)
        self.operator = operator
        self.values = values

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        return f"({self.extract(compiler)} {self.operator} {self._places('%s')})", self.values

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        sql = f"(({self.column(compiler)} -> '{self.key}') {self.operator} {self._places('%s::jsonb')})"
        return sql, tuple(as_json(value) for value in self.values)

    def _places(self, place: str) -> str:
        return f"({', '.join([place] * len(self.values))})" if self.operator == "IN" else place


class HasOption(StoredFunc):
    """Whether a list of options holds this one."""

    output_field = BooleanField()

    def __init__(self, key: str, option: str) -> None:
        super().__init__(key)
        self.option = option

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        items = f"JSON_EACH({self.column(compiler)}, {self.path()}) AS item"
        # The column is Django's, the key was checked: nothing typed stands in the text.
        return f"EXISTS(SELECT 1 FROM {items} WHERE item.value = %s)", (self.option,)  # noqa: S608

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        value = f"({self.column(compiler)} -> '{self.key}')"
        return f"({value} @> %s::jsonb)", (as_json([self.option]),)


class HasNoOther(StoredFunc):
    """Whether a list of options holds none but these."""

    output_field = BooleanField()

    def __init__(self, key: str, *options: str) -> None:
        super().__init__(key)
        self.options = options

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        items = f"JSON_EACH({self.column(compiler)}, {self.path()}) AS item"
        places = ", ".join(["%s"] * len(self.options))
        sql = f"NOT EXISTS(SELECT 1 FROM {items} WHERE item.value NOT IN ({places}))"  # noqa: S608
        return sql, self.options

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        value = f"({self.column(compiler)} -> '{self.key}')"
        return f"({value} <@ %s::jsonb)", (as_json(list(self.options)),)


class TextMatch(Func):
    """Whether a lower-cased text contains, starts with or ends with a lower-cased needle."""

    output_field = BooleanField()

    def __init__(self, text: Any, operator: str, needle: str) -> None:
        super().__init__(Lower(text))
        self.operator = operator
        self.needle = needle

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        text, params = compiler.compile(self.source_expressions[0])
        size = len(self.needle)
        sql = {
            "contains": f"(INSTR({text}, %s) > 0)",
            "starts_with": f"(SUBSTR({text}, 1, {size}) = %s)",
            "ends_with": f"(SUBSTR({text}, -{size}) = %s)",
        }[self.operator]
        return sql, (*params, self.needle)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Sql:
        text, params = compiler.compile(self.source_expressions[0])
        size = len(self.needle)
        sql = {
            "contains": f"(STRPOS({text}, %s) > 0)",
            "starts_with": f"(LEFT({text}, {size}) = %s)",
            "ends_with": f"(RIGHT({text}, {size}) = %s)",
        }[self.operator]
        return sql, (*params, self.needle)


def as_json(value: Stored) -> str:
    return json.dumps(value, ensure_ascii=False)
