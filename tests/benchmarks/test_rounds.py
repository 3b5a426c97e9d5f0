"""All sides take turns at the same operations, and a restless baseline makes them do it again."""

import pytest

from benchmarks.rounds import Clocks, Stopwatch, is_noisy, percentile, percentile_of_time, ratios


class TestStopwatch:
    def test_lets_all_sides_do_the_same_in_turns(self):
        done: list[tuple[str, int]] = []
        sides = {name: lambda number, name=name: done.append((name, number)) for name in ("one", "two")}
        watch = Stopwatch(sides, rounds=2, size=15)
        watch._run()
        first, second = done[:30], done[30:]
        assert [name for name, _number in first] == ["one"] * 10 + ["two"] * 10 + ["one"] * 5 + ["two"] * 5
        assert [name for name, _number in second] == ["two"] * 10 + ["one"] * 10 + ["two"] * 5 + ["one"] * 5
        for side in sides:
            assert [number for name, number in done if name == side] == list(range(30))
        assert watch.done == 30

    def test_goes_on_counting_after_the_warm_up(self):
        numbers: list[int] = []
        watch = Stopwatch({"one": numbers.append}, rounds=1, size=2)
        watch.warm_up(3)
        watch._run()
        assert numbers == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("first", "second", "was_repeated", "noisy"),
        [
            ([1.0, 1.1, 1.2], [], False, False),
            ([1.0, 1.1, 1.4], [1.0, 1.0, 1.1], True, False),
            ([1.0, 1.1, 1.4], [1.0, 1.0, 1.5], True, True),
        ],
    )
    def test_repeats_noisy_rounds_once(
        self, first: list[float], second: list[float], was_repeated: bool, noisy: bool
    ):
        watch = Stopwatch({}, rounds=3, size=1)
        runs = iter([Clocks({"orm": first}, {}), Clocks({"orm": second}, {})])
        watch._run = lambda: next(runs)  # type: ignore[method-assign]
        found = watch.run("orm")
        assert (found.was_repeated, found.is_noisy) == (was_repeated, noisy)
        assert found.clocks.seconds == {"orm": second or first}


def test_ratios_are_those_of_each_round():
    assert ratios({"service": [3.0, 2.0], "orm": [2.0, 4.0]}, "service", "orm") == (1.5, 0.5)


def test_percentiles_are_values_that_occurred():
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, percent) for percent in (0, 25, 50, 99, 100)] == [1, 25, 50, 99, 100]
    assert percentile([7.0], 99) == 7.0


def test_percentiles_of_time_weigh_long_waits():
    waits = [3.0, *[0.01] * 100]
    assert percentile(waits, 99) == 0.01
    assert percentile_of_time(waits, 99) == 3.0
    assert percentile_of_time(waits, 10) == 0.01
    assert percentile_of_time([2.0], 0) == 2.0


def test_a_baseline_is_noisy_beyond_a_quarter():
    assert not is_noisy([1.0, 1.0, 1.25])
    assert is_noisy([1.0, 1.0, 1.26])
