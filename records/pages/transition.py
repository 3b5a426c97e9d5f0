"""The form of a transition as a dialog shows it."""

from dataclasses import dataclass

from django.forms import BoundField
from django.urls import reverse

from processes.definition import StateDef, TransitionDef
from records.engine.during import COMMENT, DuringForm
from records.engine.plan import Plan
from records.engine.standing import Stood
from records.models import Record


@dataclass(frozen=True, slots=True)
class Block:
    """A message, rendered and escaped, or inputs that stand side by side."""

    message: str
    fields: list[BoundField]


@dataclass(frozen=True, slots=True)
class TransitionView:
    """`request_key` is the form's one-time key, `stood` where the record stood when it was drawn."""

    record: Record
    transition: TransitionDef
    state: StateDef
    form: DuringForm
    blocks: list[Block]
    comment: BoundField
    request_key: str
    stood: str
    url: str
    back: str
    is_fragment: bool


def transition_view(
    plan: Plan, *, request_key: str, stood: Stood | None, back: str, is_fragment: bool
) -> TransitionView:
    return TransitionView(
        record=plan.record,
        transition=plan.transition,
        state=plan.standing.state,
        form=plan.form,
        blocks=_blocks(plan.form),
        comment=plan.form[COMMENT],
        request_key=request_key,
        stood=str(stood or Stood.of(plan.record)),
        url=reverse("record_transition", args=[plan.record.pk, plan.transition.key]),
        back=back,
        is_fragment=is_fragment,
    )


def _blocks(form: DuringForm) -> list[Block]:
    blocks: list[Block] = []
    for entry in form.entries():
        if entry.field is None:
            blocks.append(Block(entry.html, []))
        elif blocks and blocks[-1].fields:
            blocks[-1].fields.append(entry.field)
        else:
            blocks.append(Block("", [entry.field]))
    return blocks
