"""A transition of a record: its form, and the move."""

import re
import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from records.engine.plan import Plan, draw_form, load_record, plan_move
from records.engine.refusals import (
    ActionRefused,
    Busy,
    InvalidForm,
    Moved,
    NotAnOwner,
    NotAvailable,
    Refusal,
    UniqueValueTaken,
    UnknownRecord,
    UnknownTransition,
)
from records.engine.standing import Stood, standing_of
from records.models import Record
from records.pages.refused import RefusedView, closed_view, moved_view
from records.pages.transition import transition_view
from records.permissions import get_record_access
from records.services import transition_perform
from records.views.behind import Behind, go_on

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@require_http_methods(["GET", "HEAD", "POST"])
def record_transition(request: AuthedRequest, pk: int, key: str) -> HttpResponse:
    """GET: the form. POST: the move; the same form sent again is answered as the first time."""
    if request.method == "POST":
        return _perform(request, pk, key)
    access = get_record_access(request.user, pk)
    request.module_key = access.record.module.key
    now = timezone.now()
    try:
        plan = draw_form(access.record, key, request.user, now)
    except Refusal as refusal:
        return _refuse(request, pk, key, refusal, now)
    return _form(request, plan)


def _perform(request: AuthedRequest, pk: int, key: str) -> HttpResponse:
    now = timezone.now()
    try:
        transition_perform(
            record_id=pk,
            transition_key=key,
            actor=request.user,
            data=request.POST,
            now=now,
            stood=Stood.parse(request.POST.get("stood", "")),
            request_key=_request_key(request),
        )
    except Refusal as refusal:
        return _refuse(request, pk, key, refusal, now)
    record = load_record(pk)
    request.module_key = record.module.key
    messages.success(request, _message(record))
    return go_on(request, Behind.of(request, reverse("record", args=[pk])))


def _request_key(request: AuthedRequest) -> str:
    """The form's one-time key; "" for a word that is none, which then protects from nothing."""
    key = request.POST.get("request_key", "")
    return key if _KEY.fullmatch(key) else ""


def _message(record: Record) -> str:
    standing = standing_of(record)
    if standing is None:
        return _("“%(record)s” has moved.") % {"record": record.name}
    names = {"record": record.name, "state": standing.state.label}
    return _("“%(record)s” is now in %(state)s.") % names


def _form(request: AuthedRequest, plan: Plan, *, status: int = 200) -> HttpResponse:
    record = plan.record
    request.module_key = record.module.key
    behind = Behind.of(request, reverse("record", args=[record.pk]))
    view = transition_view(
        plan,
        request_key=_request_key(request) or str(uuid.uuid4()),
        stood=Stood.parse(request.POST.get("stood", "")),
        back=behind.url,
        is_fragment=wants_fragment(request),
    )
    return render_page(
        request,
        "records/transition.html",
        {"move": view, "close_url": behind.url},
        fragment="records/_transition.html",
        status=status,
    )


def _refuse(request: AuthedRequest, pk: int, key: str, refusal: Refusal, now: datetime) -> HttpResponse:
    if isinstance(refusal, UnknownRecord):
        raise Http404(_("There is no such record, or it isn’t shared with you."))
    if isinstance(refusal, UnknownTransition):
        raise Http404(_("The record’s process has no such step."))
    if isinstance(refusal, Moved | NotAnOwner | NotAvailable):
        return _refused_page(request, pk, refusal, now)
    if isinstance(refusal, InvalidForm):
        return _form(request, refusal.plan, status=refusal.status)
    return _form_again(request, pk, key, refusal, now)


def _refused_page(
    request: AuthedRequest, pk: int, refusal: Moved | NotAnOwner | NotAvailable, now: datetime
) -> HttpResponse:
    access = get_record_access(request.user, pk)
    request.module_key = access.record.module.key
    view: RefusedView
    if isinstance(refusal, Moved):
        view = moved_view(access, refusal, request.user, request.POST, now)
    else:
        view = closed_view(access, refusal, request.POST, now)
    return render_page(
        request,
        "records/refused.html",
        {"refused": view, "close_url": Behind.of(request, view.url).url},
        fragment="records/_refused.html",
        status=view.status,
    )


def _form_again(request: AuthedRequest, pk: int, key: str, refusal: Refusal, now: datetime) -> HttpResponse:
    """The form with what was typed, and why the write did not come about."""
    if isinstance(refusal, ActionRefused):
        plan = refusal.plan
        text = _("The step includes “%(action)s”, which isn’t possible: %(reason)s")
        plan.form.add_error(None, text % {"action": refusal.action, "reason": refusal.reason})
        return _form(request, plan, status=refusal.status)
    try:
        # Reads only: what was planned is thrown away, its form is shown.
        plan = plan_move(
            load_record(pk),
            key,
            request.user,
            stood=Stood.parse(request.POST.get("stood", "")),
            data=request.POST,
            now=now,
        )
    except Refusal as later:
        return _refuse(request, pk, key, later, now)
    if isinstance(refusal, UniqueValueTaken):
        _add_taken(plan, refusal.field_key)
    elif isinstance(refusal, Busy):
        text = _("Others were changing this record at the same moment. Send it again.")
        plan.form.add_error(None, text)
    return _form(request, plan, status=refusal.status)


def _add_taken(plan: Plan, field_key: str) -> None:
    """The error of a unique field: beside its input, or above the form where an action writes it."""
    text = _("Another record has this already, and it may be there only once.")
    if field_key in plan.form.definitions:
        plan.form.add_error(field_key, text)
        return
    label = plan.moment.module.fields[field_key].label
    plan.form.add_error(None, _("%(field)s: %(error)s") % {"field": label, "error": text})
