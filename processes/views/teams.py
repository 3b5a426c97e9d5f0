"""A team: its name, its people, and what it may do in each module."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import AuthedRequest
from accounts.models import Team
from accounts.people_forms import TeamForm
from accounts.permissions import administrators_only, get_team_for
from accounts.services import team_change, team_set_active
from processes.choices import ModuleRight
from processes.permissions import rights_of_team
from processes.services.rights import team_set_rights
from processes.team_forms import RightsForm
from processes.teams import modules_in_order, rights_holders, team_use


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    team = get_team_for(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = TeamForm(posted, team=team)
    rights = RightsForm(posted, modules=modules_in_order(), given=rights_of_team(team))
    if form.is_valid() and rights.is_valid():
        try:
            closed = _save(request, team, form, rights)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell(request, team, rights, closed)
            return HttpResponseRedirect(reverse("teams"), status=303)
    context = {
        "team": team,
        "form": form,
        "columns": list(ModuleRight.labels),
        "rows": rights.rows(rights_holders()),
    }
    return render(request, "processes/team_form.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _save(request: AuthedRequest, team: Team, form: TeamForm, rights: RightsForm) -> frozenset[int]:
    actor = request.user
    team_change(team=team, **form.cleaned_data, actor=actor)
    return team_set_rights(team=team, rights=rights.rights(), actor=actor)


def _tell(request: AuthedRequest, team: Team, rights: RightsForm, closed: frozenset[int]) -> None:
    messages.success(request, _("“%(name)s” has been saved.") % {"name": team.name})
    names = [module.label_plural for module in rights.modules if module.pk in closed]
    if names:
        text = ngettext(
            "%(modules)s was open to everybody until now: only %(team)s and administrators get in.",
            "%(modules)s were open to everybody until now: only %(team)s and administrators get in.",
            len(names),
        )
        messages.warning(request, text % {"modules": ", ".join(names), "team": team.name})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def team_deactivate(request: AuthedRequest, pk: int) -> HttpResponse:
    team = get_team_for(request.user, pk)
    if request.method == "POST":
        team_set_active(team=team, is_active=False, actor=request.user)
        messages.success(request, _("“%(name)s” has been deactivated.") % {"name": team.name})
        return HttpResponseRedirect(reverse("teams"), status=303)
    return render(request, "processes/team_deactivate.html", {"team": team, "use": team_use(team)})
