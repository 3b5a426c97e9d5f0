"""Definitions in the database as specifications, in one canonical form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import JsonValue

from accounts.models import Team, User
from processes.actions import action_kind
from processes.choices import Colour, FieldKind, ItemKind, Sharing, Trigger
from processes.definition import DynamicOwner, ItemConfig, Option
from processes.files.reading import MAX_INTEGER_DIGITS
from processes.files.specs import (
    ActionSpec,
    DynamicOwnerSpec,
    FieldSpec,
    ItemSpec,
    ModuleSpec,
    OptionSpec,
    OwnersSpec,
    ProcessFile,
    ProcessHead,
    ProcessSpec,
    RefusalSpec,
    SettingsSpec,
    StateSpec,
    TransitionSpec,
)
from processes.loading import field_def
from processes.models import (
    Action,
    DuringItem,
    Field,
    Module,
    Process,
    ProcessVersion,
    State,
    Transition,
    TransitionSource,
)
from processes.permissions import OwnerIds, owners_of


def process_file(version: ProcessVersion) -> ProcessFile:
    """The version with its module and the modules that lookups lead to."""
    return ProcessFile(
        blueprint=1,
        modules=tuple(_modules(version.process.module)),
        process=process_spec(version),
    )


def _modules(module: Module) -> list[ModuleSpec]:
    """The module and all that it leads to, by key: the order doesn't depend on when they were made."""
    every = {row.key: row for row in Module.objects.all()}
    fields: Mapping[int, list[Field]] = _grouped(
        Field.objects.order_by("position", "pk"), lambda field: field.module_id
    )
    found: dict[str, ModuleSpec] = {}
    waiting = [module.key]
    while waiting:
        key = waiting.pop()
        if key in every and key not in found:
            row = every[key]
            found[key] = module_spec(row, fields.get(row.pk, []))
            waiting.extend(spec.settings.module for spec in found[key].fields if spec.settings.module)
    return [found[key] for key in sorted(found)]


def _grouped[R](rows: Iterable[R], key: Any) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def module_spec(module: Module, fields: Iterable[Field] = ()) -> ModuleSpec:
    return ModuleSpec(
        key=module.key,
        label=module.label,
        label_plural=module.label_plural,
        name_label=module.name_label,
        icon=module.icon,
        sharing=Sharing(module.sharing),
        fields=tuple(field_spec(field) for field in fields),
    )


def field_spec(field: Field) -> FieldSpec:
    definition = field_def(field)
    settings = definition.settings.model_dump(exclude_none=True)
    return FieldSpec(
        key=field.key,
        label=field.label,
        kind=FieldKind(field.kind),
        required=field.is_required,
        unique=field.is_unique,
        indexed=field.is_indexed,
        section=field.section,
        help=field.help_text,
        archived=field.is_archived,
        settings=SettingsSpec(**settings),
        options=tuple(_option(option) for option in definition.options),
    )


def _option(option: Option) -> OptionSpec:
    return OptionSpec(
        key=option.key, label=option.label, colour=Colour(option.colour), archived=option.is_archived
    )


def process_head(process: Process) -> ProcessHead:
    return ProcessHead(
        key=process.key,
        name=process.name,
        module=process.module.key,
        state_field=process.state_field.key,
        description=process.description,
        priority=process.priority,
    )


def process_spec(version: ProcessVersion) -> ProcessSpec:
    """The version and what its process says of itself; a fixed number of queries."""
    return ProcessSpec(
        **dict(process_head(version.process)),
        entry_criteria=criteria_spec(version.entry_criteria),
        states=tuple(_state(state) for state in _states_in_order(version)),
        transitions=tuple(_Reader(version).transitions()),
    )


def _states_in_order(version: ProcessVersion) -> list[State]:
    return sorted(version.states.all(), key=lambda state: state_order(version.process.state_field, state.key))


def state_order(field: Field, key: str) -> tuple[int, str]:
    """States stand in the order of the picklist."""
    keys = [option["key"] for option in field.options]
    return (keys.index(key) if key in keys else -1, key)


def _state(state: State) -> StateSpec:
    return StateSpec(key=state.key, start=state.is_start, exit=state.is_exit, x=state.x, y=state.y)


