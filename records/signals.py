"""The one signal that goes upwards: an event was written, inside its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """What has to happen after the move: an action, its snapshot, and when it is due.

    `error` is set where the action could not be planned: it is kept as a failed run that says so.
    """

    action_id: int
    kind: str
    run_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


# Arguments: event (RecordEvent), entries (list[OutboxEntry]), now (datetime).
event_written = Signal()

# The demo company is written, in a transaction that isn't committed yet; no arguments.
demo_built = Signal()
