"""The shape of an action that a worker carries out: snapshot, bytes, sending."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.functional import Promise
from pydantic import BaseModel

from records.engine.effects import OutboxKind


class DeliveryError(Exception):
    """Something wasn't delivered; the text is a sentence for the person who looks at the run."""


class TransientError(DeliveryError):
    """May go well later: tried again."""


class PermanentError(DeliveryError):
    """Won't change by itself: the run fails until a person mends the cause."""


class DeliveryKind[Config: BaseModel](OutboxKind[Config]):
    """An action of the outbox. `key` is the same for all attempts of a run, so that a receiver can tell
    a repetition from a second message."""

    done_label: ClassVar[str | Promise]

    @abstractmethod
    def prepare(self, payload: Mapping[str, Any], *, key: UUID, now: datetime) -> bytes:
        """The very bytes to send, made once from the snapshot; raises PermanentError."""

    @abstractmethod
    def send(self, prepared: bytes, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send the bytes and return the answer as JSON; raises TransientError or PermanentError."""

    @abstractmethod
    def sentence(self, payload: Mapping[str, Any]) -> str:
        """What is or was to be done, in the reader's language."""
