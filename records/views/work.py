"""My work: the rep's home."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page
from records.pages.work import WorkQuery, work_view


@require_safe
def my_work(request: AuthedRequest) -> HttpResponse:
    work = work_view(request.user, WorkQuery.read(request.GET), now=timezone.now())
    return render_page(request, "records/my_work.html", {"work": work}, fragment="records/_my_work.html")
