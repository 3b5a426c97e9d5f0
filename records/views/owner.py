"""Handing a record over to another person."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from processes.definition import OWNER_FIELD
from records.engine.refusals import Busy
from records.forms import OwnerForm
from records.models import Record
from records.permissions import get_editable_record_for
from records.services import record_update
from records.views.behind import Behind, go_on


@require_http_methods(["GET", "HEAD", "POST"])
def record_owner(request: AuthedRequest, pk: int) -> HttpResponse:
    """GET: who should have it. POST: they have it; who loses sight of it by that goes to the list."""
    record = get_editable_record_for(request.user, pk)
    request.module_key = record.module.key
    form = OwnerForm(request.POST if request.method == "POST" else None, record=record)
    if request.method != "POST":
        return _page(request, record, form)
    typed = form.stored_values()
    if form.errors:
        return _page(request, record, form, status=422)
    try:
        changed = record_update(record_id=pk, changes=typed, actor=request.user, now=timezone.now())
    except Busy as refusal:
        form.add_error(None, _("Others were changing this record at the same moment. Send it again."))
        return _page(request, record, form, status=refusal.status)
    new_owner = form.cleaned_data[OWNER_FIELD]
    messages.success(
        request, _("“%(name)s” belongs to %(owner)s now.") % {"name": changed.name, "owner": new_owner.name}
    )
    behind = Behind.of(request, reverse("record", args=[pk]))
    return leave_if_lost(request, changed) or go_on(request, behind)


def leave_if_lost(request: AuthedRequest, record: Record) -> HttpResponse | None:
    """To the list, which says so, for who doesn't see the record any more; None for who does."""
    url = reverse("record", args=[record.pk])
    if not Behind.of(request, url).is_lost_to(request):
        return None
    messages.info(request, _("You don’t see “%(name)s” any more.") % {"name": record.name})
    url = reverse("record_list", args=[record.module.key])
    if wants_fragment(request):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url, status=303)


def _page(request: AuthedRequest, record: Record, form: OwnerForm, *, status: int = 200) -> HttpResponse:
    return render_page(
        request,
        "records/record_owner.html",
        {"record": record, "form": form, "close_url": reverse("record", args=[record.pk])},
        fragment="records/_record_owner.html",
        status=status,
    )
