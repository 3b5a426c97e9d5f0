"""Writing a whole draft from a specification: its states, its transitions and all that belongs to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Model
from django.utils.translation import gettext as _

from accounts.models import Team, User
from processes.choices import ItemKind, VersionStatus
from processes.definition import DynamicOwner, ItemConfig, RefuseWhen
from processes.files.checks import action_keys, item_keys
from processes.files.specs import ItemSpec, ProcessSpec, TransitionSpec
from processes.models import (
    Action,
    DuringItem,
    Field,
    Process,
    ProcessVersion,
    State,
    Transition,
    TransitionSource,
)
from processes.permissions import OwnerIds, grant_owners, require_designer
from processes.services.errors import SpecificationError, SpecPath


@transaction.atomic
def draft_replace(*, process: Process, spec: ProcessSpec, actor: User | None) -> ProcessVersion:
    """Make the draft of the process what `spec` says; a draft is begun where there is none.

    What has the key of something in the draft or the version in force counts as the same thing. Raises
    SpecificationError where `spec` names people, teams or fields that don't exist.
    """
    require_designer(actor)
    # Whoever publishes the draft waits here too, so that what is replaced is a draft to the end.
    Process.objects.select_for_update().get(pk=process.pk)
    origins = _Origins.of(process)
    names = _Names.of(process, spec)
    version = _open_draft(process, spec)
    _Writer(version, spec, origins, names).write()
    return version


def _open_draft(process: Process, spec: ProcessSpec) -> ProcessVersion:
    """The draft without its parts."""
    draft = process.versions.filter(status=VersionStatus.DRAFT).first()
    if draft is None:
        last = process.versions.aggregate(last=Max("number"))["last"] or 0
        return ProcessVersion.objects.create(
            process=process, number=last + 1, entry_criteria=spec.entry_criteria
        )
    ProcessVersion.objects.filter(pk=draft.pk, status=VersionStatus.DRAFT).update(
        entry_criteria=spec.entry_criteria, revision=F("revision") + 1
    )
    draft.transitions.all().delete()
    draft.states.all().delete()
    draft.refresh_from_db()
    return draft


@dataclass
class _Origins:
    """What an earlier version calls by the same key has the same origin."""

    states: dict[str, int] = field(default_factory=dict)
    transitions: dict[str, int] = field(default_factory=dict)
    items: dict[tuple[str, str], int] = field(default_factory=dict)
    actions: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, process: Process) -> "_Origins":
        found = cls()
        # The draft comes last, so that its own rows win over those of the version in force.
        kept = process.versions.exclude(status=VersionStatus.RETIRED).order_by("number")
        for version in kept:
            part = {"transition__version": version}
            for state in version.states.all():
                found.states[state.key] = state.origin_id or state.pk
            for move in version.transitions.all():
                found.transitions[move.key] = move.origin_id or move.pk
            for item in DuringItem.objects.filter(**part).select_related("transition"):
                found.items[item.transition.key, item.key] = item.origin_id or item.pk
            for action in Action.objects.filter(**part).select_related("transition"):
                found.actions[action.transition.key, action.key] = action.origin_id or action.pk
        return found


@dataclass
class _Names:
    """People, teams and fields by the names that the specification uses."""

    people: dict[str, int]
    teams: dict[str, int]
    fields: dict[str, Field]

    @classmethod
    def of(cls, process: Process, spec: ProcessSpec) -> "_Names":
        people = {name for move in spec.transitions for name in move.owners.people}
        teams = {name for move in spec.transitions for name in move.owners.teams}
        found = cls(
            dict(User.objects.filter(username__in=people).values_list("username", "pk")),
            dict(Team.objects.filter(name__in=teams).values_list("name", "pk")),
            {own.key: own for own in process.module.fields.all()},
        )
        problems = list(found._missing(spec))
        if problems:
            raise SpecificationError(problems)
        return found

    def _missing(self, spec: ProcessSpec) -> Iterable[tuple[SpecPath, str]]:
        for number, move in enumerate(spec.transitions):
            path = ("transitions", number)
            for place, name in enumerate(move.owners.people):
                if name not in self.people:
                    reason = _("There is nobody with the sign-in name “%(name)s”.") % {"name": name}
                    yield (*path, "owners", "people", place), reason
            for place, name in enumerate(move.owners.teams):
                if name not in self.teams:
                    reason = _("There is no team “%(name)s”.") % {"name": name}
                    yield (*path, "owners", "teams", place), reason
            for place, item in enumerate(move.during):
                if item.field and item.field not in self.fields:
                    reason = _("There is no field “%(key)s”.") % {"key": item.field}
                    yield (*path, "during", place, "field"), reason


class _Writer:
    def __init__(self, version: ProcessVersion, spec: ProcessSpec, origins: _Origins, names: _Names) -> None:
        self.version = version
        self.spec = spec
        self.origins = origins
        self.names = names

    def write(self) -> None:
        states = {row.key: row for row in State.objects.bulk_create(self._states())}
        moves = Transition.objects.bulk_create(self._transitions(states))
        pairs = list(zip(self.spec.transitions, moves, strict=True))
        TransitionSource.objects.bulk_create(
            TransitionSource(transition=row, state=states[key]) for move, row in pairs for key in move.from_
        )
        DuringItem.objects.bulk_create(item for move, row in pairs for item in self._items(move, row))
        Action.objects.bulk_create(action for move, row in pairs for action in self._actions(move, row))
        grant_owners({row.pk: self._owners(move) for move, row in pairs})
        self._begin_origins()

    def _begin_origins(self) -> None:
        """What is new is its own origin."""
        own: dict[type[Model], dict[str, Any]] = {
            State: {"version": self.version},
            Transition: {"version": self.version},
            DuringItem: {"transition__version": self.version},
            Action: {"transition__version": self.version},
        }
        for model, part in own.items():
            model._default_manager.filter(origin_id=None, **part).update(origin_id=F("pk"))

    def _states(self) -> Iterable[State]:
        for state in self.spec.states:
            yield State(
                version=self.version,
                key=state.key,
                origin_id=self.origins.states.get(state.key),
                is_start=state.start,
                is_exit=state.exit,
                x=state.x,
                y=state.y,
            )

    def _transitions(self, states: Mapping[str, State]) -> Iterable[Transition]:
        for position, move in enumerate(self.spec.transitions):
            yield Transition(
                version=self.version,
                key=move.key,
                origin_id=self.origins.transitions.get(move.key),
                name=move.name,
                description=move.description,
                colour=move.colour,
                is_common=move.common,
                to_state=states[move.to],
                x=move.x,
                y=move.y,
                is_pinned=move.pinned,
                criteria=move.criteria,
                criteria_message=move.criteria_message,
                dynamic_owners=[
                    DynamicOwner(**dict(owner)).model_dump(mode="json") for owner in move.owners.dynamic
                ],
                forbid_self_approval=move.no_self_approval,
                trigger=move.trigger,
                position=position,
            )

    def _items(self, move: TransitionSpec, row: Transition) -> Iterable[DuringItem]:
        keys = item_keys(move.during)
        for position, (key, item) in enumerate(zip(keys, move.during, strict=True)):
            yield DuringItem(
                transition=row,
                key=key,
                origin_id=self.origins.items.get((move.key, key)),
                position=position,
                kind=ItemKind.FIELD if item.field else ItemKind.MESSAGE,
                field=self.names.fields[item.field] if item.field else None,
                is_required=item.required,
                config=_item_config(item),
            )

    def _actions(self, move: TransitionSpec, row: Transition) -> Iterable[Action]:
        keys = action_keys(move.after)
        for position, (key, action) in enumerate(zip(keys, move.after, strict=True)):
            yield Action(
                transition=row,
                key=key,
                origin_id=self.origins.actions.get((move.key, key)),
                position=position,
                kind=action.kind,
                condition=action.condition,
                delay=action.delay,
                is_enabled=action.enabled,
                config=action.settings,
            )

    def _owners(self, move: TransitionSpec) -> OwnerIds:
        return OwnerIds(
            users=frozenset(self.names.people[name] for name in move.owners.people),
            teams=frozenset(self.names.teams[name] for name in move.owners.teams),
        )


def _item_config(item: ItemSpec) -> dict[str, Any]:
    config = ItemConfig(
        text=item.message or "",
        help=item.help,
        refuse_when=tuple(
            RefuseWhen(criteria=rule.criteria, message=rule.message) for rule in item.refuse_when
        ),
    )
    return config.model_dump(mode="json", exclude_defaults=True)
