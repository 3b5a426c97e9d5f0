"""Choices of people and organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class Theme(models.TextChoices):
    SYSTEM = "", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Standing(models.TextChoices):
    """Which people or teams a list shows; the values are what its address says."""

    ACTIVE = "active", pgettext_lazy("people", "Active")
    DEACTIVATED = "deactivated", pgettext_lazy("people", "Deactivated")
