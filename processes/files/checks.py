"""What typed models can't see: keys given twice, references that lead nowhere, settings of another kind."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from processes.actions import UnknownActionKindError, action_kind
from processes.choices import FieldKind, OwnerKind
from processes.criteria import CriteriaError, parse
from processes.files.problems import Path
from processes.files.reasons import reason_of
from processes.files.specs import (
    ActionSpec,
    FieldSpec,
    ItemSpec,
    ModuleSpec,
    OwnersSpec,
    ProcessFile,
    ProcessSpec,
    TransitionSpec,
)
from processes.keys import RESERVED_KEYS, RESERVED_MODULE_KEYS

Found = Iterator[tuple[Path, str]]

# Which kinds have options, and which settings each kind has.
WITH_OPTIONS = {FieldKind.PICKLIST, FieldKind.MULTI_SELECT}
SETTINGS_OF = {
    FieldKind.TEXT: {"max_length"},
    FieldKind.LONG_TEXT: {"max_length"},
    FieldKind.INTEGER: {"minimum", "maximum"},
    FieldKind.DECIMAL: {"decimals", "minimum", "maximum"},
    FieldKind.CURRENCY: {"currency", "decimals", "minimum", "maximum"},
    FieldKind.PERCENT: {"decimals", "minimum", "maximum"},
    FieldKind.LOOKUP: {"module"},
}


def problems_of(file: ProcessFile) -> Found:
    """Paths into the file with the reason, as a sentence."""
    yield from _twice((module.key for module in file.modules), ("modules",), "key")
    for number, module in enumerate(file.modules):
        yield from _module(module, ("modules", number))
    yield from _process(file.process, ("process",))


def _twice(keys: Iterable[str], path: Path, name: str = "") -> Found:
    seen: set[str] = set()
    for number, key in enumerate(keys):
        if key in seen:
            place = (*path, number, name) if name else (*path, number)
            yield place, _("“%(key)s” is given twice.") % {"key": key}
        seen.add(key)


def _module(module: ModuleSpec, path: Path) -> Found:
    if module.key in RESERVED_MODULE_KEYS:
        yield (*path, "key"), _reserved(module.key)
    yield from _twice((field.key for field in module.fields), (*path, "fields"), "key")
    for number, field in enumerate(module.fields):
        yield from _field(field, (*path, "fields", number))


def _field(field: FieldSpec, path: Path) -> Found:
    if field.key in RESERVED_KEYS:
        yield (*path, "key"), _reserved(field.key)
    yield from _twice((option.key for option in field.options), (*path, "options"), "key")
    if field.options and field.kind not in WITH_OPTIONS:
        yield (*path, "options"), _("Only a picklist and a multi-select have options.")
    given = field.settings.model_dump(exclude_none=True)
    for name in given.keys() - SETTINGS_OF.get(field.kind, set()):
        yield (*path, "settings", name), _("A field of this kind has no such setting.")
    if field.kind == FieldKind.LOOKUP and field.settings.module is None:
        yield (*path, "kind"), _("A lookup needs the setting “module”: whose records it points to.")
    if field.kind == FieldKind.CURRENCY and field.settings.currency is None:
        yield (*path, "kind"), _("A currency field needs the setting “currency”.")


def _reserved(key: str) -> str:
    return _("“%(key)s” is a name that Blueprint uses itself.") % {"key": key}


def _process(process: ProcessSpec, path: Path) -> Found:
    yield from _criteria(process.entry_criteria, (*path, "entry_criteria"))
    yield from _twice((state.key for state in process.states), (*path, "states"), "key")
    starts = [number for number, state in enumerate(process.states) if state.start]
    for number in starts[1:]:
        yield (*path, "states", number, "start"), _("There can be one start state only.")
    yield from _twice((move.key for move in process.transitions), (*path, "transitions"), "key")
    states = {state.key for state in process.states}
    for number, move in enumerate(process.transitions):
        yield from _transition(move, states, (*path, "transitions", number))


def _transition(move: TransitionSpec, states: set[str], path: Path) -> Found:
    unknown = _("There is no state “%(key)s”.")
    if move.to not in states:
        yield (*path, "to"), unknown % {"key": move.to}
    for number, source in enumerate(move.from_):
        if source not in states:
            yield (*path, "from", number), unknown % {"key": source}
    yield from _twice(move.from_, (*path, "from"))
    if not move.from_ and not move.common:
        yield path, _("Say where the transition starts: “from” with states, or “common: true”.")
    yield from _criteria(move.criteria, (*path, "criteria"))
    yield from _owners(move.owners, (*path, "owners"))
    yield from _items(move.during, (*path, "during"))
    yield from _actions(move.after, (*path, "after"))


def _criteria(data: Any, path: Path) -> Found:
    try:
        parse(data)
    except CriteriaError as error:
        for problem in error.problems:
            yield path, problem


def _owners(owners: OwnersSpec, path: Path) -> Found:
    yield from _twice(owners.people, (*path, "people"))
    yield from _twice(owners.teams, (*path, "teams"))
    for number, owner in enumerate(owners.dynamic):
        place = (*path, "dynamic", number)
        if (owner.kind == OwnerKind.USER_FIELD) != (owner.field is not None):
            yield place, _("“field” goes with the owner kind “user_field”, and only with it.")
        if owner.whole_chain and owner.kind != OwnerKind.MANAGER:
            yield place, _("“whole_chain” goes with the owner kind “manager”.")


def _items(items: Sequence[ItemSpec], path: Path) -> Found:
    yield from _twice((item.field for item in items if item.field), path)
    yield from _twice(item_keys(items), path)
    for number, item in enumerate(items):
        place = (*path, number)
        if (item.message is None) == (item.field is None):
            yield place, _("Each item is either a “message” or a “field”.")
        elif item.field is None and (item.required or item.help or item.refuse_when):
            yield (
                place,
                _("A message asks for nothing: “required”, “help” and “refuse_when” go with a field."),
            )
        for rule_number, rule in enumerate(item.refuse_when):
            rule_path = (*place, "refuse_when", rule_number, "criteria")
            if not rule.criteria:
                yield rule_path, _("This must not be empty.")
            yield from _criteria(rule.criteria, rule_path)


def _actions(actions: Sequence[ActionSpec], path: Path) -> Found:
    yield from _twice(action_keys(actions), path)
    for number, action in enumerate(actions):
        yield from _criteria(action.condition, (*path, number, "condition"))
        yield from _settings(action, (*path, number))


def _settings(action: ActionSpec, path: Path) -> Found:
    try:
        action_kind(action.kind).config_model.model_validate(action.settings)
    except UnknownActionKindError:
        yield (*path, "kind"), _("There is no kind of action “%(key)s”.") % {"key": action.kind}
    except ValidationError as error:
        for detail in error.errors():
            yield (*path, "settings", *detail["loc"]), reason_of(detail)


def item_keys(items: Sequence[ItemSpec]) -> list[str]:
    """The key of each item: its own, else its field's, else a number of its kind."""
    return _numbered([(item.key or item.field, "message") for item in items])


def action_keys(actions: Sequence[ActionSpec]) -> list[str]:
    """The key of each action: its own, else a number of its kind."""
    return _numbered([(action.key, action.kind) for action in actions])


def _numbered(wanted: list[tuple[str | None, str]]) -> list[str]:
    taken = {key for key, _kind in wanted if key}
    return [key or _free_key(kind, taken) for key, kind in wanted]


def _free_key(kind: str, taken: set[str]) -> str:
    """The kind's name, with a number from the second on; taken from now on."""
    key, number = kind, 1
    while key in taken:
        number += 1
        key = f"{kind}_{number}"
    taken.add(key)
    return key
