"""Writers get the records they want once, and a move that was lost or made twice is found."""

from collections.abc import Sequence

import pytest

from benchmarks import writer
from benchmarks.process import go_key
from benchmarks.world import World, build_world, make_records, moment_of
from benchmarks.writer import Answer, Order, Writer
from benchmarks.writers import Crew
from records.engine.plan import load_record
from records.services import transition_perform
from tests.benchmarks.test_workloads import wrong


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


class InProcess:
    """Stands for a process: it obeys when it is told to go."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.given: Answer | None = None

    def ask(self, order: Order) -> None:
        self.writer = Writer(self.world, order)

    def ready(self) -> None:
        pass

    def go(self) -> None:
        self.given = self.writer.obey()

    def answer(self) -> Answer:
        assert self.given is not None
        return self.given


def crew(world: World, *, is_inside: bool = False) -> Crew:
    return Crew(
        "service", "service", is_inside, make_records(world, 2), [make_records(world, 2) for _one in "ab"]
    )


def work(made: Crew, processes: Sequence[InProcess]) -> Crew:
    made.work(processes, 0.05)  # type: ignore[arg-type]
    return made


class TestCrew:
    @pytest.mark.parametrize("is_inside", [False, True])
    def test_moves_each_shared_record_once(self, world: World, is_inside: bool):
        made = work(crew(world, is_inside=is_inside), [InProcess(world), InProcess(world)])
        assert (made.counts["won"], made.counts["lost"]) == (2, 2)
        assert made.counts["moves"] >= 2
        assert wrong(made.checks()) == []

    def test_finds_a_move_that_nobody_was_told_of(self, world: World):
        made = work(crew(world), [InProcess(world), InProcess(world)])
        record = load_record(made.shared[0])
        transition_perform(
            record_id=record.pk,
            transition_key=go_key(1),
            actor=world.alice,
            data={"closing": "2026-12-24", "amount": "7"},
            now=moment_of(9),
        )
        assert "service, records that all four wanted: events" in wrong(made.checks())

    def test_finds_a_move_that_was_lost(self, world: World, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(writer, "perform", lambda *arguments: None)
        made = work(crew(world), [InProcess(world), InProcess(world)])
        assert "service, own records: events" in wrong(made.checks())

    def test_finds_a_locked_database(self, world: World):
        made = crew(world)
        made._note([Answer(latencies=[0.1], elapsed=0.1, locked=1)])
        assert "service: database is locked" in wrong(made.checks())
