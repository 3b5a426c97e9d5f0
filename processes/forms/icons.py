"""The icons that a module may have, with the words for those who don't see them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODULE_ICONS: Mapping[str, str | Promise] = {
    "handshake": _("Handshake"),
    "users": _("People"),
    "user-round": _("Person"),
    "building-2": _("Building"),
    "briefcase": _("Briefcase"),
    "target": _("Target"),
    "file-text": _("Document"),
    "clipboard-list": _("Clipboard"),
    "folder": _("Folder"),
    "receipt": _("Receipt"),
    "credit-card": _("Payment card"),
    "banknote": _("Banknote"),
    "package": _("Package"),
    "shopping-cart": _("Shopping cart"),
    "truck": _("Truck"),
    "wrench": _("Wrench"),
    "life-buoy": _("Life buoy"),
    "ticket": _("Ticket"),
    "phone": _("Telephone"),
    "mail": _("Letter"),
    "calendar": _("Calendar"),
    "map-pin": _("Place"),
    "globe": _("Globe"),
    "landmark": _("Institution"),
    "scale": _("Scales"),
    "shield": _("Shield"),
    "key": _("Key"),
    "house": _("House"),
    "graduation-cap": _("Graduation cap"),
    "stethoscope": _("Stethoscope"),
    "heart": _("Heart"),
    "leaf": _("Leaf"),
    "laptop": _("Computer"),
    "rocket": _("Rocket"),
    "lightbulb": _("Light bulb"),
    "star": _("Star"),
}
