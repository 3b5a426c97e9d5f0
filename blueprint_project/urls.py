"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from blueprint_project.styleguide import styleguide

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("automations/", include("automations.urls")),
    path("styleguide/", styleguide, name="styleguide"),
    path("", include("processes.urls")),
    path("", include("records.urls")),
]

handler400 = "blueprint_project.errors.bad_request"
handler403 = "blueprint_project.errors.forbidden"
handler404 = "blueprint_project.errors.not_found"
handler500 = "blueprint_project.errors.server_error"
