"""Criteria compiled to closures, for one record at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processes.criteria.closures import Test, rule_test
from processes.criteria.facts import CheckResult, Facts, GroupResult
from processes.criteria.rules import RuleError, rule_of
from processes.criteria.tree import Criteria, Group, Leaf

if TYPE_CHECKING:
    from processes.definition import ModuleDef

type Explain = Callable[[Facts], GroupResult]


@dataclass(frozen=True, slots=True)
class Predicate:
    """Compiled criteria. `holds` answers; `explain` answers rule by rule."""

    criteria: Criteria
    holds: Test
    explain: Explain


def compile_predicate(criteria: Criteria, module: "ModuleDef") -> Predicate:
    """The criteria as closures over the module's fields as they are in this edition of it.

    A rule that can't be judged (its field is gone, its value no longer fits) never holds.
    """
    test, explain = _compile_group(criteria, module)
    return Predicate(criteria, test, explain)


def _compile_group(group: Group, module: "ModuleDef") -> tuple[Test, Explain]:
    tests: list[Test] = []
    explains: list[Callable[[Facts], GroupResult | CheckResult]] = []
    for part in group.parts:
        if isinstance(part, Group):
            test, explain = _compile_group(part, module)
            explains.append(explain)
        else:
            test = leaf_test(part, module)
            explains.append(_leaf_explain(part, test))
        tests.append(test)
    join = _any if group.is_any else _all
    return join(tuple(tests)), _group_explain(group.is_any, tuple(explains))


def _leaf_explain(leaf: Leaf, test: Test) -> Callable[[Facts], CheckResult]:
    return lambda facts: CheckResult(leaf, test(facts))


def _group_explain(
    is_any: bool, explains: tuple[Callable[[Facts], GroupResult | CheckResult], ...]
) -> Explain:
    passes = any if is_any else all

    def explain(facts: Facts) -> GroupResult:
        parts = tuple(explain(facts) for explain in explains)
        return GroupResult(is_any, parts, passes(part.passed for part in parts))

    return explain


def _all(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(facts: Facts) -> bool:
        for each in tests:  # noqa: SIM110 (a generator costs twice as much)
            if not each(facts):
                return False
        return True

    return test


def _any(tests: tuple[Test, ...]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(facts: Facts) -> bool:
        for each in tests:  # noqa: SIM110 (a generator costs twice as much)
            if each(facts):
                return True
        return False

    return test


def _never(facts: Facts) -> bool:
    return False


def leaf_test(leaf: Leaf, module: "ModuleDef") -> Test:
    """One rule as a closure; one that can't be judged never holds."""
    try:
        return rule_test(rule_of(leaf, module))
    except RuleError:
        return _never
