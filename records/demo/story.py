"""What happened at the demo company, before anything of it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Move:
    """A transition performed `by` somebody, and what was typed besides what its form said already.
    `tasks_done_at` is when the tasks it made were done, None for not yet."""

    at: datetime
    key: str
    by: str
    typed: Mapping[str, str] = field(default_factory=dict)
    tasks_done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Fields that got new plain values."""

    at: datetime
    by: str
    changes: Mapping[str, Any]


type Happening = Move | Note | Edit


@dataclass(frozen=True, slots=True)
class AccountStory:
    key: str
    name: str
    owner: str
    at: datetime
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContactStory:
    """`account` is the account's key; the contact has its owner and phone number."""

    key: str
    name: str
    account: str
    at: datetime
    role: str


@dataclass(frozen=True, slots=True)
class DealStory:
    """`contact` is the contact's key; the account is that of the contact."""

    name: str
    contact: str
    owner: str
    at: datetime
    plain: Mapping[str, Any]
    happenings: Sequence[Happening]


@dataclass(frozen=True, slots=True)
class Story:
    accounts: Sequence[AccountStory]
    contacts: Sequence[ContactStory]
    deals: Sequence[DealStory]
