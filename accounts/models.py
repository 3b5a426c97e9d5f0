"""The organisation, its people and their teams."""

import zoneinfo
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import Language, Theme


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value})


class Organisation(models.Model):
    """The company that uses this installation: one row, with the primary key 1."""

    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    sender = models.CharField(_("sender of e-mails"), max_length=200)
    is_demo = models.BooleanField(_("demo company"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def by_name(self) -> "UserQuerySet":
        return self.order_by("first_name", "last_name", "username", "pk")


class PeopleManager(UserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's user manager with our QuerySet vocabulary."""


class User(AbstractUser):
    """A person. Deactivated rather than deleted: their name stays in every history."""

    manager = models.ForeignKey(
        "self",
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, blank=True)

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How the person is called on the screen."""
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        parts = self.name.split()
        return "".join(part[0] for part in (parts[0], parts[-1] if len(parts) > 1 else "") if part).upper()

    @property
    def is_administrator(self) -> bool:
        """May design processes and mend data. It performs no transition by itself."""
        return self.is_active and self.is_superuser


class Team(Group):
    """A group of people that can own transitions. Deactivated rather than deleted."""

    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager["Team"]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
