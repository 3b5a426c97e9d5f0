"""The kinds of field as people choose them: an icon and what each is for."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.choices import FieldKind


class KindCard(NamedTuple):
    icon: str
    hint: str | Promise


KIND_CARDS: Mapping[FieldKind, KindCard] = {
    FieldKind.TEXT: KindCard("type", _("One line: a reference, a title")),
    FieldKind.LONG_TEXT: KindCard("text-align-start", _("Several lines: a description")),
    FieldKind.PICKLIST: KindCard("list", _("One option of a list; a process can move along it")),
    FieldKind.MULTI_SELECT: KindCard("list-checks", _("Any number of options of a list")),
    FieldKind.BOOLEAN: KindCard("toggle-left", _("Yes, no, or not answered")),
    FieldKind.INTEGER: KindCard("hash", _("Seats, days, pieces")),
    FieldKind.DECIMAL: KindCard("decimals-arrow-right", _("A number with decimals: weight, hours")),
    FieldKind.CURRENCY: KindCard("coins", _("Money in one currency")),
    FieldKind.PERCENT: KindCard("percent", _("A discount, a probability")),
    FieldKind.DATE: KindCard("calendar", _("A day")),
    FieldKind.DATETIME: KindCard("calendar-clock", _("A day and the time of day")),
    FieldKind.EMAIL: KindCard("at-sign", _("An address that mail can go to")),
    FieldKind.PHONE: KindCard("phone", _("A number that can be called")),
    FieldKind.URL: KindCard("link", _("A page on the web")),
    FieldKind.USER: KindCard("user-round", _("Somebody who signs in here")),
    FieldKind.LOOKUP: KindCard("arrow-up-right", _("A record of another module")),
    FieldKind.FILE: KindCard("paperclip", _("A document or a picture")),
}
