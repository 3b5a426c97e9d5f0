"""What a team may do with the records of each module."""

from collections.abc import Collection, Mapping

from django.db import transaction

from accounts.models import Team, User
from processes.choices import ModuleRight
from processes.permissions import replace_rights, require_designer, restricted_modules


@transaction.atomic
def team_set_rights(
    *, team: Team, rights: Mapping[int, Collection[ModuleRight]], actor: User | None
) -> frozenset[int]:
    """Give the team exactly these rights, by module id; whoever may do something may also see.

    Returns the modules that were open to everybody before and aren't any more.
    """
    require_designer(actor)
    before = restricted_modules()
    replace_rights(team, rights)
    return restricted_modules() - before
