"""Addresses under /automations/."""

from django.urls import URLPattern, path

from automations import views

urlpatterns: list[URLPattern] = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", views.mailbox_message, name="mailbox_message"),
    path("records/<int:record_id>/effects/", views.record_effects, name="record_effects"),
]
