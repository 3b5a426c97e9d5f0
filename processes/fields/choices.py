"""Yes or no, picklists and multi-selects."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.fields.base import Kind, Names, Plain, PythonValue, Stored, as_text, wrong_type
from processes.fields.operators import CHOICE_OPERATORS, SET_OPERATORS, YES_NO_OPERATORS

if TYPE_CHECKING:
    from processes.definition import FieldDef

NONE_LABEL = gettext_lazy("-None-")
YES = "true"
NO = "false"


def none_choice(required: bool, stored: Stored | None) -> list[tuple[str, Any]]:
    """The empty choice, unless the answer is required and given: nothing is ever preselected."""
    return [] if required and stored is not None else [("", NONE_LABEL)]


class BooleanKind(Kind):
    """Yes or no; unanswered is empty, and no is an answer."""

    operators = YES_NO_OPERATORS

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return value
        raise wrong_type(value)

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        if isinstance(plain, str):
            text = plain.strip().lower()
            plain = {YES: True, NO: False, "": None}.get(text, plain)
        return self.clean(field, plain)

    def to_python(self, field: "FieldDef", stored: Stored) -> bool:
        return bool(stored)

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return _("Yes") if stored else _("No")

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        return YES if stored else NO

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        choices = [(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))]
        return forms.TypedChoiceField(
            required=required,
            choices=[*none_choice(required, stored), *choices],
            coerce=lambda text: text == YES,
            empty_value=None,
            widget=forms.Select({"class": "select"}),
        )


def option_label(field: "FieldDef", key: str) -> str:
    """The option's label; a key that has none any more stands for itself."""
    option = field.option(key)
    return option.label if option else key


def _check_option(field: "FieldDef", key: Any) -> str:
    if not isinstance(key, str):
        raise wrong_type(key)
    if field.option(key) is None:
        raise ValidationError(
            gettext_lazy("“%(value)s” is none of the choices."), code="invalid", params={"value": key[:60]}
        )
    return key


def _offered(field: "FieldDef", held: set[str]) -> list[tuple[str, str]]:
    offered = [(o.key, o.label) for o in field.options if not o.is_archived or o.key in held]
    known = {option.key for option in field.options}
    return offered + [(key, key) for key in sorted(held - known)]


class PicklistKind(Kind):
    operators = CHOICE_OPERATORS

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        return None if value is None or value == "" else _check_option(field, value)

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        return self.clean(field, plain)

    def to_python(self, field: "FieldDef", stored: Stored) -> str:
        return as_text(stored)

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return option_label(field, as_text(stored))

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        held = set() if stored is None else {as_text(stored)}
        return forms.ChoiceField(
            required=required,
            choices=[*none_choice(required, stored), *_offered(field, held)],
            widget=forms.Select({"class": "select"}),
        )


class Checkboxes(forms.CheckboxSelectMultiple):
    """Boxes that carry the look's class; the container stays plain."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "check"
        return option


class MultiSelectKind(Kind):
    """Several options, kept in the options' order."""

    operators = SET_OPERATORS

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None or value == "":
            return None
        if not isinstance(value, list | tuple):
            raise wrong_type(value)
        chosen = {_check_option(field, key) for key in value}
        return [option.key for option in field.options if option.key in chosen] or None

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        return self.clean(field, [plain] if isinstance(plain, str) and plain else plain)

    def to_plain(self, field: "FieldDef", stored: Stored) -> Plain:
        return list(_keys(stored))

    def to_python(self, field: "FieldDef", stored: Stored) -> PythonValue:
        return list(_keys(stored))

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return ", ".join(option_label(field, key) for key in _keys(stored))

    def initial(self, field: "FieldDef", stored: Stored) -> object:
        return list(_keys(stored))

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        held = set() if stored is None else set(_keys(stored))
        return forms.MultipleChoiceField(
            required=required, choices=_offered(field, held), widget=Checkboxes()
        )


def _keys(stored: Stored) -> list[str]:
    return stored if isinstance(stored, list) else [as_text(stored)]
