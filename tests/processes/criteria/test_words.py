"""Criteria in words: what is asked for, and what the record has instead."""

from typing import Any

import pytest
from django.utils import timezone, translation

from processes.choices import FieldKind
from processes.criteria import (
    DescribedCheck,
    Facts,
    compile_predicate,
    describe,
    names_needed,
    parse,
    rules,
    sentence,
)
from tests.processes.criteria.sample import MODULE, PARIS, TODAY, make_field, make_module

NBSP = "\u00a0"
NAMES = {("user", 7): "Alice Martin", ("record", 9): "Northwind"}


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(rules, "organisation_zone", lambda: PARIS)
    with timezone.override(PARIS):
        yield


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"field": "amount", "op": "gt", "value": "10000"}, f"Amount is greater than 10,000.00{NBSP}€"),
        ({"field": "amount", "op": "between", "value": ["1", "2"]},
         f"Amount is between 1.00{NBSP}€ and 2.00{NBSP}€"),
        ({"field": "discount", "op": "lte", "value": "25"}, f"Discount is at most 25{NBSP}%"),
        ({"field": "stage", "op": "in", "value": ["a", "b"]}, "Stage is Alpha or Beta"),
        ({"field": "tags", "op": "contains", "value": "a"}, "Tags contains Alpha"),
        ({"field": "tags", "op": "not_in", "value": ["a", "b"]}, "Tags does not contain Alpha or Beta"),
        ({"field": "notes", "op": "contains", "value": "x"}, "Notes contains “x”"),
        ({"field": "notes", "op": "is_empty"}, "Notes is empty"),
        ({"field": "isnull", "op": "is", "value": False}, "Isnull is No"),
        ({"field": "closing", "op": "before", "value": {"days": 0}}, "Closing is before today"),
        ({"field": "closing", "op": "after", "value": {"days": 1}}, "Closing is after today + 1 day"),
        ({"field": "closing", "op": "lte", "value": {"days": -3}}, "Closing is on or before today − 3 days"),
        ({"field": "called", "op": "on", "value": "2026-12-03"}, "Called is 3 Dec 2026"),
        ({"field": "called", "op": "gt", "value": "2026-12-03T10:00:00Z"},
         "Called is after 3 Dec 2026, 11:00"),
        ({"field": "owner", "op": "is", "value": {"me": True}}, "Owner is the current user"),
        ({"field": "owner", "op": "is_not", "value": 7}, "Owner is not Alice Martin"),
        ({"field": "account", "op": "is", "value": 9}, "Account is Northwind"),
        ({"field": "gone", "op": "is", "value": "x"}, "There is no field “gone”."),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule: dict[str, Any], words: str) -> None:
    criteria = parse(rule)
    assert criteria is not None
    assert sentence(criteria, MODULE, NAMES) == words


def test_groups_in_words() -> None:
    empty = {"field": "notes", "op": "is_empty"}
    filled = {"field": "notes", "op": "is_not_empty"}
    criteria = parse({"all": [empty, {"any": [empty, filled]}]})
    assert criteria is not None
    assert sentence(criteria, MODULE, {}) == "Notes is empty and (Notes is empty or Notes is not empty)"


def test_words_are_in_the_readers_format() -> None:
    criteria = parse({"field": "amount", "op": "gt", "value": "10000"})
    assert criteria is not None
    with translation.override("fr"):
        assert f"10\u202f000,00{NBSP}€" in sentence(criteria, MODULE, {})


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"field": "closing", "op": "before", "value": "2026-12-03"}, "Closing est avant le 3 déc. 2026"),
        ({"field": "closing", "op": "after", "value": {"days": 1}}, "Closing est après aujourd’hui + 1 jour"),
        ({"field": "called", "op": "gt", "value": "2026-12-03T10:00:00Z"},
         "Called est après le 3 déc. 2026, 11:00"),
        ({"field": "called", "op": "on", "value": "2026-12-03"}, "Called est le 3 déc. 2026"),
    ],
)  # fmt: skip
def test_french_sets_an_article_before_a_date(rule: dict[str, Any], words: str) -> None:
    criteria = parse(rule)
    assert criteria is not None
    with translation.override("fr"):
        assert sentence(criteria, MODULE, {}) == words


def test_names_needed_are_those_of_the_rules() -> None:
    criteria = parse({"any": [
        {"field": "owner", "op": "in", "value": [7, {"me": True}]},
        {"field": "account", "op": "is", "value": 9},
        {"field": "gt", "op": "is", "value": 5},
        {"field": "gone", "op": "is", "value": 5},
    ]})  # fmt: skip
    assert criteria is not None
    assert names_needed(criteria, MODULE) == {("user", 7), ("record", 9)}


class TestDescribe:
    def lines(self, data: Any, values: dict[str, Any], module: Any = MODULE) -> list[DescribedCheck]:
        criteria = parse(data)
        assert criteria is not None
        facts = Facts(values, TODAY, 7)
        return describe(compile_predicate(criteria, module).explain(facts), module, facts, NAMES)

    def test_says_what_the_record_has(self) -> None:
        data = {
            "all": [
                {"field": "amount", "op": "gt", "value": "10000"},
                {"field": "stage", "op": "is", "value": "a"},
            ]
        }
        assert self.lines(data, {"amount": 800_000}) == [
            DescribedCheck(
                f"Amount is greater than 10,000.00{NBSP}€", f"Amount is 8,000.00{NBSP}€", False, 0
            ),
            DescribedCheck("Stage is Alpha", "Stage is empty", False, 0),
        ]

    def test_indents_groups(self) -> None:
        rule = {"field": "notes", "op": "is_not_empty"}
        data = {"all": [rule, {"any": [rule, {"all": [rule, rule]}]}]}
        lines = self.lines(data, {"notes": "x"})
        assert [(line.text, line.depth) for line in lines] == [
            ("Notes is not empty", 0),
            ("Any of these holds", 0),
            ("Notes is not empty", 1),
            ("All of these hold", 1),
            ("Notes is not empty", 2),
            ("Notes is not empty", 2),
        ]
        assert all(line.passed for line in lines)

    def test_says_so_of_a_root_of_which_any_may_hold(self) -> None:
        rule = {"field": "notes", "op": "is_empty"}
        assert self.lines({"any": [rule, rule]}, {})[0].text == "Any of these holds"
        assert [line.text for line in self.lines({"any": [rule]}, {})] == ["Notes is empty"]

    def test_says_that_a_field_is_gone(self) -> None:
        old = make_field("old", FieldKind.TEXT, label="Old one", is_archived=True)
        module = make_module(old)
        data = {"any": [{"field": "old", "op": "is_empty"}, {"field": "gone", "op": "is_empty"}]}
        assert self.lines(data, {"old": "x"}, module)[1:] == [
            DescribedCheck("The field “Old one” is no longer in use.", "", False, 1),
            DescribedCheck("There is no field “gone”.", "", False, 1),
        ]
