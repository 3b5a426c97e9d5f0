"""The form of a transition: what the person is asked for, what was typed, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.choices import ItemKind
from processes.definition import NAME_FIELD, OWNER_FIELD, ItemDef, TransitionDef
from processes.fields import Stored
from processes.fields.texts import normal_text
from processes.merge import render
from records.engine.moment import Moment
from records.engine.person import person_for
from records.forms import DefinedForm

COMMENT = "comment"
COMMENT_MAX_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the form shows, in the administrator's order: a message's HTML or an input."""

    key: str
    html: str = ""
    field: forms.BoundField | None = None


class DuringForm(DefinedForm):
    """The inputs of a transition, named by field key, and an optional comment."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=COMMENT_MAX_LENGTH,
        widget=forms.Textarea({"class": "textarea", "rows": 2}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, transition: TransitionDef, moment: Moment) -> None:
        super().__init__(data, record=moment.record, person=person_for(moment.actor))
        self.moment = moment
        self.transition = transition
        self.items: dict[str, ItemDef] = {}
        for item in transition.items:
            definition = moment.module.get(item.field_key) if item.field_key else None
            if item.kind == ItemKind.FIELD and definition is not None:
                always = definition.key in {NAME_FIELD, OWNER_FIELD}
                self.add(definition, required=item.is_required or always, help_text=item.config.help)
                self.items[definition.key] = item
        self.order_fields([*self.definitions, COMMENT])
        self.remember_drawn()

    def clean_comment(self) -> str:
        """Composed and trimmed as the texts of fields are."""
        return normal_text(self.cleaned_data[COMMENT].replace("\r\n", "\n"), "\n\t")

    def entries(self) -> list[Entry]:
        """What the page shows, in order."""
        shown: list[Entry] = []
        for item in self.transition.items:
            if item.kind == ItemKind.MESSAGE:
                html = render(item.config.text, self.moment.merge_context(), html=True)
                shown.append(Entry(item.key, html=html))
            elif item.field_key in self.definitions:
                shown.append(Entry(item.key, field=self[item.field_key]))
        return shown

    def take(self) -> dict[str, Stored | None]:
        """What was typed as stored values, put into the moment; errors are on the form. Writes nothing."""
        typed = self.stored_values()
        if not self.errors:
            for key, value in typed.items():
                if key != NAME_FIELD:
                    self.moment.set_value(key, value)
            self._refuse_when()
        return typed

    def _refuse_when(self) -> None:
        """The rules are judged over what was submitted, merged over the record."""
        for key, item in self.items.items():
            for predicate, message in item.rules:
                if self.moment.holds(predicate):
                    self.add_error(key, message)
