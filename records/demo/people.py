"""The demo's organisation, people and teams."""

import unicodedata

from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from accounts.services import organisation_set_up, person_create, team_create
from records.demo.seed import PeopleFile


def create_people(seed: PeopleFile, *, language: str, time_zone: str) -> dict[str, User]:
    """The organisation, everybody by sign-in name, and the teams."""
    company = seed.company
    organisation_set_up(
        name=company.name,
        language=language,
        time_zone=time_zone,
        currency=company.currency,
        sender=company.sender,
        is_demo=True,
    )
    people: dict[str, User] = {}
    for person in seed.people:
        people[person.username] = person_create(
            username=person.username,
            first_name=person.username.title(),
            last_name=person.last_name,
            email=address_of(f"{person.username} {person.last_name}"),
            password=DEMO_PASSWORD,
            manager=people[person.manager] if person.manager else None,
            is_administrator=person.administrator,
        )
    for team in seed.teams:
        team_create(name=team.name.read_in(language), people=[people[name] for name in team.people])
    return people


def address_of(name: str) -> str:
    """An address in a domain that is reserved for examples."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@example.com"
