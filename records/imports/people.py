"""The people that a file names: matched by sign-in name or full name, else created."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from processes.fields.texts import has_control_characters

MAX_NAME = 150


def folded(name: str) -> str:
    """Two names that differ in capitals and spaces only are one."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


class People:
    """Everybody, read once. `ids` and `problems` are by folded name, filled by `resolve`."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[User]] = defaultdict(list)
        self.by_username: dict[str, User] = {}
        for person in User.objects.order_by("pk"):
            self._know(person)
        self.ids: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self.created: list[User] = []

    def _know(self, person: User) -> None:
        self.by_name[folded(person.name)].append(person)
        self.by_username[person.username.casefold()] = person

    def resolve(self, names: Iterable[str], *, may_create: bool) -> None:
        """Find everybody named; those whom nobody knows become active people who can't sign in until they
        are given a password. One statement, whatever the number."""
        unknown: dict[str, str] = {}
        for name in names:
            key = folded(name)
            is_new = key and key not in self.ids and key not in self.problems and key not in unknown
            if is_new and not self._match(key, name):
                unknown[key] = " ".join(name.split())
        if may_create:
            self._create(unknown)
        else:
            for key, name in unknown.items():
                self.problems[key] = _("nobody is called “%(name)s”.") % {"name": name}

    def _match(self, key: str, name: str) -> bool:
        """Whether the name is settled: somebody's, or several people's."""
        found = [self.by_username[key]] if key in self.by_username else self.by_name.get(key, [])
        if len(found) > 1:
            self.problems[key] = _("several people are called “%(name)s”: write the sign-in name.") % {
                "name": name
            }
        elif found:
            self.ids[key] = found[0].pk
        return bool(found)

    def _create(self, names: dict[str, str]) -> None:
        new: dict[str, User] = {}
        for key, name in names.items():
            first, _space, last = name.partition(" ")
            if max(len(first), len(last)) > MAX_NAME or has_control_characters(name):
                self.problems[key] = _("“%(name)s” can’t be a person’s name.") % {"name": name[:60]}
                continue
            username = self._free_username(name)
            person = User(username=username, first_name=first, last_name=last, password=make_password(None))
            self.by_username[username] = new[key] = person
        for person in User.objects.bulk_create(new.values()):
            self._know(person)
            self.created.append(person)
        self.ids.update((key, person.pk) for key, person in new.items())

    def _free_username(self, name: str) -> str:
        stem = slugify(name).replace("-", ".")[: MAX_NAME - 8] or "person"
        username, number = stem, 1
        while username in self.by_username:
            number += 1
            username = f"{stem}.{number}"
        return username

    def get(self, name: str) -> int:
        """The person's id; raises LookupError with the reason where there is none."""
        key = folded(name)
        if key in self.problems:
            raise LookupError(self.problems[key])
        return self.ids[key]
