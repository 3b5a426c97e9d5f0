"""Criteria as a condition on the table of records, for lists, counts and sweeps.

It agrees with the predicate on SQLite and PostgreSQL. Every condition is true or false, never NULL, because
each comparison stands beside the presence of the value: so it may be negated and combined at will.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from processes.choices import FieldKind
from processes.criteria.columns import Compare, HasNoOther, HasOption, IsPresent, StoredText, TextMatch
from processes.criteria.rules import (
    CONTRARIES,
    LAST_MOMENT,
    Actor,
    Rule,
    RuleError,
    constant,
    parse_moment,
    rule_of,
)
from processes.criteria.tree import Criteria, Group, Leaf
from processes.fields import Operator, Stored

if TYPE_CHECKING:
    from processes.definition import ModuleDef

_LOOKUPS = {"=": "", ">": "__gt", ">=": "__gte", "<": "__lt", "<=": "__lte"}
_NUMBER_OPERATORS = {Operator.GT: ">", Operator.GTE: ">=", Operator.LT: "<", Operator.LTE: "<="}


def as_q(criteria: Criteria, module: "ModuleDef", *, today: date, actor_id: int | None) -> Q:
    """The condition on records of this module (combine it with the module's own) for an organisation's day
    and a person. A rule that can't be judged matches nothing, as in the predicate."""
    return _Compiler(module, today, actor_id).group(criteria)


def nothing() -> Q:
    return Q(pk__in=[])


def everything() -> Q:
    # Not Q(): that one also stays "everything" when it is negated.
    return ~nothing()


class Source(ABC):
    """Where a field's value stands in the table."""

    @abstractmethod
    def present(self) -> Q: ...

    @abstractmethod
    def compare(self, operator: str, value: Stored) -> Q:
        """True where there is a value that compares so; never NULL."""

    @abstractmethod
    def one_of(self, values: Sequence[Stored]) -> Q: ...

    @abstractmethod
    def text(self) -> Any:
        """The expression of a text."""


class StoredSource(Source):
    """A value of the record's JSON."""

    def __init__(self, key: str) -> None:
        self.key = key

    def present(self) -> Q:
        return Q(IsPresent(self.key))

    def compare(self, operator: str, value: Stored) -> Q:
        return self.present() & Q(Compare(self.key, operator, value))

    def one_of(self, values: Sequence[Stored]) -> Q:
        return self.present() & Q(Compare(self.key, "IN", *values))

    def text(self) -> Any:
        return StoredText(self.key)


class ColumnSource(Source):
    """A column that is never NULL: the name, the owner."""

    def __init__(self, column: str) -> None:
        self.column = column

    def present(self) -> Q:
        return ~Q(**{self.column: ""}) if self.column == "name" else everything()

    def compare(self, operator: str, value: Stored) -> Q:
        return self.present() & Q(**{f"{self.column}{_LOOKUPS[operator]}": self.adapt(value)})

    def one_of(self, values: Sequence[Stored]) -> Q:
        return self.present() & Q(**{f"{self.column}__in": list(values)})

    def text(self) -> Any:
        return F(self.column)

    def adapt(self, value: Stored) -> Any:
        return value


class MomentSource(ColumnSource):
    """A column of moments that are finer than the seconds of stored values: these cut the rest off."""

    def compare(self, operator: str, value: Stored) -> Q:
        if operator in {">=", "<"}:
            return super().compare(operator, value)
        if str(value) >= LAST_MOMENT:
            return everything() if operator == "<=" else nothing()
        following = parse_moment(str(value)) + timedelta(seconds=1)
        lookup = "__lt" if operator == "<=" else "__gte"
        return Q(**{f"{self.column}{lookup}": following})

    def adapt(self, value: Stored) -> Any:
        return parse_moment(str(value))


_SYSTEM_SOURCES: dict[str, Source] = {
    "name": ColumnSource("name"),
    "owner": ColumnSource("owner_id"),
    "created_at": MomentSource("created_at"),
}


class _Compiler:
    def __init__(self, module: "ModuleDef", today: date, actor_id: int | None) -> None:
        self.module = module
        self.today = today
        self.actor_id = actor_id

    def group(self, group: Group) -> Q:
        parts = [self.group(part) if isinstance(part, Group) else self.leaf(part) for part in group.parts]
        return Q(*parts, _connector=Q.OR if group.is_any else Q.AND)

    def leaf(self, leaf: Leaf) -> Q:
        try:
            rule = rule_of(leaf, self.module)
        except RuleError:
            return nothing()
        field = rule.field
        source = _SYSTEM_SOURCES[field.key] if field.is_system else StoredSource(field.key)
        positive_op = CONTRARIES.get(rule.op)
        if positive_op is None:
            return self.positive(rule, rule.op, source)
        return ~self.positive(rule, positive_op, source)

    def positive(self, rule: Rule, op: Operator, source: Source) -> Q:
        if op is Operator.IS_NOT_EMPTY:
            return source.present()
        if rule.is_temporal:
            return self.time(rule, op, source)
        if rule.field.kind == FieldKind.MULTI_SELECT:
            return self.options(rule, op)
        if op in {Operator.IS, Operator.IN}:
            return self.one_of(rule, source)
        if op in {Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH}:
            needle = str(constant(rule.terms[0])).lower()
            return source.present() & Q(TextMatch(source.text(), op.value, needle))
        return self.number(rule, op, source)

    def one_of(self, rule: Rule, source: Source) -> Q:
        values = [self.actor_id if isinstance(term, Actor) else constant(term) for term in rule.terms]
        known = [value for value in values if value is not None]
        if not known:
            return nothing()
        return source.compare("=", known[0]) if len(known) == 1 else source.one_of(known)

    def options(self, rule: Rule, op: Operator) -> Q:
        key = rule.field.key
        present = Q(IsPresent(key))
        if op is Operator.IS:
            whole = constant(rule.terms[0])
            wanted = whole if isinstance(whole, list) else []
            return present & Q(*(Q(HasOption(key, each)) for each in wanted)) & Q(HasNoOther(key, *wanted))
        any_of = [Q(HasOption(key, str(constant(term)))) for term in rule.terms]
        return present & Q(*any_of, _connector=Q.OR)

    def number(self, rule: Rule, op: Operator, source: Source) -> Q:
        low = constant(rule.terms[0])
        if op is Operator.BETWEEN:
            return source.compare(">=", low) & source.compare("<=", constant(rule.terms[-1]))
        return source.compare(_NUMBER_OPERATORS[op], low)

    def time(self, rule: Rule, op: Operator, source: Source) -> Q:
        first, last = rule.window(self.today)
        match op:
            case Operator.BEFORE:
                return source.compare("<", first)
            case Operator.AFTER:
                return source.compare(">", last)
            case Operator.GTE:
                return source.compare(">=", first)
            case Operator.LTE:
                return source.compare("<=", last)
            case _ if first == last and not isinstance(source, MomentSource):
                return source.compare("=", first)
        return source.compare(">=", first) & source.compare("<=", last)
