"""Definitions as plain immutable data: what modules and published versions say, compiled once and cached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from processes.choices import Colour, FieldKind, ItemKind, OwnerKind
from processes.criteria import Criteria, Predicate

NAME_FIELD = "name"
OWNER_FIELD = "owner"
CREATED_FIELD = "created_at"
SYSTEM_FIELDS = frozenset({NAME_FIELD, OWNER_FIELD, CREATED_FIELD})


class Option(BaseModel):
    """One value of a picklist. The key never changes; label and colour may."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    label: str
    colour: Colour = Colour.GREY
    is_archived: bool = False


class FieldSettings(BaseModel):
    """Settings of a field by kind; those that don't belong to its kind stay at their defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decimals: int | None = None
    currency: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    max_length: int | None = None
    module: str | None = None


@dataclass(frozen=True, slots=True)
class FieldDef:
    """A typed column. System fields (name, owner, created) have the id 0."""

    id: int
    key: str
    label: str | Promise
    kind: FieldKind
    is_required: bool = False
    is_unique: bool = False
    options: tuple[Option, ...] = ()
    settings: FieldSettings = field(default_factory=FieldSettings)
    section: str = ""
    help_text: str = ""
    is_archived: bool = False

    @property
    def is_system(self) -> bool:
        return self.id == 0

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class ModuleDef:
    """A module with all its fields by key, archived ones too; `revision` names this edition of it."""

    id: int
    key: str
    label: str
    label_plural: str
    name_label: str
    icon: str
    sharing: str
    revision: int
    fields: Mapping[str, FieldDef]

    @cached_property
    def own_fields(self) -> tuple[FieldDef, ...]:
        """The fields in use that people fill in, in order; without the system's."""
        return tuple(f for f in self.fields.values() if not f.is_system and not f.is_archived)

    @cached_property
    def sections(self) -> tuple[tuple[str, tuple[FieldDef, ...]], ...]:
        """Section title ("" for the first, untitled one) with its fields, in order of first appearance."""
        found: dict[str, list[FieldDef]] = {}
        for own in self.own_fields:
            found.setdefault(own.section, []).append(own)
        return tuple((title, tuple(fields)) for title, fields in found.items())

    def get(self, key: str) -> FieldDef | None:
        """The field in use with this key, else None."""
        found = self.fields.get(key)
        return None if found is None or found.is_archived else found


def system_fields(name_label: str) -> dict[str, FieldDef]:
    return {
        NAME_FIELD: FieldDef(
            0,
            NAME_FIELD,
            name_label or _("Name"),
            FieldKind.TEXT,
            is_required=True,
            settings=FieldSettings(max_length=200),
        ),
        OWNER_FIELD: FieldDef(0, OWNER_FIELD, _("Owner"), FieldKind.USER, is_required=True),
        CREATED_FIELD: FieldDef(0, CREATED_FIELD, _("Created"), FieldKind.DATETIME),
    }


@dataclass(frozen=True, slots=True)
class StateDef:
    id: int
    key: str
    label: str | Promise
    colour: str
    is_start: bool
    is_exit: bool
    x: int | None
    y: int | None

    @property
    def step(self) -> Literal["start", "step", "exit"]:
        """The `data-step` of the state's mark."""
        return "start" if self.is_start else "exit" if self.is_exit else "step"


class DynamicOwner(BaseModel):
    """An owner that follows from the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: OwnerKind
    field: str | None = None
    whole_chain: bool = False


@dataclass(frozen=True, slots=True)
class Owners:
    """Who performs a transition: ids of people and teams, and those who follow from the record."""

    users: frozenset[int]
    teams: frozenset[int]
    dynamic: tuple[DynamicOwner, ...]


class RefuseWhen(BaseModel):
    """A rule of a form field: refuse when the criteria hold over the inputs merged over the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    criteria: dict[str, Any]
    message: str


class ItemConfig(BaseModel):
    """Settings of a form item: `text` of a message, `refuse_when` and `help` of a field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    help: str = ""
    refuse_when: tuple[RefuseWhen, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDef:
    id: int
    key: str
    kind: ItemKind
    field_key: str | None
    is_required: bool
    config: ItemConfig
    rules: tuple[tuple[Predicate, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionDef:
    """`config` is the kind's own typed settings; `delay` in seconds."""

    id: int
    key: str
    kind: str
    delay: int
    is_enabled: bool
    condition: Predicate | None
    config: BaseModel


@dataclass(frozen=True, slots=True)
class TransitionDef:
    id: int
    key: str
    name: str
    description: str
    colour: str
    is_common: bool
    source_ids: frozenset[int]
    to_state: StateDef
    criteria: Criteria | None
    predicate: Predicate | None
    criteria_message: str
    owners: Owners
    forbid_self_approval: bool
    items: tuple[ItemDef, ...]
    actions: tuple[ActionDef, ...]
    trigger: str
    position: int
    x: int | None
    y: int | None
    routes: Mapping[int, Any]

    def is_offered_in(self, state: StateDef) -> bool:
        """Whether the transition leaves `state`: by name, or as a common transition."""
        if self.source_ids:
            return state.id in self.source_ids
        return self.is_common and not state.is_exit and state.id != self.to_state.id


@dataclass(frozen=True)
class VersionDef:
    id: int
    number: int
    status: str
    process_id: int
    process_key: str
    process_name: str
    module: ModuleDef
    state_field: FieldDef
    entry: Predicate | None
    published_at: datetime | None
    states: tuple[StateDef, ...]
    transitions: tuple[TransitionDef, ...]
    # What others work out of this edition, such as a laid-out map: it lives as long as the edition is cached.
    derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def states_by_id(self) -> Mapping[int, StateDef]:
        return {state.id: state for state in self.states}

    @cached_property
    def states_by_key(self) -> Mapping[str, StateDef]:
        return {state.key: state for state in self.states}

    @cached_property
    def transitions_by_key(self) -> Mapping[str, TransitionDef]:
        return {transition.key: transition for transition in self.transitions}

    @cached_property
    def _offered(self) -> Mapping[int, tuple[TransitionDef, ...]]:
        return {
            state.id: tuple(t for t in self.transitions if t.is_offered_in(state)) for state in self.states
        }

    def offered_in(self, state: StateDef) -> tuple[TransitionDef, ...]:
        """The transitions that leave `state`, by position."""
        return self._offered[state.id]

    @property
    def start(self) -> StateDef | None:
        return next((state for state in self.states if state.is_start), None)
