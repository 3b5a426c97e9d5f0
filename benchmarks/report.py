"""A result as a table for the terminal and as the page in docs/."""

from collections.abc import Iterator, Sequence

from benchmarks.budgets import Finding
from benchmarks.results import DatabaseResult, Measurement, Ratio, Result, Side

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def heading(database: DatabaseResult) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in database.settings.items())
    return f"{NAMES[database.database]} {database.version} ({settings})"


def as_text(result: Result) -> str:
    """Sides and ratios, for people at a terminal."""
    parts = [_machine(result)]
    for database in result.databases:
        parts.append(f"\n{heading(database)}")
        for measurement in database.measurements:
            parts.append(f"\n  {measurement.title}{_marks(measurement)}")
            parts += _indented([_side_cells(side) for side in measurement.sides])
            parts += _indented([_ratio_cells(measurement, ratio) for ratio in measurement.ratios])
    return "\n".join(parts) + "\n"


def findings_as_text(findings: Sequence[Finding]) -> str:
    """The budgets, broken ones marked."""
    rows = [
        (
            "ok" if finding.holds else "BROKEN",
            NAMES.get(finding.database, finding.database),
            finding.measurement,
            finding.what,
            finding.value,
            finding.limit,
            finding.note,
        )
        for finding in findings
    ]
    broken = sum(not finding.holds for finding in findings)
    verdict = f"{broken} of {len(findings)} broken." if broken else f"All {len(findings)} kept."
    return "\n".join(["\nBudgets", *_indented(rows), f"\n{verdict}"]) + "\n"


def as_page(result: Result, findings: Sequence[Finding]) -> str:
    """docs/benchmarks.md: written by the command, never by hand."""
    return "\n".join([*_introduction(result), *_tables(result), *_budget_table(findings)]) + "\n"


def _introduction(result: Result) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield (
        "What the engine costs, as ratios to plain statements that write or read the same rows, taken in "
        "turns in the same run. Milliseconds are this machine's; only ratios can be compared. This page and "
        "`benchmarks.json` beside it are written by `python -m benchmarks --docs`.\n"
    )
    yield f"{_machine(result)}\n"
    yield (
        "A round does all sides in turns of ten operations, in reversed order every other round. Its "
        "number, “usual” below, is the operation that a quarter of the round’s are no slower than: one "
        "that nothing else on the machine disturbed; of several writers it is the median. “Processor "
        "time” is what the program itself computed, without the database server, the disk and other "
        "programs; as both sides ask the same of those, its ratio is the stricter one, and the one that "
        "a busy machine can’t blur. A ratio is the median of the rounds’ ratios, with the lowest and "
        "the highest. “Noisy”: the time of the baseline itself moved by more than a quarter from round "
        "to round, also when the rounds were repeated. Everything written is counted afterwards, and "
        "moves are compared value by value with what the baseline wrote.\n"
    )


def _tables(result: Result) -> Iterator[str]:
    for database in result.databases:
        yield f"## {heading(database)}\n"
        for measurement in database.measurements:
            yield f"### {measurement.title}{_marks(measurement)}\n"
            yield f"{measurement.about} {measurement.rounds} rounds, {measurement.operations:,} operations.\n"
            head = ("", "usual", "p99", "per second", "statements")
            yield _markdown(head, [_side_cells(side) for side in measurement.sides])
            ratios = [_ratio_cells(measurement, ratio) for ratio in measurement.ratios]
            yield _markdown(("ratio", "of", "median", "spread"), ratios)


def _budget_table(findings: Sequence[Finding]) -> Iterator[str]:
    yield "## Budgets\n"
    yield "`python -m benchmarks --check` fails where one of `benchmarks/budgets.toml` is broken.\n"
    head = ("", "database", "measurement", "figure", "found", "budget")
    rows = [
        (
            "kept" if finding.holds else "**broken**",
            NAMES.get(finding.database, finding.database),
            finding.measurement,
            finding.what,
            " ".join(filter(None, (finding.value, finding.note))),
            finding.limit,
        )
        for finding in findings
    ]
    yield _markdown(head, rows).rstrip("\n")


def _machine(result: Result) -> str:
    machine = result.machine
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    quick = ", quick run" if result.is_quick else ""
    return (
        f"Measured on {result.measured_on}{quick}: {machine.cpus} CPUs ({machine.system}), load "
        f"{machine.load_before} before and {machine.load_after} after, Python {machine.python}, {packages}."
    )


def _marks(measurement: Measurement) -> str:
    return " (noisy)" if measurement.is_noisy else ""


def _side_cells(side: Side) -> tuple[str, ...]:
    return (
        side.label,
        f"{side.usual_ms:.2f} ms",
        "" if side.p99_ms is None else f"{side.p99_ms:.1f} ms",
        "" if side.per_second is None else f"{side.per_second:,.0f}/s",
        "" if side.statements is None else str(side.statements),
    )


def _ratio_cells(measurement: Measurement, ratio: Ratio) -> tuple[str, ...]:
    of, to = measurement.side(ratio.of), measurement.side(ratio.to)
    low, high = ratio.spread
    return (
        ratio.figure,
        f"{of.label if of else ratio.of} / {to.label if to else ratio.to}",
        f"{ratio.median:.3g}",
        f"{low:.3g} – {high:.3g}",
    )


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _indented(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells in columns as wide as the widest."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return [
        "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
