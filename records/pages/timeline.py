"""Events as a timeline tells them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from blueprint_project.moments import length_of_time
from processes.definition import FieldDef, ModuleDef
from processes.fields import Names, Stored, kind_of
from records.choices import EventKind
from records.models import Record, RecordEvent
from records.notes import NoteForm
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
    EventKind.TASK_REOPENED: "square",
    EventKind.NOTE: "message-square",
    EventKind.DELETE: "trash-2",
    EventKind.RESTORE: "undo-2",
}

# What the segments above the timeline show, by the word in the address.
_FILTERS: dict[str, tuple[Promise, tuple[EventKind, ...]]] = {
    "all": (gettext_lazy("All"), ()),
    "moves": (gettext_lazy("Moves"), (EventKind.ENTER, EventKind.TRANSITION)),
    "notes": (gettext_lazy("Notes"), (EventKind.NOTE,)),
    "changes": (
        gettext_lazy("Changes"),
        (EventKind.CREATE, EventKind.IMPORT, EventKind.EDIT, EventKind.DELETE, EventKind.RESTORE),
    ),
}


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """What the address asks for: where an older page begins, and which kinds of events."""

    before: MomentCursor | None = None
    shown: str = "all"

    @classmethod
    def read(cls, data: QueryDict) -> "TimelineQuery":
        shown = data.get("kind", "")
        return cls(MomentCursor.parse(data.get("before", "")), shown if shown in _FILTERS else "all")

    @property
    def kinds(self) -> tuple[EventKind, ...]:
        return _FILTERS[self.shown][1]

    def url(self, record: Record, before: MomentCursor | None = None) -> str:
        query = {"kind": self.shown} if self.kinds else {}
        if before is not None:
            query["before"] = str(before)
        url = reverse("record", args=[record.pk])
        return f"{url}?{urlencode(query)}" if query else url


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
class Segment:
    """A choice of what is shown; `part_url` is the address of the timeline alone."""

    label: str | Promise
    url: str
    part_url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline. `older_url` and `newest_url` are "" where there is nothing to go to; `note` is
    None for who may only read."""

    entries: list[TimelineEntry]
    segments: list[Segment]
    note: NoteForm | None
    note_url: str
    older_url: str
    newest_url: str


def timeline_view(
    record: Record,
    module: ModuleDef,
    page: EventPage,
    names: Names,
    query: TimelineQuery,
    note: NoteForm | None,
) -> Timeline:
    return Timeline(
        entries=[_entry(event, module, names) for event in page.events],
        segments=[
            Segment(
                label,
                TimelineQuery(shown=word).url(record),
                f"{reverse('record', args=[record.pk])}?kind={word}",
                word == query.shown,
            )
            for word, (label, _kinds) in _FILTERS.items()
        ],
        note=note,
        note_url=reverse("note_add", args=[record.pk]),
        older_url=query.url(record, page.older) if page.older else "",
        newest_url=query.url(record) if query.before else "",
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
            return pgettext("timeline", "changed")
        case EventKind.NOTE:
            return _("wrote a note")
        case EventKind.TASK:
            return _("finished a task")
        case EventKind.TASK_REOPENED:
            return _("took up a task again")
        case EventKind.DELETE:
            return _("deleted it")
        case EventKind.RESTORE:
            return _("restored it")
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
