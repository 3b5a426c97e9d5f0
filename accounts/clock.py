"""The organisation's calendar: one "today" for everybody's rules, whatever zone a person reads in."""

import zoneinfo
from datetime import date, datetime

from accounts.selectors import get_organisation


def today(now: datetime) -> date:
    """The organisation's day at the aware datetime `now`; raises OrganisationMissing."""
    return now.astimezone(zoneinfo.ZoneInfo(get_organisation().time_zone)).date()
