"""Reading modules and versions into their immutable form, once per edition of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.actions import action_kind
from processes.choices import FieldKind, ItemKind, VersionStatus
from processes.criteria import Predicate, compile_predicate, parse
from processes.definition import (
    ActionDef,
    DynamicOwner,
    FieldDef,
    FieldSettings,
    ItemConfig,
    ItemDef,
    ModuleDef,
    Option,
    Owners,
    StateDef,
    TransitionDef,
    VersionDef,
    system_fields,
)
from processes.models import (
    Action,
    DuringItem,
    Field,
    Module,
    ProcessVersion,
    State,
    Transition,
    TransitionSource,
)
from processes.permissions import OwnerIds, owners_of

_CACHE_SIZE = 500
_modules: dict[tuple[int, int], ModuleDef] = {}
_versions: dict[tuple[int, int], VersionDef] = {}


def clear_cache() -> None:
    """Forget every definition read so far; only tests need it, whose primary keys come back."""
    _modules.clear()
    _versions.clear()


def _keep[K, V](cache: dict[K, V], key: K, value: V) -> V:
    if len(cache) >= _CACHE_SIZE:
        cache.pop(next(iter(cache)), None)
    cache[key] = value
    return value


def field_def(field: Field) -> FieldDef:
    return FieldDef(
        id=field.pk,
        key=field.key,
        label=field.label,
        kind=FieldKind(field.kind),
        is_required=field.is_required,
        is_unique=field.is_unique,
        options=tuple(Option.model_validate(option) for option in field.options),
        settings=FieldSettings.model_validate(field.settings),
        section=field.section,
        help_text=field.help_text,
        is_archived=field.is_archived,
    )


def module_def(module: Module) -> ModuleDef:
    """The module with its fields: one query the first time a revision of it is asked for, none later."""
    key = (module.pk, module.revision)
    found = _modules.get(key)
    if found is not None:
        return found
    fields = system_fields(module.name_label)
    for field in module.fields.order_by("position", "pk"):
        fields[field.key] = field_def(field)
    return _keep(
        _modules,
        key,
        ModuleDef(
            id=module.pk,
            key=module.key,
            label=module.label,
            label_plural=module.label_plural,
            name_label=str(fields["name"].label),
            icon=module.icon,
            sharing=module.sharing,
            revision=module.revision,
            fields=fields,
        ),
    )


def version_def(version_id: int, module: Module) -> VersionDef:
    """The whole version: a fixed number of queries the first time, none later. Drafts are never cached."""
    key = (version_id, module.revision)
    found = _versions.get(key)
    if found is not None:
        return found
    version = ProcessVersion.objects.select_related("process__state_field").get(pk=version_id)
    loaded = _Loader(version, module_def(module)).load()
    return loaded if version.status == VersionStatus.DRAFT else _keep(_versions, key, loaded)


def _by_transition[R: (DuringItem, Action, TransitionSource)](rows: Iterable[R]) -> Mapping[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.transition_id].append(row)
    return found


class _Loader:
    def __init__(self, version: ProcessVersion, module: ModuleDef) -> None:
        self.version = version
        self.module = module
        self.state_field = module.fields[version.process.state_field.key]

    def load(self) -> VersionDef:
        version, process = self.version, self.version.process
        order = {option.key: place for place, option in enumerate(self.state_field.options)}
        states = sorted(
            (self.state(state) for state in version.states.all()),
            key=lambda state: (order.get(state.key, -1), state.key),
        )
        return VersionDef(
            id=version.pk,
            number=version.number,
            status=version.status,
            process_id=process.pk,
            process_key=process.key,
            process_name=process.name,
            module=self.module,
            state_field=self.state_field,
            entry=self.predicate(version.entry_criteria),
            published_at=version.published_at,
            states=tuple(states),
            transitions=self.transitions({state.id: state for state in states}),
        )

    def predicate(self, data: Any) -> Predicate | None:
        criteria = parse(data)
        return None if criteria is None else compile_predicate(criteria, self.module)

    def state(self, state: State) -> StateDef:
        option = self.state_field.option(state.key)
        return StateDef(
            id=state.pk,
            key=state.key,
            label=option.label if option else state.key or _("-None-"),
            colour=option.colour if option else "grey",
            is_start=state.is_start,
            is_exit=state.is_exit,
            x=state.x,
            y=state.y,
        )

    def transitions(self, states: Mapping[int, StateDef]) -> tuple[TransitionDef, ...]:
        rows = list(self.version.transitions.order_by("position", "pk"))
        part = {"transition__version": self.version}
        sources = _by_transition(TransitionSource.objects.filter(**part).order_by("pk"))
        items = _by_transition(
            DuringItem.objects.filter(**part).select_related("field").order_by("position", "pk")
        )
        actions = _by_transition(Action.objects.filter(**part).order_by("position", "pk"))
        owners = owners_of([row.pk for row in rows])
        return tuple(
            self.transition(
                row,
                states[row.to_state_id],
                sources.get(row.pk, []),
                items.get(row.pk, []),
                actions.get(row.pk, []),
                owners.get(row.pk, OwnerIds()),
            )
            for row in rows
        )

    def transition(
        self,
        row: Transition,
        to_state: StateDef,
        sources: list[TransitionSource],
        items: list[DuringItem],
        actions: list[Action],
        owners: OwnerIds,
    ) -> TransitionDef:
        criteria = parse(row.criteria)
        return TransitionDef(
            id=row.pk,
            key=row.key,
            name=row.name,
            description=row.description,
            colour=row.colour,
            is_common=row.is_common,
            source_ids=frozenset(source.state_id for source in sources),
            to_state=to_state,
            criteria=criteria,
            predicate=None if criteria is None else compile_predicate(criteria, self.module),
            criteria_message=row.criteria_message,
            owners=Owners(
                users=owners.users,
                teams=owners.teams,
                dynamic=tuple(DynamicOwner.model_validate(owner) for owner in row.dynamic_owners),
            ),
            forbid_self_approval=row.forbid_self_approval,
            items=tuple(self.item(item) for item in items),
            actions=tuple(self.action(action) for action in actions),
            trigger=row.trigger,
            position=row.position,
            x=row.x,
            y=row.y,
            routes={source.state_id: source.route for source in sources},
        )

    def item(self, row: DuringItem) -> ItemDef:
        config = ItemConfig.model_validate(row.config)
        rules = ((self.predicate(rule.criteria), rule.message) for rule in config.refuse_when)
        return ItemDef(
            id=row.pk,
            key=row.key,
            kind=ItemKind(row.kind),
            field_key=row.field.key if row.field else None,
            is_required=row.is_required,
            config=config,
            rules=tuple((rule, message) for rule, message in rules if rule is not None),
        )

    def action(self, row: Action) -> ActionDef:
        return ActionDef(
            id=row.pk,
            key=row.key,
            kind=row.kind,
            delay=row.delay,
            is_enabled=row.is_enabled,
            condition=self.predicate(row.condition),
            config=action_kind(row.kind).config_model.model_validate(row.config),
        )
