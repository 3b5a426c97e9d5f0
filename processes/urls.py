"""Addresses of design time."""

from django.urls import path

from processes.views import fields, modules, teams

urlpatterns = [
    path("modules/", modules.module_list, name="module_list"),
    path("modules/new/", modules.module_new, name="module_new"),
    path("modules/<slug:key>/", modules.module, name="module"),
    path("modules/<slug:key>/move/", modules.module_move, name="module_move"),
    path("modules/<slug:key>/sections/move/", modules.section_move, name="section_move"),
    path("modules/<slug:key>/fields/new/", fields.field_new, name="field_new"),
    path("modules/<slug:key>/fields/<slug:field>/move/", modules.field_move, name="field_move"),
    path("accounts/teams/<int:pk>/", teams.team_edit, name="team_edit"),
    path("accounts/teams/<int:pk>/deactivate/", teams.team_deactivate, name="team_deactivate"),
]
