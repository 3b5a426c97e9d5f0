"""Names of the people and records that stored values point to, read in at most two queries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from processes.choices import FieldKind
from processes.definition import FieldDef, ModuleDef
from processes.fields import Stored, kind_of
from processes.fields.base import as_number
from records.models import Record

Key = tuple[str, int]


@dataclass(frozen=True)
class Names(Mapping[Key, str]):
    """("user", id) and ("record", id) to a name; a person or record that is gone has none."""

    names: dict[Key, str] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, key: Key) -> str:
        return self.names[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def email(self, user_id: int) -> str:
        return self.emails.get(user_id, "")


def names_of(
    module: ModuleDef,
    rows: Iterable[Mapping[str, Stored]],
    people: Iterable[User] = (),
    also: Iterable[Key] = (),
) -> Names:
    """Names for every user and lookup value in `rows`, and those of `also`; `people` who are loaded already
    aren't read again."""
    users, records = _ids(module, rows)
    for kind, pk in also:
        (users if kind == "user" else records).add(pk)
    known = {person.pk: person for person in people}
    if unknown := users - known.keys():
        fields = ("pk", "first_name", "last_name", "username", "email")
        known |= {person.pk: person for person in User.objects.filter(pk__in=unknown).only(*fields)}
    names: dict[Key, str] = {("user", pk): person.name for pk, person in known.items()}
    if records:
        found = Record.objects.alive().filter(pk__in=records).values_list("pk", "name")
        names.update({("record", pk): name for pk, name in found})
    return Names(names, {pk: person.email for pk, person in known.items()})


def _ids(module: ModuleDef, rows: Iterable[Mapping[str, Stored]]) -> tuple[set[int], set[int]]:
    user_keys = [key for key, f in module.fields.items() if f.kind == FieldKind.USER]
    lookup_keys = [key for key, f in module.fields.items() if f.kind == FieldKind.LOOKUP]
    users: set[int] = set()
    records: set[int] = set()
    for row in rows:
        users.update(value for key in user_keys if isinstance(value := row.get(key), int))
        records.update(value for key in lookup_keys if isinstance(value := row.get(key), int))
    return users, records


def display_value(definition: FieldDef, stored: Stored | None) -> str:
    """One value as the reader sees it, reading the name it points to; "empty" for none."""
    if stored is None:
        return _("empty")
    names: dict[Key, str] = {}
    if definition.kind == FieldKind.USER:
        names.update((("user", user.pk), user.name) for user in User.objects.filter(pk=as_number(stored)))
    elif definition.kind == FieldKind.LOOKUP:
        found = Record.objects.alive().filter(pk=as_number(stored)).values_list("pk", "name")
        names.update({("record", pk): name for pk, name in found})
    return kind_of(definition).display(definition, stored, names)
