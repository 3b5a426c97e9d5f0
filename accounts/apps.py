"""People and teams."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        from accounts.models import Organisation
        from accounts.selectors import clear_organisation_cache

        for signal in (post_save, post_delete):
            signal.connect(clear_organisation_cache, sender=Organisation)
