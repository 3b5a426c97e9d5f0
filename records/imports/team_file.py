"""A file of people with their managers and teams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from records.imports.people import People, folded
from records.imports.problems import RowProblem
from records.imports.reading import Source

MAX_TEAM_NAME = 150


@dataclass
class PeopleReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    teams_created: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report in sentences; the rows that were left out are not among them."""
        yield _("People: %(created)d created, %(updated)d updated, %(unchanged)d unchanged") % {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }
        if self.teams_created:
            message = ngettext("  %(count)d team created", "  %(count)d teams created", self.teams_created)
            yield message % {"count": self.teams_created}


@transaction.atomic
def people_import(*, source: Source, name: str, manager: str = "", team: str = "") -> PeopleReport:
    """Create or match the people in the column `name`, and give them the manager and the team in the others.

    An empty cell changes nothing. Raises ImportFileError where a column is missing.
    """
    source.require(column for column in (name, manager, team) if column)
    report = PeopleReport(problems=list(source.problems))
    people = People()
    columns = [column for column in (name, manager) if column]
    people.resolve((row.cells[c] for row in source.rows for c in columns), may_create=True)
    wanted_manager, wanted_team = _wishes(source, people, report, name, manager, team)
    moved = _set_managers(wanted_manager)
    joined, report.teams_created = _join_teams(wanted_team)
    named = set(wanted_manager)
    created = {person.pk for person in people.created}
    report.created = len(created)
    report.updated = len((moved | joined) - created)
    report.unchanged = len(named - created - moved - joined)
    return report


def _wishes(
    source: Source, people: People, report: PeopleReport, name: str, manager: str, team: str
) -> tuple[dict[int, int | None], dict[int, str]]:
    """Person to manager (None: leave as it is) and to team, row by row."""
    managers: dict[int, int | None] = {}
    teams: dict[int, str] = {}
    for row in source.rows:
        try:
            if not folded(row.cells[name]):
                raise LookupError(_("the name is empty."))
            person = people.get(row.cells[name])
            boss = people.get(row.cells[manager]) if manager and row.cells[manager] else None
            if boss == person:
                raise LookupError(_("nobody can be their own manager."))
            if team and len(row.cells[team]) > MAX_TEAM_NAME:
                raise LookupError(_("the team’s name is too long."))
        except LookupError as error:
            report.problems.append(RowProblem(row.line, str(error.args[0])))
            continue
        managers[person] = boss
        if team and row.cells[team]:
            teams[person] = row.cells[team]
    return managers, teams


def _set_managers(wanted: Mapping[int, int | None]) -> set[int]:
    """The people whose manager has changed."""
    changed = []
    for person in User.objects.filter(pk__in=wanted).order_by("pk"):
        boss = wanted[person.pk]
        if boss is not None and person.manager_id != boss:
            person.manager_id = boss
            changed.append(person)
    User.objects.bulk_update(changed, ["manager"], batch_size=500)
    return {person.pk for person in changed}


def _join_teams(wanted: Mapping[int, str]) -> tuple[set[int], int]:
    """The people who have joined a team, and how many teams had to be made."""
    names = sorted(set(wanted.values()))
    known = {team.name: team.pk for team in Team.objects.filter(name__in=names)}
    missing = [name for name in names if name not in known]
    for name in missing:
        known[name] = Team.objects.create(name=name).pk
    membership = User.groups.through
    there = set(membership.objects.filter(user__in=wanted).values_list("user_id", "group_id"))
    new = [(person, known[name]) for person, name in wanted.items() if (person, known[name]) not in there]
    membership.objects.bulk_create(membership(user_id=person, group_id=team) for person, team in new)
    return {person for person, _team in new}, len(missing)
