"""The list of a person's tasks; marking one as done, and taking that back."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page
from records.pages.task_list import task_list_view
from records.permissions import get_task_for
from records.services import task_set_done
from records.views.behind import Behind, go_on


@require_safe
def task_list(request: AuthedRequest) -> HttpResponse:
    context = {"list": task_list_view(request.user, request.GET, now=timezone.now())}
    return render_page(request, "records/task_list.html", context, fragment="records/_task_list.html")


@require_POST
def task_done(request: AuthedRequest, pk: int) -> HttpResponse:
    """`done` is 1, or 0 to take it back; `back` is the page that shows the task."""
    task = get_task_for(request.user, pk)
    is_done = request.POST.get("done", "1") == "1"
    task_set_done(task=task, is_done=is_done, actor=request.user, now=timezone.now())
    return go_on(request, Behind.of(request, reverse("my_work")))
