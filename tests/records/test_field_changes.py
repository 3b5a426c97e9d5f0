"""Changes of fields that records hold values of, and what is counted of those values."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from processes.choices import FieldKind
from processes.files.exporting import field_spec
from processes.files.specs import FieldSpec, SettingsSpec
from processes.models import Field, Module
from processes.services import SpecificationError
from records.engine.refusals import UniqueValueTaken
from records.field_changes import held_field_change
from records.models import Record, UniqueValue
from records.selectors.held import count_by_option, count_held, repeated_values
from tests.factories import NOW, make_record
from tests.records.engine.conftest import World


def change(world: World, key: str, **values: Any) -> bool:
    field = Field.objects.select_related("module").get(module=world.module, key=key)
    return held_field_change(field=field, spec=_spec(field, **values), actor=world.emma)


def _spec(field: Field, **values: Any) -> FieldSpec:
    return field_spec(field).model_copy(update=values)


class TestSettings:
    @pytest.mark.parametrize("settings", [{"currency": "USD"}, {"currency": "EUR", "decimals": 4}])
    def test_change_while_no_record_holds_a_value(self, world: World, settings: dict[str, Any]) -> None:
        world.deal()
        assert change(world, "amount", settings=SettingsSpec(**settings))
        assert Field.objects.get(key="amount").settings == settings

    @pytest.mark.parametrize(
        ("settings", "name"),
        [({"currency": "USD", "decimals": 2}, "currency"), ({"currency": "EUR", "decimals": 4}, "decimals")],
    )
    def test_stay_once_a_record_holds_one(self, world: World, settings: dict[str, Any], name: str) -> None:
        record = world.deal(amount=800000)
        Record.objects.filter(pk=record.pk).update(deleted_at=NOW)
        with pytest.raises(SpecificationError) as caught:
            change(world, "amount", settings=SettingsSpec(**settings))
        assert [path for path, _reason in caught.value.problems] == [("settings", name)]
        assert Field.objects.get(key="amount").settings == {"currency": "EUR", "decimals": 2}

    def test_a_range_may_always_change(self, world: World) -> None:
        world.deal(amount=800000)
        assert change(world, "amount", settings=SettingsSpec(currency="EUR", decimals=2, maximum="10"))


class TestBecomingUnique:
    @pytest.mark.parametrize("count", [1, 30])
    def test_claims_every_value_in_one_statement(
        self, world: World, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        for number in range(7, 7 + count):
            world.deal(reference=f"C-{number}")
        world.deal()
        with django_assert_num_queries(14):
            assert change(world, "reference", unique=True)
        assert UniqueValue.objects.count() == count
        assert Field.objects.get(key="reference").is_unique
        with pytest.raises(UniqueValueTaken):
            make_record(Module.objects.get(pk=world.module.pk), world.alice, reference="C-7")

    def test_is_refused_with_count_and_examples(self, world: World) -> None:
        for reference in ("A", "A", "A", "B", "B", "C", "C", "D", "D", "E"):
            world.deal(reference=reference)
        with pytest.raises(SpecificationError) as caught:
            change(world, "reference", unique=True)
        assert caught.value.problems == [
            (
                ("unique",),
                "4 values are there more than once: “A” (3 times), “B” (2 times), “C” (2 times).",
            )
        ]
        assert not UniqueValue.objects.exists()
        assert not Field.objects.get(key="reference").is_unique

    @pytest.mark.parametrize(
        ("kind", "value", "shown"),
        [
            (FieldKind.INTEGER, 1200, "“1,200” (2 times)"),
            (FieldKind.DECIMAL, 1250, "“12.50” (2 times)"),
            (FieldKind.DATE, "2026-11-24", "“Nov. 24, 2026” (2 times)"),
            (FieldKind.EMAIL, "a@example.com", "“a@example.com” (2 times)"),
        ],
    )
    def test_shows_examples_as_people_read_them(
        self, world: World, kind: FieldKind, value: Any, shown: str
    ) -> None:
        Field.objects.create(module=world.module, key="more", label="More", kind=kind)
        for _number in range(2):
            Record.objects.filter(pk=world.deal().pk).update(values={"more": value})
        with pytest.raises(SpecificationError) as caught:
            change(world, "more", unique=True)
        assert shown in str(caught.value).replace("24 Nov 2026", "Nov. 24, 2026")

    def test_names_people(self, world: World) -> None:
        for _number in range(2):
            world.deal(approver=world.claire.pk)
        with pytest.raises(SpecificationError, match="“Claire”"):
            change(world, "approver", unique=True)

    def test_is_refused_for_values_that_do_not_fit_the_column(self, world: World) -> None:
        world.deal(reference="x" * 256)
        with pytest.raises(SpecificationError, match="1 value is longer than the 255 characters"):
            change(world, "reference", unique=True)

    def test_is_refused_for_kinds_that_tell_nothing_apart(self, world: World) -> None:
        with pytest.raises(SpecificationError, match="this kind can’t be unique"):
            change(world, "demo_status", unique=True)

    def test_taken_back_frees_the_values(self, world: World) -> None:
        world.deal(reference="C-1")
        change(world, "reference", unique=True)
        assert change(world, "reference", unique=False)
        assert not UniqueValue.objects.exists()
        make_record(Module.objects.get(pk=world.module.pk), world.alice, reference="C-1")

    def test_begins_anew_over_claims_that_were_left_behind(self, world: World) -> None:
        record = world.deal(reference="C-1")
        field = Field.objects.get(key="reference")
        UniqueValue.objects.create(field=field, value="stale", record=record)
        change(world, "reference", unique=True)
        assert list(UniqueValue.objects.values_list("value", flat=True)) == ["C-1"]

    def test_is_refused_where_the_second_value_comes_in_between(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _number in range(2):
            world.deal(reference="C-1")
        monkeypatch.setattr("records.field_changes._require_unique_values", lambda field: None)
        with pytest.raises(SpecificationError, match="“C-1”"):
            change(world, "reference", unique=True)
        assert not Field.objects.get(key="reference").is_unique


class TestCounts:
    def test_of_values_leave_deleted_records_out(self, world: World) -> None:
        world.deal(amount=0)
        world.deal()
        Record.objects.filter(pk=world.deal(amount=5).pk).update(deleted_at=NOW)
        assert count_held(Field.objects.get(key="amount")) == 1

    def test_of_options_of_a_picklist(self, world: World) -> None:
        for status in ("planned", "planned", "done"):
            world.deal(demo_status=status)
        world.deal()
        assert count_by_option(Field.objects.get(key="demo_status")) == {"planned": 2, "done": 1}
        assert count_by_option(Field.objects.get(key="amount")) == {}

    def test_of_options_of_a_multi_select(self, world: World) -> None:
        field = Field.objects.create(module=world.module, key="tags", label="Tags", kind="multi_select")
        for tags in (["a", "b"], ["b"], None):
            values = {} if tags is None else {"tags": tags}
            Record.objects.filter(pk=world.deal().pk).update(values=values)
        assert count_by_option(field) == {"a": 1, "b": 2}

    def test_of_repeated_values(self, world: World) -> None:
        for reference in ("A", "A", "b"):
            world.deal(reference=reference)
        found = repeated_values(Field.objects.get(key="reference"))
        assert (found.count, found.examples) == (1, (("A", 2),))
