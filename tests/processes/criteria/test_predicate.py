"""What each operator means for one record, above all for an empty value."""

from typing import Any

import pytest

from processes.criteria import CheckResult, Facts, GroupResult, compile_predicate, parse, rules
from processes.fields import Stored
from tests.processes.criteria.sample import MODULE, PARIS, TODAY


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "organisation_zone", lambda: PARIS)


def holds(field: str, op: str, value: Any, stored: Stored | None, actor_id: int | None = 7) -> bool:
    data = {"field": field, "op": op} | ({} if value is None else {"value": value})
    criteria = parse(data)
    assert criteria is not None
    values = {} if stored is None else {field: stored}
    return compile_predicate(criteria, MODULE).holds(Facts(values, TODAY, actor_id))


@pytest.mark.parametrize(
    ("field", "op", "value", "stored"),
    [
        ("amount", "gt", "10000", 1_000_001),
        ("amount", "gte", "10000", 1_000_000),
        ("amount", "lt", "0.01", 0),
        ("amount", "lte", "0", 0),
        ("amount", "is", "0", 0),
        ("amount", "in", ["1", "2"], 200),
        ("amount", "between", ["1", "2"], 200),
        ("discount", "lte", "25", 2500),
        ("contains", "is", "a", "a"),
        ("contains", "is_not", "a", "A"),
        ("contains", "contains", "É", "école"),
        ("contains", "not_contains", "x", "école"),
        ("contains", "starts_with", "ÉC", "école"),
        ("contains", "ends_with", "LE", "école"),
        ("contains", "not_in", ["a", "b"], "c"),
        ("isnull", "is", False, False),
        ("isnull", "is_not", True, False),
        ("isnull", "is_not_empty", None, False),
        ("stage", "in", ["a", "b"], "b"),
        ("tags", "contains", "b", ["a", "b"]),
        ("tags", "not_contains", "c", ["a", "b"]),
        ("tags", "is", ["b", "a"], ["a", "b"]),
        ("tags", "is_not", ["a"], ["a", "b"]),
        ("tags", "in", ["b", "c"], ["a", "b"]),
        ("closing", "on", {"days": 0}, "2026-11-24"),
        ("closing", "before", {"days": 0}, "2026-11-23"),
        ("closing", "after", {"days": -1}, "2026-11-24"),
        ("closing", "between", [{"days": -1}, {"days": 1}], "2026-11-25"),
        ("called", "on", "2026-11-24", "2026-11-23T23:00:00Z"),
        ("called", "on", "2026-11-24", "2026-11-24T22:59:59Z"),
        ("called", "after", "2026-11-24", "2026-11-24T23:00:00Z"),
        ("called", "lte", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("owner", "is", {"me": True}, 7),
        ("owner", "in", [{"me": True}, 3], 3),
        ("account", "is", 9, 9),
    ],
)
def test_a_rule_holds(field: str, op: str, value: Any, stored: Stored) -> None:
    assert holds(field, op, value, stored)


@pytest.mark.parametrize(
    ("field", "op", "value", "stored"),
    [
        ("amount", "gt", "10000", 1_000_000),
        ("amount", "between", ["1", "2"], 201),
        ("contains", "is", "a", "A"),
        ("contains", "contains", "x", "école"),
        ("isnull", "is", True, False),
        ("tags", "is", ["a"], ["a", "b"]),
        ("closing", "before", {"days": 0}, "2026-11-24"),
        ("called", "on", "2026-11-24", "2026-11-24T23:00:00Z"),
        ("called", "is_not", "2026-11-24", "2026-11-24T22:00:00Z"),
        ("owner", "is", {"me": True}, 8),
        ("gone", "is_empty", None, None),
        ("gone", "is_not", "x", None),
        ("stage", "is", "z", "z"),
    ],
)
def test_a_rule_does_not_hold(field: str, op: str, value: Any, stored: Stored | None) -> None:
    assert not holds(field, op, value, stored)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("contains", {"is": "a", "in": ["a"], "contains": "a", "starts_with": "a", "ends_with": "a"}),
        ("amount", {"is": "0", "in": ["0"], "gt": "-1", "gte": "0", "lt": "1", "lte": "0",
                    "between": ["-1", "1"]}),
        ("isnull", {"is": False}),
        ("closing", {"on": {"days": 0}, "before": {"days": 9}, "after": "2000-01-01", "gte": "2000-01-01",
                     "lte": {"days": 9}, "between": ["2000-01-01", "2100-01-01"]}),
        ("tags", {"is": ["a"], "in": ["a"], "contains": "a"}),
        ("approver", {"is": {"me": True}, "in": [{"me": True}]}),
    ],
)  # fmt: skip
def test_an_empty_value_satisfies_only_the_negations(field: str, values: dict[str, Any]) -> None:
    for op, value in values.items():
        assert not holds(field, op, value, None), op
        assert not holds(field, op, value, None, actor_id=None), op
    for op in {"is", "on", "in", "contains"} & values.keys():
        negated = "is_not" if op in {"is", "on"} else f"not_{op}"
        assert holds(field, negated, values[op], None), negated
    assert holds(field, "is_empty", None, None)
    assert not holds(field, "is_not_empty", None, None)


def test_nobody_is_not_the_person_of_an_empty_field() -> None:
    assert not holds("approver", "is", {"me": True}, None, actor_id=None)
    assert not holds("approver", "in", [{"me": True}, 3], None, actor_id=None)
    assert not holds("approver", "is", {"me": True}, 7, actor_id=None)


class TestExplain:
    def test_judges_every_rule(self) -> None:
        data = {"all": [
            {"field": "amount", "op": "gt", "value": "1"},
            {"any": [{"field": "stage", "op": "is", "value": key} for key in ("a", "b")]},
            {"field": "gone", "op": "is_empty"},
        ]}  # fmt: skip
        criteria = parse(data)
        assert criteria is not None
        result = compile_predicate(criteria, MODULE).explain(Facts({"stage": "b"}, TODAY, None))
        assert not result.passed
        amount, stage, gone = result.parts
        assert isinstance(amount, CheckResult)
        assert isinstance(stage, GroupResult)
        assert (amount.passed, stage.passed, gone.passed) == (False, True, False)
        assert [part.passed for part in stage.parts] == [False, True]
        assert isinstance(gone, CheckResult)
        assert gone.leaf.field == "gone"
