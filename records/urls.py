"""The addresses of records: lists, forms, the record and its moves, My work."""

from django.urls import path

from records.views import edit, lists

urlpatterns = [
    path("m/<slug:module>/", lists.record_list, name="record_list"),
    path("m/<slug:module>/new/", edit.record_new, name="record_new"),
    path("m/<slug:module>/choices/", lists.lookup_choices, name="lookup_choices"),
    path("r/<int:pk>/edit/", edit.record_edit, name="record_edit"),
]
