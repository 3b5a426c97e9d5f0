"""Forms made from field definitions, and the rule for what somebody else changed meanwhile."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.choices import FieldKind
from processes.definition import NAME_FIELD, OWNER_FIELD, FieldDef, ModuleDef
from processes.fields import Stored, kind_of
from processes.loading import module_def
from records.engine.person import Person
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


def form_field(
    definition: FieldDef, *, required: bool, stored: Stored | None, person: Person | None = None
) -> forms.Field:
    """The input that fits the field; the value it holds now is always among the choices. A lookup offers and
    takes only records that `person` may see; None, for scripts, takes all."""
    if definition.kind == FieldKind.LOOKUP:
        return LookupField(definition, required=required, stored=stored, person=person)
    return kind_of(definition).form_field(definition, required=required, stored=stored)


def _unit(definition: FieldDef) -> str:
    if definition.kind == FieldKind.PERCENT:
        return "%"
    return definition.settings.currency or "" if definition.kind == FieldKind.CURRENCY else ""


class DefinedForm(forms.Form):
    """Inputs named by field key. The hidden input `drawn` holds the stored values as they were when the form
    was drawn: a field left alone follows what others wrote meanwhile, one that both changed is a conflict.
    """

    definitions: dict[str, FieldDef]
    drawn = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, record: Record | None, person: Person | None = None
    ) -> None:
        super().__init__(data, auto_id="%s")
        self.record = record
        self.person = person
        self.definitions = {}
        self.conflicts: set[str] = set()

    def add(self, definition: FieldDef, *, required: bool, help_text: str = "") -> None:
        stored = stored_value(self.record, definition.key)
        field = form_field(definition, required=required, stored=stored, person=self.person)
        field.label = str(definition.label)
        # The look prints it beside the input.
        vars(field)["affix"] = _unit(definition)
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
        drawn = self.drawn_values()
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
            self.conflicts.add(definition.key)
            message = gettext_lazy(
                "Somebody else has changed this to “%(value)s” meanwhile. Check it and send again."
            )
            raise ValidationError(message, params={"value": self.display(definition, now)})
        return typed

    def drawn_values(self) -> dict[str, Stored | None]:
        """The values the person saw, as far as the form says so."""
        try:
            drawn = json.loads(str(self[DRAWN].value() or "{}"))
        except (ValueError, RecursionError):
            return {}
        return drawn if isinstance(drawn, dict) else {}

    def display(self, definition: FieldDef, stored: Stored | None) -> str:
        """A value as the reader sees it, for messages."""
        from records.engine.names import display_value

        return display_value(definition, stored)

    def redrawn(self) -> str:
        """The hidden input of a form that is shown again. A conflict was told, so today's value counts; a
        field left alone goes on following what others write."""
        drawn = self.drawn_values()
        drawn.update((key, stored_value(self.record, key)) for key in self.conflicts)
        return json.dumps(drawn)


class RecordForm(DefinedForm):
    """Create or edit a record: its name, its owner and the fields of its module. `locked` is the state field
    of a record that is in a process, `optional` are fields that may stay empty whatever the module says."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        module: ModuleDef,
        person: Person | None = None,
        record: Record | None = None,
        initial: Mapping[str, Any] | None = None,
        locked: str = "",
        optional: Collection[str] = (),
    ) -> None:
        super().__init__(data, record=record, person=person)
        self.module = module
        self.locked = locked
        for definition in self._definitions():
            required = definition.is_required and definition.key not in optional
            self.add(definition, required=required)
        self.initial.update(initial or {})
        self.remember_drawn()

    def _definitions(self) -> Iterable[FieldDef]:
        # A file is not typed in: it comes with the steps of a process.
        own = (f for f in self.module.own_fields if f.kind != FieldKind.FILE and f.key != self.locked)
        return (self.module.fields[NAME_FIELD], *own, self.module.fields[OWNER_FIELD])

    def locked_value(self) -> Stored | None:
        """What was sent for the locked field by whoever changed it all the same; None where nobody did."""
        if not self.locked or self.data.get(self.locked) is None:
            return None
        sent, known = str(self.data[self.locked]), stored_value(self.record, self.locked)
        # A page drawn before the record entered its process sends the field as it was.
        return None if sent in (known or "", self.drawn_values().get(self.locked, known) or "") else sent


class OwnerForm(DefinedForm):
    """Who owns the record; somebody else's change meanwhile is told as in every form."""

    def __init__(self, data: Mapping[str, Any] | None, *, record: Record) -> None:
        super().__init__(data, record=record)
        self.add(module_def(record.module).fields[OWNER_FIELD], required=True)
        self.remember_drawn()
