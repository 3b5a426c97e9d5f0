"""The settings of a field by its kind, as inputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from processes.fields.numbers import NumberField
from processes.forms.inputs import LineField, text_input
from processes.models import Field, Module


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the form of a field has to know beside the field: the module's fields, the modules that a lookup
    may lead to, the company's currency, and whether records hold a value, so that some settings stay."""

    siblings: Sequence[Field]
    modules: Sequence[Module]
    currency: str
    has_values: bool = False

    @property
    def sections(self) -> list[str]:
        titles = (field.section for field in self.siblings if field.section and not field.is_archived)
        return list(dict.fromkeys(titles))


def _number(label: str) -> NumberField:
    widget = text_input(inputmode="decimal")
    return NumberField(label=label, required=False, units=(), widget=widget)


SETTING_INPUTS: Mapping[str, Callable[[Surroundings], forms.Field]] = {
    "currency": lambda around: LineField(
        label=_("Currency"), max_length=3, help_text=_("Three letters, like EUR."), widget=text_input()
    ),
    "decimals": lambda around: forms.TypedChoiceField(
        label=_("Decimals"),
        choices=[(count, str(count)) for count in range(7)],
        coerce=int,
        help_text=_("They stay once a record holds a value."),
    ),
    "minimum": lambda around: _number(_("Smallest value")),
    "maximum": lambda around: _number(_("Largest value")),
    "max_length": lambda around: forms.IntegerField(
        label=_("Most characters"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput({"class": "input"}),
    ),
    "module": lambda around: forms.ChoiceField(
        label=_("Module"),
        choices=[(module.key, module.label_plural) for module in around.modules],
        help_text=_("Whose records it points to. It stays as it is once the field exists."),
    ),
}