class _Reader:
    def __init__(self, version: ProcessVersion) -> None:
        part = {"transition__version": version}
        self.rows = list(version.transitions.select_related("to_state").order_by("position", "pk"))
        self.sources = _grouped(
            TransitionSource.objects.filter(**part).select_related("state").order_by("pk"),
            lambda row: row.transition_id,
        )
        self.items = _grouped(
            DuringItem.objects.filter(**part).select_related("field").order_by("position", "pk"),
            lambda row: row.transition_id,
        )
        self.actions = _grouped(
            Action.objects.filter(**part).order_by("position", "pk"), lambda row: row.transition_id
        )
        self.owners = owners_of([row.pk for row in self.rows])
        people = {pk for owners in self.owners.values() for pk in owners.users}
        teams = {pk for owners in self.owners.values() for pk in owners.teams}
        self.people = dict(User.objects.filter(pk__in=people).values_list("pk", "username"))
        self.teams = dict(Team.objects.filter(pk__in=teams).values_list("pk", "name"))

    def transitions(self) -> Iterable[TransitionSpec]:
        for row in self.rows:
            sources = tuple(source.state.key for source in self.sources.get(row.pk, []))
            yield TransitionSpec(
                **{"from": sources},
                key=row.key,
                name=row.name,
                description=row.description,
                colour=Colour(row.colour) if row.colour else "",
                common=row.is_common,
                to=row.to_state.key,
                trigger=Trigger(row.trigger),
                owners=self.owner_names(row, self.owners.get(row.pk, OwnerIds())),
                no_self_approval=row.forbid_self_approval,
                criteria=criteria_spec(row.criteria),
                criteria_message=row.criteria_message,
                during=tuple(_item(item) for item in self.items.get(row.pk, [])),
                after=tuple(_action(action) for action in self.actions.get(row.pk, [])),
                x=row.x,
                y=row.y,
                pinned=row.is_pinned,
            )

    def owner_names(self, row: Transition, owners: OwnerIds) -> OwnersSpec:
        dynamic = [DynamicOwner.model_validate(owner) for owner in row.dynamic_owners]
        return OwnersSpec(
            people=tuple(sorted(self.people[pk] for pk in owners.users)),
            teams=tuple(sorted(self.teams[pk] for pk in owners.teams)),
            dynamic=tuple(DynamicOwnerSpec(**dict(owner)) for owner in dynamic),
        )


def _item(item: DuringItem) -> ItemSpec:
    config = ItemConfig.model_validate(item.config)
    key = item.field.key if item.field else None
    return ItemSpec(
        key=None if item.key == key else item.key,
        message=config.text if item.kind == ItemKind.MESSAGE else None,
        field=key,
        required=item.is_required,
        help=config.help,
        refuse_when=tuple(
            RefusalSpec(criteria=criteria_spec(rule.criteria) or {}, message=rule.message)
            for rule in config.refuse_when
        ),
    )


def _action(action: Action) -> ActionSpec:
    return ActionSpec(
        key=action.key,
        kind=action.kind,
        enabled=action.is_enabled,
        delay=action.delay,
        condition=criteria_spec(action.condition),
        settings=settings_spec(action.kind, action.config),
    )


def settings_spec(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in the order of the kind's typed model: PostgreSQL keeps no order of keys."""
    model = action_kind(kind).config_model.model_validate(config)
    return {key: _plain(value) for key, value in model.model_dump(mode="json", exclude_unset=True).items()}


def criteria_spec(criteria: Mapping[str, Any] | None) -> dict[str, JsonValue] | None:
    """The same criteria with the keys of each rule in one order."""
    if not criteria:
        return None
    for joined in ("all", "any"):
        if joined in criteria:
            return {joined: [criteria_spec(part) for part in criteria[joined]]}
    return {key: _plain(criteria[key]) for key in ("field", "op", "value") if key in criteria}


def _plain(value: Any) -> JsonValue:
    """Numbers that a file can't hold exactly become text, as typed values accept them."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case float():
            return repr(value)
        case bool() | None | str():
            return value
    return value if abs(value) < 10**MAX_INTEGER_DIGITS else str(value)
