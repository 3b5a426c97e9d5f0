"""Owners by grant: written in bulk, read in two queries; and who may design."""

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from processes.models import Transition
from processes.permissions import OwnerIds, grant_owners, owners_of, require_designer
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
