"""The form of a field as a page: its inputs, its options line by line, and what stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.selectors import get_organisation
from processes.choices import FieldKind
from processes.definition import FieldDef
from processes.fields import decimals_of
from processes.files.checks import SETTINGS_OF
from processes.forms.fields import FieldForm, OptionInputs, typed_so_far
from processes.forms.kinds import KIND_CARDS
from processes.forms.options import edit_rows, typed_rows
from processes.forms.settings import Surroundings
from processes.models import Field, Module

# The name of the buttons that change the rows of options without saving.
COMMAND = "do"


class KindLink(NamedTuple):
    kind: str
    label: str | Promise
    icon: str
    hint: str | Promise


def kinds_on_offer() -> list[KindLink]:
    """The kinds that a new field may be of. A file has no input of its own: it comes with a step."""
    return [
        KindLink(kind.value, kind.label, *card) for kind, card in KIND_CARDS.items() if kind != FieldKind.FILE
    ]


def surroundings(module: Module, *, has_values: bool = False) -> Surroundings:
    """What the form of a field of this module has to know; two queries."""
    return Surroundings(
        siblings=list(module.fields.order_by("position", "pk")),
        modules=list(Module.objects.order_by("position", "label_plural", "pk")),
        currency=get_organisation().currency,
        has_values=has_values,
    )


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option's inputs with how many records chose it, None where that isn't known, and the processes in
    which it is a state. `focus` is the button or input to go on from."""

    inputs: OptionInputs
    errors: Sequence[str]
    count: int | None
    states_of: Sequence[str]
    is_first: bool
    is_last: bool
    focus: str


@dataclass(frozen=True, slots=True)
class FieldPage:
    """The form, ready to print: inputs, boxes to tick, and the options line by line."""

    form: FieldForm
    kind: KindLink
    inputs: Sequence[BoundField]
    settings: Sequence[BoundField]
    rules: Sequence[BoundField]
    options: Sequence[OptionLine]
    archived_options: Sequence[OptionLine]
    is_edit: bool = False


@dataclass(frozen=True, slots=True)
class OptionUse:
    """How many records chose each option, and of which processes it is a state, by the option's key."""

    counts: Mapping[str, int] = field(default_factory=dict)
    states_of: Mapping[str, Sequence[str]] = field(default_factory=dict)


def field_page(form: FieldForm, use: OptionUse | None = None, focus: str = "") -> FieldPage:
    lines = _lines([one for one in form.options() if not one.is_archived], form, use, focus)
    archived = _lines([one for one in form.options() if one.is_archived], form, use, focus)
    kind = KindLink(form.kind.value, form.kind.label, *KIND_CARDS[form.kind])
    return FieldPage(
        form=form,
        kind=kind,
        inputs=form.main_inputs(),
        settings=form.settings_inputs(),
        rules=form.rules(),
        options=lines,
        archived_options=archived,
        is_edit=form.definition is not None,
    )


def _lines(
    inputs: Sequence[OptionInputs], form: FieldForm, use: OptionUse | None, focus: str
) -> list[OptionLine]:
    last = len(inputs) - 1
    found = []
    for place, one in enumerate(inputs):
        count = use.counts.get(one.key, 0) if use is not None and one.key else None
        errors = [str(error) for bound in (one.label, one.colour) for error in bound.errors]
        states = use.states_of.get(one.key, ()) if use is not None and one.key else ()
        own = _focus(one, focus, place == 0, place == last)
        found.append(OptionLine(one, errors, count, states, place == 0, place == last, own))
    return found


def _focus(inputs: OptionInputs, focus: str, is_first: bool, is_last: bool) -> str:
    """“label”, “up” or “down”; at the end of the way, the button that leads back."""
    if focus == inputs.label.id_for_label:
        inputs.label.field.widget.attrs["autofocus"] = True
        return "label"
    for direction, back, is_end in (("up", "down", is_first), ("down", "up", is_last)):
        if focus == f"option-{inputs.number}-{direction}":
            return back if is_end and not (is_first and is_last) else direction
    return ""


def form_after_command(
    posted: QueryDict, *, kind: FieldKind, around: Surroundings, field: Field | None = None
) -> tuple[FieldForm, str] | None:
    """The form as typed so far with its options rearranged, not judged yet, and what to focus; None where no
    button of the options was pressed."""
    edited = edit_rows(typed_rows(posted), posted.get(COMMAND, ""))
    if edited is None:
        return None
    form = FieldForm(
        None, kind=kind, around=around, field=field, initial=typed_so_far(posted.dict()), rows=edited.rows
    )
    return form, edited.focus


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about a field that doesn't change, and why."""

    label: str
    value: str | Promise
    why: str = ""


def facts_of(definition: FieldDef, around: Surroundings) -> list[Fact]:
    """What the form of a field that exists doesn't ask for."""
    facts = [
        Fact(_("Kind"), definition.kind.label),
        Fact(_("Key"), definition.key, _("Rules and texts call the field by its key, so it never changes.")),
    ]
    own = SETTINGS_OF.get(definition.kind, set())
    if "module" in own:
        names = {module.key: module.label_plural for module in around.modules}
        key = definition.settings.module or ""
        facts.append(Fact(_("Module"), names.get(key, key)))
    if around.has_values and "currency" in own:
        why = _("Records hold amounts in it.")
        facts.append(Fact(_("Currency"), definition.settings.currency or "–", why))
    if around.has_values and "decimals" in own:
        facts.append(Fact(_("Decimals"), str(decimals_of(definition)), _("Records hold values with them.")))
    return facts
