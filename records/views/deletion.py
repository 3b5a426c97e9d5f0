"""Deleting a record and bringing it back."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from blueprint_project.undo import success_with_undo
from records import deletion
from records.engine.person import person_for
from records.engine.refusals import Busy, UniqueValueTaken
from records.models import Record
from records.pages.deletion import deletion_view, taken_view
from records.permissions import get_deletable_record_for, get_deleted_record_for
from records.views.behind import Behind


@require_http_methods(["GET", "HEAD", "POST"])
def record_delete(request: AuthedRequest, pk: int) -> HttpResponse:
    """GET: what goes. POST: it is gone, and the message offers to undo it."""
    record = get_deletable_record_for(request.user, pk)
    request.module_key = record.module.key
    if request.method != "POST":
        return _confirm(request, record)
    try:
        deletion.record_delete(record_id=pk, actor=request.user, now=timezone.now())
    except Busy as refusal:
        notice = _("Nothing has been deleted: others were changing it at the same moment. Send it again.")
        return _confirm(request, record, notice=notice, status=refusal.status)
    text = _("“%(name)s” has been deleted.") % {"name": record.name}
    success_with_undo(request, text, reverse("record_restore", args=[pk]))
    url = reverse("record_list", args=[record.module.key])
    return HttpResponseClientRedirect(url) if wants_fragment(request) else _see_other(url)


def _confirm(request: AuthedRequest, record: Record, *, notice: str = "", status: int = 200) -> HttpResponse:
    view = deletion_view(record)
    return render_page(
        request,
        "records/record_delete.html",
        {"deletion": view, "close_url": view.close_url, "notice": notice},
        fragment="records/_record_delete.html",
        status=status,
    )


@require_POST
def record_restore(request: AuthedRequest, pk: int) -> HttpResponse:
    """Bring it back; to the record, or to the page that `back` names."""
    record = get_deleted_record_for(request.user, pk)
    request.module_key = record.module.key
    try:
        restored = deletion.record_restore(record_id=pk, actor=request.user, now=timezone.now())
    except UniqueValueTaken as taken:
        view = taken_view(record, taken, person_for(request.user))
        context = {"record": record, "taken": view}
        return render_page(request, "records/record_restore.html", context, status=taken.status)
    except Busy as refusal:
        context = {"record": record, "taken": None}
        return render_page(request, "records/record_restore.html", context, status=refusal.status)
    messages.success(request, _message(restored))
    return _see_other(Behind.of(request, reverse("record", args=[pk])).url)


def _message(record: Record) -> str:
    text = _("“%(name)s” is back.") if record.state_id else _("“%(name)s” is back. It is in no process now.")
    return text % {"name": record.name}


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)
