"""Rounds in which all sides take turns, so that whatever slows the machine down slows all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Turns are so short that a neighbour's burst of work hits every side.
TURN = 10
# Of a round's operations that one counts which so many percent are no slower than: a pause of the machine
# lengthens those that it hits, and says nothing about the sides.
UNDISTURBED = 25
NOISE = 0.25

type Operation = Callable[[int], None]
# Side to its number in each round.
type Series = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Clocks:
    """The undisturbed operation of each round, by side: in seconds that passed, and in seconds that this
    program computed. The second leaves out the database server and whoever else uses the machine."""

    seconds: Series
    processor: Series


@dataclass(frozen=True)
class Rounds:
    clocks: Clocks
    was_repeated: bool
    is_noisy: bool


class Stopwatch:
    """Times operations; each has its own number, which goes on over all rounds, the same for all sides."""

    def __init__(self, sides: Mapping[str, Operation], *, rounds: int, size: int) -> None:
        self.sides = sides
        self.rounds = rounds
        self.size = size
        self.done = 0

    def warm_up(self, operations: int) -> None:
        """Do some operations without timing: plans of statements and definitions are cached by them."""
        for number in range(self.done, self.done + operations):
            for operation in self.sides.values():
                operation(number)
        self.done += operations

    def run(self, baseline: str) -> Rounds:
        """All rounds; once more where the baseline was too restless to compare with."""
        clocks = self._run()
        was_repeated = is_noisy(clocks.seconds[baseline])
        if was_repeated:
            clocks = self._run()
        return Rounds(clocks, was_repeated, is_noisy(clocks.seconds[baseline]))

    def _run(self) -> Clocks:
        seconds: dict[str, list[float]] = {name: [] for name in self.sides}
        processor: dict[str, list[float]] = {name: [] for name in self.sides}
        for number in range(self.rounds):
            for name, times in self._round(backwards=bool(number % 2)).items():
                passed, computed = zip(*times, strict=True)
                seconds[name].append(percentile(passed, UNDISTURBED))
                processor[name].append(percentile(computed, UNDISTURBED))
        return Clocks(seconds, processor)

    def _round(self, *, backwards: bool) -> dict[str, list[tuple[float, float]]]:
        order = list(self.sides)[::-1] if backwards else list(self.sides)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in order}
        for start in range(self.done, self.done + self.size, TURN):
            for name in order:
                operation, times = self.sides[name], taken[name]
                for number in range(start, min(start + TURN, self.done + self.size)):
                    begun, computed = time.perf_counter(), time.thread_time()
                    operation(number)
                    times.append((time.perf_counter() - begun, time.thread_time() - computed))
        self.done += self.size
        return taken


def is_noisy(baseline: Sequence[float]) -> bool:
    """Whether the baseline's own number moved by more than a quarter over the rounds."""
    middle = statistics.median(baseline)
    return middle > 0 and (max(baseline) - min(baseline)) / middle > NOISE


def ratios(series: Series, of: str, to: str) -> tuple[float, ...]:
    return tuple(round(one / other, 3) for one, other in zip(series[of], series[to], strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that so many percent of them don't exceed."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


def percentile_of_time(durations: Sequence[float], percent: float) -> float:
    """The duration that so many percent of all the time passes in no longer ones than."""
    left = sum(durations) * (1 - percent / 100)
    for duration in sorted(durations, reverse=True):
        left -= duration
        if left < 0:
            return duration
    return min(durations)
