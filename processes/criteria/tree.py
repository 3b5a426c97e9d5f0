"""Criteria as parsed data: groups of rules, and what each rule compares with."""

from dataclasses import dataclass

from processes.fields.operators import Operator


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in its plain form, as `Kind.from_plain` reads it."""

    plain: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Days:
    """The organisation's today plus so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class Me:
    """The person who acts."""


type Operand = Literal | Days | Me


@dataclass(frozen=True, slots=True)
class Leaf:
    """One rule: a field, an operator, and none, one or several operands."""

    field: str
    op: Operator
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rules and groups that must all hold, or any of which must hold."""

    is_any: bool
    parts: "tuple[Group | Leaf, ...]"

    def leaves(self) -> tuple[Leaf, ...]:
        """Every rule, in order."""
        found: list[Leaf] = []
        for part in self.parts:
            found.extend(part.leaves() if isinstance(part, Group) else (part,))
        return tuple(found)


# The whole tree; its root is always a group.
Criteria = Group


class CriteriaError(ValueError):
    """Data that are no criteria; `problems` are sentences in the reader's language."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
