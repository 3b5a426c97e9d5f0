"""Owners by grant: written in bulk, read in two queries; and who may design."""

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from processes.choices import ModuleRight
from processes.models import Module, ModuleTeamPermission, Transition
from processes.permissions import (
    ModuleRights,
    OwnerIds,
    grant_owners,
    owners_of,
    replace_rights,
    require_designer,
    restricted_modules,
    rights_of_team,
    teams_and_rights,
)
from tests.factories import Drawing, make_deals, make_person, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def transitions() -> list[Transition]:
    drawing = Drawing(make_deals())
    drawing.state("qualification", is_start=True)
    return [drawing.transition(f"move_{n}", "qualification", "qualification") for n in range(12)]


class TestGrantOwners:
    def test_makes_people_and_teams_owners(self, transitions: list[Transition]) -> None:
        alice, bruno = make_person("alice"), make_person("bruno")
        legal = make_team("Legal")
        first, second, third, *_rest = transitions
        grant_owners(
            {
                first.pk: OwnerIds(frozenset({alice.pk, bruno.pk}), frozenset({legal.pk})),
                second.pk: OwnerIds(teams=frozenset({legal.pk})),
                third.pk: OwnerIds(),
            }
        )
        assert owners_of([first.pk, second.pk, third.pk]) == {
            first.pk: OwnerIds(frozenset({alice.pk, bruno.pk}), frozenset({legal.pk})),
            second.pk: OwnerIds(teams=frozenset({legal.pk})),
        }

    def test_is_what_guardian_reads(self, transitions: list[Transition]) -> None:
        alice, bruno = make_person("alice"), make_person("bruno")
        legal = make_team("Legal", [bruno])
        grant_owners({transitions[0].pk: OwnerIds(frozenset({alice.pk}), frozenset({legal.pk}))})
        for person in (alice, bruno):
            fresh = User.objects.get(pk=person.pk)
            assert fresh.has_perm("processes.perform_transition", transitions[0])
            assert not fresh.has_perm("processes.perform_transition", transitions[1])

    def test_needs_as_many_statements_for_many_as_for_one(
        self, transitions: list[Transition], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        alice, legal = make_person("alice"), make_team("Legal")
        owners = OwnerIds(frozenset({alice.pk}), frozenset({legal.pk}))
        with django_assert_num_queries(3):
            grant_owners({transition.pk: owners for transition in transitions})


class TestOwnersOf:
    def test_reads_many_in_two_queries(
        self, transitions: list[Transition], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        alice, legal = make_person("alice"), make_team("Legal")
        owners = OwnerIds(frozenset({alice.pk}), frozenset({legal.pk}))
        grant_owners({transition.pk: owners for transition in transitions})
        with django_assert_num_queries(2):
            found = owners_of([transition.pk for transition in transitions])
        assert found == {transition.pk: owners for transition in transitions}

    def test_leaves_out_other_transitions(self, transitions: list[Transition]) -> None:
        alice = make_person("alice")
        grant_owners({transition.pk: OwnerIds(frozenset({alice.pk})) for transition in transitions})
        assert set(owners_of([transitions[3].pk])) == {transitions[3].pk}


class TestRequireDesigner:
    def test_lets_administrators_and_the_console_through(self) -> None:
        require_designer(None)
        require_designer(make_person("emma", is_administrator=True))

    def test_refuses_everybody_else(self) -> None:
        with pytest.raises(PermissionDenied):
            require_designer(make_person("alice"))
        gone = make_person("gone", is_administrator=True)
        gone.is_active = False
        with pytest.raises(PermissionDenied):
            require_designer(gone)


def rights_of(user: User, module: Module) -> set[ModuleRight]:
    _teams, rights = teams_and_rights(user)
    return {right for right in ModuleRight if rights.allow(right, module.pk)}


class TestModuleRights:
    def test_are_everybodys_while_nothing_was_granted(self) -> None:
        assert rights_of(make_person("alice"), make_deals()) == set(ModuleRight)

    def test_are_those_of_the_persons_teams_together(self) -> None:
        module, alice = make_deals(), make_person("alice")
        for name, given in (("Sales", ModuleRight.CHANGE), ("Finance", ModuleRight.EXPORT)):
            replace_rights(make_team(name, [alice]), {module.pk: [given]})
        assert rights_of(alice, module) == {ModuleRight.VIEW, ModuleRight.CHANGE, ModuleRight.EXPORT}
        assert rights_of(make_person("charlie"), module) == set()

    def test_leave_other_modules_open(self) -> None:
        module, other = make_deals(), Module.objects.create(key="leads", label="Lead", label_plural="Leads")
        replace_rights(make_team("Sales"), {module.pk: [ModuleRight.VIEW]})
        assert rights_of(make_person("alice"), other) == set(ModuleRight)
        assert restricted_modules() == {module.pk}

    def test_are_all_an_administrators(self) -> None:
        module = make_deals()
        replace_rights(make_team("Sales"), {module.pk: [ModuleRight.VIEW]})
        assert rights_of(make_person("emma", is_administrator=True), module) == set(ModuleRight)

    def test_of_a_deactivated_team_are_nobodys_and_keep_the_module_closed(self) -> None:
        module, alice = make_deals(), make_person("alice")
        team = make_team("Sales", [alice])
        replace_rights(team, {module.pk: list(ModuleRight)})
        team.is_active = False
        team.save(update_fields=["is_active"])
        assert rights_of(alice, module) == set()

    def test_come_to_nothing_without_the_right_to_see(self) -> None:
        rights = ModuleRights(restricted=frozenset({1}), granted={1: frozenset({ModuleRight.CHANGE})})
        assert not rights.allow(ModuleRight.CHANGE, 1)
        assert rights.hidden == {1}

    def test_are_read_in_one_query_with_the_teams(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        module, alice = make_deals(), make_person("alice")
        teams = [make_team(f"Team {number}", [alice]) for number in range(20)]
        for team in teams:
            replace_rights(team, {module.pk: list(ModuleRight)})
        with django_assert_num_queries(1):
            team_ids, rights = teams_and_rights(alice)
        assert team_ids == {team.pk for team in teams}
        assert rights.granted == {module.pk: frozenset(ModuleRight.values)}


class TestReplaceRights:
    def test_takes_back_what_is_not_named(self) -> None:
        module, team = make_deals(), make_team("Sales")
        replace_rights(team, {module.pk: [ModuleRight.CHANGE, ModuleRight.EXPORT]})
        kept = set(ModuleTeamPermission.objects.order_by("pk").values_list("pk", flat=True))
        replace_rights(team, {module.pk: [ModuleRight.EXPORT, ModuleRight.ADD]})
        assert rights_of_team(team) == {module.pk: {ModuleRight.VIEW, ModuleRight.EXPORT, ModuleRight.ADD}}
        assert len(kept & set(ModuleTeamPermission.objects.values_list("pk", flat=True))) == 2
        replace_rights(team, {})
        assert rights_of_team(team) == {}

    def test_is_what_guardian_reads(self) -> None:
        module, alice = make_deals(), make_person("alice")
        replace_rights(make_team("Sales", [alice]), {module.pk: [ModuleRight.VIEW]})
        fresh = User.objects.get(pk=alice.pk)
        assert fresh.has_perm("processes.view_records", module)
        assert not fresh.has_perm("processes.change_records", module)
