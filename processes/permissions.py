"""Who owns a transition and what teams may do in a module, through guardian's object permissions; and who
designs processes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Team, User
from processes.choices import ModuleRight
from processes.models import (
    Field,
    Module,
    ModuleTeamPermission,
    Transition,
    TransitionTeamPermission,
    TransitionUserPermission,
)

PERFORM = "perform_transition"


@dataclass(frozen=True, slots=True)
class OwnerIds:
    """People and teams that own one transition by grant."""

    users: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()


def _perform_permission() -> Permission:
    return Permission.objects.get(
        content_type__app_label=Transition._meta.app_label,
        content_type__model=Transition._meta.model_name,
        codename=PERFORM,
    )


def grant_owners(grants: Mapping[int, OwnerIds]) -> None:
    """Make people and teams owners, by transition id; three statements however many there are."""
    permission = _perform_permission()
    TransitionUserPermission.objects.bulk_create(
        TransitionUserPermission(permission=permission, user_id=user, content_object_id=transition)
        for transition, owners in grants.items()
        for user in sorted(owners.users)
    )
    TransitionTeamPermission.objects.bulk_create(
        TransitionTeamPermission(permission=permission, group_id=team, content_object_id=transition)
        for transition, owners in grants.items()
        for team in sorted(owners.teams)
    )


def owners_of(transition_ids: Collection[int]) -> dict[int, OwnerIds]:
    """The owners by grant of each of these transitions; two queries."""
    grant = {"content_object__in": transition_ids, "permission__codename": PERFORM}
    users = _pairs(
        TransitionUserPermission.objects.filter(**grant).values_list("content_object_id", "user_id")
    )
    teams = _pairs(
        TransitionTeamPermission.objects.filter(**grant).values_list("content_object_id", "group_id")
    )
    return {
        transition: OwnerIds(frozenset(users.get(transition, ())), frozenset(teams.get(transition, ())))
        for transition in users.keys() | teams.keys()
    }


def _pairs(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for transition, owner in rows:
        found.setdefault(transition, set()).add(owner)
    return found


def require_designer(actor: User | None) -> None:
    """Raises PermissionDenied for people who don't design processes. None is the operator at the console."""
    if actor is not None and not actor.is_administrator:
        raise PermissionDenied


@dataclass(frozen=True, slots=True)
class ModuleRights:
    """What a person may do with the records of each module: the one place that decides.

    A module without any grant is open to everybody; in one of `restricted` a person has what their teams were
    given, and nothing without the right to see. Administrators may do everything.
    """

    is_administrator: bool = False
    restricted: frozenset[int] = frozenset()
    granted: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def allow(self, right: ModuleRight, module_id: int) -> bool:
        if self.is_administrator or module_id not in self.restricted:
            return True
        granted = self.granted.get(module_id, frozenset())
        return ModuleRight.VIEW in granted and right in granted

    @property
    def hidden(self) -> frozenset[int]:
        """The modules whose records the person doesn't see, for rules that are written in SQL."""
        return frozenset(pk for pk in self.restricted if not self.allow(ModuleRight.VIEW, pk))


# Put together once, because every request asks; each query is a copy of them.
_TEAMS_WITH_RIGHTS = (
    Team.objects.filter(is_active=True)
    .order_by()
    .values_list(
        "pk", "moduleteampermission__content_object_id", "moduleteampermission__permission__codename"
    )
)
_MODULES_WITH_GRANTS = (
    ModuleTeamPermission.objects.order_by().values_list(Value(0), "content_object_id", Value("")).distinct()
)


def teams_and_rights(user: User) -> tuple[frozenset[int], ModuleRights]:
    """The active teams that the person is in, and what they may do in the modules; one query.

    Two kinds of rows in one statement: their teams with what each was given, and the modules that have
    grants. What was given to a deactivated team counts for nobody, but keeps the module closed to others.
    """
    rows = _TEAMS_WITH_RIGHTS.filter(user=user).union(_MODULES_WITH_GRANTS.all(), all=True)
    team_ids: set[int] = set()
    granted: dict[int, set[str]] = {}
    for team_id, module_id, right in rows:
        if team_id:
            team_ids.add(team_id)
        if module_id:
            granted.setdefault(module_id, set()).update([right] if right else [])
    rights = ModuleRights(
        is_administrator=user.is_administrator,
        restricted=frozenset(granted),
        granted={module_id: frozenset(found) for module_id, found in granted.items()},
    )
    return frozenset(team_ids), rights


def rights_of_team(team: Team) -> dict[int, frozenset[ModuleRight]]:
    """What the team was given, by module id; one query."""
    found = _rights_of(team).values_list("content_object_id", "permission__codename")
    rights: dict[int, set[ModuleRight]] = {}
    for module_id, right in found:
        rights.setdefault(module_id, set()).add(ModuleRight(right))
    return {module_id: frozenset(given) for module_id, given in rights.items()}


def replace_rights(team: Team, rights: Mapping[int, Collection[ModuleRight]]) -> None:
    """Give the team exactly these rights, by module id; whoever may do something may see. At most four
    statements."""
    wanted = {
        (module_id, right)
        for module_id, given in rights.items()
        for right in (*given, *([ModuleRight.VIEW] if given else []))
    }
    found = _rights_of(team).values_list("pk", "content_object_id", "permission__codename")
    now = {(module_id, ModuleRight(right)): pk for pk, module_id, right in found}
    ModuleTeamPermission.objects.filter(pk__in=[pk for key, pk in now.items() if key not in wanted]).delete()
    permissions = _right_permissions()
    ModuleTeamPermission.objects.bulk_create(
        ModuleTeamPermission(permission_id=permissions[right], group_id=team.pk, content_object_id=module_id)
        for module_id, right in sorted(wanted - now.keys())
    )


def restricted_modules() -> frozenset[int]:
    """The modules in which only those may do something whose teams were given it."""
    found = ModuleTeamPermission.objects.order_by().values_list("content_object_id", flat=True).distinct()
    return frozenset(found)


def _rights_of(team: Team) -> QuerySet[ModuleTeamPermission]:
    return ModuleTeamPermission.objects.filter(
        group_id=team.pk, permission__codename__in=ModuleRight.values
    ).order_by("pk")


def _right_permissions() -> dict[str, int]:
    label = ModuleTeamPermission._meta.app_label
    found = Permission.objects.filter(
        content_type__app_label=label, content_type__model="module", codename__in=ModuleRight.values
    )
    return dict(found.values_list("codename", "pk"))


def get_module_to_design(user: User, key: str) -> Module:
    """The module; raises Http404 where there is none or `user` doesn't design processes."""
    module = Module.objects.filter(key=key).first()
    if module is None or not user.is_administrator:
        raise Http404(_("There is no module at this address."))
    return module


def get_field_to_design(user: User, key: str, field_key: str) -> Field:
    """The field with its module, archived or not; raises Http404 where there is none or `user` doesn't
    design processes."""
    field = Field.objects.select_related("module").filter(module__key=key, key=field_key).first()
    if field is None or not user.is_administrator:
        raise Http404(_("There is no field at this address."))
    return field
