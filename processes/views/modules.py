"""Modules and the order of their fields, for administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import AuthedRequest
from accounts.permissions import administrators_only
from blueprint_project.htmx import render_page, wants_fragment
from processes import services
from processes.files.exporting import module_spec
from processes.forms.inputs import fingerprint
from processes.forms.modules import ModuleForm
from processes.models import Module
from processes.pages.modules import (
    DOWN,
    UP,
    Focus,
    module_fields,
    module_rows,
    place_of,
    place_of_module,
    place_of_section,
)
from processes.permissions import get_field_to_design, get_module_to_design
from processes.selectors import every_module, processes_of
from processes.selectors import module_list as modules_in_order

_STEPS = {UP: -1, DOWN: 1}


@administrators_only
@require_safe
def module_list(request: AuthedRequest) -> HttpResponse:
    context = {"rows": module_rows(list(modules_in_order()))}
    return render_page(request, "processes/modules/module_list.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def module_new(request: AuthedRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ModuleForm(posted, others=every_module())
    if form.is_valid():
        try:
            module = services.module_create(spec=form.spec(), actor=request.user)
        except services.SpecificationError as error:
            form.add_problems(error.problems)
        else:
            messages.success(
                request, _("“%(name)s” is there. Now give it fields.") % {"name": module.label_plural}
            )
            return _see_other("module", module.key)
    status = 422 if form.is_bound else 200
    return render_page(request, "processes/modules/module_new.html", {"form": form}, status=status)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def module(request: AuthedRequest, key: str) -> HttpResponse:
    found = get_module_to_design(request.user, key)
    posted = request.POST if request.method == "POST" else None
    form = ModuleForm(posted, others=every_module(), module=found)
    if form.is_stale(module_spec(found)):
        return _module_page(request, found, form, status=409)
    if form.is_valid():
        try:
            services.module_change(module=found, spec=form.spec(), actor=request.user)
        except services.SpecificationError as error:
            form.add_problems(error.problems)
        else:
            messages.success(request, _("“%(name)s” has been saved.") % {"name": found.label_plural})
            return _see_other("module", found.key)
    return _module_page(request, found, form, status=422 if form.is_bound else 200)


def _module_page(request: AuthedRequest, found: Module, form: ModuleForm, *, status: int) -> HttpResponse:
    processes = processes_of(found)
    context = {
        "module": found,
        "form": form,
        "seen": fingerprint(module_spec(found)),
        "is_stale": status == 409,
        "processes": processes,
        "fields": module_fields(found, processes),
    }
    return render_page(request, "processes/modules/module.html", context, status=status)


@administrators_only
@require_POST
def module_move(request: AuthedRequest, key: str) -> HttpResponse:
    found = get_module_to_design(request.user, key)
    direction = _direction(request)
    services.module_move(module=found, by=_STEPS[direction], actor=request.user)
    if not wants_fragment(request):
        return HttpResponseRedirect(reverse("module_list"), status=303)
    rows = module_rows(list(modules_in_order()), found.key, direction)
    response = render_page(request, "processes/modules/_module_list.html", {"rows": rows})
    return trigger_client_event(response, "announce", {"value": place_of_module(rows, found.key)})


@administrators_only
@require_POST
def section_move(request: AuthedRequest, key: str) -> HttpResponse:
    found = get_module_to_design(request.user, key)
    direction, title = _direction(request), request.POST.get("section", "")
    services.section_move(module=found, title=title, by=_STEPS[direction], actor=request.user)
    return _moved(request, found, Focus(direction, section=title))


@administrators_only
@require_POST
def field_move(request: AuthedRequest, key: str, field: str) -> HttpResponse:
    found = get_field_to_design(request.user, key, field)
    direction = _direction(request)
    try:
        services.field_move(field=found, by=_STEPS[direction], actor=request.user)
    except services.SpecificationError as error:
        raise Http404(str(error)) from error
    return _moved(request, found.module, Focus(direction, field=found.key))


def _direction(request: AuthedRequest) -> str:
    """The word of the button; raises Http404 for one that no button has."""
    direction = request.POST.get("direction", "")
    if direction not in _STEPS:
        raise Http404
    return direction


def _moved(request: AuthedRequest, found: Module, focus: Focus) -> HttpResponse:
    if not wants_fragment(request):
        return _see_other("module", found.key)
    fields = module_fields(found, processes_of(found), focus)
    response = render_page(request, "processes/modules/_fields.html", {"module": found, "fields": fields})
    if focus.field is not None:
        text = place_of(fields, focus.field)
    else:
        text = place_of_section(fields, focus.section or "")
    return trigger_client_event(response, "announce", {"value": text})


def _see_other(name: str, key: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[key]), status=303)
