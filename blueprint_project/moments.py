"""Points and lengths of time in the reader's words, language and zone."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400


def length_of_time(seconds: float) -> str:
    """Two units at most, rounded down: “4 d 6 h”, “6 h 12 min”, “12 min”."""
    whole = max(int(seconds), 0)
    days, hours, minutes = whole // DAY, whole % DAY // HOUR, whole % HOUR // MINUTE
    if days:
        return _join(_("%(count)s d") % {"count": days}, _("%(count)s h") % {"count": hours} if hours else "")
    if hours:
        rest = _("%(count)s min") % {"count": minutes} if minutes else ""
        return _join(_("%(count)s h") % {"count": hours}, rest)
    if minutes:
        return _join(_("%(count)s min") % {"count": minutes}, "")
    return _("under 1 min").replace(" 1 ", " 1\xa0")


def _join(large: str, small: str) -> str:
    parts = [part.replace(" ", "\xa0") for part in (large, small) if part]
    return " ".join(parts)


def day_in_words(day: date, today: date) -> str:
    """“Today”, “Yesterday”, “Tomorrow”, else the date, with its year only where it isn't this one."""
    distance = (day - today).days
    if distance in (-1, 0, 1):
        return {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}[distance]
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")


def moment_in_words(moment: datetime, now: datetime) -> str:
    """“Today, 09:14”, “20 Nov, 09:52” or “20 Nov 2025, 09:52” in the active time zone."""
    local = timezone.localtime(moment)
    day = day_in_words(local.date(), timezone.localtime(now).date())
    return _("%(day)s, %(time)s") % {"day": day, "time": date_format(local, "TIME_FORMAT")}


def reader_today(now: datetime) -> date:
    """The day it is where the reader is; rules use accounts.clock.today instead."""
    return timezone.localtime(now).date()
