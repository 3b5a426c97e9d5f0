"""Reads of the organisation, its people and their teams."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, Team, User, UserQuerySet

# Another process may change the organisation: this one notices within so many seconds.
CACHE_SECONDS = 30.0

_cached: tuple[float, Organisation] | None = None


class OrganisationMissing(Exception):
    """No company has been set up in this installation yet."""

    def __init__(self) -> None:
        super().__init__("No organisation has been set up: run “manage.py setup_company” first.")


def get_organisation() -> Organisation:
    """The organisation, read at most every thirty seconds; raises OrganisationMissing."""
    organisation = find_organisation()
    if organisation is None:
        raise OrganisationMissing
    return organisation


def find_organisation() -> Organisation | None:
    """The organisation, or None. All requests share the object: don't change it."""
    global _cached
    if _cached is not None and time.monotonic() - _cached[0] < CACHE_SECONDS:
        return _cached[1]
    organisation = Organisation.objects.filter(pk=1).first()
    _cached = None if organisation is None else (time.monotonic(), organisation)
    return organisation


def clear_organisation_cache(**kwargs: Any) -> None:
    """Forget the organisation; also a receiver of its post_save and post_delete."""
    global _cached
    _cached = None


def people_for_choices() -> UserQuerySet:
    """The active people, by name."""
    people: UserQuerySet = User.objects.active().by_name()
    return people


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as in the demo company."""

    username: str
    name: str
    initials: str
    is_administrator: bool
    team_names: Sequence[str]
    report_names: Sequence[str]
    manager_name: str


def demo_people() -> list[DemoPerson]:
    """The demo company's active people with what they do: teams, manager, reports (2 queries)."""
    people = list(people_for_choices().select_related("manager"))
    teams: dict[int, list[str]] = {}
    for user_id, name in (
        Team.objects.filter(is_active=True, user__isnull=False)
        .order_by("name", "pk", "user__pk")
        .values_list("user__pk", "name")
    ):
        teams.setdefault(user_id, []).append(name)
    reports: dict[int, list[str]] = {}
    for person in people:
        if person.manager_id is not None:
            reports.setdefault(person.manager_id, []).append(person.first_name or person.name)
    return [
        DemoPerson(
            username=person.username,
            name=person.name,
            initials=person.initials,
            is_administrator=person.is_administrator,
            team_names=teams.get(person.pk, []),
            report_names=reports.get(person.pk, []),
            manager_name=person.manager.name if person.manager else "",
        )
        for person in people
    ]
