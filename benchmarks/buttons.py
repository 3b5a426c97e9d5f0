"""The buttons of a record against two queries of the bare ORM."""

from collections import Counter
from collections.abc import Sequence

from accounts.models import Team, User
from benchmarks.results import RowCheck
from benchmarks.world import HER_TEAMS, World, moment_of, values_of
from records.engine.person import person_for
from records.engine.plan import load_record
from records.engine.verdicts import verdicts
from records.models import Record

LARGE = 1_000_000


def buttons_of(place: int) -> frozenset[str]:
    """What Alice may do with the new record at this place, worked out from the process file by hand."""
    values = values_of(place)
    found = {"go_0"}
    if values["amount"] > LARGE:
        found.add("large_0")
    if values["demo_status"] == "done":
        found.add("shown_0")
    return frozenset(found)


class ServiceButtons:
    """Loads a record and a person with their teams and judges every transition; counts right answers."""

    def __init__(self, record_ids: Sequence[int], people: Sequence[User]) -> None:
        self.record_ids = record_ids
        self.people = people
        self.expected = [buttons_of(place) for place in range(len(record_ids))]
        self.right = 0

    def __call__(self, number: int) -> None:
        place = number % len(self.record_ids)
        record = load_record(self.record_ids[place])
        found = verdicts(record, person_for(self.people[number]), now=moment_of(number))
        names = frozenset(verdict.transition.key for verdict in found if verdict.is_available)
        self.right += names == self.expected[place] and len(found) == len(("go", "large", "shown", "close"))


class OrmQueries:
    """Two queries: the record with its joins, the person's teams. Nothing is done with the rows."""

    def __init__(self, world: World, record_ids: Sequence[int]) -> None:
        self.alice = world.alice
        self.record_ids = record_ids
        self.read: Counter[str] = Counter()

    def __call__(self, number: int) -> None:
        record = Record.objects.alive().with_standing().get(pk=self.record_ids[number % len(self.record_ids)])
        teams = list(Team.objects.filter(user=self.alice, is_active=True).values_list("pk", flat=True))
        self.read["records"] += record.state_id is not None
        self.read["teams"] += len(teams)

    def checks(self, who: str, operations: int) -> list[RowCheck]:
        teams = operations * len(HER_TEAMS)
        return [
            RowCheck(what=f"{who}: records read", expected=operations, found=self.read["records"]),
            RowCheck(what=f"{who}: teams read", expected=teams, found=self.read["teams"]),
        ]
