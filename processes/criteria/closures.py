"""One rule as a Python closure, as quick as a comparison written by hand allows."""

from collections.abc import Callable

from processes.choices import FieldKind
from processes.criteria.facts import Facts
from processes.criteria.rules import CONTRARIES, Constant, Rule, constant
from processes.fields import Operator

type Test = Callable[[Facts], bool]


def rule_test(rule: Rule) -> Test:
    """Whether the rule holds; an empty value satisfies only the contraries of `is`, `in`, `contains`
    and `is not empty`, which are their exact opposites."""
    positive_op = CONTRARIES.get(rule.op)
    if positive_op is None:
        return _positive(rule, rule.op)
    positive = _positive(rule, positive_op)
    return lambda facts: not positive(facts)


def _positive(rule: Rule, op: Operator) -> Test:
    if op is Operator.IS_NOT_EMPTY:
        return _present(rule.field.key)
    if rule.is_temporal:
        return _time_test(rule, op)
    if rule.field.kind == FieldKind.MULTI_SELECT:
        return _set_test(rule, op)
    if op is Operator.IS:
        return _is_test(rule)
    if op is Operator.IN:
        return _in_test(rule)
    if op in _TEXT_TESTS:
        return _TEXT_TESTS[op](rule.field.key, str(constant(rule.terms[0])).lower())
    return _number_test(rule, op)


def _present(key: str) -> Test:
    # 0 and no are values; a record's own name could be the empty text.
    return lambda facts: facts.values.get(key, "") != ""


def _is_test(rule: Rule) -> Test:
    key, term = rule.field.key, rule.terms[0]
    if isinstance(term, Constant):
        value = term.value
        return lambda facts: facts.values.get(key) == value
    return lambda facts: facts.actor_id is not None and facts.values.get(key) == facts.actor_id


def _in_test(rule: Rule) -> Test:
    key = rule.field.key
    values = frozenset(
        term.value for term in rule.terms if isinstance(term, Constant) and not isinstance(term.value, list)
    )
    if all(isinstance(term, Constant) for term in rule.terms):
        return lambda facts: facts.values.get(key) in values

    def test(facts: Facts) -> bool:
        actual = facts.values.get(key)
        return actual is not None and (actual in values or actual == facts.actor_id)

    return test


def _set_test(rule: Rule, op: Operator) -> Test:
    key = rule.field.key
    if op is Operator.IS:
        whole = constant(rule.terms[0])
        wanted = frozenset(whole if isinstance(whole, list) else ())
        # The options may have been put into another order since the value was stored.
        return lambda facts: (
            isinstance(actual := facts.values.get(key), list) and bool(actual) and wanted == set(actual)
        )
    members = frozenset(str(constant(term)) for term in rule.terms)
    return lambda facts: isinstance(actual := facts.values.get(key), list) and not members.isdisjoint(actual)


def _contains(key: str, needle: str) -> Test:
    return lambda facts: isinstance(actual := facts.values.get(key), str) and needle in actual.lower()


def _starts_with(key: str, needle: str) -> Test:
    return lambda facts: (
        isinstance(actual := facts.values.get(key), str) and actual.lower().startswith(needle)
    )


def _ends_with(key: str, needle: str) -> Test:
    return lambda facts: isinstance(actual := facts.values.get(key), str) and actual.lower().endswith(needle)


_TEXT_TESTS: dict[Operator, Callable[[str, str], Test]] = {
    Operator.CONTAINS: _contains,
    Operator.STARTS_WITH: _starts_with,
    Operator.ENDS_WITH: _ends_with,
}


def _number_test(rule: Rule, op: Operator) -> Test:
    key = rule.field.key
    low, high = _number(rule, 0), _number(rule, -1)
    match op:
        case Operator.GT:
            return lambda facts: isinstance(actual := facts.values.get(key), int) and actual > low
        case Operator.GTE:
            return lambda facts: isinstance(actual := facts.values.get(key), int) and actual >= low
        case Operator.LT:
            return lambda facts: isinstance(actual := facts.values.get(key), int) and actual < low
        case Operator.LTE:
            return lambda facts: isinstance(actual := facts.values.get(key), int) and actual <= low
        case Operator.BETWEEN:
            return lambda facts: isinstance(actual := facts.values.get(key), int) and low <= actual <= high
    raise NotImplementedError(op)


def _number(rule: Rule, place: int) -> int:
    value = constant(rule.terms[place])
    if not isinstance(value, int):
        raise TypeError(f"A number is needed, not {value!r}.")
    return value


def _time_test(rule: Rule, op: Operator) -> Test:
    key = rule.field.key
    compare = _TIME_COMPARISONS[op]

    def test(facts: Facts) -> bool:
        actual = facts.values.get(key)
        if not isinstance(actual, str):
            return False
        first, last = rule.window(facts.today)
        return compare(actual, first, last)

    return test


_TIME_COMPARISONS: dict[Operator, Callable[[str, str, str], bool]] = {
    Operator.BEFORE: lambda actual, first, last: actual < first,
    Operator.AFTER: lambda actual, first, last: actual > last,
    Operator.LTE: lambda actual, first, last: actual <= last,
    Operator.GTE: lambda actual, first, last: actual >= first,
    Operator.ON: lambda actual, first, last: first <= actual <= last,
    Operator.IS: lambda actual, first, last: first <= actual <= last,
    Operator.BETWEEN: lambda actual, first, last: first <= actual <= last,
}
