"""A broken budget, a missing measurement and a wrong count are told; nothing else is."""

import pytest
from pydantic import ValidationError

from benchmarks.budgets import Budget, Budgets, Finding, judge, read_budgets
from benchmarks.results import Result, RowCheck
from tests.benchmarks.conftest import measurement, result

TIME = Budget(measurement="move", figure="time", at_most=1.3)
STATEMENTS = Budget(measurement="move", figure="statements", at_most=6)


def broken(found: Result, *budgets: Budget) -> list[Finding]:
    return [one for one in judge(found, Budgets(quick_slack=1.3, budgets=budgets)) if not one.holds]


class TestJudge:
    def test_keeps_quiet_about_what_is_within_its_limits(self):
        assert broken(result(), TIME, STATEMENTS) == []

    def test_tells_a_ratio_that_is_too_high(self):
        (finding,) = broken(result(measurement(ratio=1.31)), TIME)
        assert (finding.what, finding.value, finding.limit) == ("time", "1.31", "≤ 1.3")

    def test_tells_a_ratio_that_is_too_low(self):
        (finding,) = broken(result(), Budget(measurement="move", figure="time", at_least=1.25))
        assert finding.limit == "≥ 1.25"

    def test_tells_a_statement_too_many(self):
        (finding,) = broken(result(measurement(statements=7)), STATEMENTS)
        assert finding.what == "statements"

    def test_allows_a_quick_run_to_miss_a_ratio_but_no_statement(self):
        found = result(measurement(ratio=1.6, statements=7), is_quick=True)
        assert [one.what for one in broken(found, TIME, STATEMENTS)] == ["statements"]

    @pytest.mark.parametrize("budget", [TIME.model_copy(update={"measurement": "buttons"}),
                                        TIME.model_copy(update={"figure": "p99"})])  # fmt: skip
    def test_tells_what_was_not_measured(self, budget: Budget):
        (finding,) = broken(result(), budget)
        assert finding.value == "not measured"

    def test_passes_over_budgets_of_the_other_database(self):
        assert broken(result(), TIME.model_copy(update={"databases": ("postgresql",), "at_most": 0.1})) == []

    def test_tells_a_row_that_is_missing(self):
        fast_but_wrong = measurement(
            ratio=0.1,
            checks=(
                RowCheck(what="events", expected=60, found=60),
                RowCheck(what="rows of the outbox", expected=60, found=59),
            ),
        )
        (finding,) = broken(result(fast_but_wrong), TIME)
        assert (finding.what, finding.value, finding.limit) == ("rows of the outbox", "59", "= 60")

    def test_tells_a_measurement_that_counted_nothing(self):
        (finding,) = broken(result(measurement(checks=())))
        assert finding.what == "counts of rows"

    def test_notes_that_a_ratio_was_noisy(self):
        (finding,) = broken(result(measurement(ratio=2.0, is_noisy=True)), TIME)
        assert finding.note == "noisy"


class TestBudgets:
    def test_can_be_read(self):
        assert {budget.measurement for budget in read_budgets().budgets} == {"move", "buttons", "writers"}

    def test_have_one_limit_each(self):
        with pytest.raises(ValidationError):
            Budget(measurement="move", figure="time", at_most=1, at_least=1)
        with pytest.raises(ValidationError):
            Budget(measurement="move", figure="time")
