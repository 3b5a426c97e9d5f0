"""Reads of the organisation, its people and their teams."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from accounts.choices import Standing
from accounts.models import Organisation, Team, User, UserQuerySet

PEOPLE_PER_PAGE = 50

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
    teams = _team_names([person.pk for person in people])
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


def _team_names(people: Collection[int]) -> dict[int, list[str]]:
    """The names of the active teams that each of these people is in; one query."""
    found = Team.objects.filter(is_active=True, user__in=people).order_by("name", "pk", "user__pk")
    names: dict[int, list[str]] = {}
    for user_id, name in found.values_list("user__pk", "name"):
        names.setdefault(user_id, []).append(name)
    return names


@dataclass(frozen=True)
class PersonRow:
    """One line of the list of people."""

    person: User
    team_names: Sequence[str]


@dataclass(frozen=True)
class PeoplePage:
    """A page of people with the number of all, active and deactivated, whom the search leaves."""

    rows: list[PersonRow]
    page: Page[User]
    counts: dict[Standing, int] = field(default_factory=dict)


def people_page(*, text: str, standing: Standing, number: str) -> PeoplePage:
    """People by name; every word of `text` is in their name, user name or address. Four queries; a page that
    isn't there is the last one."""
    found = User.objects.all()
    for word in text.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(named | Q(username__icontains=word) | Q(email__icontains=word))
    counts = found.aggregate(
        active=Count("pk", filter=Q(is_active=True)), deactivated=Count("pk", filter=Q(is_active=False))
    )
    chosen = found.filter(is_active=standing == Standing.ACTIVE).select_related("manager").by_name()
    page = Paginator(chosen, PEOPLE_PER_PAGE).get_page(number)
    people = list(page.object_list)
    teams = _team_names([person.pk for person in people])
    rows = [PersonRow(person, teams.get(person.pk, [])) for person in people]
    return PeoplePage(rows, page, {standing: counts[standing.value] for standing in Standing})


@dataclass(frozen=True)
class TeamRow:
    """One line of the list of teams, with the names of its active people."""

    team: Team
    people_names: Sequence[str]


def team_list() -> list[TeamRow]:
    """All teams by name, those in use first; two queries."""
    teams = list(Team.objects.order_by("-is_active", "name", "pk"))
    names: dict[int, list[str]] = {}
    for person in User.objects.active().filter(groups__isnull=False).by_name().annotate(team_id=F("groups")):
        names.setdefault(person.team_id, []).append(person.name)
    return [TeamRow(team, names.get(team.pk, [])) for team in teams]


def teams_for_choices() -> QuerySet[Team]:
    """The active teams, by name."""
    return Team.objects.filter(is_active=True).order_by("name", "pk")
