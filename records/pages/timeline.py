"""Events as a timeline tells them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from blueprint_project.moments import length_of_time
from processes.definition import FieldDef, ModuleDef
from processes.fields import Names, Stored, kind_of
from records.choices import EventKind
from records.models import Record, RecordEvent
from records.pages.marks import StateMark, field_by_id, state_mark
from records.selectors.cursor import MomentCursor
from records.selectors.timeline import EventPage

MAX_VALUE_LENGTH = 160

_ICONS = {
    EventKind.CREATE: "plus",
    EventKind.IMPORT: "file-up",
    EventKind.EDIT: "pencil",
    EventKind.ENTER: "log-in",
    EventKind.TRANSITION: "arrow-right",
    EventKind.TASK: "square-check",
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A field's value before and after, "" for empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """`who` did `what`; a move has the states it joins and how long the record had been in the first."""

    kind: str
    icon: str
    who: str
    what: str
    at: datetime
    changes: list[ChangeView]
    comment: str
    is_move: bool
    from_state: StateMark | None
    to_state: StateMark | None
    after: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline. `older_url` and `newest_url` are "" where there is nothing to go to."""

    entries: list[TimelineEntry]
    older_url: str
    newest_url: str


def timeline_view(
    record: Record, module: ModuleDef, page: EventPage, names: Names, before: MomentCursor | None
) -> Timeline:
    url = reverse("record", args=[record.pk])
    return Timeline(
        entries=[_entry(event, module, names) for event in page.events],
        older_url=f"{url}?{urlencode({'before': str(page.older)})}" if page.older else "",
        newest_url=url if before else "",
    )


def changed_values(events: Iterable[RecordEvent]) -> Iterator[Mapping[str, Stored]]:
    """Every value that the events name, as rows to find names for."""
    for event in events:
        for change in event.changes:
            for value in (change["before"], change["after"]):
                if value is not None:
                    yield {change["field"]: value}


def _entry(event: RecordEvent, module: ModuleDef, names: Names) -> TimelineEntry:
    to_state = event.to_state
    process = to_state.version.process if to_state else None
    field = field_by_id(module, process.state_field_id) if process else None
    is_move = event.kind == EventKind.TRANSITION
    from_mark = state_mark(event.from_state, field) if event.from_state else None
    hidden = field.key if is_move and field else ""
    return TimelineEntry(
        kind=event.kind,
        icon=_ICONS.get(EventKind(event.kind), "circle"),
        who=_name(event.actor),
        what=_what(event),
        at=event.at,
        changes=[_change(change, module, names) for change in event.changes if change["field"] != hidden],
        comment=event.comment,
        is_move=is_move,
        from_state=from_mark,
        to_state=state_mark(to_state, field) if to_state else None,
        after=_after(event, from_mark),
    )


def _name(actor: User | None) -> str:
    return actor.name if actor else _("Blueprint")


def _what(event: RecordEvent) -> str:
    match event.kind:
        case EventKind.TRANSITION:
            return event.transition.name if event.transition else ""
        case EventKind.CREATE:
            return _("created it")
        case EventKind.IMPORT:
            return _("imported it")
        case EventKind.EDIT:
            return _("changed")
        case EventKind.ENTER:
            process = event.to_state.version.process.name if event.to_state else ""
            return _("It entered “%(process)s”") % {"process": process}
    return str(EventKind(event.kind).label)


def _after(event: RecordEvent, from_mark: StateMark | None) -> str:
    if event.seconds_in_state is None or from_mark is None:
        return ""
    return _("after %(time)s in %(state)s") % {
        "time": length_of_time(event.seconds_in_state),
        "state": from_mark.label,
    }


def _change(change: Mapping[str, Any], module: ModuleDef, names: Names) -> ChangeView:
    field = module.fields.get(change["field"])
    before, after = (_shown(field, change[side], names) for side in ("before", "after"))
    return ChangeView(str(field.label) if field else change["field"], before, after)


def _shown(field: FieldDef | None, stored: Stored | None, names: Names) -> str:
    if stored is None:
        return ""
    text = kind_of(field).display(field, stored, names) if field else str(stored)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[: MAX_VALUE_LENGTH - 1].rstrip()}…"
