"""A move that was refused: what happened meanwhile, what was typed, and where to go on."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from blueprint_project.moments import moment_in_words
from processes.loading import module_def
from records.engine.during import COMMENT
from records.engine.explain import Check, explain
from records.engine.refusals import Moved, NotAnOwner, NotAvailable
from records.engine.verdicts import Verdict
from records.forms import DRAWN, DefinedForm
from records.models import Record, RecordEvent
from records.pages.marks import StateMark, field_by_id, state_mark
from records.permissions import Access


@dataclass(frozen=True, slots=True)
class Typed:
    """Something the person had typed, to be copied."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RefusedView:
    """`way` is the move that came first; `checks` are the rules that don't hold."""

    status: int
    title: str
    text: str
    url: str
    way: tuple[StateMark | None, StateMark] | None
    checks: list[Check]
    typed: list[Typed]


def moved_view(access: Access, refusal: Moved, reader: User, data: QueryDict, now: datetime) -> RefusedView:
    title, text = _what_happened(access.record, refusal.event, reader, now)
    return RefusedView(
        status=refusal.status,
        title=title,
        text=text,
        url=reverse("record", args=[access.record.pk]),
        way=_way(access.record, refusal.event),
        checks=[],
        typed=typed_values(access, data),
    )


def closed_view(
    access: Access, refusal: NotAnOwner | NotAvailable, data: QueryDict, now: datetime
) -> RefusedView:
    """A transition that isn't the person's, or that can't be taken now: with every rule that fails."""
    name = refusal.verdict.transition.name
    if isinstance(refusal, NotAnOwner):
        title = _("“%(transition)s” isn’t yours to do") % {"transition": name}
    else:
        title = _("“%(transition)s” can’t be done now") % {"transition": name}
    return RefusedView(
        status=refusal.status,
        title=title,
        text=_("Nothing has been moved. This stands in the way:"),
        url=reverse("record", args=[access.record.pk]),
        way=None,
        checks=_failed(access, refusal.verdict, now),
        typed=typed_values(access, data),
    )


def _failed(access: Access, verdict: Verdict, now: datetime) -> list[Check]:
    module = module_def(access.record.module)
    found = explain(access.record, module, [verdict], now=now, with_values=not access.is_limited)
    return [check for explanation in found for check in explanation.failed]


def _what_happened(record: Record, event: RecordEvent | None, reader: User, now: datetime) -> tuple[str, str]:
    kept = _("Nothing of yours was done; what you typed is below, to be copied.")
    if event is None or event.actor is None:
        return _("It has moved meanwhile"), kept
    when = moment_in_words(event.at, now)
    if event.actor_id == reader.pk:
        title = _("You have moved it already")
        text = _("You moved “%(record)s” yourself: %(when)s.") % {"record": record.name, "when": when}
    else:
        title = _("%(person)s was faster") % {"person": event.actor.name}
        text = _("%(person)s moved “%(record)s”: %(when)s.") % {
            "person": event.actor.name,
            "record": record.name,
            "when": when,
        }
    return title, f"{text} {kept}"


def _way(record: Record, event: RecordEvent | None) -> tuple[StateMark | None, StateMark] | None:
    if event is None or event.to_state is None:
        return None
    field = field_by_id(module_def(record.module), event.to_state.version.process.state_field_id)
    from_mark = state_mark(event.from_state, field) if event.from_state else None
    return from_mark, state_mark(event.to_state, field)


def typed_values(access: Access, data: QueryDict) -> list[Typed]:
    """What was typed, in words where it can be read, else as it came. The form itself is gone."""
    module = module_def(access.record.module)
    plain = data.copy()
    # Without it every value counts as typed, also one that was left as it was drawn.
    plain.pop(DRAWN, None)
    form = DefinedForm(plain, record=None, person=access.person)
    for field in (module.get(key) for key in plain):
        if field is not None:
            form.add(field, required=False)
    stored = form.stored_values()
    found = []
    for key, definition in form.definitions.items():
        value = stored.get(key)
        text = form.display(definition, value) if value is not None else data.get(key, "")
        found.append(Typed(str(definition.label), text))
    found.append(Typed(_("Comment"), data.get(COMMENT, "")))
    return [typed for typed in found if typed.text]
