"""A new field of a module: its kind first, then what it is called and how it behaves."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthedRequest
from accounts.permissions import administrators_only
from blueprint_project.htmx import render_page
from processes import services
from processes.choices import FieldKind
from processes.forms.fields import FieldForm
from processes.models import Module
from processes.pages.field import field_page, form_after_command, kinds_on_offer, surroundings
from processes.permissions import get_module_to_design


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def field_new(request: AuthedRequest, key: str) -> HttpResponse:
    module = get_module_to_design(request.user, key)
    offered = kinds_on_offer()
    # The form's own input wins over the address it was sent to.
    word = request.POST.get("kind") or request.GET.get("kind", "")
    if word not in {one.kind for one in offered}:
        context = {"module": module, "kinds": offered}
        status = 422 if request.method == "POST" else 200
        return render_page(request, "processes/modules/field_kinds.html", context, status=status)
    return _form(request, module, FieldKind(word))


def _form(request: AuthedRequest, module: Module, kind: FieldKind) -> HttpResponse:
    around = surroundings(module)
    if request.method != "POST":
        return _page(request, module, FieldForm(None, kind=kind, around=around))
    if again := form_after_command(request.POST, kind=kind, around=around):
        return _page(request, module, again[0], focus=again[1])
    form = FieldForm(request.POST, kind=kind, around=around)
    if form.is_valid():
        try:
            field = services.field_add(module=module, spec=form.spec(), actor=request.user)
        except services.SpecificationError as error:
            form.add_problems(error.problems)
        else:
            messages.success(request, _("“%(name)s” has been added.") % {"name": field.label})
            return HttpResponseRedirect(
                f"{reverse('module', args=[module.key])}#field-{field.key}", status=303
            )
    return _page(request, module, form, status=422)


def _page(
    request: AuthedRequest, module: Module, form: FieldForm, *, status: int = 200, focus: str = ""
) -> HttpResponse:
    context = {"module": module, "page": field_page(form, focus=focus), "form": form}
    return render_page(
        request,
        "processes/modules/field_new.html",
        context,
        fragment="processes/modules/_options.html" if focus else "",
        status=status,
    )
