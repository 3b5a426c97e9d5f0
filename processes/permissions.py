"""Who owns a transition, through guardian's object permissions, and who designs processes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from accounts.models import User
from processes.models import Transition, TransitionTeamPermission, TransitionUserPermission

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
