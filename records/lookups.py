"""The input for a field that points to a record of another module."""

import unicodedata
from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from processes.criteria.columns import TextMatch
from processes.definition import FieldDef
from processes.fields import Stored
from records.engine.person import Person
from records.models import Record
from records.models.record import RecordQuerySet

# Up to this many targets the input is a plain list to choose from; beyond, the name is typed.
MAX_CHOICES = 200
MAX_SUGGESTIONS = 20
MAX_DIGITS_OF_ID = 19
# A name with the number behind it; SQLite breaks on patterns that are much longer.
MAX_TYPED = 240
MAX_SHOWN = 60


def plain_text(typed: str) -> str:
    """What was typed, as names are stored; PostgreSQL takes no NUL."""
    return unicodedata.normalize("NFC", typed.replace("\0", "")).strip()


def named_like(records: RecordQuerySet, text: str) -> RecordQuerySet:
    """The records whose names contain `text`, in capitals or not."""
    return records.filter(TextMatch(F("name"), "contains", text.lower())) if text else records


def lookup_targets(module_key: str, person: Person | None) -> RecordQuerySet:
    """The records of a module that `person` may point to, by name; None, for scripts, may point to all."""
    found = Record.objects.alive().filter(module__key=module_key)
    return (found if person is None else found.visible_to(person)).order_by("name", "pk")


def suggestions(targets: RecordQuerySet, text: str) -> list[str]:
    """What may be typed for the records whose names contain `text`, at most twenty."""
    found = list(named_like(targets, plain_text(text)).values_list("pk", "name")[:MAX_SUGGESTIONS])
    counts = Counter(name for _pk, name in found)
    return [name if counts[name] == 1 else label_of(pk, name) for pk, name in found]


class LookupField(forms.Field):
    """A list of the other module's records or, where they are many, a text input with suggestions that takes
    a record's name (or "Name #id" where several have it). Gives the record's id, None for empty.

    Only records that `person` may see are offered and accepted, and the one that is stored already.
    """

    default_error_messages = {
        "unknown": _("There is no record called “%(name)s”."),
        "several": _(
            "Several records are called “%(name)s”: write the number behind the name, as in “%(hint)s”."
        ),
    }

    def __init__(
        self, definition: FieldDef, *, required: bool, stored: Stored | None, person: Person | None = None
    ) -> None:
        self.module_key = definition.settings.module or ""
        self.stored = stored if isinstance(stored, int) else None
        self.person = person
        super().__init__(required=required)
        self.widget = self._make_widget()
        self.widget.is_required = required

    def _targets(self) -> RecordQuerySet:
        return lookup_targets(self.module_key, self.person)

    def _make_widget(self) -> forms.Widget:
        rows = list(self._targets().values_list("pk", "name")[: MAX_CHOICES + 1])
        if len(rows) > MAX_CHOICES:
            return LookupInput(self.module_key)
        if self.stored is not None and all(pk != self.stored for pk, _name in rows):
            rows += list(Record.objects.filter(pk=self.stored).values_list("pk", "name"))
        return forms.Select({"class": "select"}, choices=[("", _("-None-")), *rows])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(self.widget, LookupInput) and isinstance(value, int):
            return self._typed_form(value)
        return value

    def _typed_form(self, pk: int) -> str:
        """What a person would type for this record: its name where that is enough."""
        name = Record.objects.filter(pk=pk).values_list("name", flat=True).first()
        if name is None:
            return ""
        twins = list(self._targets().filter(name=name).values_list("pk", flat=True)[:2])
        return name if twins == [pk] else label_of(pk, name)

    def to_python(self, value: Any) -> int | None:
        text = plain_text(str(value or ""))
        if not text:
            return None
        # A list sends ids; into a text input goes a name, which may look like a number itself.
        by_list = isinstance(self.widget, forms.Select)
        matches: list[int] = []
        if len(text) <= MAX_TYPED:
            matches = (by_list and self._by_id(text)) or self._by_name(text) or self._by_id(text)
        if len(matches) == 1:
            return matches[0]
        code = "several" if matches else "unknown"
        params = {"name": text[:MAX_SHOWN], "hint": label_of(matches[0], text) if matches else ""}
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def _by_id(self, text: str) -> list[int]:
        """Found by "12" or "Name #12"."""
        name, mark, number = text.rpartition(" #")
        if not number.isdecimal() or len(number) >= MAX_DIGITS_OF_ID:
            return []
        pk = int(number)
        # What the record holds already is no new choice, even if it has been deleted since.
        known = Record.objects.filter(pk=pk) if pk == self.stored else self._targets().filter(pk=pk)
        return list((known.filter(name=name) if mark else known).values_list("pk", flat=True))

    def _by_name(self, text: str) -> list[int]:
        return self._named(name=text) or self._named(name__iexact=text)

    def _named(self, **name: str) -> list[int]:
        return list(self._targets().filter(**name).values_list("pk", flat=True)[:2])


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

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: object = None
    ) -> SafeString:
        # Django's renderer of forms knows only the templates that come with apps.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))
