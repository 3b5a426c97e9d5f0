"""What a template needs to print a form field: its control in our classes, its label, help and errors."""

from dataclasses import dataclass

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext as _

# In order: the first fitting class of widget decides. RadioSelect is a Select only by its data.
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "check"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "check"),
    (forms.SelectMultiple, "input"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
)


@dataclass(frozen=True)
class FieldView:
    """A bound field, ready to print.

    A form field may carry two attributes of ours: `affix`, the unit beside the control (“EUR”, “%”), and
    `is_marked`, False to leave out the star or the word “optional”.
    """

    bound: BoundField
    name: str
    label: str
    is_required: bool
    is_marked: bool
    is_hidden: bool
    is_choice: bool
    is_group: bool
    affix: str
    help_text: str
    help_id: str
    errors: list[str]
    error_id: str
    options: list[BoundWidget]


@dataclass(frozen=True)
class ErrorLine:
    """One error of a form; `target` is the id of the field's control, empty for the form as a whole."""

    text: str
    target: str


def field_view(bound: BoundField) -> FieldView:
    widget = bound.field.widget
    _dress(widget)
    identifier = bound.auto_id or bound.html_name
    is_group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return FieldView(
        bound=bound,
        name=bound.html_name,
        label=str(bound.label),
        is_required=bound.field.required,
        is_marked=getattr(bound.field, "is_marked", True),
        is_hidden=bound.is_hidden,
        is_choice=isinstance(widget, forms.CheckboxInput),
        is_group=is_group,
        affix=str(getattr(bound.field, "affix", "")),
        help_text=str(bound.help_text),
        help_id=f"{identifier}_helptext",
        errors=[str(error) for error in bound.errors],
        error_id=f"{identifier}_error",
        options=list(bound.subwidgets) if is_group else [],
    )


def error_lines(form: BaseForm) -> list[ErrorLine]:
    """The form's errors: those of the whole first, then each field's, in the form's order."""
    lines = [ErrorLine(str(error), "") for error in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        lines.extend(
            ErrorLine(_("%(label)s: %(error)s") % {"label": bound.label, "error": error}, target)
            for error in bound.errors
        )
    return lines


def _dress(widget: forms.Widget) -> None:
    """Add our class to a widget; a form owns copies of its widgets, so nobody else's changes."""
    if isinstance(widget, forms.MultiWidget):
        for part in widget.widgets:
            _dress(part)
        return
    name = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "input")
    classes = str(widget.attrs.get("class", "")).split()
    if name not in classes:
        widget.attrs["class"] = " ".join([name, *classes])
