"""The page that stands behind a dialog: which one it is, and its parts as they are after a move."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from records.pages.record import record_view
from records.pages.task_list import task_list_view
from records.pages.work import WorkQuery, work_view
from records.permissions import get_record_access
from records.selectors.work import open_task_count


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of ours, by its address."""

    url: str
    match: ResolverMatch
    query: QueryDict

    @classmethod
    def of(cls, request: AuthedRequest, default: str) -> "Behind":
        """The page named by `back` in form or address; `default` where it names none of ours."""
        asked = request.POST.get("back") or request.GET.get("back") or default
        return cls._find(asked) or cls._known(default)

    @classmethod
    def _find(cls, url: str) -> "Behind | None":
        if not url.startswith("/") or not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
            return None
        parts = urlsplit(url)
        try:
            return cls(url, resolve(parts.path), QueryDict(parts.query))
        except Resolver404:
            return None

    @classmethod
    def _known(cls, url: str) -> "Behind":
        return cls(url, resolve(url), QueryDict())

    def is_lost_to(self, request: AuthedRequest) -> bool:
        """Whether it is the page of a record that this person may not see any more."""
        if self.match.url_name != "record":
            return False
        try:
            get_record_access(request.user, self.match.kwargs["pk"])
        except Http404:
            return True
        return False

    def parts(self, request: AuthedRequest) -> tuple[str, dict[str, Any]] | None:
        """Template and context of what fills the page; None for a page that must be loaded anew."""
        now = timezone.now()
        match self.match.url_name:
            case "my_work":
                query = WorkQuery.read(self.query)
                return "records/_my_work.html", {"work": work_view(request.user, query, now=now)}
            case "task_list":
                tasks = task_list_view(request.user, self.query, now=now)
                return "records/_task_list.html", {"list": tasks}
            case "record":
                access = get_record_access(request.user, self.match.kwargs["pk"])
                return "records/_record.html", {"page": record_view(access, now=now)}
        return None


def go_on(request: AuthedRequest, behind: Behind) -> HttpResponse:
    """To the page behind: its parts out of band and an empty dialog, or a redirect. A record that a move took
    out of this person's sight leads to My work."""
    if not wants_fragment(request):
        url = reverse("my_work") if behind.is_lost_to(request) else behind.url
        return HttpResponse(status=303, headers={"Location": url})
    try:
        parts = behind.parts(request)
    except Http404:
        return HttpResponseClientRedirect(reverse("my_work"))
    if parts is None:
        return HttpResponseClientRedirect(behind.url)
    template, context = parts
    more = {"template": template, "open_tasks": open_task_count(request.user)}
    return render_page(request, "records/_page_behind.html", {**context, **more})
