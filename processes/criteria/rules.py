"""A leaf understood against its module: field, operator as the kind names it, and typed terms.

Predicate, query, sentence and check all read rules, so they can't understand a leaf differently.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from processes.choices import FieldKind
from processes.criteria.tree import Days, Group, Leaf, Literal, Me, Operand
from processes.fields import Kind, Operator, Stored, kind_of, stored_moment
from processes.fields.times import parse_iso_date

if TYPE_CHECKING:
    from processes.definition import FieldDef, ModuleDef

FIRST_MOMENT = "0001-01-01T00:00:00Z"
LAST_MOMENT = "9999-12-31T23:59:59Z"


class RuleError(ValueError):
    """A leaf that can't be judged; its text says why in the reader's language."""


@dataclass(frozen=True, slots=True)
class Constant:
    value: Stored


@dataclass(frozen=True, slots=True)
class FixedDay:
    day: date


@dataclass(frozen=True, slots=True)
class DayFromToday:
    days: int


@dataclass(frozen=True, slots=True)
class Actor:
    pass


type Term = Constant | FixedDay | DayFromToday | Actor
# First and last stored value that a term of a date or moment covers.
type Span = tuple[str, str]


# An operator and the one that it is the exact contrary of, empties included.
CONTRARIES = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.IS_EMPTY: Operator.IS_NOT_EMPTY,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A leaf that can be judged."""

    field: "FieldDef"
    kind: Kind
    op: Operator
    terms: tuple[Term, ...]

    @property
    def is_temporal(self) -> bool:
        return self.field.kind in {FieldKind.DATE, FieldKind.DATETIME}

    def window(self, today: date) -> Span:
        """From the first value that the first term covers to the last that the last term covers."""
        first, last = self.span(self.terms[0], today)
        return first, (self.span(self.terms[-1], today)[1] if len(self.terms) > 1 else last)

    def span(self, term: Term, today: date) -> Span:
        """The stored values that a term of a date or moment covers, both ends included."""
        if isinstance(term, Constant):
            return str(term.value), str(term.value)
        day = term.day if isinstance(term, FixedDay) else today
        if isinstance(term, DayFromToday):
            day = today + timedelta(days=term.days)
        if self.field.kind == FieldKind.DATE:
            return day.isoformat(), day.isoformat()
        return day_span(day, organisation_zone())


def constant(term: Term) -> Stored:
    """The value of a term that is a literal, as those of texts, numbers and options always are."""
    if not isinstance(term, Constant):
        raise TypeError(f"A literal is needed, not {term}.")
    return term.value


def organisation_zone() -> str:
    from accounts.selectors import get_organisation

    return get_organisation().time_zone


@lru_cache(maxsize=1024)
def day_span(day: date, zone: str) -> Span:
    """The first and the last second of a day in a zone, as stored moments."""
    zone_info = ZoneInfo(zone)
    try:
        first = stored_moment(datetime.combine(day, time.min, zone_info))
    except OverflowError:
        first = FIRST_MOMENT
    try:
        # fold=1: where the clocks go back at midnight, the last second is the later of the two.
        last = stored_moment(datetime.combine(day, time(23, 59, 59, fold=1), zone_info))
    except OverflowError:
        last = LAST_MOMENT
    return first, last


def parse_moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).astimezone(UTC)


def rule_of(leaf: Leaf, module: "ModuleDef") -> Rule:
    """The leaf understood; raises RuleError where its field is gone, its operator or value doesn't fit."""
    field = module.get(leaf.field)
    if field is None:
        raise RuleError(missing_field(leaf, module))
    kind = kind_of(field)
    op = kind.canonical(leaf.op)
    if op is None:
        raise RuleError(
            _("%(field)s: “%(op)s” doesn’t fit a field of this kind (%(kind)s).")
            % {"field": field.label, "op": leaf.op.value, "kind": field.kind.label}
        )
    terms = tuple(_term(operand, field, kind, op) for operand in leaf.operands)
    if field.kind == FieldKind.MULTI_SELECT and op in {Operator.IS, Operator.IS_NOT}:
        return Rule(field, kind, op, (_whole_set(field, kind, terms),))
    if len(terms) > 1 and not op.takes_list:
        raise RuleError(_("%(field)s: one value is needed.") % {"field": field.label})
    return Rule(field, kind, op, terms)


def problems_of(criteria: Group, module: "ModuleDef") -> list[str]:
    """What is wrong with the rules, as sentences; the same sentence once."""
    problems: dict[str, None] = {}
    for leaf in criteria.leaves():
        try:
            rule_of(leaf, module)
        except RuleError as error:
            problems[str(error)] = None
    return list(problems)


def missing_field(leaf: Leaf, module: "ModuleDef") -> str:
    archived = module.fields.get(leaf.field)
    if archived is not None:
        return _("The field “%(field)s” is no longer in use.") % {"field": archived.label}
    return _("There is no field “%(field)s”.") % {"field": leaf.field}


def _term(operand: Operand, field: "FieldDef", kind: Kind, op: Operator) -> Term:
    match operand:
        case Me():
            if field.kind != FieldKind.USER:
                raise RuleError(
                    _("%(field)s: only a person can be compared with the current user.")
                    % {"field": field.label}
                )
            return Actor()
        case Days():
            if field.kind not in {FieldKind.DATE, FieldKind.DATETIME}:
                raise RuleError(
                    _("%(field)s: only a date can be compared with a number of days.")
                    % {"field": field.label}
                )
            return DayFromToday(operand.days)
        case Literal():
            return _literal_term(operand, field, kind, op)


def _literal_term(literal: Literal, field: "FieldDef", kind: Kind, op: Operator) -> Term:
    plain = literal.plain
    day = parse_iso_date(plain) if isinstance(plain, str) else None
    if day is not None and field.kind in {FieldKind.DATE, FieldKind.DATETIME}:
        return FixedDay(day)
    try:
        stored = kind.from_criterion(field, plain)
    except ValidationError as error:
        raise RuleError(
            _("%(field)s: %(problem)s") % {"field": field.label, "problem": " ".join(error.messages)}
        ) from error
    if stored is None:
        raise RuleError(_("%(field)s: “%(op)s” needs a value.") % {"field": field.label, "op": op.value})
    if isinstance(stored, list) and op not in {Operator.IS, Operator.IS_NOT}:
        return Constant(stored[0])
    return Constant(stored)


def _whole_set(field: "FieldDef", kind: Kind, terms: tuple[Term, ...]) -> Constant:
    keys: list[str] = []
    for term in terms:
        if isinstance(term, Constant) and isinstance(term.value, list):
            keys.extend(term.value)
    return Constant(kind.from_plain(field, keys) or [])
