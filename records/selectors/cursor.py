"""A place in a list that is ordered by a moment and the primary key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MomentCursor:
    """The last row of a page, to the microsecond."""

    at: datetime
    pk: int

    @classmethod
    def parse(cls, word: str) -> Self | None:
        """None for what no page has ever written, which is then read as the first page."""
        try:
            at, pk = (int(part) for part in word.split("-"))
            return cls(_EPOCH + at * _MICROSECOND, pk) if 0 < pk <= _LARGEST else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.pk}"
