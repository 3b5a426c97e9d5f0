"""The forms of modules and fields: what they make of typing, and what they refuse."""

import json
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from processes import services
from processes.choices import FieldKind
from processes.forms.fields import FieldForm
from processes.forms.icons import MODULE_ICONS
from processes.forms.kinds import KIND_CARDS
from processes.forms.modules import ModuleForm
from processes.forms.options import Row, edit_rows, typed_rows
from processes.models import Field, Module
from processes.pages.field import kinds_on_offer, surroundings
from processes.services.field_rules import UNIQUE_KINDS
from tests.factories import make_deals, make_organisation
from tests.processes.demo_file import field_spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> Module:
    make_organisation()
    return make_deals()


def options(*rows: str | tuple[str, str], **more: str) -> dict[str, str]:
    """The options' inputs: a label, or a key with its label."""
    pairs = [row if isinstance(row, tuple) else ("", row) for row in rows]
    data = {"option_keys": json.dumps([key for key, _label in pairs])}
    for number, (_key, label) in enumerate(pairs):
        data |= {f"option_{number}_label": label, f"option_{number}_colour": "teal"}
    return data | more


def form_for(
    module: Module, kind: str, /, *, field: Field | None = None, has_values: bool = False, **typed: Any
) -> FieldForm:
    data = {"label": "Size", "section": "", "help": "", **typed}
    around = surroundings(module, has_values=has_values)
    return FieldForm(data, kind=FieldKind(kind), around=around, field=field)


def spec_of(module: Module, kind: str, /, **typed: Any) -> Any:
    form = form_for(module, kind, **typed)
    assert form.is_valid(), form.errors
    return form.spec()


