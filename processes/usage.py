"""Where a version uses a field: all that reads, asks for or writes it. Pure, over compiled versions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from processes.actions import action_kind
from processes.choices import ItemKind, OwnerKind
from processes.criteria import Criteria, parse
from processes.definition import ActionDef, ItemDef, TransitionDef, VersionDef
from processes.merge import record_fields


class Place(StrEnum):
    STATE_FIELD = "state_field"
    ENTRY = "entry"
    CRITERIA = "criteria"
    OWNER = "owner"
    FORM = "form"
    REFUSAL = "refusal"
    MESSAGE = "message"
    CONDITION = "condition"
    ACTION_READS = "action_reads"
    ACTION_WRITES = "action_writes"


@dataclass(frozen=True, slots=True)
class Use:
    """One place; `transition` is "" for what belongs to the whole process, `action` names the kind."""

    place: Place
    transition: str = ""
    action: str = ""

    @property
    def text(self) -> str:
        """The place in the reader's language, without the transition's name."""
        return _text(self.place) % {"action": self.action}


def uses_of(key: str, version: VersionDef) -> list[Use]:
    """Where the version uses the field with this key, each place once, in the order of the process."""
    return list(dict.fromkeys(_uses(key, version)))


def _uses(key: str, version: VersionDef) -> Iterator[Use]:
    if version.state_field.key == key:
        yield Use(Place.STATE_FIELD)
    if version.entry is not None and _names(version.entry.criteria, key):
        yield Use(Place.ENTRY)
    for move in version.transitions:
        for place, action in _move_uses(key, move):
            yield Use(place, move.name, action)


def _move_uses(key: str, move: TransitionDef) -> Iterator[tuple[Place, str]]:
    if _names(move.criteria, key):
        yield Place.CRITERIA, ""
    if any(owner.kind == OwnerKind.USER_FIELD and owner.field == key for owner in move.owners.dynamic):
        yield Place.OWNER, ""
    for item in move.items:
        for place in _item_uses(key, item):
            yield place, ""
    for action in move.actions:
        label = str(action_kind(action.kind).label)
        for place in _action_uses(key, action):
            yield place, label


def _item_uses(key: str, item: ItemDef) -> Iterator[Place]:
    if item.kind == ItemKind.FIELD and item.field_key == key:
        yield Place.FORM
    if any(_names(parse(rule.criteria), key) for rule in item.config.refuse_when):
        yield Place.REFUSAL
    if key in record_fields(item.config.text):
        yield Place.MESSAGE


def _action_uses(key: str, action: ActionDef) -> Iterator[Place]:
    kind = action_kind(action.kind)
    if action.condition is not None and _names(action.condition.criteria, key):
        yield Place.CONDITION
    if key in kind.read_fields(action.config):
        yield Place.ACTION_READS
    if key in kind.written_fields(action.config):
        yield Place.ACTION_WRITES


def _names(criteria: Criteria | None, key: str) -> bool:
    return criteria is not None and any(leaf.field == key for leaf in criteria.leaves())


def _text(place: Place) -> str:
    match place:
        case Place.STATE_FIELD:
            return _("It holds the state of the record")
        case Place.ENTRY:
            return _("The entry criteria read it")
        case Place.CRITERIA:
            return _("The criteria read it")
        case Place.OWNER:
            return _("The person in it may perform the transition")
        case Place.FORM:
            return _("The form asks for it")
        case Place.REFUSAL:
            return _("A rule of the form reads it")
        case Place.MESSAGE:
            return _("A message shows it")
        case Place.CONDITION:
            return _("The condition of the action “%(action)s” reads it")
        case Place.ACTION_READS:
            return _("The action “%(action)s” reads it")
        case Place.ACTION_WRITES:
            return _("The action “%(action)s” writes it")


@dataclass(frozen=True, slots=True)
class UseLine:
    """A place, with the versions that have it where not all that use the field do."""

    text: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseGroup:
    """The places in one transition, "" for those of the whole process."""

    transition: str
    lines: tuple[UseLine, ...]


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """A process that uses the field, and its versions that do."""

    process_id: int
    name: str
    is_active: bool
    versions: tuple[str, ...]
    groups: tuple[UseGroup, ...]


@dataclass(frozen=True, slots=True)
class VersionInUse:
    """A version that counts, and how people call it: “in force”, “draft”."""

    definition: VersionDef
    label: str
    is_active: bool


def process_uses(key: str, versions: Iterable[VersionInUse]) -> list[ProcessUse]:
    """The uses of a field by process, in the order of `versions`; what versions share is told once."""
    by_process: dict[int, list[VersionInUse]] = {}
    for version in versions:
        by_process.setdefault(version.definition.process_id, []).append(version)
    found = (_process_use(key, of_process) for of_process in by_process.values())
    return [use for use in found if use.groups]


def _process_use(key: str, versions: list[VersionInUse]) -> ProcessUse:
    places: dict[Use, list[str]] = {}
    for version in versions:
        for use in uses_of(key, version.definition):
            places.setdefault(use, []).append(version.label)
    labels = tuple(v.label for v in versions if any(v.label in where for where in places.values()))
    groups: dict[str, list[UseLine]] = {}
    for use, where in places.items():
        line = UseLine(use.text, () if tuple(where) == labels else tuple(where))
        groups.setdefault(use.transition, []).append(line)
    return ProcessUse(
        process_id=versions[0].definition.process_id,
        name=versions[0].definition.process_name,
        is_active=versions[0].is_active,
        versions=labels,
        groups=tuple(UseGroup(name, tuple(lines)) for name, lines in groups.items()),
    )
