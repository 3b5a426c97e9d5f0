"""Four processes that write at once: the service against rules evaluated inside the transaction."""

import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from signal import SIGKILL
from typing import IO

from benchmarks.counting import check_moves
from benchmarks.results import Measurement, Ratio, RowCheck, Side
from benchmarks.rounds import is_noisy, percentile, percentile_of_time, ratios
from benchmarks.world import World, make_records
from benchmarks.writer import Answer, Order
from blueprint_project.supervisor import end_with_parent

WRITERS = 4
OWN = 25
SHARED = 20


class WriterProcess:
    """A process that obeys orders: `ask` and wait until it is `ready`, then `go` and wait for the answer."""

    def __init__(self) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: end_with_parent(parent, SIGKILL),
        )

    def ask(self, order: Order) -> None:
        self._write(order.model_dump_json())

    def ready(self) -> None:
        self._read()

    def go(self) -> None:
        self._write("go")

    def answer(self) -> Answer:
        return Answer.model_validate_json(self._read())

    def _write(self, line: str) -> None:
        pipe = _pipe(self.process.stdin)
        pipe.write(f"{line}\n")
        pipe.flush()

    def _read(self) -> str:
        line = _pipe(self.process.stdout).readline()
        if not line:
            raise RuntimeError("A writer has ended before its time: see its message above.")
        return line

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("A writer has no pipe.")
    return pipe


@contextmanager
def writer_processes(number: int) -> Iterator[list[WriterProcess]]:
    writers: list[WriterProcess] = []
    try:
        writers.extend(WriterProcess() for _writer in range(number))
        for writer in writers:
            writer.ready()
        yield writers
    finally:
        for writer in writers:
            writer.stop()


@dataclass
class Crew:
    """One way to write, with records of its own, and what came of it round by round."""

    key: str
    label: str
    is_inside: bool
    shared: list[int]
    own: list[list[int]]
    latencies: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def work(self, processes: Sequence[WriterProcess], seconds: float) -> None:
        at_work = list(zip(processes, self.own, strict=False))
        for process, own in at_work:
            process.ask(
                Order(
                    is_inside=self.is_inside,
                    seconds=seconds,
                    shared=self.shared,
                    own=own,
                    number=self.counts["rounds"],
                )
            )
        for process, _own in at_work:
            process.ready()
        for process, _own in at_work:
            process.go()
        self._note([process.answer() for process, _own in at_work])

    def _note(self, answers: Sequence[Answer]) -> None:
        latencies = [latency for answer in answers for latency in answer.latencies]
        self.latencies += latencies
        self.per_second.append(len(latencies) / max(answer.elapsed for answer in answers))
        self.p50.append(percentile(latencies, 50))
        self.p99.append(percentile_of_time(latencies, 99))
        self.counts["rounds"] += 1
        self.counts["moves"] += len(latencies)
        for answer in answers:
            self.counts.update(won=answer.won, lost=answer.lost, locked=answer.locked)

    def side(self) -> Side:
        return Side(
            key=self.key,
            label=self.label,
            usual_ms=round(percentile(self.latencies, 50) * 1000, 3),
            p99_ms=round(statistics.median(self.p99) * 1000, 3),
            per_second=round(statistics.median(self.per_second), 1),
        )

    def checks(self) -> list[RowCheck]:
        shared = len(self.shared) * self.counts["rounds"]
        own = [pk for pks in self.own for pk in pks]
        checks = check_moves(f"{self.label}, own records", own, self.counts["moves"])
        if not self.is_inside:
            locked = self.counts["locked"]
            checks.append(RowCheck(what=f"{self.label}: database is locked", expected=0, found=locked))
        if self.shared:
            checks += check_moves(f"{self.label}, records that all four wanted", self.shared, shared)
            checks.append(
                RowCheck(
                    what=f"{self.label}: told that they moved it", expected=shared, found=self.counts["won"]
                )
            )
        return checks


def measure_writers(world: World, *, rounds: int, seconds: float) -> Measurement:
    """Rounds of each crew in turn, of so many seconds each."""
    crews = _crews(world)
    with writer_processes(WRITERS) as processes:
        was_repeated = _rounds(crews, processes, rounds, seconds)
    numbers = {
        "p99": {crew.key: crew.p99[-rounds:] for crew in crews},
        "p50": {crew.key: crew.p50[-rounds:] for crew in crews},
        "throughput": {crew.key: crew.per_second[-rounds:] for crew in crews},
    }
    return Measurement(
        key="writers",
        title="Four writers at once",
        about=(
            "Four processes move records of their own for a while, after all four wanted the same ones at "
            "the same moment. Against: the same plan and commit inside one transaction. The p99 is that of "
            "people who come at any moment: a writer who waits for seconds makes few moves, so that among "
            "the moves the long waits would hardly count."
        ),
        sides=tuple(crew.side() for crew in crews),
        ratios=(
            *(_ratio(figure, "service", "inside", found) for figure, found in numbers.items()),
            _ratio("throughput of one", "service", "one", numbers["throughput"]),
        ),
        checks=tuple(check for crew in crews for check in crew.checks()),
        rounds=rounds,
        operations=sum(crew.counts["moves"] for crew in crews),
        is_noisy=is_noisy(numbers["throughput"]["inside"]),
        was_repeated=was_repeated,
    )


def _crews(world: World) -> list[Crew]:
    def crew(key: str, label: str, *, is_inside: bool = False, writers: int = WRITERS) -> Crew:
        shared = make_records(world, SHARED) if writers > 1 else []
        own = [make_records(world, OWN) for _writer in range(writers)]
        return Crew(key, label, is_inside, shared, own)

    return [
        crew("service", "service"),
        crew("inside", "rules inside the transaction", is_inside=True),
        crew("one", "service, one writer", writers=1),
    ]


def _rounds(crews: Sequence[Crew], processes: Sequence[WriterProcess], rounds: int, seconds: float) -> bool:
    """All rounds; once more where the baseline was restless. Returns whether they were repeated."""
    inside = next(crew for crew in crews if crew.is_inside)
    _round_by_round(crews, processes, rounds, seconds)
    if not is_noisy(inside.per_second):
        return False
    _round_by_round(crews, processes, rounds, seconds)
    return True


def _round_by_round(
    crews: Sequence[Crew], processes: Sequence[WriterProcess], rounds: int, seconds: float
) -> None:
    for number in range(rounds):
        for crew in reversed(crews) if number % 2 else crews:
            crew.work(processes, seconds)


def _ratio(figure: str, of: str, to: str, series: dict[str, list[float]]) -> Ratio:
    found = ratios(series, of, to)
    return Ratio(figure=figure, of=of, to=to, rounds=found, median=round(statistics.median(found), 3))
