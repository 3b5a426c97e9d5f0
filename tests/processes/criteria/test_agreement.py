"""Criteria mean the same in Python and in the database, whichever the suite runs on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from processes.criteria import Facts, as_q, check, compile_predicate, parse
from processes.fields import Stored, stored_moment
from processes.models import Module
from records.models import Record
from tests.factories import NOW, make_organisation
from tests.processes.criteria.sample import (
    MODULE,
    TODAY,
    clean_texts,
    criteria_data,
    moments,
    stored_values,
)

pytestmark = pytest.mark.django_db
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Row:
    name: str
    owner_id: int
    created_at: datetime
    values: dict[str, Stored]

    @property
    def facts(self) -> dict[str, Stored]:
        created = stored_moment(self.created_at)
        return {**self.values, "name": self.name, "owner": self.owner_id, "created_at": created}


def _created(stored: str, microseconds: int) -> datetime:
    return datetime.fromisoformat(stored) + timedelta(microseconds=microseconds)


# PostgreSQL has no moment before year 1 in any zone a client may have.
created_moments = moments.filter(lambda text: "0002" < text < "9999")
rows = st.builds(
    Row,
    name=clean_texts,
    owner_id=st.integers(1, 3),
    created_at=st.builds(_created, created_moments, st.sampled_from([0, 1, 999_999])),
    values=stored_values,
)


@pytest.fixture
def module() -> Module:
    """A module whose people have the ids 1 to 3."""
    make_organisation()
    for pk, name in enumerate(("alice", "bruno", "claire"), start=1):
        User.objects.create(pk=pk, username=name)
    return Module.objects.create(key="deals", label="Deal", label_plural="Deals")


def insert(module: Module, drawn: list[Row]) -> list[Record]:
    Record.objects.filter(module=module)._raw_delete("default")
    return Record.objects.bulk_create(
        Record(
            module=module,
            name=row.name,
            owner_id=row.owner_id,
            values=row.values,
            created_at=row.created_at,
            updated_at=NOW,
        )
        for row in drawn
    )


def found(module: Module, condition: Any) -> set[int]:
    return set(Record.objects.filter(condition, module=module).values_list("pk", flat=True))


@many
@given(
    drawn=st.lists(rows, min_size=1, max_size=6),
    data=criteria_data,
    actor_id=st.sampled_from([None, 1, 2]),
)
def test_python_and_the_database_agree(
    module: Module, drawn: list[Row], data: Mapping[str, Any], actor_id: int | None
) -> None:
    criteria = parse(data)
    assert criteria is not None
    assert check(criteria, MODULE) == []
    predicate = compile_predicate(criteria, MODULE)
    expected = set()
    made = insert(module, drawn)
    for row, record in zip(drawn, made, strict=True):
        facts = Facts(row.facts, TODAY, actor_id)
        assert predicate.explain(facts).passed == predicate.holds(facts)
        if predicate.holds(facts):
            expected.add(record.pk)
    condition = as_q(criteria, MODULE, today=TODAY, actor_id=actor_id)
    assert found(module, condition) == expected
    assert found(module, ~condition) == {record.pk for record in made} - expected


@many
@given(text=clean_texts, part=clean_texts, op=st.sampled_from(["contains", "starts_with", "ends_with"]))
def test_texts_are_compared_in_the_same_lower_case(module: Module, text: str, part: str, op: str) -> None:
    data = {"any": [{"field": "name", "op": op, "value": part}, {"field": "notes", "op": op, "value": part}]}
    criteria = parse(data)
    assert criteria is not None
    (record,) = insert(module, [Row(text, 1, NOW, {"notes": text.upper()})])
    facts = Facts({"name": text, "notes": text.upper()}, TODAY, None)
    expected = {record.pk} if compile_predicate(criteria, MODULE).holds(facts) else set()
    assert found(module, as_q(criteria, MODULE, today=TODAY, actor_id=None)) == expected


class TestAsQ:
    @pytest.mark.parametrize("op", ["is_empty", "is_not", "is"])
    def test_matches_nothing_where_the_field_is_gone(self, module: Module, op: str) -> None:
        insert(module, [Row("a", 1, NOW, {})])
        value = {} if op == "is_empty" else {"value": "x"}
        criteria = parse({"field": "gone", "op": op, **value})
        assert criteria is not None
        assert found(module, as_q(criteria, MODULE, today=TODAY, actor_id=None)) == set()

    @pytest.mark.parametrize(
        ("op", "count"), [("is_empty", 1), ("is_not_empty", 0), ("lt", 0), ("is_not", 1)]
    )
    def test_takes_a_null_for_no_value(self, module: Module, op: str, count: int) -> None:
        insert(module, [Row("a", 1, NOW, {"amount": None})])  # type: ignore[dict-item]
        data = {"field": "amount", "op": op} | ({} if "empty" in op else {"value": "5"})
        criteria = parse(data)
        assert criteria is not None
        condition = as_q(criteria, MODULE, today=TODAY, actor_id=None)
        assert Record.objects.filter(condition).count() == count

    def test_leaves_records_of_other_modules_alone_whatever_they_hold(self, module: Module) -> None:
        other = Module.objects.create(key="leads", label="Lead", label_plural="Leads")
        for value in ("abc", True, ["x"], 12):
            Record.objects.create(
                module=other, name="x", owner_id=1, created_at=NOW, updated_at=NOW,
                values={"amount": value, "tags": value, "closing": value, "notes": value},
            )  # fmt: skip
        data = {"any": [
            {"field": "amount", "op": "between", "value": ["1", "2"]},
            {"field": "tags", "op": "is", "value": ["a", "b"]},
            {"field": "closing", "op": "before", "value": {"days": 1}},
            {"field": "notes", "op": "contains", "value": "x"},
        ]}  # fmt: skip
        criteria = parse(data)
        assert criteria is not None
        assert found(module, as_q(criteria, MODULE, today=TODAY, actor_id=None)) == set()

    def test_is_equal_for_equal_criteria(self) -> None:
        data = {"all": [
            {"field": "amount", "op": "gt", "value": "1"},
            {"field": "tags", "op": "is", "value": ["a", "b"]},
            {"field": "notes", "op": "contains", "value": "x"},
        ]}  # fmt: skip
        first, second = (as_q(parse(data), MODULE, today=TODAY, actor_id=1) for _ in range(2))  # type: ignore[arg-type]
        assert first == second
        assert hash(first) == hash(second)
        other = as_q(parse(data["all"][0]), MODULE, today=TODAY, actor_id=1)  # type: ignore[arg-type]
        assert first != other

    def test_names_the_key_in_the_text_of_the_statement(self) -> None:
        """An index on the same expression can only be used then."""
        criteria = parse({"field": "amount", "op": "is", "value": "1"})
        assert criteria is not None
        condition = as_q(criteria, MODULE, today=TODAY, actor_id=None)
        sql, _params = Record.objects.filter(condition).query.sql_with_params()
        assert "amount" in sql


def test_moments_with_parts_of_a_second_belong_to_their_day(module: Module) -> None:
    last = datetime(2026, 11, 24, 22, 59, 59, 999_999, tzinfo=UTC)
    insert(module, [Row("a", 1, last, {})])
    for op, expected in (("on", 1), ("lte", 1), ("after", 0), ("gte", 1), ("before", 0)):
        criteria = parse({"field": "created_at", "op": op, "value": "2026-11-24"})
        assert criteria is not None
        condition = as_q(criteria, MODULE, today=TODAY, actor_id=None)
        assert Record.objects.filter(condition).count() == expected, op
