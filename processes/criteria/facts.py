"""What criteria are judged by, and what a judgement looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from processes.criteria.tree import Leaf
from processes.fields import Stored


@dataclass(frozen=True, slots=True)
class Facts:
    """One record as its rules see it.

    `values` are stored values by field key, those of the system's fields among them; `today` is the
    organisation's day; `actor_id` is who acts, None for nobody.
    """

    values: Mapping[str, Stored]
    today: date
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether one rule holds."""

    leaf: Leaf
    passed: bool


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Whether a group holds, with every part of it judged."""

    is_any: bool
    parts: "tuple[GroupResult | CheckResult, ...]"
    passed: bool
