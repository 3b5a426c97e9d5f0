"""Side effects: what happens by itself after a move."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationsConfig(AppConfig):
    name = "automations"
    verbose_name = _("Automations")

    def ready(self) -> None:
        from automations import demo, outbox
        from automations.kinds import register_kinds

        register_kinds()
        outbox.connect()
        demo.connect()
