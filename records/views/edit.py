"""Creating a record and editing it, from the fields of its module."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthedRequest
from accounts.models import User
from accounts.selectors import people_for_choices
from blueprint_project.htmx import render_page
from processes.definition import NAME_FIELD, OWNER_FIELD, ModuleDef, StateDef
from processes.fields import Stored
from processes.loading import module_def
from processes.models import Module
from records.engine.entering import entry_versions
from records.engine.person import person_for
from records.engine.refusals import Busy, Refusal, StateFieldLocked, UniqueValueTaken
from records.engine.standing import Standing, standing_of
from records.forms import RecordForm
from records.models import Record
from records.permissions import get_editable_record_for, get_module_to_add_for
from records.services import record_create, record_update
from records.views.owner import leave_if_lost


@dataclass(frozen=True, slots=True)
class Locked:
    """The state field of a record that is in a process: shown, not asked for."""

    label: str
    state: StateDef
    process_name: str


@dataclass(frozen=True, slots=True)
class Part:
    """One place in a section: an input, or the locked state."""

    field: forms.BoundField | None = None
    locked: Locked | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    parts: tuple[Part, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: AuthedRequest, module: str) -> HttpResponse:
    found = get_module_to_add_for(request.user, module)
    form = _new_form(request, found)
    if request.method != "POST":
        return _page(request, form, None)
    typed = form.stored_values()
    if form.errors:
        return _page(request, form, None, status=422)
    try:
        record = _create(found, typed, request.user)
    except UniqueValueTaken as taken:
        return _taken(request, form, None, taken)
    messages.success(request, _("“%(name)s” has been created.") % {"name": record.name})
    return _see_other(record)


@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    record = get_editable_record_for(request.user, pk)
    request.module_key = record.module.key
    standing = standing_of(record)
    form = _edit_form(request, record, standing)
    if request.method != "POST":
        return _page(request, form, standing)
    typed = form.stored_values()
    if (sent := form.locked_value()) is not None:
        typed[form.locked] = sent
    elif form.errors:
        return _page(request, form, standing, status=422)
    try:
        record_update(record_id=record.pk, changes=typed, actor=request.user, now=timezone.now())
    except UniqueValueTaken as taken:
        return _taken(request, form, standing, taken)
    except (StateFieldLocked, Busy) as refusal:
        return _page(request, form, standing, status=refusal.status, notice=_notice(refusal, standing))
    messages.success(request, _("“%(name)s” has been saved.") % {"name": typed.get(NAME_FIELD, record.name)})
    return leave_if_lost(request, record) or _see_other(record)


def _new_form(request: AuthedRequest, module: Module) -> RecordForm:
    versions = entry_versions(module)
    form = RecordForm(
        request.POST if request.method == "POST" else None,
        module=module_def(module),
        person=person_for(request.user),
        initial={OWNER_FIELD: request.user.pk},
        optional={version.state_field.key for version in versions if version.start},
    )
    for version in reversed(versions):
        if version.start and version.state_field.key in form.fields:
            text = _("Left empty, it begins at “%(state)s”.") % {"state": version.start.label}
            form.fields[version.state_field.key].help_text = text
    return form


def _edit_form(request: AuthedRequest, record: Record, standing: Standing | None) -> RecordForm:
    is_locked = standing is not None and standing.is_state_field_locked
    return RecordForm(
        request.POST if request.method == "POST" else None,
        module=module_def(record.module),
        person=person_for(request.user),
        record=record,
        locked=standing.version.state_field.key if standing and is_locked else "",
    )


def _create(module: Module, typed: Mapping[str, Stored | None], actor: User) -> Record:
    own = {k: v for k, v in typed.items() if k not in {NAME_FIELD, OWNER_FIELD} and v is not None}
    return record_create(
        module=module,
        name=str(typed[NAME_FIELD]),
        owner=people_for_choices().get(pk=str(typed[OWNER_FIELD])),
        values=own,
        actor=actor,
        now=timezone.now(),
    )


def _taken(
    request: AuthedRequest, form: RecordForm, standing: Standing | None, taken: UniqueValueTaken
) -> HttpResponse:
    form.add_error(taken.field_key, _("Another record has this already, and it may be there only once."))
    return _page(request, form, standing, status=taken.status)


def _notice(refusal: Refusal, standing: Standing | None) -> str:
    if isinstance(refusal, StateFieldLocked) and standing is not None:
        return _(
            "Nothing has been saved: “%(field)s” changes only through the steps of “%(process)s” "
            "as long as the record is in it."
        ) % {"field": standing.version.state_field.label, "process": standing.version.process_name}
    return _("Nothing has been saved: others were changing this record at the same moment. Send it again.")


def _page(
    request: AuthedRequest,
    form: RecordForm,
    standing: Standing | None,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "module": form.module,
        "record": form.record,
        "form": form,
        "sections": _sections(form, standing),
        "notice": notice,
        "cancel_url": _address(form.module, form.record),
    }
    return render_page(request, "records/record_form.html", context, status=status)


def _address(module: ModuleDef, record: Record | None) -> str:
    return reverse("record", args=[record.pk]) if record else reverse("record_list", args=[module.key])


def _see_other(record: Record) -> HttpResponse:
    return HttpResponseRedirect(reverse("record", args=[record.pk]), status=303)


def _sections(form: RecordForm, standing: Standing | None) -> list[Section]:
    """The inputs as the module groups them; name and owner lead the first group."""
    found = []
    leading = [Part(form[NAME_FIELD]), Part(form[OWNER_FIELD])]
    sections = form.module.sections or (("", ()),)
    for number, (title, fields) in enumerate(sections):
        parts = list(leading) if number == 0 else []
        for field in fields:
            if field.key in form.fields:
                parts.append(Part(form[field.key]))
            elif standing is not None and field.key == form.locked:
                parts.append(Part(locked=_locked(standing)))
        if parts:
            found.append(Section(title, tuple(parts)))
    return found


def _locked(standing: Standing) -> Locked:
    label = str(standing.version.state_field.label)
    return Locked(label, standing.state, standing.version.process_name)
