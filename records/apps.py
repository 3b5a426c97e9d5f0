"""Run time: records and how they move."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from records import database_functions  # noqa: F401
        from records.actions import register_kinds

        register_kinds()
