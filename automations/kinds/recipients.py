"""Who an e-mail goes to: as the administrator wrote it, and the addresses that follow for one record."""

from collections.abc import Mapping, Sequence
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from accounts.models import Team, User
from processes.choices import FieldKind
from processes.definition import ModuleDef
from records.engine.moment import Moment


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonPart(_Part):
    """A person by sign-in name."""

    user: str


class TeamPart(_Part):
    """Everyone in a team, by its name."""

    team: str


class FieldPart(_Part):
    """The person in a person field, or the address in an e-mail field."""

    field: str


class AddressPart(_Part):
    """A fixed address."""

    address: str


RecipientPart = Literal["record_owner", "actor"] | PersonPart | TeamPart | FieldPart | AddressPart


class Recipient(BaseModel):
    """An address in a snapshot; `user` is set where it belongs to a person of this installation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str
    name: str = ""
    user: int | None = None

    @property
    def label(self) -> str:
        return self.name or self.address


def problems_of(part: RecipientPart, module: ModuleDef) -> list[str]:
    """What is wrong with one recipient, as sentences."""
    match part:
        case PersonPart(user=username):
            if not User.objects.active().filter(username=username).exists():
                return [_("There is no active person “%(name)s”.") % {"name": username}]
        case TeamPart(team=name):
            if not Team.objects.filter(name=name, is_active=True).exists():
                return [_("There is no active team “%(name)s”.") % {"name": name}]
        case FieldPart(field=key):
            field = module.get(key)
            if field is None or field.kind not in {FieldKind.USER, FieldKind.EMAIL}:
                return [_("“%(key)s” is neither a person field nor an e-mail field.") % {"key": key}]
        case AddressPart(address=address):
            try:
                validate_email(address)
            except ValidationError:
                return [_("“%(address)s” is not an e-mail address.") % {"address": address}]
    return []


def describe_part(part: RecipientPart, module: ModuleDef) -> str:
    match part:
        case "record_owner":
            return _("the record’s owner")
        case "actor":
            return _("the person who made the move")
        case PersonPart(user=name) | TeamPart(team=name) | AddressPart(address=name):
            return name
        case FieldPart(field=key):
            field = module.get(key)
            return str(field.label) if field else key


def resolve(parts: Sequence[RecipientPart], moment: Moment) -> list[Recipient]:
    """The addresses for this record, each once, in the order written. Inactive people and those without an
    address are left out. No query for the record's owner and the acting person, one for
    other people, two for teams."""
    people = _people(parts, moment)
    members = _members(parts)
    found: dict[str, Recipient] = {}
    for part in parts:
        for recipient in _expand(part, moment, people, members):
            if recipient.address:
                found.setdefault(recipient.address.casefold(), recipient)
    return list(found.values())


def _expand(
    part: RecipientPart, moment: Moment, people: Sequence[User], members: Mapping[str, Sequence[User]]
) -> list[Recipient]:
    match part:
        case AddressPart(address=address):
            return [Recipient(address=address)]
        case TeamPart(team=name):
            return [_recipient(person) for person in members.get(name, ())]
        case PersonPart(user=username):
            return [_recipient(person) for person in people if person.username == username]
        case FieldPart(field=key) if isinstance(value := moment.values.get(key), str):
            return [Recipient(address=value)]
    person_id = _person_id(part, moment)
    return [_recipient(person) for person in people if person.pk == person_id]


def _recipient(person: User) -> Recipient:
    return Recipient(address=person.email, name=person.name, user=person.pk)


def _person_id(part: RecipientPart, moment: Moment) -> int | None:
    match part:
        case "record_owner":
            return moment.owner_id
        case "actor":
            return moment.actor.pk
        case FieldPart(field="owner"):
            return moment.owner_id
        case FieldPart(field=key) if isinstance(value := moment.values.get(key), int):
            return value
    return None


def _people(parts: Sequence[RecipientPart], moment: Moment) -> list[User]:
    known = {person.pk: person for person in (moment.actor, moment.record.owner)}
    ids = {found for part in parts if (found := _person_id(part, moment)) is not None} - known.keys()
    usernames = {part.user for part in parts if isinstance(part, PersonPart)}
    if ids or usernames:
        rows = User.objects.filter(Q(pk__in=ids) | Q(username__in=usernames)).by_name()
        known |= {person.pk: person for person in rows}
    return [person for person in known.values() if person.is_active]


def _members(parts: Sequence[RecipientPart]) -> dict[str, list[User]]:
    """The active people of each active team, by the team's name."""
    names = {part.team for part in parts if isinstance(part, TeamPart)}
    found: dict[str, list[User]] = {}
    if names:
        teams = Team.objects.filter(name__in=names, is_active=True)
        people = User.objects.active().by_name()
        for team in teams.prefetch_related(Prefetch("user_set", people)).order_by("name"):
            found[team.name] = list(team.user_set.all())
    return found
