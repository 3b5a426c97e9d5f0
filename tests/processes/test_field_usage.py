"""What uses a field: every place in a version is found, and told by process."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from processes.choices import VersionStatus
from processes.loading import version_def
from processes.models import Action, DuringItem, Field, Module, ProcessVersion
from processes.selectors import states_of_options, versions_in_use
from processes.usage import Place, process_uses, uses_of
from tests.factories import Drawing, make_deals, make_organisation

pytestmark = pytest.mark.django_db

RULE = {"all": [{"any": [{"field": "amount", "op": "gt", "value": "10"}]}]}


@pytest.fixture
def module() -> Module:
    make_organisation()
    return make_deals()


@pytest.fixture
def drawing(module: Module) -> Drawing:
    """A process that uses nothing but its state field."""
    drawing = Drawing(module)
    drawing.state("qualification", is_start=True)
    drawing.state("closed_won", is_exit=True)
    drawing.transition("win", "qualification", "closed_won", dynamic=[{"kind": "record_owner"}])
    return drawing


def places(drawing: Drawing, key: str) -> list[tuple[Place, str]]:
    return [
        (use.place, use.transition) for use in uses_of(key, version_def(drawing.version.pk, drawing.module))
    ]


def change(drawing: Drawing, **values: Any) -> None:
    for name, value in values.items():
        setattr(drawing.transitions["win"], name, value)
    drawing.transitions["win"].save(update_fields=list(values))


class TestUsesOf:
    def test_nothing_uses_a_field_by_itself(self, drawing: Drawing) -> None:
        assert places(drawing, "amount") == []
        assert places(drawing, "no_such_field") == []

    def test_the_state_field(self, drawing: Drawing) -> None:
        assert places(drawing, "stage") == [(Place.STATE_FIELD, "")]

    def test_entry_criteria(self, drawing: Drawing) -> None:
        ProcessVersion.objects.update(entry_criteria=RULE)
        assert places(drawing, "amount") == [(Place.ENTRY, "")]

    def test_criteria_in_nested_groups(self, drawing: Drawing) -> None:
        change(drawing, criteria=RULE)
        assert places(drawing, "amount") == [(Place.CRITERIA, "Win")]

    def test_owners_by_a_person_field(self, drawing: Drawing) -> None:
        change(drawing, dynamic_owners=[{"kind": "user_field", "field": "approver"}])
        assert places(drawing, "approver") == [(Place.OWNER, "Win")]

    def test_a_field_of_the_form_and_its_rules(self, drawing: Drawing) -> None:
        rules = {"refuse_when": [{"criteria": RULE, "message": "Too much"}]}
        drawing.item(drawing.transitions["win"], "discount", config=rules)
        assert places(drawing, "discount") == [(Place.FORM, "Win")]
        assert places(drawing, "amount") == [(Place.REFUSAL, "Win")]

    def test_merge_fields_of_messages(self, drawing: Drawing) -> None:
        drawing.message(
            drawing.transitions["win"], "{{ record.amount|money }} for {{ record.approver.name }}"
        )
        assert places(drawing, "amount") == [(Place.MESSAGE, "Win")]
        assert places(drawing, "approver") == [(Place.MESSAGE, "Win")]
        assert places(drawing, "discount") == []

    @pytest.mark.parametrize(
        ("kind", "config", "key", "place"),
        [
            ("task", {"title": "{{ record.amount }}"}, "amount", Place.ACTION_READS),
            ("task", {"title": "T", "description": "{{ record.amount }}"}, "amount", Place.ACTION_READS),
            ("task", {"title": "T", "assignee": {"user_field": "approver"}}, "approver", Place.ACTION_READS),
            (
                "email",
                {"to": ["actor"], "subject": "{{ record.amount }}", "body": ""},
                "amount",
                Place.ACTION_READS,
            ),
            (
                "email",
                {"to": ["actor"], "subject": "S", "body": "{{ record.amount }}"},
                "amount",
                Place.ACTION_READS,
            ),
            (
                "email",
                {"to": [{"field": "approver"}], "subject": "S", "body": ""},
                "approver",
                Place.ACTION_READS,
            ),
            (
                "field_update",
                {"updates": [{"field": "amount", "value": 1}]},
                "amount",
                Place.ACTION_WRITES,
            ),
        ],
    )
    def test_actions(
        self, drawing: Drawing, kind: str, config: dict[str, Any], key: str, place: Place
    ) -> None:
        Action.objects.create(transition=drawing.transitions["win"], key="one", kind=kind, config=config)
        assert places(drawing, key) == [(place, "Win")]
        assert places(drawing, "discount") == []

    def test_conditions_of_actions(self, drawing: Drawing) -> None:
        Action.objects.create(
            transition=drawing.transitions["win"],
            key="one",
            kind="task",
            config={"title": "T"},
            condition=RULE,
        )
        assert places(drawing, "amount") == [(Place.CONDITION, "Win")]

    def test_says_each_place_in_words(self, drawing: Drawing) -> None:
        Action.objects.create(
            transition=drawing.transitions["win"],
            key="one",
            kind="task",
            config={"title": "{{ record.amount }}"},
        )
        found = uses_of("amount", version_def(drawing.version.pk, drawing.module))
        assert [use.text for use in found] == ["The action “Task” reads it"]


class TestProcessUses:
    def second(self, drawing: Drawing, status: str) -> Drawing:
        """Another version of the same process, which asks for the discount."""
        other = Drawing.__new__(Drawing)
        other.module, other.process = drawing.module, drawing.process
        other.version = ProcessVersion.objects.create(process=drawing.process, number=2, status=status)
        other.states, other.transitions, other.grants = {}, {}, {}
        other.state("qualification", is_start=True)
        other.state("closed_lost", is_exit=True)
        other.transition("win", "qualification", "closed_lost", fields={"discount": True})
        return other

    def test_tells_the_version_in_force_and_the_draft_apart(self, drawing: Drawing) -> None:
        drawing.publish()
        self.second(drawing, VersionStatus.DRAFT)
        (use,) = process_uses("discount", versions_in_use(drawing.module))
        assert (use.name, use.versions) == ("Deal closing", ("draft",))
        assert [(group.transition, group.lines[0].text) for group in use.groups] == [
            ("Win", "The form asks for it")
        ]
        (use,) = process_uses("stage", versions_in_use(drawing.module))
        assert use.versions == ("in force", "draft")
        assert [line.versions for group in use.groups for line in group.lines] == [()]

    def test_names_the_versions_where_not_all_have_a_place(self, drawing: Drawing) -> None:
        drawing.item(drawing.transitions["win"], "discount")
        change(drawing, criteria={"field": "discount", "op": "is_empty"})
        drawing.publish()
        self.second(drawing, VersionStatus.DRAFT)
        (use,) = process_uses("discount", versions_in_use(drawing.module))
        lines = {line.text: line.versions for group in use.groups for line in group.lines}
        assert lines == {"The criteria read it": ("in force",), "The form asks for it": ()}

    def test_counts_a_retired_version_only_where_it_is_named(self, drawing: Drawing) -> None:
        self.second(drawing, VersionStatus.RETIRED)
        drawing.publish()
        retired = ProcessVersion.objects.get(number=2)
        assert process_uses("discount", versions_in_use(drawing.module)) == []
        (use,) = process_uses("discount", versions_in_use(drawing.module, [retired.pk]))
        assert use.versions == ("version 2, which records still follow",)

    def test_leaves_deleted_processes_out(self, drawing: Drawing) -> None:
        drawing.publish()
        drawing.process.archived_at = "2026-11-24T09:00Z"
        drawing.process.save(update_fields=["archived_at"])
        assert versions_in_use(drawing.module) == []
        assert states_of_options(Field.objects.get(key="stage")) == {}

    def test_takes_the_same_queries_for_many_fields_and_items(
        self, drawing: Drawing, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        versions_in_use(drawing.module)
        with django_assert_num_queries(9):
            versions_in_use(drawing.module)
        for number in range(20):
            field = Field.objects.create(
                module=drawing.module, key=f"more_{number}", label=f"More {number}", kind="text"
            )
            DuringItem.objects.create(
                transition=drawing.transitions["win"], key=field.key, kind="field", field=field
            )
        with django_assert_num_queries(9):
            versions_in_use(drawing.module)


class TestStatesOfOptions:
    def test_names_the_processes_once_each(self, drawing: Drawing, emma: User) -> None:
        drawing.publish()
        TestProcessUses().second(drawing, VersionStatus.DRAFT)
        other = Drawing(drawing.module, key="second")
        other.state("closed_won", is_exit=True)
        assert states_of_options(Field.objects.get(key="stage")) == {
            "qualification": ["Deal closing"],
            "closed_won": ["Deal closing", "Second"],
            "closed_lost": ["Deal closing"],
        }
