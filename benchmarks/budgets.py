"""What a run must keep: ratios and statements within their limits, and every count of rows right."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from benchmarks.results import Database, DatabaseResult, Measurement, Result

FILE = Path(__file__).with_name("budgets.toml")
STATEMENTS = "statements"
MEASURED = "service"


class Budget(BaseModel):
    """A limit of one figure of a measurement: a ratio, or the statements of the service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measurement: str
    figure: str
    databases: tuple[Database, ...] = ("sqlite", "postgresql")
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def has_one_limit(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("A budget has either at_most or at_least.")
        return self

    def limit(self, slack: float) -> str:
        low, high = self._limits(slack)
        return f"≥ {low:.4g}" if high is None else f"≤ {high:.4g}"

    def holds(self, value: float, slack: float) -> bool:
        low, high = self._limits(slack)
        return (low is None or value >= low) and (high is None or value <= high)

    def _limits(self, slack: float) -> tuple[float | None, float | None]:
        # Statements are counted, not timed: there is no noise to allow for.
        slack = 1.0 if self.figure == STATEMENTS else slack
        low = None if self.at_least is None else self.at_least / slack
        high = None if self.at_most is None else self.at_most * slack
        return low, high


class Budgets(BaseModel):
    """`quick_slack`: by how much a quick run may miss a ratio."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quick_slack: float
    budgets: tuple[Budget, ...]


@dataclass(frozen=True)
class Finding:
    """One line of the verdict. `value` and `limit` are texts."""

    database: str
    measurement: str
    what: str
    value: str
    limit: str
    holds: bool
    note: str = ""


def read_budgets(path: Path = FILE) -> Budgets:
    return Budgets.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def judge(result: Result, budgets: Budgets) -> list[Finding]:
    """Every budget and every count of rows of the databases that were measured; what is missing is broken."""
    slack = budgets.quick_slack if result.is_quick else 1.0
    return [
        finding
        for database in result.databases
        for finding in (*_budgets(database, budgets, slack), *_rows(database))
    ]


def _budgets(database: DatabaseResult, budgets: Budgets, slack: float) -> Iterator[Finding]:
    for budget in budgets.budgets:
        if database.database not in budget.databases:
            continue
        limit = budget.limit(slack)
        measurement = database.measurement(budget.measurement)
        value = None if measurement is None else _value(measurement, budget.figure)
        if measurement is None or value is None:
            title = measurement.title if measurement else budget.measurement
            yield Finding(database.database, title, budget.figure, "not measured", limit, holds=False)
            continue
        yield Finding(
            database.database,
            measurement.title,
            budget.figure,
            f"{value:.4g}",
            limit,
            holds=budget.holds(value, slack),
            note="noisy" if measurement.is_noisy and budget.figure != STATEMENTS else "",
        )


def _value(measurement: Measurement, figure: str) -> float | None:
    if figure == STATEMENTS:
        side = measurement.side(MEASURED)
        return None if side is None else side.statements
    ratio = measurement.ratio(figure)
    return None if ratio is None else ratio.median


def _rows(database: DatabaseResult) -> Iterator[Finding]:
    """One line for all counts of a measurement that are right, one for each that is wrong."""
    for measurement in database.measurements:
        wrong = [check for check in measurement.checks if not check.holds]
        for check in wrong:
            limit = f"= {check.expected}"
            yield Finding(
                database.database, measurement.title, check.what, str(check.found), limit, holds=False
            )
        if not wrong:
            counted = len(measurement.checks)
            # A measurement that counts nothing may have done nothing.
            yield Finding(
                database.database, measurement.title, "counts of rows", f"{counted} right", "all", counted > 0
            )
