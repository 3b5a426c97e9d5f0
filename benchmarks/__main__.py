"""`python -m benchmarks`: measure, print, and say whether the budgets are kept."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.budgets import judge, read_budgets
from benchmarks.report import as_page, as_text, findings_as_text
from benchmarks.results import Database, Result
from benchmarks.run import ROOT, RunError, measure_all
from tools.postgres import NoPostgres

DATABASES: dict[str, tuple[Database, ...]] = {
    "sqlite": ("sqlite",),
    "pg": ("postgresql",),
    "both": ("sqlite", "postgresql"),
}
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        result = _result(options)
    except (RunError, NoPostgres) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    findings = judge(result, read_budgets())
    sys.stdout.write(as_text(result) + findings_as_text(findings))
    for path in filter(None, (options.json, DOCUMENT.with_suffix(".json") if options.docs else None)):
        path.write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if options.docs:
        DOCUMENT.write_text(as_page(result, findings), encoding="utf-8")
    return int(options.check and not all(finding.holds for finding in findings))


def _result(options: argparse.Namespace) -> Result:
    if options.read is not None:
        return Result.model_validate_json(options.read.read_text(encoding="utf-8"))
    return measure_all(DATABASES[options.db], is_quick=options.quick)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--db", choices=DATABASES, default="both", help="which database (default: both)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    parser.add_argument("--check", action="store_true", help="fail (1) where a budget is broken")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md and .json")
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="measure nothing, take the result from there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
