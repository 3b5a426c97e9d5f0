"""What is wrong with a version before it is published: pure, over its compiled form."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from processes.actions import action_kind
from processes.choices import FieldKind, ItemKind, OwnerKind
from processes.criteria import Criteria, check, parse
from processes.definition import (
    ActionDef,
    DynamicOwner,
    ItemDef,
    StateDef,
    TransitionDef,
    VersionDef,
)
from processes.merge import check_text, merge_paths


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Subject(StrEnum):
    PROCESS = "process"
    STATE = "state"
    TRANSITION = "transition"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `key` is that of the state or transition; errors block publishing."""

    level: Level
    code: str
    message: str
    subject: Subject = Subject.PROCESS
    key: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == Level.ERROR


@dataclass(frozen=True, slots=True)
class OwnersToday:
    """The active people, and the active teams that have one of them."""

    people: frozenset[int]
    teams: frozenset[int]


def verify(version: VersionDef, today: OwnersToday) -> list[Finding]:
    """Every error and warning: those of the process first, then by state, then by transition."""
    return [
        *_process_findings(version),
        *_state_findings(version),
        *_name_findings(version),
        *(finding for move in version.transitions for finding in _Move(version, move, today).findings()),
    ]


def _process_findings(version: VersionDef) -> Iterator[Finding]:
    def error(code: str, message: str) -> Finding:
        return Finding(Level.ERROR, code, message)

    field = version.state_field
    if field.is_archived or field.kind != FieldKind.PICKLIST:
        yield error("state_field", _("“%(field)s” is not a picklist in use.") % {"field": field.label})
    if version.start is None:
        yield error("no_start", _("There is no start state."))
    if not any(state.is_exit for state in version.states):
        yield error("no_exit", _("There is no exit state."))
    if version.entry is not None:
        for problem in check(version.entry.criteria, version.module):
            yield error("entry_criteria", _("Entry criteria: %(problem)s") % {"problem": problem})


def _state_findings(version: VersionDef) -> Iterator[Finding]:
    after = {state.id: {move.to_state.id for move in version.offered_in(state)} for state in version.states}
    before: Mapping[int, set[int]] = _reversed(after)
    exits = [state.id for state in version.states if state.is_exit]
    reachable = _reach([version.start.id], after) if version.start else None
    ending = _reach(exits, before)
    for state in version.states:
        for code, message in _state_problems(version, state, after[state.id], reachable, ending):
            yield Finding(Level.ERROR, code, message % {"state": state.label}, Subject.STATE, state.key)


def _state_problems(
    version: VersionDef,
    state: StateDef,
    after: Collection[int],
    reachable: Collection[int] | None,
    ending: Collection[int],
) -> Iterator[tuple[str, str]]:
    option = version.state_field.option(state.key)
    if state.key and (option is None or option.is_archived):
        yield "missing_option", _("“%(state)s” is no value of the picklist any more.")
    if any(other.key < state.key and _same(other.label, state.label) for other in version.states):
        yield "same_state_name", _("There are two states “%(state)s”.")
    if reachable is not None and state.id not in reachable:
        yield "unreachable", _("No way leads from the start to “%(state)s”.")
    if state.is_exit:
        return
    if not set(after) - {state.id}:
        yield "dead_end", _("No transition leads on from “%(state)s”; mark it as an exit if it is one.")
    elif state.id not in ending and ending:
        yield "no_way_to_exit", _("No way leads from “%(state)s” to an exit.")


