"""The record page: all of it for who may see the record, name, state and buttons for who may only move it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from processes.choices import ModuleRight
from processes.definition import OWNER_FIELD, ModuleDef
from processes.fields import Stored
from processes.loading import module_def
from processes.maps import ProcessMap
from records.engine.explain import Explanation, explain
from records.engine.names import names_of
from records.engine.standing import Standing, standing_of
from records.engine.verdicts import Verdict, verdicts
from records.models import Record
from records.notes import NoteForm
from records.pages.fields import FieldSection, FieldValue, RecordFields
from records.pages.map import record_map
from records.pages.standing import StandingView, standing_view
from records.pages.tasks import TaskView, record_task_views
from records.pages.timeline import Timeline, TimelineQuery, changed_values, timeline_view
from records.pages.way import WayView, way_view
from records.permissions import Access
from records.selectors.record_page import steps_of, task_list_for_record
from records.selectors.timeline import event_page_for


@dataclass(frozen=True, slots=True)
class RecordView:
    """What everybody sees who reaches the record."""

    record: Record
    module: ModuleDef
    standing: StandingView


@dataclass(frozen=True, slots=True)
class LimitedView(RecordView):
    """For who owns a step and may not see the record: reasons name fields without their values."""

    explanations: list[Explanation]


@dataclass(frozen=True, slots=True)
class FullView(RecordView):
    can_edit: bool
    can_delete: bool
    facts: list[FieldValue]
    sections: list[FieldSection]
    way: WayView | None
    map: ProcessMap | None
    tasks: list[TaskView]
    timeline: Timeline


def record_view(
    access: Access, *, now: datetime, query: TimelineQuery | None = None, note: NoteForm | None = None
) -> LimitedView | FullView:
    """`query` is what the timeline shows, `note` a note that was refused. At most six queries beyond the
    access."""
    record, standing = access.record, standing_of(access.record)
    found = verdicts(record, access.person, now=now)
    module = module_def(record.module)
    shown = standing_view(record, standing, found, now)
    if access.is_limited:
        explanations = explain(record, module, found, now=now, with_values=False)
        return LimitedView(record, module, shown, explanations)
    return _full(access, module, standing, found, shown, query or TimelineQuery(), note, now)


def _full(
    access: Access,
    module: ModuleDef,
    standing: Standing | None,
    found: list[Verdict],
    shown: StandingView,
    query: TimelineQuery,
    note: NoteForm | None,
    now: datetime,
) -> FullView:
    record = access.record
    page = event_page_for(record, query.before, query.kinds)
    values: dict[str, Stored] = {**record.values, OWNER_FIELD: record.owner_id}
    people = [record.owner, *(event.actor for event in page.events if event.actor)]
    names = names_of(module, [values, *changed_values(page.events)], people=people)
    steps = steps_of(record, standing.version.process_id) if standing else []
    fields = RecordFields(record, module, standing, names)
    return FullView(
        record=record,
        module=module,
        standing=shown,
        can_edit=access.person.may(ModuleRight.CHANGE, record.module_id),
        can_delete=access.person.may(ModuleRight.DELETE, record.module_id),
        facts=fields.facts(),
        sections=fields.sections(),
        way=way_view(record, standing, steps, found, now) if standing else None,
        map=record_map(standing, steps, shown.offers) if standing else None,
        tasks=record_task_views(task_list_for_record(record), now),
        timeline=timeline_view(record, module, page, names, query, _note_form(access, note)),
    )


def timeline_only(access: Access, query: TimelineQuery, note: NoteForm | None = None) -> Timeline:
    """The timeline by itself; at most three queries."""
    record = access.record
    module = module_def(record.module)
    page = event_page_for(record, query.before, query.kinds)
    people = [record.owner, *(event.actor for event in page.events if event.actor)]
    names = names_of(module, changed_values(page.events), people=people)
    return timeline_view(record, module, page, names, query, _note_form(access, note))


def _note_form(access: Access, refused: NoteForm | None) -> NoteForm | None:
    if not access.person.may(ModuleRight.CHANGE, access.record.module_id):
        return None
    return refused or NoteForm(initial={"request_key": str(uuid4())})
