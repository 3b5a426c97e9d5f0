"""What depends on a team: rights in modules, steps of processes."""

from dataclasses import dataclass

from accounts.models import Team
from processes.choices import VersionStatus
from processes.models import Module, ModuleTeamPermission, Transition
from processes.permissions import rights_of_team


def modules_in_order() -> list[Module]:
    """Every module in the administrator's order."""
    return list(Module.objects.order_by("position", "label_plural", "pk"))


def rights_holders() -> dict[int, list[str]]:
    """The names of the teams that have rights in a module, by module id; one query."""
    rows = ModuleTeamPermission.objects.order_by("group__name", "group_id").distinct()
    holders: dict[int, list[str]] = {}
    for module_id, name in rows.values_list("content_object_id", "group__name"):
        names = holders.setdefault(module_id, [])
        if name not in names:
            names.append(name)
    return holders


@dataclass(frozen=True, slots=True)
class TeamUse:
    """What a team loses while it is deactivated: modules by name, steps of the processes in force."""

    modules: list[str]
    steps: int
    people: int


def team_use(team: Team) -> TeamUse:
    """Four queries."""
    rights = rights_of_team(team)
    names = [module.label_plural for module in modules_in_order() if module.pk in rights]
    steps = Transition.objects.filter(
        transitionteampermission__group_id=team.pk,
        version__status=VersionStatus.PUBLISHED,
        version__process__archived_at=None,
    )
    return TeamUse(names, steps.distinct().count(), team.user_set.filter(is_active=True).count())
