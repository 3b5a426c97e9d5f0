"""A small result, made in few words, and an outbox that is as it was afterwards."""

from typing import Any

import pytest

from automations import outbox
from benchmarks.results import Database, DatabaseResult, Machine, Measurement, Ratio, Result, RowCheck, Side


@pytest.fixture(autouse=True)
def outbox_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sides of a measurement say who is woken."""
    monkeypatch.setattr(outbox, "hand_over", outbox.hand_over)


def measurement(key: str = "move", ratio: float = 1.2, statements: int = 6, **values: Any) -> Measurement:
    defaults: dict[str, Any] = {
        "key": key,
        "title": key.title(),
        "about": "Something is done.",
        "sides": (
            Side(key="service", label="service", usual_ms=2.4, statements=statements),
            Side(key="orm", label="bare ORM", usual_ms=2.0, statements=6),
        ),
        "ratios": tuple(
            Ratio(figure=figure, of="service", to="orm", rounds=(1.1, ratio, 1.9), median=ratio)
            for figure in ("time", "processor time")
        ),
        "checks": (RowCheck(what="events", expected=60, found=60),),
        "rounds": 3,
        "operations": 60,
    }
    return Measurement(**{**defaults, **values})


def result(*measurements: Measurement, is_quick: bool = False, database: Database = "sqlite") -> Result:
    return Result(
        measured_on="2026-11-24",
        is_quick=is_quick,
        machine=Machine(
            cpus=2,
            load_before=0.1,
            load_after=0.9,
            system="Linux",
            python="3.13.0",
            packages={"Django": "6.1"},
        ),
        databases=(
            DatabaseResult(
                database=database,
                version="3.45",
                settings={"synchronous": "NORMAL"},
                measurements=measurements or (measurement(),),
            ),
        ),
    )
