"""The form in which an administrator says who takes over from somebody who leaves."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.selectors import people_for_choices
from records.takeover import Holdings, Successors


class TakeoverForm(forms.Form):
    """A successor for each thing that depends on the person, their manager first; for nothing else."""

    def __init__(self, data: QueryDict | None, *, person: User, holdings: Holdings) -> None:
        super().__init__(data)
        self.person = person
        self.holdings = holdings
        self.others = people_for_choices().exclude(pk=person.pk)
        manager = person.manager if person.manager is not None and person.manager.is_active else None
        if count := holdings.records:
            self._ask("records", ngettext("%d record goes to", "%d records go to", count) % count, manager)
        if count := holdings.tasks:
            label = ngettext("%d open task goes to", "%d open tasks go to", count) % count
            self._ask("tasks", label, manager)
        if count := holdings.reports:
            label = ngettext("%d person reports to", "%d people report to", count) % count
            self._ask("reports", label, manager, empty=_("Nobody"))

    def _ask(self, name: str, label: str, manager: User | None, *, empty: str = "") -> None:
        field = forms.ModelChoiceField(
            label=label,
            queryset=self.others,
            initial=manager,
            required=not empty,
            empty_label=empty or _("Choose somebody"),
            error_messages={"required": _("Choose who takes over.")},
        )
        # "Nobody" among the choices says that it is optional.
        field.is_marked = not empty  # type: ignore[attr-defined]
        self.fields[name] = field

    def successors(self) -> Successors:
        return Successors(**{name: self.cleaned_data[name] for name in self.fields})
