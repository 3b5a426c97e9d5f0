"""The input for a field that points to a record of another module."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.definition import FieldDef
from processes.fields import Stored
from records.models import Record

# Up to this many targets the input is a plain list to choose from; beyond, the name is typed.
MAX_CHOICES = 200


class LookupField(forms.Field):
    """A list of the other module's records or, where they are many, a text input with suggestions that takes
    a record's name (or "Name #id" where several have it). Gives the record's id, None for empty."""

    default_error_messages = {
        "unknown": _("There is no record called “%(name)s”."),
        "several": _("Several records are called “%(name)s”: write the number behind the name, as in “%(hint)s”."),
    }

    def __init__(self, definition: FieldDef, *, required: bool, stored: Stored | None) -> None:
        self.module_key = definition.settings.module or ""
        self.stored = stored
        super().__init__(required=required)
        self.widget = self._make_widget()
        self.widget.is_required = required

    def _targets(self) -> Any:
        return Record.objects.alive().filter(module__key=self.module_key).order_by("name", "pk")

    def _make_widget(self) -> forms.Widget:
        rows = list(self._targets().values_list("pk", "name")[: MAX_CHOICES + 1])
        if len(rows) > MAX_CHOICES:
            return LookupInput(self.module_key)
        if self.stored is not None and all(pk != self.stored for pk, _name in rows):
            rows += list(Record.objects.filter(pk=self.stored).values_list("pk", "name"))
        return forms.Select({"class": "select"}, choices=[("", _("-None-")), *rows])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(self.widget, LookupInput) and isinstance(value, int):
            name = Record.objects.filter(pk=value).values_list("name", flat=True).first()
            return "" if name is None else label_of(value, name)
        return value

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        number = text if text.isdecimal() else text.rpartition(" #")[2]
        if number.isdecimal() and len(number) < 19:
            found = self._known(int(number))
            if found is not None:
                return found
        matches = list(self._targets().filter(name=text).values_list("pk", flat=True)[:2])
        if len(matches) == 1:
            return int(matches[0])
        code = "several" if matches else "unknown"
        params = {"name": text, "hint": label_of(matches[0], text) if matches else ""}
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def _known(self, pk: int) -> int | None:
        # What the record holds already is no new choice, even if it has been deleted since.
        return pk if pk == self.stored or self._targets().filter(pk=pk).exists() else None


def label_of(pk: int, name: str) -> str:
    return f"{name} #{pk}"


class LookupInput(forms.TextInput):
    """A text input whose suggestions come from the server as one types."""

    template_name = "records/_lookup_input.html"

    def __init__(self, module_key: str) -> None:
        super().__init__({"class": "input", "autocomplete": "off"})
        self.module_key = module_key

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["module_key"] = self.module_key
        return context
