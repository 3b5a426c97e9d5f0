"""The person who acts, as the engine sees them: read fresh once per request."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import User
from processes.choices import ModuleRight
from processes.permissions import ModuleRights, teams_and_rights

_ATTRIBUTE = "_engine_person"


@dataclass(frozen=True)
class Person:
    id: int
    is_administrator: bool
    team_ids: frozenset[int]
    rights: ModuleRights = field(default_factory=ModuleRights)

    def may(self, right: ModuleRight, module_id: int) -> bool:
        """Whether the person has the right in the module; which of its records they see is another rule."""
        return self.rights.allow(right, module_id)

    @cached_property
    def below_ids(self) -> frozenset[int]:
        """Everyone below this person in the manager chain, however deep; one query when first asked for."""
        reports: dict[int, list[int]] = defaultdict(list)
        for person_id, manager_id in User.objects.exclude(manager=None).values_list("pk", "manager_id"):
            reports[manager_id].append(person_id)
        found: set[int] = set()
        waiting = [self.id]
        while waiting:
            for report in reports.pop(waiting.pop(), ()):
                if report not in found:
                    found.add(report)
                    waiting.append(report)
        return frozenset(found - {self.id})


def person_for(user: User) -> Person:
    """The person with the teams they are in and the rights they have now; one query, kept on this user
    object."""
    found: Person | None = getattr(user, _ATTRIBUTE, None)
    if found is None:
        team_ids, rights = teams_and_rights(user)
        found = Person(user.pk, user.is_administrator, team_ids, rights)
        setattr(user, _ATTRIBUTE, found)
    return found
