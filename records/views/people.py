"""Deactivating somebody: what depends on them, and who takes it over."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthedRequest
from accounts.permissions import administrators_only, get_person_for
from records.people_forms import TakeoverForm
from records.takeover import SuccessorMissing, holdings_of, person_deactivate_with_takeover


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_deactivate(request: AuthedRequest, pk: int) -> HttpResponse:
    person = get_person_for(request.user, pk)
    if not person.is_active:
        return redirect("person_edit", pk)
    holdings = holdings_of(person)
    form = TakeoverForm(request.POST if request.method == "POST" else None, person=person, holdings=holdings)
    if form.is_valid():
        try:
            person_deactivate_with_takeover(
                person=person, successors=form.successors(), actor=request.user, now=timezone.now()
            )
        except SuccessorMissing:
            text = _("Something has changed meanwhile: check who takes over what, and send it again.")
            return _page(request, TakeoverForm(None, person=person, holdings=holdings_of(person)), text)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("“%(name)s” has been deactivated.") % {"name": person.name})
            return HttpResponseRedirect(reverse("people"), status=303)
    return _page(request, form)


def _page(request: AuthedRequest, form: TakeoverForm, notice: str = "") -> HttpResponse:
    context = {"form": form, "person": form.person, "holdings": form.holdings, "notice": notice}
    status = 409 if notice else 422 if form.is_bound else 200
    return render(request, "records/person_deactivate.html", context, status=status)
