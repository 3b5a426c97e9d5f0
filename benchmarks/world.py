"""The company whose records are moved: its people and teams, the process in force, records to move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Organisation, Team, User
from benchmarks.process import process_file, state_key
from processes.files import parse_process_file
from processes.files.importing import process_import
from processes.models import Module, ProcessVersion
from records.engine.person import person_for
from records.models import Record
from records.services import record_create

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TEAMS = ("Sales", "Legal", "Board", "Finance", "Support", "Delivery")
# Alice is in these.
HER_TEAMS = ("Sales", "Legal", "Support")


def moment_of(number: int) -> datetime:
    """When the operation of this number happens: everyone who does it writes the same times."""
    return BEGIN + timedelta(days=1, seconds=number)


@dataclass(frozen=True)
class Typed:
    """What is typed into the two inputs of a move, and the same as stored values."""

    data: Mapping[str, str]
    stored: Mapping[str, Any]


# Every move changes both.
TYPED = (
    Typed({"closing": "2026-12-24", "amount": "1500"}, {"closing": "2026-12-24", "amount": 150000}),
    Typed({"closing": "2027-03-31", "amount": "27500.50"}, {"closing": "2027-03-31", "amount": 2750050}),
)


@dataclass(frozen=True)
class World:
    module: Module
    alice: User


def build_world() -> World:
    """Alice owns the records; one organisation, six teams, three people."""
    Organisation.objects.create(
        pk=1,
        name="Acme",
        time_zone="Europe/Paris",
        language="en",
        currency="EUR",
        sender="Acme <crm@example.com>",
    )
    teams = {name: Team.objects.create(name=name) for name in TEAMS}
    claire = _person("claire")
    alice = _person("alice", manager=claire)
    for name in HER_TEAMS:
        alice.groups.add(teams[name])
    _person("driss").groups.add(teams["Board"])
    file, lines = parse_process_file(process_file())
    process_import(file=file, lines=lines, actor=None, now=BEGIN, publish=True, activate=True)
    return find_world()


def find_world() -> World:
    """The world that another process has built."""
    return World(Module.objects.get(key="deals"), signed_in("alice"))


def _person(username: str, manager: User | None = None) -> User:
    person = User(
        username=username,
        first_name=username.title(),
        email=f"{username}@example.com",
        manager=manager,
    )
    person.set_unusable_password()
    person.save(force_insert=True)
    return person


def signed_out(username: str) -> User:
    """The person without teams and rights, which are read when somebody asks for them."""
    person: User = User.objects.get(username=username)
    return person


def signed_in(username: str) -> User:
    """The person with teams and rights, as a request has loaded them."""
    person = signed_out(username)
    person_for(person)
    return person


def make_records(world: World, number: int) -> list[int]:
    """Records at the first step; those at the same place of two lists are alike. Returns their ids."""
    return [
        record_create(
            module=world.module,
            name=f"Northwind {place:04} – 40 seats",
            owner=world.alice,
            values=values_of(place),
            actor=world.alice,
            now=BEGIN,
        ).pk
        for place in range(number)
    ]


def values_of(place: int) -> dict[str, Any]:
    """Half of the records have a large amount, a third had their product demo."""
    return {
        **TYPED[place % 2].stored,
        "demo_status": "done" if place % 3 == 0 else "planned",
        "reference": f"C-{place:05}",
        "phone": "+33 1 23 45 67 89",
        "website": "https://northwind.example.com/",
        "seats": 40,
        "is_renewal": False,
        "story": "They came by recommendation and want to begin in spring.",
        "stage": state_key(0),
    }


def version_in_force() -> ProcessVersion:
    return ProcessVersion.objects.get(process__key="ring", status="published")


def steps_of(record_ids: list[int]) -> dict[int, int]:
    """At which step of the ring each record stands."""
    found = Record.objects.filter(pk__in=record_ids).values_list("pk", "values")
    return {pk: int(values["stage"].removeprefix("step_")) for pk, values in found}
