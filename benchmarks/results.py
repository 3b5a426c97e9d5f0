"""What a run found, as it is kept in JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

type Database = Literal["sqlite", "postgresql"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Side(_Model):
    """One way to do the work, with milliseconds of one operation; None where a number doesn't apply."""

    key: str
    label: str
    usual_ms: float
    p99_ms: float | None = None
    per_second: float | None = None
    statements: int | None = None


class Ratio(_Model):
    """One number of one side divided by that of another, in each round; both ran in the same round."""

    figure: str
    of: str
    to: str
    rounds: tuple[float, ...]
    median: float

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.rounds), max(self.rounds)


class RowCheck(_Model):
    """Something that was counted afterwards, so that a fast wrong answer fails."""

    what: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        return self.expected == self.found


class Measurement(_Model):
    """`is_noisy`: the baseline itself moved by more than a quarter from round to round, twice in a row."""

    key: str
    title: str
    about: str
    sides: tuple[Side, ...]
    ratios: tuple[Ratio, ...]
    checks: tuple[RowCheck, ...]
    rounds: int
    operations: int
    is_noisy: bool = False
    was_repeated: bool = False

    def ratio(self, figure: str) -> Ratio | None:
        return next((ratio for ratio in self.ratios if ratio.figure == figure), None)

    def side(self, key: str) -> Side | None:
        return next((side for side in self.sides if side.key == key), None)


class DatabaseResult(_Model):
    """`settings` are those that say how far a commit reaches: to the disk or not."""

    database: Database
    version: str
    settings: dict[str, str]
    measurements: tuple[Measurement, ...]

    def measurement(self, key: str) -> Measurement | None:
        return next((one for one in self.measurements if one.key == key), None)


class Machine(_Model):
    cpus: int
    load_before: float
    load_after: float
    system: str
    python: str
    packages: dict[str, str]


class Result(_Model):
    format: Literal[1] = 1
    measured_on: str
    is_quick: bool
    machine: Machine
    databases: tuple[DatabaseResult, ...]
