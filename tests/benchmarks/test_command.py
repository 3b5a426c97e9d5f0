"""The command says what is broken, and fails only where it was asked to check."""

from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.results import Ratio, Result, RowCheck
from tests.benchmarks.conftest import measurement, result


@pytest.fixture
def kept() -> Result:
    """A result that keeps every budget of SQLite."""
    numbers = {"p99": 0.1, "p50": 0.5, "throughput": 1.0, "throughput of one": 1.0}
    writers = measurement(
        "writers",
        ratios=tuple(
            Ratio(figure=figure, of="service", to="orm", rounds=(value,), median=value)
            for figure, value in numbers.items()
        ),
    )
    return result(measurement(), measurement("buttons", statements=2), writers)


def written(tmp_path: Path, found: Result) -> str:
    path = tmp_path / "result.json"
    path.write_text(found.model_dump_json(), encoding="utf-8")
    return str(path)


class TestCommand:
    def test_ends_well_where_all_budgets_are_kept(
        self, tmp_path: Path, kept: Result, capsys: pytest.CaptureFixture[str]
    ):
        assert main(["--read", written(tmp_path, kept), "--check"]) == 0
        assert "kept." in capsys.readouterr().out

    def test_fails_where_a_row_is_missing(
        self, tmp_path: Path, kept: Result, capsys: pytest.CaptureFixture[str]
    ):
        wrong = measurement(checks=(RowCheck(what="events", expected=60, found=59),))
        others = kept.databases[0].measurements[1:]
        path = written(tmp_path, result(wrong, *others))
        assert main(["--read", path, "--check"]) == 1
        line = next(line for line in capsys.readouterr().out.splitlines() if "BROKEN" in line)
        assert line.split() == ["BROKEN", "SQLite", "Move", "events", "59", "=", "60"]

    def test_only_tells_without_check(self, tmp_path: Path):
        assert main(["--read", written(tmp_path, result(measurement(ratio=9.0)))]) == 0

    def test_writes_what_it_has_read(self, tmp_path: Path, kept: Result):
        copy = tmp_path / "copy.json"
        main(["--read", written(tmp_path, kept), "--json", str(copy)])
        assert Result.model_validate_json(copy.read_text(encoding="utf-8")) == kept
