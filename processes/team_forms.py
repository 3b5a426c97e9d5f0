"""The form of a team's rights: a row for each module, a column for each right."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundWidget
from django.http import QueryDict

from processes.choices import ModuleRight
from processes.models import Module

PREFIX = "module"


@dataclass(frozen=True, slots=True)
class RightsRow:
    """A module with its boxes; `holders` are the teams that have rights in it, none where it is open."""

    module: Module
    boxes: list[BoundWidget]
    holders: tuple[str, ...]


class RightsForm(forms.Form):
    """One group of boxes for each module, named by the module's id."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        modules: Iterable[Module],
        given: Mapping[int, Collection[ModuleRight]],
    ) -> None:
        super().__init__(data, prefix=PREFIX)
        self.modules = list(modules)
        for module in self.modules:
            self.fields[str(module.pk)] = forms.MultipleChoiceField(
                label=module.label_plural,
                choices=ModuleRight.choices,
                required=False,
                initial=[right.value for right in ModuleRight if right in given.get(module.pk, ())],
                widget=forms.CheckboxSelectMultiple({"class": "check"}),
            )

    def rights(self) -> dict[int, list[ModuleRight]]:
        """What was ticked, by module id."""
        return {
            module.pk: [ModuleRight(right) for right in self.cleaned_data[str(module.pk)]]
            for module in self.modules
        }

    def rows(self, holders: Mapping[int, Collection[str]]) -> list[RightsRow]:
        return [
            RightsRow(module, list(self[str(module.pk)].subwidgets), tuple(holders.get(module.pk, ())))
            for module in self.modules
        ]
