"""The form of a field: what it is called, its rules, its settings by kind, its options."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.choices import Colour, FieldKind
from processes.definition import FieldDef, FieldSettings
from processes.fields import decimals_of, kind_of
from processes.fields.number_text import format_number, significant_decimals
from processes.files.checks import SETTINGS_OF, WITH_OPTIONS
from processes.files.exporting import field_spec
from processes.files.specs import MAX_OPTIONS, FieldSpec, OptionSpec, SettingsSpec
from processes.forms.inputs import SEEN, LineField, SeenForm, fingerprint, text_input
from processes.forms.options import (
    NEW_ROWS,
    Row,
    blank_rows,
    input_name,
    keys_input,
    rows_of,
    typed_rows,
)
from processes.forms.settings import SETTING_INPUTS, Surroundings
from processes.keys import RESERVED_KEYS, key_from
from processes.loading import field_def
from processes.models import Field
from processes.services.errors import SpecPath
from processes.services.field_rules import UNIQUE_KINDS


@dataclass(frozen=True, slots=True)
class OptionInputs:
    """One option's inputs, by its number among the rows."""

    number: int
    key: str
    label: BoundField
    colour: BoundField
    archived: BoundField
    is_archived: bool


class FieldForm(SeenForm):
    """A new field of a kind, or the settings of one. The key is made from the first label."""

    label = LineField(label=gettext_lazy("Name"), max_length=50, widget=text_input())
    section = LineField(
        label=gettext_lazy("Section"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("The heading under which forms and records show it."),
        widget=text_input(list="sections"),
    )
    help = LineField(
        label=gettext_lazy("Help"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stands under the input, as this does."),
        widget=text_input(),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Required: a record can’t be saved without it"), required=False
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: FieldKind,
        around: Surroundings,
        field: Field | None = None,
        initial: Mapping[str, Any] | None = None,
        rows: Sequence[Row] | None = None,
    ) -> None:
        """`initial` and `rows` are what was typed so far, when a button of the options was pressed."""
        super().__init__(data, initial={**_initial(kind, around, field), **(initial or {})})
        self.kind = kind
        self.around = around
        self.definition = None if field is None else field_def(field)
        self.now = None if field is None else field_spec(field)
        self.fields["required"].is_marked = False  # type: ignore[attr-defined]
        self._add_unique()
        for name in self._open_settings():
            self.fields[name] = SETTING_INPUTS[name](around)
        self.rows = self._rows(rows)
        for number, row in enumerate(self.rows):
            self._add_option(number, row)

    def _add_unique(self) -> None:
        if self.kind in UNIQUE_KINDS or (self.definition and self.definition.is_unique):
            label = _("Unique: no two records have the same value")
            self.fields["unique"] = forms.BooleanField(label=label, required=False)
            self.fields["unique"].is_marked = False  # type: ignore[attr-defined]

    def _open_settings(self) -> list[str]:
        """The settings of the kind that may be said now; the others stay as they are."""
        closed: set[str] = set()
        if self.definition is not None:
            closed = {"module", *({"decimals", "currency"} if self.around.has_values else ())}
        own = SETTINGS_OF.get(self.kind, set())
        return [name for name in SETTING_INPUTS if name in own - closed]

    def _rows(self, rows: Sequence[Row] | None) -> list[Row]:
        if not self.has_options:
            return []
        if rows is not None:
            return list(rows)
        if self.is_bound:
            return typed_rows(self.data)
        if self.definition is not None:
            return rows_of(self.definition.options)
        return blank_rows([], NEW_ROWS)

    def _add_option(self, number: int, row: Row) -> None:
        place = {"number": number + 1}
        label = LineField(
            label=_("Option %(number)d") % place,
            max_length=50,
            required=False,
            widget=text_input(**{"aria-label": _("Name of option %(number)d") % place}),
        )
        colour = forms.ChoiceField(
            label=_("Colour of option %(number)d") % place,
            choices=Colour.choices,
            widget=forms.Select({"class": "select", "aria-label": _("Colour of option %(number)d") % place}),
        )
        box = forms.CheckboxInput({"class": "check"})
        archived = forms.BooleanField(label=_("Archived"), required=False, widget=box)
        inputs: tuple[tuple[str, forms.Field, object], ...] = (
            ("label", label, row.label),
            ("colour", colour, row.colour),
            ("archived", archived, row.is_archived),
        )
        for part, field, initial in inputs:
            field.initial = initial
            self.fields[input_name(number, part)] = field

    @property
    def has_options(self) -> bool:
        return self.kind in WITH_OPTIONS

    @property
    def option_keys(self) -> str:
        return keys_input(self.rows)

    def options(self) -> list[OptionInputs]:
        """The rows with their inputs, ready to print."""
        return [
            OptionInputs(
                number,
                row.key,
                self[input_name(number, "label")],
                self[input_name(number, "colour")],
                self[input_name(number, "archived")],
                row.is_archived,
            )
            for number, row in enumerate(self.rows)
        ]

    def main_inputs(self) -> list[BoundField]:
        """What the field is called and where it stands."""
        return [self[name] for name in ("label", "section", "help")]

    def settings_inputs(self) -> list[BoundField]:
        """The settings of its kind."""
        return [self[name] for name in self._open_settings()]

    def rules(self) -> list[BoundField]:
        """What holds for its values, to be ticked."""
        return [self[name] for name in ("required", "unique") if name in self.fields]

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        own = self.definition.key if self.definition else ""
        others = (one for one in self.around.siblings if one.key != own and not one.is_archived)
        if any(other.label.casefold() == label.casefold() for other in others):
            raise ValidationError(_("There is a field “%(label)s” already.") % {"label": label})
        return label

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise ValidationError(_("Write the three letters of the currency, like EUR."))
        return code

    def clean(self) -> None:
        self._clean_limits()
        if self.has_options:
            self._clean_options()

    def _clean_limits(self) -> None:
        limits = {}
        for name in ("minimum", "maximum"):
            number = self.cleaned_data.get(name)
            if isinstance(number, Decimal):
                try:
                    kind_of(self._trial()).from_criterion(self._trial(), f"{number:f}")
                except ValidationError as error:
                    self.add_error(name, error)
                else:
                    limits[name] = number
        if len(limits) == 2 and limits["minimum"] > limits["maximum"]:
            self.add_error("maximum", _("It must not be less than the smallest value."))

    def _trial(self) -> FieldDef:
        """The field as its numbers would be stored."""
        if self.definition is not None and "decimals" not in self.fields:
            return self.definition
        decimals = self.cleaned_data.get("decimals")
        return FieldDef(0, "trial", "", self.kind, settings=FieldSettings(decimals=decimals))

    def _clean_options(self) -> None:
        seen: set[str] = set()
        for number, row in enumerate(self.rows):
            name = input_name(number, "label")
            label = str(self.cleaned_data.get(name, ""))
            if not label:
                if self._is_known(row) and name not in self.errors:
                    self.add_error(name, _("This field is required."))
            elif not self.cleaned_data.get(input_name(number, "archived")):
                if label.casefold() in seen:
                    self.add_error(name, _("There is an option “%(label)s” already.") % {"label": label})
                seen.add(label.casefold())
        if not seen and not self.errors:
            first = input_name(0, "label")
            reason = _("Name at least one option that is in use.")
            self.add_error(first if first in self.fields else None, reason)
        if len(self.rows) > MAX_OPTIONS:
            reason = _("A field may have at most %(limit)d options.") % {"limit": MAX_OPTIONS}
            self.add_error(None, reason)

    def _is_known(self, row: Row) -> bool:
        return self.definition is not None and self.definition.option(row.key) is not None

    def spec(self) -> FieldSpec:
        """What a valid form says; what it doesn't ask stays as it is."""
        data = self.cleaned_data
        now = self.now
        return FieldSpec(
            key=now.key if now else self._new_key(),
            label=data["label"],
            kind=self.kind,
            required=data["required"],
            unique=data.get("unique", False),
            indexed=now.indexed if now else False,
            section=data["section"],
            help=data["help"],
            archived=now.archived if now else False,
            settings=self._settings(),
            options=tuple(option for _number, option in self._option_specs()),
        )

    def _new_key(self) -> str:
        taken = RESERVED_KEYS | {field.key for field in self.around.siblings}
        return key_from(self.cleaned_data["label"], taken, fallback="field")

    def _settings(self) -> SettingsSpec:
        values = self.now.settings.model_dump() if self.now else {}
        for name in self._open_settings():
            value = self.cleaned_data.get(name)
            if isinstance(value, Decimal):
                value = f"{value:.{significant_decimals(value)}f}"
            if name == "decimals" and self.definition and value == decimals_of(self.definition):
                continue
            values[name] = value
        return SettingsSpec(**values)

    def _option_specs(self) -> list[tuple[int, OptionSpec]]:
        """The options with the number of the row each comes from; new rows left empty are none."""
        taken = {option.key for option in self.definition.options} if self.definition else set()
        named: set[str] = set()
        found = []
        for number, row in enumerate(self.rows):
            label = self.cleaned_data[input_name(number, "label")]
            is_known = self._is_known(row) and row.key not in named
            if not label:
                continue
            key = row.key if is_known else key_from(label, taken, fallback="option")
            taken.add(key)
            named.add(key)
            option = OptionSpec(
                key=key,
                label=label,
                colour=Colour(self.cleaned_data[input_name(number, "colour")]),
                archived=self.cleaned_data[input_name(number, "archived")],
            )
            found.append((number, option))
        return found

    def add_problems(self, problems: Iterable[tuple[SpecPath, str]]) -> None:
        """What the service refused, beside the input it is about."""
        numbers = [number for number, _option in self._option_specs()]
        for path, reason in problems:
            self.add_error(self._input_of(path, numbers), reason)

    def _input_of(self, path: SpecPath, numbers: Sequence[int]) -> str | None:
        name: str | None = str(path[-1])
        if path[0] == "options" and len(path) > 1 and isinstance(path[1], int):
            name = input_name(numbers[path[1]], "label")
        return name if name in self.fields else None


def typed_so_far(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the inputs but the options', to draw the form again without judging it."""
    names: Collection[str] = ("label", "section", "help", SEEN, *SETTING_INPUTS)
    typed: dict[str, Any] = {name: data[name] for name in names if name in data}
    return {**typed, "required": "required" in data, "unique": "unique" in data}


def _initial(kind: FieldKind, around: Surroundings, field: Field | None) -> dict[str, Any]:
    if field is None:
        section = next((one.section for one in reversed(around.siblings) if not one.is_archived), "")
        return {"section": section, "decimals": 2, "currency": around.currency}
    spec, definition = field_spec(field), field_def(field)
    settings = {name: value for name, value in dict(spec.settings).items() if value is not None}
    for name in ("minimum", "maximum"):
        if name in settings:
            number = Decimal(settings[name])
            settings[name] = format_number(number, significant_decimals(number))
    if "decimals" in SETTINGS_OF.get(kind, ()):
        settings["decimals"] = decimals_of(definition)
    return {**dict(spec), **settings, SEEN: fingerprint(spec)}
