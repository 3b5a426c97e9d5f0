"""Forms made from field definitions, and the rule for what somebody else changed meanwhile."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.choices import FieldKind
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef
from processes.fields import Stored, kind_of
from records.lookups import LookupField
from records.models import Record

DRAWN = "drawn"


def stored_value(record: Record | None, key: str) -> Stored | None:
    """The stored value of a field, name and owner included; None for empty."""
    if record is None:
        return None
    if key == NAME_FIELD:
        return record.name
    if key == OWNER_FIELD:
        return record.owner_id
    value: Stored | None = record.values.get(key)
    return value


def form_field(definition: FieldDef, *, required: bool, stored: Stored | None) -> forms.Field:
    """The input that fits the field; the value it holds now is always among the choices."""
    if definition.kind == FieldKind.LOOKUP:
        return LookupField(definition, required=required, stored=stored)
    return kind_of(definition).form_field(definition, required=required, stored=stored)


class DefinedForm(forms.Form):
    """Inputs named by field key. The hidden input `drawn` holds the stored values as they were when the form
    was drawn: a field left alone follows what others wrote meanwhile, one that both changed is a conflict.
    """

    definitions: dict[str, FieldDef]
    drawn = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, record: Record | None) -> None:
        super().__init__(data, auto_id="%s")
        self.record = record
        self.definitions = {}

    def add(self, definition: FieldDef, *, required: bool, help_text: str = "") -> None:
        stored = stored_value(self.record, definition.key)
        field = form_field(definition, required=required, stored=stored)
        field.label = definition.label
        field.help_text = help_text or definition.help_text
        self.fields[definition.key] = field
        self.definitions[definition.key] = definition
        if stored is not None:
            self.initial[definition.key] = kind_of(definition).initial(definition, stored)

    def remember_drawn(self) -> None:
        """Call when every field is there: what the page shows is what `drawn` says."""
        self.initial[DRAWN] = json.dumps({key: stored_value(self.record, key) for key in self.definitions})

    def stored_values(self) -> dict[str, Stored | None]:
        """What was typed, as stored values by field key, None for empty; errors are added to the form."""
        typed: dict[str, Stored | None] = {}
        drawn = self._drawn_values()
        for key, definition in self.definitions.items():
            if key in self.errors:
                continue
            try:
                value = kind_of(definition).clean(definition, self.cleaned_data.get(key))
                value = self._settle(definition, value, drawn)
                self._require(key, value)
            except ValidationError as error:
                self.add_error(key, error)
            else:
                typed[key] = value
        return typed

    def _require(self, key: str, value: Stored | None) -> None:
        if value is None and self.fields[key].required:
            raise ValidationError(_("This field is required."))

    def _settle(
        self, definition: FieldDef, typed: Stored | None, drawn: Mapping[str, Stored | None]
    ) -> Stored | None:
        now = stored_value(self.record, definition.key)
        before = drawn.get(definition.key, now)
        if typed == before:
            return now
        if now not in (before, typed):
            message = gettext_lazy(
                "Somebody else has changed this to “%(value)s” meanwhile. Check it and send again."
            )
            raise ValidationError(message, params={"value": self.display(definition, now)})
        return typed

    def _drawn_values(self) -> dict[str, Stored | None]:
        """The values the person saw; without the hidden input, what is stored now."""
        try:
            drawn = json.loads(self.cleaned_data.get(DRAWN) or "{}")
        except ValueError:
            return {}
        return drawn if isinstance(drawn, dict) else {}

    def display(self, definition: FieldDef, stored: Stored | None) -> str:
        """A value as the reader sees it, for messages."""
        from records.engine.names import display_value

        return display_value(definition, stored)

    def redrawn(self) -> str:
        """The hidden input for a form that is shown again: conflicts were told, so today's values count."""
        return json.dumps({key: stored_value(self.record, key) for key in self.definitions})


class RecordForm(DefinedForm):
    """Create or edit a record: its name, its owner and the fields of its module."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        definitions: Iterable[FieldDef],
        record: Record | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, record=record)
        for definition in definitions:
            self.add(definition, required=definition.is_required)
        self.initial.update(initial or {})
        self.remember_drawn()
