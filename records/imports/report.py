"""What an import did, for whoever started it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.imports.problems import RowProblem


@dataclass
class ImportReport:
    """`states` counts the new records by the state at which they came in; `kept_states` the records whose
    state the file would have changed although only their process may."""

    module: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept_states: int = 0
    people_created: int = 0
    lookups_created: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    added: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report in sentences; the rows that were left out are not among them."""
        counts = {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        yield _("%(module)s: %(created)d created, %(updated)d updated, %(unchanged)d unchanged") % {
            "module": self.module,
            **counts,
        }
        for state, count in self.states.items():
            yield _("  %(count)d at “%(state)s”") % {"count": count, "state": state}
        if self.people_created:
            yield "  " + _count_people(self.people_created)
        for module, count in self.lookups_created.items():
            yield _("  %(count)d created in %(module)s") % {"count": count, "module": module}
        if self.kept_states:
            message = ngettext(
                "  %(count)d record keeps its state: it is in a process, which alone moves it",
                "  %(count)d records keep their state: they are in a process, which alone moves them",
                self.kept_states,
            )
            yield message % {"count": self.kept_states}
        for line in self.added:
            yield _("  added: %(what)s") % {"what": line}


def _count_people(count: int) -> str:
    message = ngettext(
        "%(count)d person created, without a password", "%(count)d people created, without passwords", count
    )
    return message % {"count": count}
