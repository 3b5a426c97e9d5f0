"""Addresses of design time."""

from django.urls import path

from processes.views import teams

urlpatterns = [
    path("accounts/teams/<int:pk>/", teams.team_edit, name="team_edit"),
    path("accounts/teams/<int:pk>/deactivate/", teams.team_deactivate, name="team_deactivate"),
]