def _reversed(edges: Mapping[int, Iterable[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for source, targets in edges.items():
        for target in targets:
            found[target].add(source)
    return found


def _reach(starts: Iterable[int], edges: Mapping[int, Iterable[int]]) -> set[int]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _same(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()


def _name_findings(version: VersionDef) -> Iterator[Finding]:
    """Two buttons of one name beside each other; each pair is told once."""
    told: set[str] = set()
    for state in version.states:
        seen: dict[str, TransitionDef] = {}
        for move in version.offered_in(state):
            first = seen.setdefault(move.name.casefold(), move)
            if first is not move and move.key not in told:
                told.add(move.key)
                message = _("Two transitions “%(name)s” are offered in “%(state)s”.")
                params = {"name": move.name, "state": state.label}
                yield Finding(Level.ERROR, "same_name", message % params, Subject.TRANSITION, move.key)


class _Move:
    """The findings of one transition."""

    def __init__(self, version: VersionDef, move: TransitionDef, today: OwnersToday) -> None:
        self.version = version
        self.module = version.module
        self.move = move
        self.today = today

    def findings(self) -> Iterator[Finding]:
        if not any(self.move.is_offered_in(state) for state in self.version.states):
            yield self._error("no_source", _("The transition is offered in no state."))
        yield from self._owners()
        yield from self._criteria("criteria", self.move.criteria, _("Criteria: %(problem)s"))
        for item in self.move.items:
            yield from self._item(item)
        for action in self.move.actions:
            yield from self._action(action)

    def _error(self, code: str, message: str) -> Finding:
        return self._finding(Level.ERROR, code, message)

    def _finding(self, level: Level, code: str, message: str) -> Finding:
        text = _("%(transition)s: %(problem)s") % {"transition": self.move.name, "problem": message}
        return Finding(level, code, text, Subject.TRANSITION, self.move.key)

    def _owners(self) -> Iterator[Finding]:
        owners = self.move.owners
        if not (owners.users or owners.teams or owners.dynamic):
            yield self._error("no_owner", _("Nobody owns the transition, so nobody could perform it."))
            return
        for owner in owners.dynamic:
            yield from self._dynamic_owner(owner)
        active = owners.users & self.today.people or owners.teams & self.today.teams
        if not owners.dynamic and not active:
            message = _("The owners come to no active person today.")
            yield self._finding(Level.WARNING, "nobody", message)

    def _dynamic_owner(self, owner: DynamicOwner) -> Iterator[Finding]:
        if owner.kind != OwnerKind.USER_FIELD:
            return
        field = self.module.get(owner.field or "")
        if field is None or field.kind != FieldKind.USER:
            message = _("The owner is to be the person in the field “%(key)s”, which is no person field.")
            yield self._error("owner_field", message % {"key": owner.field or ""})

    def _criteria(self, code: str, criteria: Criteria | None, message: str) -> Iterator[Finding]:
        if criteria is not None:
            for problem in check(criteria, self.module):
                yield self._error(code, message % {"problem": problem})

    def _item(self, item: ItemDef) -> Iterator[Finding]:
        if item.kind == ItemKind.MESSAGE:
            for problem in check_text(item.config.text, merge_paths(self.module)):
                yield self._error("merge_field", _("Message: %(problem)s") % {"problem": problem})
            return
        key = item.field_key or ""
        field = self.module.get(key)
        if field is None:
            yield self._error("item_field", _("The form asks for “%(key)s”, which is gone.") % {"key": key})
        elif key == self.version.state_field.key:
            message = _("The form can’t ask for “%(field)s”: the transition itself writes it.")
            yield self._error("item_state_field", message % {"field": field.label})
        for rule in item.config.refuse_when:
            yield from self._criteria("refuse_when", parse(rule.criteria), _("Refuse when: %(problem)s"))

    def _action(self, action: ActionDef) -> Iterator[Finding]:
        kind = action_kind(action.kind)
        if action.condition is not None:
            for problem in check(action.condition.criteria, self.module):
                yield self._error("condition", f"{kind.label}: {problem}")
        for problem in kind.check(action.config, self.module):
            yield self._error("action", f"{kind.label}: {problem}")
        if self.version.state_field.key in kind.written_fields(action.config):
            message = _("“%(field)s” changes by transitions only.") % {
                "field": self.version.state_field.label
            }
            yield self._error("action_state_field", f"{kind.label}: {message}")
