"""The list of a module's records, and the suggestions of a lookup's input."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from accounts.http import AuthedRequest
from blueprint_project.htmx import render_page, wants_fragment
from processes.choices import ModuleRight
from processes.loading import module_def
from records.engine.person import person_for
from records.lookups import lookup_targets, suggestions
from records.permissions import get_module_for, require_may_delete
from records.selectors.lists import asks_for_deleted, record_list_for


@require_safe
def record_list(request: AuthedRequest, module: str) -> HttpResponse:
    found = get_module_for(request.user, module)
    person = person_for(request.user)
    params = request.GET.dict()
    if asks_for_deleted(params):
        require_may_delete(request.user, found)
    page = record_list_for(person, found, params, now=timezone.now())
    context = {
        "module": module_def(found),
        "list": page,
        "can_delete": person.may(ModuleRight.DELETE, found.pk),
        "can_add": person.may(ModuleRight.ADD, found.pk),
    }
    response = render_page(request, "records/record_list.html", context, fragment="records/_record_list.html")
    return push_url(response, page.url) if wants_fragment(request) else response


@require_safe
def lookup_choices(request: AuthedRequest, module: str) -> HttpResponse:
    """Names for the datalist of the input that `input` names, by what has been typed into it."""
    found = get_module_for(request.user, module)
    typed = request.GET.get(request.GET.get("input", "q"), "")
    names = suggestions(lookup_targets(found.key, person_for(request.user)), typed)
    return render(request, "records/_lookup_choices.html", {"names": names})
