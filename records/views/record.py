"""The record, its timeline, and why its buttons are as they are."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from records.pages.record import record_view, timeline_only
from records.pages.why import why_view
from records.permissions import get_record_access
from records.selectors.cursor import MomentCursor


@require_safe
def record(request: AuthedRequest, pk: int) -> HttpResponse:
    access = get_record_access(request.user, pk)
    request.module_key = access.record.module.key
    before = MomentCursor.parse(request.GET.get("before", ""))
    if before is not None and wants_fragment(request) and not access.is_limited:
        timeline = timeline_only(access.record, before)
        return render_page(request, "records/_timeline_more.html", {"timeline": timeline})
    page = record_view(access, now=timezone.now(), before=before)
    return render_page(request, "records/record.html", {"page": page}, fragment="records/_record.html")


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
