"""The records that lookup cells name: matched by name in the target module, else created."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.utils.translation import gettext as _

from accounts.models import User
from processes.fields.texts import has_control_characters
from processes.models import Module
from records.imports.problems import ImportFileError
from records.imports.writing import BATCH, Draft, Writer
from records.models import Record

MAX_NAME = 200


class Targets:
    """The records of one module by exact name."""

    def __init__(self, key: str, actor: User, now: datetime) -> None:
        module = Module.objects.filter(key=key).first()
        if module is None:
            raise ImportFileError(_("There is no module “%(key)s” for a lookup.") % {"key": key})
        self.module = module
        self.actor = actor
        self.now = now
        self.ids: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self.created = 0

    def resolve(self, names: Iterable[str], *, may_create: bool) -> None:
        """Find every name; those that nothing bears become new records, owned by the actor."""
        wanted = sorted({name for name in names if name} - self.ids.keys() - self.problems.keys())
        found: dict[str, list[int]] = defaultdict(list)
        for batch in batched(wanted, BATCH):
            rows = Record.objects.alive().filter(module=self.module, name__in=batch).order_by("pk")
            for pk, name in rows.values_list("pk", "name"):
                found[name].append(pk)
        unknown: list[str] = []
        for name in wanted:
            self._settle(name, found[name], unknown)
        if may_create:
            self._create(unknown)
        else:
            message = _("there is no “%(name)s” in %(module)s.")
            params = {"module": self.module.label_plural}
            self.problems.update((name, message % {"name": name, **params}) for name in unknown)

    def _settle(self, name: str, ids: list[int], unknown: list[str]) -> None:
        if len(ids) == 1:
            self.ids[name] = ids[0]
        elif ids:
            message = _("there are several “%(name)s” in %(module)s.")
            self.problems[name] = message % {"name": name, "module": self.module.label_plural}
        elif len(name) > MAX_NAME or has_control_characters(name):
            self.problems[name] = _("“%(name)s” can’t be a name.") % {"name": name[:60]}
        else:
            unknown.append(name)

    def _create(self, names: list[str]) -> None:
        if names:
            writer = Writer(self.module, self.actor, self.now)
            made = writer.create(Draft(0, name, self.actor.pk, {}) for name in names)
            self.ids.update((record.name, record.pk) for record in made)
            self.created += len(made)

    def get(self, name: str) -> int:
        """The record's id; raises LookupError with the reason where there is none."""
        if name in self.problems:
            raise LookupError(self.problems[name])
        return self.ids[name]
