"""Choices of the definition models."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldKind(models.TextChoices):
    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    CURRENCY = "currency", _("Currency")
    PERCENT = "percent", _("Percent")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date and time")
    PICKLIST = "picklist", _("Picklist")
    MULTI_SELECT = "multi_select", _("Multi-select")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
    URL = "url", _("Web address")
    USER = "user", _("Person")
    LOOKUP = "lookup", _("Lookup")
    FILE = "file", _("File")


class Sharing(models.TextChoices):
    PRIVATE = "private", _("Private")
    PUBLIC = "public", _("Public")


class ModuleRight(models.TextChoices):
    """What a team's people may do with the records of a module; the values are guardian's permissions."""

    VIEW = "view_records", _("See")
    ADD = "add_records", _("Create")
    CHANGE = "change_records", _("Change")
    DELETE = "delete_records", _("Delete")
    EXPORT = "export_records", _("Export")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Colour(models.TextChoices):
    GREY = "grey", _("Grey")
    BLUE = "blue", _("Blue")
    TEAL = "teal", _("Teal")
    GREEN = "green", _("Green")
    GOLD = "gold", _("Gold")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Red")
    VIOLET = "violet", _("Violet")


class Trigger(models.TextChoices):
    MANUAL = "manual", _("By a person")


class OwnerKind(models.TextChoices):
    RECORD_OWNER = "record_owner", _("Owner of the record")
    CREATOR = "creator", _("Creator of the record")
    MANAGER = "manager", _("Manager of the record’s owner")
    USER_FIELD = "user_field", _("The person in a field")
    EVERYONE = "everyone", _("Everyone who can see the record")


class ItemKind(models.TextChoices):
    MESSAGE = "message", _("Message")
    FIELD = "field", _("Field")
