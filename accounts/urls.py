"""Addresses of the sign-in, of a person's own preferences, of people and teams."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import people, sign_in, teams

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", sign_in.preferences, name="preferences"),
    path("password/", sign_in.PasswordView.as_view(), name="password_change"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/password/", people.person_password, name="person_password"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.team_new, name="team_new"),
    path("teams/<int:pk>/reactivate/", teams.team_reactivate, name="team_reactivate"),
]
