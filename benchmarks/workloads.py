"""What is measured on each database, and against what."""

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.utils import translation

from benchmarks.buttons import OrmQueries, ServiceButtons
from benchmarks.counting import check_moves, check_same_rows, statements_of
from benchmarks.moves import OrmMoves, ServiceMoves
from benchmarks.results import DatabaseResult, Measurement, Ratio, RowCheck, Side
from benchmarks.rounds import Rounds, Stopwatch, ratios
from benchmarks.world import World, build_world, make_records, signed_out
from benchmarks.writers import measure_writers

FULL_ROUNDS, QUICK_ROUNDS = 11, 7
FULL_SIZE, QUICK_SIZE = 150, 60
FULL_SECONDS, QUICK_SECONDS = 4.0, 2.0


def measure_database(*, is_quick: bool) -> DatabaseResult:
    """Everything, on the database of the settings, which must be empty."""
    rounds, size, seconds = (
        (QUICK_ROUNDS, QUICK_SIZE, QUICK_SECONDS) if is_quick else (FULL_ROUNDS, FULL_SIZE, FULL_SECONDS)
    )
    call_command("migrate", interactive=False, verbosity=0)
    with translation.override("en"):
        world = build_world()
        measure: Mapping[str, Callable[[], Measurement]] = {
            "a move": partial(measure_move, world, rounds=rounds, size=size),
            "buttons": partial(measure_buttons, world, rounds=rounds, size=size),
            "four writers": partial(measure_writers, world, rounds=rounds, seconds=seconds),
        }
        measurements = []
        for name, one in measure.items():
            sys.stderr.write(f"  {name}\n")
            measurements.append(one())
    return DatabaseResult(
        database="sqlite" if connection.vendor == "sqlite" else "postgresql",
        version=_ask("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"),
        settings=_durability(),
        measurements=tuple(measurements),
    )


def measure_move(world: World, *, rounds: int, size: int) -> Measurement:
    lists = {key: make_records(world, size) for key in ("service", "broker", "orm")}
    labels = {"service": "service", "broker": "service, with a broker in memory", "orm": "bare ORM"}
    watch = Stopwatch(
        {
            "service": ServiceMoves(world, lists["service"]),
            "broker": ServiceMoves(world, lists["broker"], with_broker=True),
            "orm": OrmMoves(world, lists["orm"]),
        },
        rounds=rounds,
        size=size,
    )
    watch.warm_up(10)
    statements = _statements(watch)
    timed = watch.run("orm")
    checks = [check for key, ids in lists.items() for check in check_moves(labels[key], ids, watch.done)]
    checks += [check_same_rows(labels[key], lists[key], lists["orm"]) for key in ("service", "broker")]
    return Measurement(
        key="move",
        title="A move through the service",
        about=(
            "Two form fields and one e-mail; the request has loaded the person with their teams. Against: "
            "the record with its joins, the same guarded UPDATE, the event and the row of the outbox through "
            "the bare ORM, in one transaction, without a rule or a form. The wake-up call of the worker "
            "writes no row: it counts only where a broker is named."
        ),
        sides=_sides(labels, timed, statements),
        ratios=(
            *_ratios(timed, "service", "orm"),
            *_ratios(timed, "broker", "orm", suffix=" with a broker"),
        ),
        checks=tuple(checks),
        rounds=rounds,
        operations=watch.done,
        is_noisy=timed.is_noisy,
        was_repeated=timed.was_repeated,
    )


def measure_buttons(world: World, *, rounds: int, size: int) -> Measurement:
    records = make_records(world, size)
    # Each request has a person of its own, whose teams are read anew; twice, should the rounds be repeated.
    people = [signed_out(world.alice.username) for _operation in range(2 * rounds * size + 20)]
    service = ServiceButtons(records, people)
    orm = OrmQueries(world, records)
    labels = {"service": "service", "orm": "bare ORM"}
    watch = Stopwatch({"service": service, "orm": orm}, rounds=rounds, size=size)
    watch.warm_up(10)
    statements = _statements(watch)
    timed = watch.run("orm")
    return Measurement(
        key="buttons",
        title="The buttons of a record",
        about=(
            "The record and the person's teams with their rights are read, and every transition of the state "
            "is judged. Against: two queries of the bare ORM, for the record with its joins and the teams, "
            "that do nothing with what they read."
        ),
        sides=_sides(labels, timed, statements),
        ratios=tuple(_ratios(timed, "service", "orm")),
        checks=(
            RowCheck(
                what="service: records with the right buttons", expected=watch.done, found=service.right
            ),
            *orm.checks(labels["orm"], watch.done),
        ),
        rounds=rounds,
        operations=watch.done,
        is_noisy=timed.is_noisy,
        was_repeated=timed.was_repeated,
    )


def _statements(watch: Stopwatch) -> dict[str, int]:
    """How many statements one operation of each side takes; it is done like any other."""
    number = watch.done
    found = {key: statements_of(partial(operation, number)) for key, operation in watch.sides.items()}
    watch.done += 1
    return found


def _sides(labels: Mapping[str, str], timed: Rounds, statements: Mapping[str, int]) -> tuple[Side, ...]:
    return tuple(
        Side(
            key=key,
            label=label,
            usual_ms=round(statistics.median(timed.clocks.seconds[key]) * 1000, 3),
            statements=statements[key],
        )
        for key, label in labels.items()
    )


def _ratios(timed: Rounds, of: str, to: str, *, suffix: str = "") -> Iterator[Ratio]:
    for figure, series in (("time", timed.clocks.seconds), ("processor time", timed.clocks.processor)):
        found = ratios(series, of, to)
        middle = round(statistics.median(found), 3)
        yield Ratio(figure=figure + suffix, of=of, to=to, rounds=found, median=middle)


def _durability() -> dict[str, str]:
    """The settings that say how far a commit reaches."""
    if connection.vendor == "sqlite":
        levels = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}
        level = _ask("PRAGMA synchronous")
        return {"journal_mode": _ask("PRAGMA journal_mode"), "synchronous": levels.get(level, level)}
    return {name: _ask(f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")}


def _ask(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
