"""Criteria in words, in the reader's language: what they ask for, and what a record has instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from processes.choices import FieldKind
from processes.criteria.facts import CheckResult, Facts, GroupResult
from processes.criteria.rules import Actor, DayFromToday, FixedDay, Rule, RuleError, Term, rule_of
from processes.criteria.tree import Criteria, Group, Leaf
from processes.fields import Names, Operator, kind_of

if TYPE_CHECKING:
    from processes.definition import ModuleDef

_TEMPLATES: dict[Operator, Promise] = {
    Operator.IS: gettext_lazy("%(field)s is %(value)s"),
    Operator.ON: gettext_lazy("%(field)s is %(value)s"),
    Operator.IS_NOT: gettext_lazy("%(field)s is not %(value)s"),
    Operator.IN: gettext_lazy("%(field)s is %(value)s"),
    Operator.NOT_IN: gettext_lazy("%(field)s is not %(value)s"),
    Operator.CONTAINS: gettext_lazy("%(field)s contains %(value)s"),
    Operator.NOT_CONTAINS: gettext_lazy("%(field)s does not contain %(value)s"),
    Operator.STARTS_WITH: gettext_lazy("%(field)s begins with %(value)s"),
    Operator.ENDS_WITH: gettext_lazy("%(field)s ends with %(value)s"),
    Operator.GT: gettext_lazy("%(field)s is greater than %(value)s"),
    Operator.GTE: gettext_lazy("%(field)s is at least %(value)s"),
    Operator.LT: gettext_lazy("%(field)s is less than %(value)s"),
    Operator.LTE: gettext_lazy("%(field)s is at most %(value)s"),
    Operator.BEFORE: gettext_lazy("%(field)s is before %(value)s"),
    Operator.AFTER: gettext_lazy("%(field)s is after %(value)s"),
    Operator.BETWEEN: gettext_lazy("%(field)s is between %(low)s and %(high)s"),
    Operator.IS_EMPTY: gettext_lazy("%(field)s is empty"),
    Operator.IS_NOT_EMPTY: gettext_lazy("%(field)s is not empty"),
}
_TIME_TEMPLATES: dict[Operator, Promise] = {
    Operator.LTE: gettext_lazy("%(field)s is on or before %(value)s"),
    Operator.GTE: gettext_lazy("%(field)s is on or after %(value)s"),
}
_SET_TEMPLATES: dict[Operator, Promise] = {
    Operator.IN: gettext_lazy("%(field)s contains %(value)s"),
    Operator.NOT_IN: gettext_lazy("%(field)s does not contain %(value)s"),
}
_QUOTED = {FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.EMAIL, FieldKind.PHONE, FieldKind.URL}
_TEMPORAL = {FieldKind.DATE, FieldKind.DATETIME}


@dataclass(frozen=True, slots=True)
class DescribedCheck:
    """One line of an explanation: what is asked for, what the record has ("" for a group), how deep it is."""

    text: str
    actual: str
    passed: bool
    depth: int


def sentence(criteria: Criteria, module: "ModuleDef", names: Names) -> str:
    """The criteria as one sentence without a full stop."""
    return _Words(module, names).group(criteria)


def describe(result: GroupResult, module: "ModuleDef", facts: Facts, names: Names) -> list[DescribedCheck]:
    """The judgement line by line; `names` are those of the people and records in the facts and the rules."""
    words = _Words(module, names)
    return words.described_group(result, facts, 0, is_root=True)


def names_needed(criteria: Criteria, module: "ModuleDef") -> set[tuple[str, int]]:
    """The people and records that the rules name, as keys of `Names`."""
    needed: set[tuple[str, int]] = set()
    for leaf in criteria.leaves():
        try:
            rule = rule_of(leaf, module)
        except RuleError:
            continue
        key = {FieldKind.USER: "user", FieldKind.LOOKUP: "record"}.get(rule.field.kind)
        values = (getattr(term, "value", None) for term in rule.terms)
        needed.update((key, value) for value in values if key and isinstance(value, int))
    return needed


class _Words:
    def __init__(self, module: "ModuleDef", names: Names) -> None:
        self.module = module
        self.names = names

    def group(self, group: Group) -> str:
        parts = [
            _("(%(rules)s)") % {"rules": self.group(part)} if isinstance(part, Group) else self.leaf(part)
            for part in group.parts
        ]
        return _joined(parts, is_any=group.is_any)

    def leaf(self, leaf: Leaf) -> str:
        try:
            return self.rule(rule_of(leaf, self.module))
        except RuleError as error:
            return str(error)

    def rule(self, rule: Rule) -> str:
        values = [self.term(rule, term) for term in rule.terms]
        template = _TEMPLATES[rule.op]
        if rule.is_temporal:
            template = _TIME_TEMPLATES.get(rule.op, template)
        elif rule.field.kind == FieldKind.MULTI_SELECT:
            template = _SET_TEMPLATES.get(rule.op, template)
        return str(template) % {
            "field": rule.field.label,
            "value": _joined(values, is_any=True) if values else "",
            "low": values[0] if values else "",
            "high": values[-1] if values else "",
        }

    def term(self, rule: Rule, term: Term) -> str:
        match term:
            case Actor():
                return _("the current user")
            case DayFromToday():
                return _days_from_today(term.days)
            case FixedDay():
                return _on_day(str(formats.date_format(term.day, "DATE_FORMAT")))
        text = rule.kind.display(rule.field, term.value, self.names)
        if rule.is_temporal:
            return _on_day(text)
        return _("“%(text)s”") % {"text": text} if rule.field.kind in _QUOTED else text

    def described_group(
        self, result: GroupResult, facts: Facts, depth: int, *, is_root: bool = False
    ) -> list[DescribedCheck]:
        lines: list[DescribedCheck] = []
        if not is_root or (result.is_any and len(result.parts) > 1):
            title = _("Any of these holds") if result.is_any else _("All of these hold")
            lines.append(DescribedCheck(title, "", result.passed, depth))
            depth += 1
        for part in result.parts:
            if isinstance(part, GroupResult):
                lines.extend(self.described_group(part, facts, depth))
            else:
                lines.append(self.described_check(part, facts, depth))
        return lines

    def described_check(self, check: CheckResult, facts: Facts, depth: int) -> DescribedCheck:
        actual = self.actual(check.leaf, facts)
        return DescribedCheck(self.leaf(check.leaf), actual, check.passed, depth)

    def actual(self, leaf: Leaf, facts: Facts) -> str:
        """What the record has; "" where the rule's field is gone."""
        field = self.module.get(leaf.field)
        if field is None:
            return ""
        stored = facts.values.get(field.key, "")
        if stored == "":
            return _("%(field)s is empty") % {"field": field.label}
        value = kind_of(field).display(field, stored, self.names)
        if field.kind in _TEMPORAL:
            value = _on_day(value)
        return _("%(field)s is %(value)s") % {"field": field.label, "value": value}


def _joined(parts: Sequence[str], *, is_any: bool) -> str:
    template = _("%(left)s or %(right)s") if is_any else _("%(left)s and %(right)s")
    return reduce(lambda left, right: template % {"left": left, "right": right}, parts)


def _on_day(text: str) -> str:
    """A date inside a sentence: French sets an article before it."""
    return pgettext("a day in a sentence", "%(day)s") % {"day": text}


def _days_from_today(days: int) -> str:
    if days == 0:
        return _("today")
    template = (
        ngettext("today + %(count)d day", "today + %(count)d days", days)
        if days > 0
        else ngettext("today − %(count)d day", "today − %(count)d days", -days)
    )
    return template % {"count": abs(days)}
