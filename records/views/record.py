"""The record, its timeline and notes, and why its buttons are as they are."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url, trigger_client_event

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from records import services
from records.notes import NoteForm
from records.pages.record import record_view, timeline_only
from records.pages.timeline import TimelineQuery
from records.pages.why import why_view
from records.permissions import Access, get_editable_record_for, get_record_access


@require_safe
def record(request: AuthedRequest, pk: int) -> HttpResponse:
    """Parts of the timeline have addresses of their own: `before` is an older page, `kind` what is shown."""
    access = get_record_access(request.user, pk)
    request.module_key = access.record.module.key
    query = TimelineQuery.read(request.GET)
    if wants_fragment(request) and not access.is_limited and {"before", "kind"} & request.GET.keys():
        template = "records/_timeline_more.html" if query.before else "records/_timeline_parts.html"
        return render_page(request, template, {"timeline": timeline_only(access, query)})
    return _record_page(request, access, query)


@require_POST
def note_add(request: AuthedRequest, pk: int) -> HttpResponse:
    """Write a note; the timeline comes back with it on top, or with the form and its error."""
    record = get_editable_record_for(request.user, pk)
    request.module_key = record.module.key
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _timeline(request, pk, form, status=422)
    typed = form.cleaned_data
    services.note_add(
        record_id=pk,
        text=typed["note"],
        actor=request.user,
        now=timezone.now(),
        request_key=typed["request_key"],
    )
    if not wants_fragment(request):
        return HttpResponseRedirect(f"{reverse('record', args=[pk])}#timeline-title", status=303)
    said = {"value": _("Your note is on the timeline.")}
    return trigger_client_event(_timeline(request, pk), "announce", said)


def _timeline(
    request: AuthedRequest, pk: int, note: NoteForm | None = None, *, status: int = 200
) -> HttpResponse:
    access = get_record_access(request.user, pk)
    if not wants_fragment(request):
        return _record_page(request, access, TimelineQuery(), note, status=status)
    timeline = timeline_only(access, TimelineQuery(), note)
    answer = render_page(request, "records/_timeline_parts.html", {"timeline": timeline}, status=status)
    # The whole timeline again, whatever the address had narrowed it to.
    return replace_url(answer, reverse("record", args=[pk]))


def _record_page(
    request: AuthedRequest,
    access: Access,
    query: TimelineQuery,
    note: NoteForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    page = record_view(access, now=timezone.now(), query=query, note=note)
    return render_page(
        request, "records/record.html", {"page": page}, fragment="records/_record.html", status=status
    )


@require_safe
def record_why(request: AuthedRequest, pk: int) -> HttpResponse:
    access = get_record_access(request.user, pk)
    request.module_key = access.record.module.key
    context = {
        "record": access.record,
        "why": why_view(access, now=timezone.now()),
        "close_url": reverse("record", args=[pk]),
    }
    return render_page(request, "records/why.html", context, fragment="records/_why.html")
