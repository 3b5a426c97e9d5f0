"""The two shapes of an action: in the move's transaction, or through the outbox after it."""

from abc import abstractmethod
from typing import Any

from pydantic import BaseModel

from processes.actions import ActionKind
from records.engine.moment import Moment


class TransactionKind[Config: BaseModel](ActionKind[Config]):
    """Carried out with the move: it changes the plan, so that the move writes it."""

    @abstractmethod
    def plan(self, config: Config, moment: Moment) -> str:
        """Add to the moment. Returns what went wrong where a target no longer exists (the move goes on and
        a failed run says so), else ""; raises ActionValueError where a value is refused: so is the move."""


class OutboxKind[Config: BaseModel](ActionKind[Config]):
    """Carried out after the commit, by a worker, from a snapshot taken while the move was planned."""

    @abstractmethod
    def snapshot(self, config: Config, moment: Moment) -> dict[str, Any]:
        """What is to be done, rendered now, as JSON. Reads only."""


class ActionValueError(ValueError):
    """A value that a field refuses, as a sentence in the reader's language."""
