"""People and records of other modules, by id."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.fields.base import Kind, Names, Stored, as_number, wrong_type
from processes.fields.choices import NONE_LABEL, none_choice
from processes.fields.operators import CHOICE_OPERATORS

if TYPE_CHECKING:
    from processes.definition import FieldDef

MAX_ID = 2**63 - 1


class ReferenceKind(Kind):
    operators = CHOICE_OPERATORS
    names_key: ClassVar[str]

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_ID:
            raise wrong_type(value)
        return value

    def from_plain(self, field: "FieldDef", plain: Any) -> Stored | None:
        if isinstance(plain, str) and plain.isascii() and plain.isdecimal() and len(plain) <= 19:
            return self.clean(field, int(plain))
        return self.clean(field, plain)

    def to_python(self, field: "FieldDef", stored: Stored) -> int:
        return as_number(stored)

    def display(self, field: "FieldDef", stored: Stored, names: Names) -> str:
        return names.get((self.names_key, as_number(stored)), _("(deleted)"))


class UserKind(ReferenceKind):
    names_key = "user"

    def clean(self, field: "FieldDef", value: Any) -> Stored | None:
        return super().clean(field, value.pk if isinstance(value, get_user_model()) else value)

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        """The active people, and whoever the record names now."""
        offered = Q(is_active=True) if stored is None else Q(is_active=True) | Q(pk=stored)
        people = get_user_model()._default_manager.filter(offered)
        return forms.ModelChoiceField(
            required=required,
            queryset=people.order_by("first_name", "last_name", "username", "pk"),
            empty_label=str(NONE_LABEL) if none_choice(required, stored) else None,
            widget=forms.Select({"class": "select"}),
        )


class LookupKind(ReferenceKind):
    """A record; who offers its input knows records (`records.lookups`), here it is a bare id."""

    names_key = "record"

    def form_field(self, field: "FieldDef", *, required: bool, stored: Stored | None = None) -> forms.Field:
        return _IdField(required=required, widget=forms.TextInput({"class": "input", "inputmode": "numeric"}))


class _IdField(forms.Field):
    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not text.isascii() or not text.isdecimal() or len(text) > 18:
            raise ValidationError(gettext_lazy("Enter the number of a record."), code="invalid")
        return int(text)
