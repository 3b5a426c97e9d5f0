"""What stands in the database afterwards, and how many statements an operation takes."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from automations.models import ActionRun
from benchmarks.results import RowCheck
from records.choices import EventKind
from records.models import Record, RecordEvent


def statements_of(operation: Callable[[], None]) -> int:
    """Statements of one operation, BEGIN and COMMIT included."""
    with CaptureQueriesContext(connection) as captured:
        operation()
    return len(captured)


def check_moves(who: str, record_ids: Sequence[int], moves: int) -> list[RowCheck]:
    """One event, one row of the outbox and one revision for each move of these new records."""
    events = RecordEvent.objects.filter(record__in=record_ids, kind=EventKind.TRANSITION)
    runs = ActionRun.objects.filter(event__record__in=record_ids)
    revisions = Record.objects.filter(pk__in=record_ids).aggregate(all=Sum("revision"))["all"]
    return [
        RowCheck(what=f"{who}: events", expected=moves, found=events.count()),
        RowCheck(what=f"{who}: rows of the outbox", expected=moves, found=runs.count()),
        RowCheck(what=f"{who}: increases of a revision", expected=moves, found=revisions - len(record_ids)),
    ]


def rows_of(record_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """What the moves of these records wrote, without the ids that differ from list to list."""
    place = {pk: number for number, pk in enumerate(record_ids)}
    records = Record.objects.filter(pk__in=record_ids).values_list(
        "pk",
        "name",
        "values",
        "revision",
        "state",
        "entered_state_at",
        "entered_by",
        "updated_at",
        "updated_by",
    )
    runs = ActionRun.objects.filter(event__record__in=record_ids).values_list(
        "event__record",
        *("kind", "status", "run_at", "created_at", "payload", "action"),
        *("event__kind", "event__actor", "event__at", "event__transition", "event__from_state"),
        *("event__to_state", "event__changes", "event__seconds_in_state", "event__request_key"),
    )
    rows = [(place[row[0]], *row[1:]) for row in [*records.order_by("pk"), *runs.order_by("event_id")]]
    return sorted(rows, key=lambda row: (row[0], len(row)))


def check_same_rows(who: str, record_ids: Sequence[int], others: Sequence[int]) -> RowCheck:
    """That the same was written to both lists of records, value by value."""
    expected = rows_of(others)
    found = rows_of(record_ids)
    same = sum(one == other for one, other in zip(found, expected, strict=False))
    return RowCheck(what=f"{who}: rows as the bare ORM writes them", expected=len(expected), found=same)
