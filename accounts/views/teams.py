"""The teams of the company, for administrators. A team's own page is where its rights are known."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthedRequest
from accounts.people_forms import TeamForm
from accounts.permissions import administrators_only, get_team_for
from accounts.selectors import team_list
from accounts.services import team_create, team_set_active


@administrators_only
@require_safe
def teams(request: AuthedRequest) -> HttpResponse:
    return render(request, "accounts/teams.html", {"teams": team_list()})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def team_new(request: AuthedRequest) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            team = team_create(**form.cleaned_data, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("“%(name)s” has been created. Say below what it may do.") % {"name": team.name}
            messages.success(request, text)
            return HttpResponseRedirect(reverse("team_edit", args=[team.pk]), status=303)
    return render(request, "accounts/team_form.html", {"form": form}, status=422 if form.is_bound else 200)


@administrators_only
@require_POST
def team_reactivate(request: AuthedRequest, pk: int) -> HttpResponse:
    team = get_team_for(request.user, pk)
    team_set_active(team=team, is_active=True, actor=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": team.name})
    return HttpResponseRedirect(reverse("team_edit", args=[pk]), status=303)
