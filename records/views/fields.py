"""A field that exists: its form, what uses it, archiving. Here because records hold its values."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthedRequest
from accounts.permissions import administrators_only
from blueprint_project.htmx import render_page, wants_fragment
from processes import services
from processes.choices import FieldKind
from processes.files.exporting import field_spec
from processes.forms.fields import FieldForm
from processes.forms.inputs import fingerprint
from processes.forms.settings import Surroundings
from processes.models import Field
from processes.pages.field import OptionUse, facts_of, field_page, form_after_command, surroundings
from processes.permissions import get_field_to_design
from processes.selectors import states_of_options
from records.field_changes import held_field_change
from records.pages.field_use import FieldUse, field_use
from records.selectors.held import count_by_option, records_with_value


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def field(request: AuthedRequest, key: str, field: str) -> HttpResponse:
    found = get_field_to_design(request.user, key, field)
    around = surroundings(found.module, has_values=records_with_value(found).exists())
    kind = FieldKind(found.kind)
    if request.method != "POST":
        return _page(request, found, FieldForm(None, kind=kind, around=around, field=found), around)
    if again := form_after_command(request.POST, kind=kind, around=around, field=found):
        return _page(request, found, again[0], around, focus=again[1])
    form = FieldForm(request.POST, kind=kind, around=around, field=found)
    if form.is_stale(field_spec(found)):
        return _page(request, found, form, around, status=409)
    if form.is_valid():
        try:
            held_field_change(field=found, spec=form.spec(), actor=request.user)
        except services.SpecificationError as error:
            form.add_problems(error.problems)
        else:
            messages.success(request, _("“%(name)s” has been saved.") % {"name": found.label})
            return _back_to_module(found)
    return _page(request, found, form, around, status=422)


def _page(
    request: AuthedRequest,
    found: Field,
    form: FieldForm,
    around: Surroundings,
    *,
    status: int = 200,
    focus: str = "",
) -> HttpResponse:
    options = OptionUse(count_by_option(found), states_of_options(found) if form.has_options else {})
    # Only the rows of options come back where one of their buttons was pressed by htmx.
    is_fragment = bool(focus) and wants_fragment(request)
    context = {
        "module": found.module,
        "field": found,
        "form": form,
        "page": field_page(form, options, focus),
        "seen": fingerprint(field_spec(found)),
        "is_stale": status == 409,
        "facts": facts_of(form.definition, around) if form.definition else [],
    }
    if not is_fragment:
        context["use"] = field_use(found)
    return render_page(
        request,
        "processes/modules/field.html",
        context,
        fragment="processes/modules/_options.html" if is_fragment else "",
        status=status,
    )


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def field_archive(request: AuthedRequest, key: str, field: str) -> HttpResponse:
    """What uses the field is shown first; only then there is a button."""
    found = get_field_to_design(request.user, key, field)
    use = field_use(found)
    if request.method != "POST":
        return _archive_page(request, found, use)
    try:
        services.field_archive(field=found, actor=request.user)
    except services.SpecificationError:
        return _archive_page(request, found, use, status=409)
    messages.success(request, _("“%(name)s” has been archived.") % {"name": found.label})
    return _back_to_module(found)


def _archive_page(request: AuthedRequest, found: Field, use: FieldUse, *, status: int = 200) -> HttpResponse:
    context = {
        "module": found.module,
        "field": found,
        "use": use,
        "close_url": reverse("field", args=[found.module.key, found.key]),
    }
    return render_page(
        request,
        "processes/modules/field_archive.html",
        context,
        fragment="processes/modules/_field_archive.html",
        status=status,
    )


@administrators_only
@require_POST
def field_restore(request: AuthedRequest, key: str, field: str) -> HttpResponse:
    found = get_field_to_design(request.user, key, field)
    try:
        services.field_restore(field=found, actor=request.user)
    except services.SpecificationError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("field", args=[found.module.key, found.key]), status=303)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": found.label})
    return _back_to_module(found)


def _back_to_module(found: Field) -> HttpResponse:
    address = reverse("module", args=[found.module.key])
    return HttpResponseRedirect(f"{address}#field-{found.key}", status=303)
