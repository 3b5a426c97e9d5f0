"""A record while a move is planned: its values as they will be, and what merge fields see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.clock import today
from accounts.models import User
from processes.choices import FieldKind
from processes.criteria import Facts, Predicate
from processes.definition import CREATED_FIELD, NAME_FIELD, OWNER_FIELD, FieldDef, ModuleDef, StateDef
from processes.fields import Stored, kind_of
from processes.fields.base import as_number
from processes.merge import MergeValue, render
from records.engine.names import Names, names_of
from records.models import Record


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that the move will put on somebody's list; the due date is in the assignee's calendar."""

    title: str
    description: str
    assignee_id: int
    due_date: date | None
    warning: str = ""


def facts_of(
    record: Record, values: Mapping[str, Stored], now: datetime, actor_id: int | None = None
) -> Facts:
    """What criteria read: the record's values, those of the system fields, the organisation's day."""
    system: dict[str, Stored] = {
        NAME_FIELD: record.name,
        OWNER_FIELD: record.owner_id,
        CREATED_FIELD: record.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return Facts(values={**values, **system}, today=today(now), actor_id=actor_id)


@dataclass
class Moment:
    """What an action or a message can read. `values` are as they will be stored, after what was planned
    so far; `set_value` and `add_task` are how an action in the transaction adds to the plan."""

    record: Record
    module: ModuleDef
    values: dict[str, Stored]
    actor: User
    now: datetime
    process_name: str
    state: StateDef
    owner_id: int
    tasks: list[TaskDraft] = field(default_factory=list)
    trouble: str = ""

    @cached_property
    def today(self) -> date:
        return today(self.now)

    @property
    def facts(self) -> Facts:
        found = facts_of(self.record, self.values, self.now, self.actor.pk)
        return replace(found, values={**found.values, OWNER_FIELD: self.owner_id})

    def holds(self, predicate: Predicate | None) -> bool:
        return predicate is None or predicate.holds(self.facts)

    def set_value(self, key: str, value: Stored | None) -> None:
        """Plan a new stored value for a field, None for empty."""
        if key == OWNER_FIELD:
            if not isinstance(value, int):
                raise ValueError("A record always has an owner.")
            self.owner_id = value
        elif value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def add_task(self, task: TaskDraft) -> None:
        self.tasks.append(task)

    @cached_property
    def names(self) -> Names:
        """Names of the people and records that the values point to; at most two queries."""
        rows = [{**self.values, OWNER_FIELD: self.owner_id}]
        return names_of(self.module, rows, people=(self.actor, self.record.owner))

    def merge_context(self) -> dict[str, Any]:
        """Plain data for merge fields: display texts that know their raw value."""
        return {
            "record": MergeRecord(self),
            "actor": {"name": self.actor.name, "email": self.actor.email},
            "process": {"name": self.process_name},
            "state": {"name": str(self.state.label)},
        }

    def render(self, text: str) -> str:
        """The text with its merge fields filled in, as plain text."""
        return render(text, self.merge_context())


class MergeRecord(Mapping[str, Any]):
    """The record as merge fields see it; names are read only where a text asks for one."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self._stored = moment.facts.values

    def __getitem__(self, key: str) -> Any:
        record = self.moment.record
        if key == "id":
            return record.pk
        if key == "url":
            return settings.SITE_URL + reverse("record", args=[record.pk])
        definition, stored = self.moment.module.fields[key], self._stored[key]
        if definition.kind in {FieldKind.USER, FieldKind.LOOKUP}:
            return self._target(definition, as_number(stored))
        kind = kind_of(definition)
        return MergeValue(kind.display(definition, stored, {}), kind.to_python(definition, stored))

    def _target(self, definition: FieldDef, pk: int) -> dict[str, str]:
        names = self.moment.names
        if definition.kind == FieldKind.USER:
            return {"name": names.get(("user", pk), ""), "email": names.email(pk)}
        return {"name": names.get(("record", pk), "")}

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._stored if key in self.moment.module.fields)

    def __len__(self) -> int:
        return sum(1 for _key in self)