class TestFieldForm:
    @pytest.mark.parametrize(
        ("kind", "typed", "settings"),
        [
            ("text", {"max_length": "20"}, {"max_length": 20}),
            ("text", {}, {}),
            ("integer", {"minimum": "-1,000", "maximum": "1000"}, {"minimum": "-1000", "maximum": "1000"}),
            (
                "decimal",
                {"decimals": "3", "minimum": "0.125", "maximum": "1.50"},
                {"decimals": 3, "minimum": "0.125", "maximum": "1.5"},
            ),
            ("currency", {"currency": "chf", "decimals": "0"}, {"currency": "CHF", "decimals": 0}),
            ("percent", {"decimals": "2", "maximum": "100"}, {"decimals": 2, "maximum": "100"}),
            ("lookup", {"module": "deals"}, {"module": "deals"}),
            ("date", {}, {}),
        ],
    )
    def test_makes_settings_by_kind(
        self, module: Module, kind: str, typed: dict[str, str], settings: dict[str, Any]
    ) -> None:
        spec = spec_of(module, kind, **typed)
        assert spec.settings.model_dump(exclude_none=True) == settings
        assert spec.kind == kind

    def test_reads_numbers_as_the_reader_types_them(self, module: Module) -> None:
        with translation.override("fr"):
            spec = spec_of(module, "decimal", decimals="2", minimum="1 200,50")
        assert spec.settings.minimum == "1200.5"

    @pytest.mark.parametrize(
        ("kind", "typed", "name", "reason"),
        [
            ("text", {"label": ""}, "label", "required"),
            ("text", {"label": "x" * 51}, "label", "at most 50"),
            ("text", {"label": "A\x07"}, "label", "can’t be shown"),
            ("text", {"label": "\u200b\u200b"}, "label", "at least one letter"),
            ("text", {"label": "AMOUNT"}, "label", "There is a field “AMOUNT” already"),
            ("text", {"section": "x" * 51}, "section", "at most 50"),
            ("text", {"help": "x" * 201}, "help", "at most 200"),
            ("text", {"max_length": "0"}, "max_length", "greater than or equal to 1"),
            ("text", {"max_length": "many"}, "max_length", "whole number"),
            ("integer", {"minimum": "1.5"}, "minimum", "whole number"),
            ("integer", {"minimum": "much"}, "minimum", "is not a number"),
            ("integer", {"maximum": "9" * 16}, "maximum", "at most 15 digits"),
            ("decimal", {"decimals": "2", "maximum": "1.125"}, "maximum", "at most 2 decimals"),
            ("decimal", {"decimals": "7"}, "decimals", "valid choice"),
            (
                "percent",
                {"decimals": "2", "minimum": "5", "maximum": "4"},
                "maximum",
                "less than the smallest",
            ),
            ("currency", {"currency": "EURO", "decimals": "2"}, "currency", "at most 3"),
            ("currency", {"currency": "E1R", "decimals": "2"}, "currency", "three letters"),
            ("currency", {"currency": "", "decimals": "2"}, "currency", "required"),
            ("lookup", {"module": "nowhere"}, "module", "valid choice"),
            ("picklist", options(""), "option_0_label", "at least one option"),
            ("picklist", {}, "__all__", "at least one option"),
            ("picklist", {"option_keys": "no JSON"}, "__all__", "at least one option"),
            ("picklist", {"option_keys": "[" * 10_000}, "__all__", "at least one option"),
            ("picklist", options("A", " a "), "option_1_label", "There is an option “a” already"),
            ("picklist", options("x" * 51), "option_0_label", "at most 50"),
            ("picklist", options("A\x00"), "option_0_label", "can’t be shown"),
            ("picklist", options("A", option_0_colour="pink"), "option_0_colour", "valid choice"),
            ("picklist", options("A", option_0_archived="on"), "option_0_label", "at least one option"),
            ("multi_select", options(*(f"O {n}" for n in range(301))), "__all__", "at most 300 options"),
        ],
    )
    def test_refuses_beside_the_input(
        self, module: Module, kind: str, typed: dict[str, str], name: str, reason: str
    ) -> None:
        values: dict[str, Any] = dict(typed)
        form = form_for(module, kind, **values)
        assert not form.is_valid()
        assert reason in " ".join(str(error) for error in form.errors[name])

    def test_leaves_empty_rows_out_and_makes_keys(self, module: Module) -> None:
        spec = spec_of(module, "picklist", **options("Été", "", "客户", "A b", "A-b"))
        made = [(one.key, one.label, one.colour) for one in spec.options]
        assert made == [
            ("ete", "Été", "teal"),
            ("option", "客户", "teal"),
            ("a_b", "A b", "teal"),
            ("a_b_2", "A-b", "teal"),
        ]

    def test_takes_three_hundred_options(self, module: Module) -> None:
        assert len(spec_of(module, "picklist", **options(*(f"O {n}" for n in range(300)))).options) == 300

    def test_renames_an_option_without_touching_its_key(self, module: Module) -> None:
        field = module.fields.get(key="demo_status")
        typed = options(("done", "Was shown"), ("planned", "Planned"), "New", option_1_archived="on")
        spec = spec_of(module, "picklist", field=field, label="Demo", **typed)
        assert [(one.key, one.label, one.archived) for one in spec.options] == [
            ("done", "Was shown", False),
            ("planned", "Planned", True),
            ("new", "New", False),
        ]

    def test_wants_a_name_for_an_option_that_exists(self, module: Module) -> None:
        field = module.fields.get(key="demo_status")
        typed: dict[str, Any] = options(("done", ""), "New")
        form = form_for(module, "picklist", field=field, label="Demo", **typed)
        assert "required" in form.errors["option_0_label"][0]

    @pytest.mark.parametrize("keys", [["done", "done"], ["nowhere", "done"], [1, None]])
    def test_takes_a_key_that_was_made_up_for_a_new_option(self, module: Module, keys: list[Any]) -> None:
        field = module.fields.get(key="demo_status")
        typed = options("One", "Two") | {"option_keys": json.dumps(keys)}
        spec = spec_of(module, "picklist", field=field, label="Demo", **typed)
        assert len({one.key for one in spec.options}) == 2
        assert "nowhere" not in {one.key for one in spec.options}

    def test_keeps_what_it_does_not_ask(self, module: Module, emma: User) -> None:
        field = module.fields.get(key="amount")
        field.is_indexed = True
        spec = spec_of(module, "currency", field=field, has_values=True, currency="USD", decimals="4")
        assert spec.settings.model_dump(exclude_none=True) == {"currency": "EUR", "decimals": 2}
        assert (spec.key, spec.indexed) == ("amount", True)
        assert services.field_change(field=field, spec=spec, actor=emma)

    def test_keeps_the_usual_decimals_unwritten(self, module: Module) -> None:
        field = module.fields.get(key="discount")
        assert spec_of(module, "percent", field=field, decimals="2").settings.decimals is None
        assert spec_of(module, "percent", field=field, decimals="1").settings.decimals == 1

    def test_asks_for_uniqueness_where_values_can_tell_records_apart(self, module: Module) -> None:
        for kind in FieldKind:
            form = FieldForm(None, kind=kind, around=surroundings(module))
            assert ("unique" in form.fields) is (kind in UNIQUE_KINDS), kind
        assert not {FieldKind.BOOLEAN, FieldKind.PICKLIST, FieldKind.MULTI_SELECT} & UNIQUE_KINDS

    def test_knows_a_page_that_is_out_of_date(self, module: Module, emma: User) -> None:
        field = module.fields.get(key="reference")
        drawn = FieldForm(None, kind=FieldKind.TEXT, around=surroundings(module), field=field)
        seen = str(drawn["seen"].value())
        form = form_for(module, "text", field=field, seen=seen)
        assert form.now is not None
        assert not form.is_stale(form.now)
        services.field_change(
            field=field, spec=field_spec(key="reference", label="R", kind="text"), actor=emma
        )
        form = form_for(module, "text", field=field, seen=seen)
        assert form.now is not None
        assert form.is_stale(form.now)
        assert not form_for(module, "text", field=field).is_stale(form.now)


