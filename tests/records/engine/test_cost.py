"""What a move and its buttons cost in statements, whatever the size of the process and its history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from processes.loading import version_def
from records.choices import EventKind
from records.engine.person import person_for
from records.engine.plan import load_record
from records.engine.verdicts import verdicts
from records.models import Record, RecordEvent
from tests.factories import NOW, Drawing, make_record, make_team
from tests.records.engine.conftest import World

MAIL = {"to": ["record_owner"], "subject": "{{ record.name }}", "body": "Amount: {{ record.amount }}"}
TYPED = {"closing": "2026-12-24", "amount": "1500"}


@pytest.fixture
def reference(world: World) -> Callable[[int], Drawing]:
    """A process whose reference move has two form fields and one e-mail, with so many other transitions."""

    def draw(others: int) -> Drawing:
        drawing = Drawing(world.module, key="reference")
        world.drawing.process.is_active = False
        world.drawing.process.save(update_fields=["is_active"])
        drawing.state("qualification", is_start=True)
        drawing.state("product_demo")
        drawing.state("closed_won", is_exit=True)
        drawing.transition(
            "go",
            "qualification",
            "product_demo",
            people=[world.alice],
            fields={"closing": True, "amount": True},
            actions=[("email", MAIL)],
        )
        for number in range(others):
            drawing.transition(f"other_{number}", "product_demo", "closed_won", people=[world.driss])
        drawing.publish()
        return drawing

    return draw


def statements_of_move(world: World, deal: Record) -> list[str]:
    """The statements of the service alone: the request has loaded the person with their teams."""
    version_def(deal.state.version_id, world.module)  # type: ignore[union-attr]
    person = User.objects.get(pk=world.alice.pk)
    person_for(person)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        world.perform(deal, "go", person, data=TYPED, request_key="once")
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.django_db(transaction=True)
class TestTheReferenceMove:
    def test_takes_six_statements_with_begin_and_commit(
        self, world: World, reference: Callable[[int], Drawing]
    ) -> None:
        reference(2)
        statements = statements_of_move(world, make_record(world.module, world.alice))
        assert len(statements) <= 6, "\n".join(statements)
        assert not any("SAVEPOINT" in sql for sql in statements)

    def test_writes_first_what_is_guarded(self, world: World, reference: Callable[[int], Drawing]) -> None:
        reference(2)
        statements = statements_of_move(world, make_record(world.module, world.alice))
        begin = next(place for place, sql in enumerate(statements) if sql.startswith("BEGIN"))
        assert statements[begin + 1].startswith("UPDATE")
        assert '"revision" = ' in statements[begin + 1]
        assert all(sql.startswith("SELECT") for sql in statements[:begin])

    @pytest.mark.parametrize("others", [3, 300])
    def test_costs_the_same_for_any_number_of_transitions(
        self, world: World, reference: Callable[[int], Drawing], others: int
    ) -> None:
        reference(others)
        assert len(statements_of_move(world, make_record(world.module, world.alice))) == 6

    def test_costs_the_same_with_fifty_teams(self, world: World, reference: Callable[[int], Drawing]) -> None:
        reference(2)
        for number in range(50):
            make_team(f"Team {number}", [world.alice])
        assert len(statements_of_move(world, make_record(world.module, world.alice))) == 6

    def test_costs_the_same_after_a_thousand_moves(
        self, world: World, reference: Callable[[int], Drawing]
    ) -> None:
        reference(2)
        deal = make_record(world.module, world.alice)
        RecordEvent.objects.bulk_create(
            RecordEvent(record=deal, kind=EventKind.TRANSITION, actor=world.alice, at=NOW)
            for _number in range(1000)
        )
        assert len(statements_of_move(world, deal)) == 6


class TestButtons:
    def test_cost_no_query_beyond_record_and_teams(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        deal = world.deal()
        verdicts(load_record(deal.pk), person_for(world.alice), now=NOW)
        person = User.objects.get(pk=world.alice.pk)
        with django_assert_num_queries(2):
            found = verdicts(load_record(deal.pk), person_for(person), now=NOW)
        assert [verdict.transition.key for verdict in found if verdict.is_available] == [
            "plan_demo",
            "send_to_legal",
            "close_as_lost",
        ]

    def test_of_fifty_rows_cost_none_beyond_the_list(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        for number in range(50):
            make_record(world.module, world.alice, f"Deal {number}")
        person = person_for(world.alice)
        with django_assert_num_queries(1):
            records = list(Record.objects.with_standing().order_by("pk"))
            assert all(verdicts(record, person, now=NOW) for record in records)
