"""The sides do the same work, and a row that is missing or differs is found."""

import pytest

from automations.models import ActionRun
from benchmarks.buttons import OrmQueries, ServiceButtons, buttons_of
from benchmarks.counting import check_moves, check_same_rows, statements_of
from benchmarks.moves import OrmMoves, ServiceMoves
from benchmarks.results import RowCheck
from benchmarks.workloads import measure_buttons, measure_move
from benchmarks.world import World, build_world, make_records, signed_out
from records.models import Record

LAPS = 3


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def moved(world: World, side: type[ServiceMoves] | type[OrmMoves]) -> list[int]:
    """Three records, moved three times each."""
    ids = make_records(world, 3)
    move = side(world, ids)
    for number in range(LAPS * len(ids)):
        move(number)
    return ids


def wrong(checks: list[RowCheck]) -> list[str]:
    return [check.what for check in checks if not check.holds]


class TestMoves:
    @pytest.mark.parametrize("side", [ServiceMoves, OrmMoves])
    def test_write_one_row_of_each_kind(self, world: World, side: type[ServiceMoves] | type[OrmMoves]):
        assert wrong(check_moves("side", moved(world, side), moves=9)) == []

    def test_are_the_same_by_service_and_by_hand(self, world: World):
        check = check_same_rows("service", moved(world, ServiceMoves), moved(world, OrmMoves))
        assert check.holds
        assert check.expected == 3 + 9

    def test_that_were_not_made_are_missed(self, world: World):
        ids = moved(world, ServiceMoves)
        assert wrong(check_moves("side", ids, moves=10)) == [
            "side: events",
            "side: rows of the outbox",
            "side: increases of a revision",
        ]

    def test_without_a_row_of_the_outbox_are_found(self, world: World):
        ids, others = moved(world, ServiceMoves), moved(world, OrmMoves)
        ActionRun.objects.filter(event__record=ids[-1]).order_by("-pk")[0].delete()
        assert wrong(check_moves("side", ids, moves=9)) == ["side: rows of the outbox"]
        assert not check_same_rows("side", ids, others).holds

    def test_that_wrote_another_value_are_found(self, world: World):
        ids, others = moved(world, ServiceMoves), moved(world, OrmMoves)
        record = Record.objects.get(pk=ids[0])
        Record.objects.filter(pk=record.pk).update(values={**record.values, "amount": 1})
        assert not check_same_rows("side", ids, others).holds


class TestButtons:
    def test_are_those_that_the_process_file_gives(self, world: World):
        ids = make_records(world, 6)
        service = ServiceButtons(ids, [signed_out("alice") for _record in ids])
        for number in range(len(ids)):
            service(number)
        assert service.right == 6
        assert {buttons_of(place) for place in range(6)} == {
            frozenset({"go_0"}),
            frozenset({"go_0", "large_0"}),
            frozenset({"go_0", "shown_0"}),
            frozenset({"go_0", "large_0", "shown_0"}),
        }

    def test_are_compared_with_two_queries(self, world: World):
        queries = OrmQueries(world, make_records(world, 1))
        assert statements_of(lambda: queries(0)) == 2
        assert wrong(queries.checks("orm", 1)) == []
        assert wrong(queries.checks("orm", 2)) == ["orm: records read", "orm: teams read"]


@pytest.mark.django_db(transaction=True)
class TestMeasurements:
    def test_of_a_move_count_every_row(self):
        found = measure_move(build_world(), rounds=2, size=3)
        assert wrong(list(found.checks)) == []
        assert {side.key: side.statements for side in found.sides} == {"service": 6, "broker": 6, "orm": 6}
        assert [ratio.figure for ratio in found.ratios] == [
            "time",
            "processor time",
            "time with a broker",
            "processor time with a broker",
        ]

    def test_of_buttons_count_every_answer(self):
        found = measure_buttons(build_world(), rounds=2, size=3)
        assert wrong(list(found.checks)) == []
        assert {side.statements for side in found.sides} == {2}