class TestOptionRows:
    ROWS = (Row("a", "A"), Row("b", "B"), Row("old", "Old", is_archived=True), Row("c", "C"))

    def keys(self, command: str) -> list[str]:
        edited = edit_rows(self.ROWS, command)
        assert edited is not None
        return [row.key for row in edited.rows]

    @pytest.mark.parametrize(
        ("command", "keys"),
        [
            ("up-1", ["b", "a", "c", "old"]),
            ("down-1", ["a", "c", "b", "old"]),
            ("up-0", ["a", "b", "c", "old"]),
            ("down-3", ["a", "b", "c", "old"]),
            ("down-2", ["a", "b", "c", "old"]),
            ("add", ["a", "b", "c", "", "old"]),
        ],
    )
    def test_are_rearranged_with_archived_ones_last(self, command: str, keys: list[str]) -> None:
        assert self.keys(command) == keys

    @pytest.mark.parametrize("command", ["", "save", "up", "up-", "up-x", "up-99", "up--1", "left-1", "up-²"])
    def test_stay_for_other_words(self, command: str) -> None:
        assert edit_rows(self.ROWS, command) is None

    def test_are_read_as_far_as_they_may_go(self) -> None:
        assert len(typed_rows({"option_keys": json.dumps([""] * 5000)})) == 301


class TestModuleForm:
    TYPED = {
        "label": "Lead",
        "label_plural": "Leads",
        "name_label": "",
        "icon": "target",
        "sharing": "private",
    }

    def form(self, **typed: str) -> ModuleForm:
        return ModuleForm({**self.TYPED, **typed}, others=Module.objects.order_by("pk"))

    def test_makes_the_key_from_the_plural(self, module: Module) -> None:
        form = self.form()
        assert form.is_valid()
        assert form.spec().key == "leads"
        form = self.form(label_plural="New")
        assert form.is_valid()
        assert form.spec().key == "new_2"

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ({"label": ""}, "label"),
            ({"label": "x" * 51}, "label"),
            ({"label_plural": "deals"}, "label_plural"),
            ({"label_plural": "\x1b[31m"}, "label_plural"),
            ({"icon": "no-such-icon"}, "icon"),
            ({"sharing": "everybody"}, "sharing"),
        ],
    )
    def test_refuses_beside_the_input(self, module: Module, typed: dict[str, str], name: str) -> None:
        assert set(self.form(**typed).errors) == {name}


class TestIcons:
    def test_are_all_there(self) -> None:
        from blueprint_project.icons import icon_svg

        for name in [*MODULE_ICONS, *(card.icon for card in KIND_CARDS.values())]:
            assert icon_svg(name)

    def test_are_given_to_every_kind(self) -> None:
        assert set(KIND_CARDS) == set(FieldKind)
        assert {one.kind for one in kinds_on_offer()} == set(FieldKind) - {FieldKind.FILE}
