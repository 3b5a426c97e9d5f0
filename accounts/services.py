"""Writes to the organisation, its people and its teams."""

import secrets
from collections.abc import Collection, Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.models import Organisation, Team, User
from accounts.permissions import require_administrator

PREFERENCES = ("first_name", "last_name", "email", "language", "time_zone", "theme")


class OrganisationExists(Exception):
    """The installation already has its company."""

    def __init__(self, name: str) -> None:
        super().__init__(_("This installation already belongs to %(name)s.") % {"name": name})


class LastAdministrator(ValidationError):
    """Without this person nobody could manage people any more."""

    def __init__(self, field: str) -> None:
        text = _("This is the last administrator. Make somebody else one first.")
        super().__init__({field: ValidationError(text, code="last_administrator")})


class ManagerCycle(ValidationError):
    """The chain of managers would lead back to where it began."""

    def __init__(self, person: User, manager: User) -> None:
        text = _("Nobody can be their own manager.")
        if person != manager:
            text = _("%(manager)s is below %(person)s in the chain of managers. Choose somebody else.")
            text %= {"manager": manager.name, "person": person.name}
        super().__init__({"manager": ValidationError(text, code="manager_cycle")})


class OwnAccount(ValidationError):
    """Nobody deactivates themselves."""

    def __init__(self) -> None:
        super().__init__(_("Another administrator has to deactivate you."), code="own_account")


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
    teams: Iterable[Team] = (),
    actor: User | None = None,
) -> User:
    """Create a person; without a password they can't sign in. Raises ValidationError (name taken)."""
    require_administrator(actor)
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
    person.groups.set({team.pk for team in teams})
    return person


# Letters and digits that can't be taken for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def password_make() -> str:
    """A password to hand over, such as “k7mq-2hxa-pd4w-9uvn”: 79 bits, easy to read aloud."""
    groups = ("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)


@transaction.atomic
def person_change(
    *,
    person: User,
    actor: User | None,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    manager: User | None,
    is_administrator: bool,
    language: str,
    time_zone: str,
    teams: Iterable[Team],
) -> User:
    """Write what an administrator says about a person. Teams that are deactivated keep the person.

    Raises LastAdministrator, ManagerCycle, or ValidationError for a name that is taken, an unknown zone.
    """
    require_administrator(actor)
    lock_people()
    person = User.objects.get(pk=person.pk)
    if person.is_administrator and not is_administrator:
        require_another_administrator(person, "is_administrator")
    require_manager_above(person, manager)
    values = {
        "username": username,
        "first_name": first_name,
        "last_name": last_name,
        "email": User.objects.normalize_email(email),
        "manager": manager,
        "is_staff": is_administrator,
        "is_superuser": is_administrator,
        "language": language,
        "time_zone": time_zone,
    }
    for name, value in values.items():
        setattr(person, name, value)
    person.full_clean(exclude={"password"})
    person.save(update_fields=values)
    person_set_teams(person=person, teams=teams)
    return person


def person_set_teams(*, person: User, teams: Iterable[Team]) -> None:
    """The person is in these teams, and in the deactivated ones they were in."""
    kept = Team.objects.filter(user=person, is_active=False).order_by("pk")
    person.groups.set({team.pk for team in (*teams, *kept)})


@transaction.atomic
def person_set_password(*, person: User, password: str, actor: User | None) -> None:
    """A new password, which ends the person's sessions. Raises ValidationError for one that is too weak."""
    require_administrator(actor)
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    throttling.forget(person)


@transaction.atomic
def person_deactivate(*, person: User, actor: User | None) -> None:
    """Nobody signs in as this person any more, and their sessions end at once; name and histories stay.

    Their password is forgotten: an old session doesn't come back to life when they are reactivated. Raises
    OwnAccount, LastAdministrator.
    """
    require_administrator(actor)
    if actor is not None and actor.pk == person.pk:
        raise OwnAccount
    lock_people()
    if person.is_administrator:
        require_another_administrator(person, NON_FIELD_ERRORS)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])


@transaction.atomic
def reports_hand_over(*, person: User, manager: User | None, actor: User | None) -> int:
    """Those active people whom `person` manages report to `manager` from now on, None for nobody; how many.

    A new manager who stands somewhere below `person` takes their place, so that the chain has no ring.
    """
    require_administrator(actor)
    lock_people()
    if manager is not None and person.pk in chain_above(manager):
        User.objects.filter(pk=manager.pk).update(manager_id=person.manager_id)
    reports = User.objects.active().filter(manager=person)
    if manager is not None:
        reports = reports.exclude(pk=manager.pk)
    moved: int = reports.update(manager=manager)
    return moved


@transaction.atomic
def person_reactivate(*, person: User, password: str, actor: User | None) -> None:
    """The person may sign in again, with this password. Raises ValidationError for one that is too weak."""
    person_set_password(person=person, password=password, actor=actor)
    person.is_active = True
    person.save(update_fields=["is_active"])


def chain_above(person: User) -> list[int]:
    """The ids of this person, their manager, that one's manager and so on; one query."""
    managers = dict(User.objects.order_by().values_list("pk", "manager_id"))
    chain: list[int] = []
    above: int | None = person.pk
    while above is not None and above not in chain:
        chain.append(above)
        above = managers.get(above)
    return chain


def lock_people() -> None:
    """Who administers and who reports to whom are rules over several rows: one transaction at a time."""
    Organisation.objects.select_for_update().filter(pk=1).first()


def require_another_administrator(person: User, field: str) -> None:
    """Raises LastAdministrator, naming the form's field, where nobody else administers."""
    if not User.objects.active().filter(is_superuser=True).exclude(pk=person.pk).exists():
        raise LastAdministrator(field)


def require_manager_above(person: User, manager: User | None) -> None:
    """Raises ManagerCycle for a manager who is the person, or below them."""
    if manager is not None and person.pk in chain_above(manager):
        raise ManagerCycle(person, manager)


@transaction.atomic
def team_create(*, name: str, people: Iterable[User] = (), actor: User | None = None) -> Team:
    """Create a team with its people; raises ValidationError for a name that is taken."""
    require_administrator(actor)
    team = Team(name=name)
    team.full_clean()
    team.save(force_insert=True)
    team_add_people(team=team, people=people)
    return team


def team_add_people(*, team: Team, people: Iterable[User]) -> None:
    """Add people to a team; those who are in it already stay."""
    team.user_set.add(*people)


@transaction.atomic
def team_change(*, team: Team, name: str, people: Collection[User], actor: User | None) -> None:
    """Its name and its people; those who are deactivated stay in. Raises ValidationError for a name that is
    taken."""
    require_administrator(actor)
    team.name = name
    team.full_clean()
    team.save(update_fields=["name"])
    kept = User.objects.filter(groups=team, is_active=False).order_by("pk")
    team.user_set.set({person.pk for person in (*people, *kept)})


def team_set_active(*, team: Team, is_active: bool, actor: User | None) -> None:
    """A deactivated team owns and opens nothing; its people and what it was given are kept for its return."""
    require_administrator(actor)
    team.is_active = is_active
    team.save(update_fields=["is_active"])


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
