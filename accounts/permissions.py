"""Who manages people and teams: administrators. For everybody else those pages aren't there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.http import AuthedRequest
from accounts.models import Team, User

type View[**P] = Callable[Concatenate[AuthedRequest, P], HttpResponse]


def administrators_only[**P](view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for administrators; 404 for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        authed = cast(AuthedRequest, request)
        if not authed.user.is_administrator:
            raise Http404
        return view(authed, *args, **kwargs)

    return guarded


def require_administrator(actor: User | None) -> None:
    """Raises PermissionDenied for people who aren't administrators. None is the operator at the console."""
    if actor is not None and not actor.is_administrator:
        raise PermissionDenied


def get_person_for(user: User, pk: int) -> User:
    """Somebody, active or not; raises Http404 where there is nobody or `user` doesn't manage people."""
    person: User | None = User.objects.select_related("manager").filter(pk=pk).first()
    if person is None or not user.is_administrator:
        raise Http404(_("There is no such person."))
    return person


def get_team_for(user: User, pk: int) -> Team:
    """A team, active or not; raises Http404 where there is none or `user` doesn't manage teams."""
    # By the group's own id: the link to it doesn't know that a number may be too large for the column.
    team = Team.objects.filter(id=pk).first()
    if team is None or not user.is_administrator:
        raise Http404(_("There is no such team."))
    return team
