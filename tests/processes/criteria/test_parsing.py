"""Criteria are checked when they are saved: first their shape, then against the module."""

from typing import Any

import pytest

from processes.choices import FieldKind
from processes.criteria import CriteriaError, Days, Group, Leaf, Literal, Me, Operator, check, parse
from tests.processes.criteria.sample import MODULE, make_field, make_module

RULE = {"field": "amount", "op": "gt", "value": "10000"}


class TestParse:
    @pytest.mark.parametrize("nothing", [None, {}])
    def test_gives_none_for_none(self, nothing: Any) -> None:
        assert parse(nothing) is None

    def test_reads_a_tree(self) -> None:
        data = {"all": [RULE, {"any": [
            {"field": "closing", "op": "before", "value": {"days": 3}},
            {"field": "owner", "op": "in", "value": [{"me": True}, 7]},
            {"field": "notes", "op": "is_empty"},
        ]}]}  # fmt: skip
        assert parse(data) == Group(False, (
            Leaf("amount", Operator.GT, (Literal("10000"),)),
            Group(True, (
                Leaf("closing", Operator.BEFORE, (Days(3),)),
                Leaf("owner", Operator.IN, (Me(), Literal(7))),
                Leaf("notes", Operator.IS_EMPTY),
            )),
        ))  # fmt: skip

    def test_takes_one_rule_alone(self) -> None:
        assert parse(RULE) == Group(False, (Leaf("amount", Operator.GT, (Literal("10000"),)),))

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            ([], "is no rule"),
            ("amount > 5", "is no rule"),
            ({"all": []}, "at least one rule"),
            ({"any": "x"}, "at least one rule"),
            ({"all": [RULE], "any": [RULE]}, "nothing else"),
            ({"all": [RULE, 5]}, "is no rule"),
            ({"all": [{"any": [{"all": [{"any": [RULE]}]}]}]}, "3 deep"),
            ({"all": [RULE] * 101}, "at most 100 rules"),
            ({"op": "is", "value": 1}, "needs a field"),
            ({"field": 5, "op": "is", "value": 1}, "needs a field"),
            ({"field": "account.rating", "op": "is", "value": "A"}, "belongs to another record"),
            ({"field": "amount", "value": 1}, "is no operator"),
            ({"field": "amount", "op": "like", "value": 1}, "is no operator"),
            ({"field": "amount", "op": ["is"], "value": 1}, "is no operator"),
            ({"field": "amount", "op": "is"}, "needs a value"),
            ({"field": "amount", "op": "in", "value": "1"}, "needs a list"),
            ({"field": "amount", "op": "in", "value": []}, "needs a value"),
            ({"field": "amount", "op": "between", "value": ["1"]}, "two values"),
            ({"field": "amount", "op": "in", "value": ["1"] * 201}, "at most 200 values"),
            ({"field": "amount", "op": "is_empty", "value": "1"}, "takes no value"),
            ({"field": "amount", "op": "gt", "value": {"field": "budget"}}, "not with another field"),
            ({"field": "closing", "op": "on", "value": {"days": "3"}}, "is no value"),
            ({"field": "closing", "op": "on", "value": {"days": True}}, "is no value"),
            ({"field": "closing", "op": "on", "value": {"days": 99_999}}, "is no value"),
            ({"field": "owner", "op": "is", "value": {"me": False}}, "is no value"),
            ({"field": "owner", "op": "in", "value": [None]}, "is no value"),
            ({**RULE, "colour": "red"}, "has no “colour”"),
        ],
    )  # fmt: skip
    def test_refuses(self, data: Any, problem: str) -> None:
        with pytest.raises(CriteriaError) as refused:
            parse(data)
        assert problem in " ".join(refused.value.problems)

    def test_tells_every_problem(self) -> None:
        with pytest.raises(CriteriaError) as refused:
            parse({"all": [{"field": "a", "op": "no"}, {"op": "is", "value": 1}]})
        assert len(refused.value.problems) == 2


class TestCheck:
    @pytest.mark.parametrize(
        ("rule", "problem"),
        [
            ({"field": "gone", "op": "is", "value": "x"}, "There is no field “gone”."),
            ({"field": "old", "op": "is", "value": "x"}, "The field “Old one” is no longer in use."),
            ({"field": "contains", "op": "gt", "value": "x"}, "doesn’t fit"),
            ({"field": "amount", "op": "contains", "value": "1"}, "doesn’t fit"),
            ({"field": "isnull", "op": "in", "value": [True]}, "doesn’t fit"),
            ({"field": "contract", "op": "is", "value": "x"}, "doesn’t fit"),
            ({"field": "amount", "op": "gt", "value": "much"}, "not a number"),
            ({"field": "amount", "op": "gt", "value": "1.234"}, "at most 2 decimals"),
            ({"field": "amount", "op": "gt", "value": {"days": 1}}, "only a date"),
            ({"field": "amount", "op": "is", "value": {"me": True}}, "only a person"),
            ({"field": "account", "op": "is", "value": {"me": True}}, "only a person"),
            ({"field": "amount", "op": "is", "value": ["1", "2"]}, "one value is needed"),
            ({"field": "closing", "op": "on", "value": "31/12/2026"}, "not a date"),
            ({"field": "stage", "op": "is", "value": "z"}, "none of the choices"),
            ({"field": "tags", "op": "is", "value": ["a", "z"]}, "none of the choices"),
            ({"field": "contains", "op": "is", "value": " "}, "needs a value"),
            ({"field": "contains", "op": "contains", "value": "a\x00"}, "can’t be shown"),
        ],
    )
    def test_tells_what_does_not_fit(self, rule: dict[str, Any], problem: str) -> None:
        old = make_field("old", FieldKind.TEXT, label="Old one", is_archived=True)
        module = make_module(*MODULE.own_fields, old)
        criteria = parse({"any": [rule, rule]})
        assert criteria is not None
        (found,) = check(criteria, module)
        assert problem in found

    @pytest.mark.parametrize(
        "rule",
        [
            {"field": "email", "op": "ends_with", "value": "@example.com"},
            {"field": "url", "op": "contains", "value": "example"},
            {"field": "stage", "op": "is", "value": "c"},
            {"field": "closing", "op": "gt", "value": "2026-12-31"},
            {"field": "closing", "op": "is", "value": {"days": 0}},
            {"field": "called", "op": "between", "value": [{"days": -7}, "2026-12-31T10:00:00Z"]},
            {"field": "tags", "op": "is", "value": "a"},
            {"field": "name", "op": "starts_with", "value": "A"},
            {"field": "created_at", "op": "on", "value": "2026-11-24"},
            {"field": "amount", "op": "lt", "value": -5},
        ],
    )
    def test_accepts_what_fits(self, rule: dict[str, Any]) -> None:
        criteria = parse(rule)
        assert criteria is not None
        assert check(criteria, MODULE) == []
