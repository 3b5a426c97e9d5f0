"""Writes to the organisation, its people and its teams."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, Team, User

PREFERENCES = ("first_name", "last_name", "email", "language", "time_zone", "theme")


class OrganisationExists(Exception):
    """The installation already has its company."""

    def __init__(self, name: str) -> None:
        super().__init__(_("This installation already belongs to %(name)s.") % {"name": name})


@transaction.atomic
def organisation_set_up(
    *, name: str, language: str, time_zone: str, currency: str, sender: str, is_demo: bool = False
) -> Organisation:
    """Create the one organisation; raises OrganisationExists, or ValidationError."""
    existing = Organisation.objects.filter(pk=1).first()
    if existing is not None:
        raise OrganisationExists(existing.name)
    organisation = Organisation(
        pk=1,
        name=name,
        language=language,
        time_zone=time_zone,
        currency=currency,
        sender=sender,
        is_demo=is_demo,
    )
    organisation.full_clean()
    organisation.save(force_insert=True)
    return organisation


@transaction.atomic
def person_create(
    *,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    password: str | None,
    manager: User | None = None,
    is_administrator: bool = False,
    language: str = "",
    time_zone: str = "",
) -> User:
    """Create a person; without a password they can't sign in. Raises ValidationError (name taken)."""
    person = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=User.objects.normalize_email(email),
        manager=manager,
        is_staff=is_administrator,
        is_superuser=is_administrator,
        language=language,
        time_zone=time_zone,
    )
    # Without a password Django notes one that never matches.
    person.set_password(password)
    person.full_clean()
    person.save(force_insert=True)
    return person


@transaction.atomic
def team_create(*, name: str, people: Iterable[User] = ()) -> Team:
    """Create a team with its people; raises ValidationError for a name that is taken."""
    team = Team(name=name)
    team.full_clean()
    team.save(force_insert=True)
    team_add_people(team=team, people=people)
    return team


def team_add_people(*, team: Team, people: Iterable[User]) -> None:
    """Add people to a team; those who are in it already stay."""
    team.user_set.add(*people)


def preferences_update(
    *,
    person: User,
    first_name: str,
    last_name: str,
    email: str,
    language: str,
    time_zone: str,
    theme: str,
) -> None:
    """Write how a person is called and how they read; raises ValidationError."""
    person.first_name = first_name
    person.last_name = last_name
    person.email = email
    person.language = language
    person.time_zone = time_zone
    person.theme = theme
    others = {field.name for field in User._meta.fields} - set(PREFERENCES)
    person.clean_fields(exclude=others)
    person.save(update_fields=PREFERENCES)
