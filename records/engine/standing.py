"""Where a record stands: its state, the version it follows, and whether its process is in use."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from processes.definition import StateDef, TransitionDef, VersionDef
from processes.loading import version_def
from records.models import Record


@dataclass(frozen=True, slots=True)
class Standing:
    version: VersionDef
    state: StateDef
    is_process_active: bool

    @property
    def offered(self) -> tuple[TransitionDef, ...]:
        return self.version.offered_in(self.state)

    @property
    def is_state_field_locked(self) -> bool:
        """In a process, or at an exit that has a way on."""
        return not self.state.is_exit or bool(self.offered)


def standing_of(record: Record) -> Standing | None:
    """None for a record that stands nowhere. Reads nothing when the record came with its state's version."""
    state = record.state
    if state is None:
        return None
    version = version_def(state.version_id, record.module)
    process = state.version.process
    return Standing(
        version, version.states_by_id[state.pk], process.is_active and process.archived_at is None
    )


@dataclass(frozen=True, slots=True)
class Stood:
    """Where the record stood when a page was drawn; travels through the page as one word."""

    run_id: int
    state_id: int
    entered_at: int

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls(record.run_id or 0, record.state_id or 0, _microseconds(record.entered_state_at))

    @classmethod
    def parse(cls, word: str) -> Self | None:
        """The place a page named, or None where it named none that can be read."""
        try:
            run_id, state_id, entered_at = (int(part) for part in word.split("-"))
        except ValueError:
            return None
        return cls(run_id, state_id, entered_at)

    def __str__(self) -> str:
        return f"{self.run_id}-{self.state_id}-{self.entered_at}"


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return 0
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
