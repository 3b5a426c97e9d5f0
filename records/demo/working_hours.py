"""When people at the demo company work: nothing of its past happened at night or on a Sunday."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

# Public holidays with a fixed day, as (month, day).
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
OPENS, CLOSES = 9 * 60, 18 * 60
LUNCH = (12 * 60 + 30, 13 * 60 + 30)
# Left free before a break, so that what takes a few minutes more still happens in working hours.
MARGIN = 15


class WorkingHours:
    """Weekdays from nine to six, an hour's lunch and public holidays left out."""

    def __init__(self, time_zone: str) -> None:
        self.zone = ZoneInfo(time_zone)

    def is_open_on(self, day: date) -> bool:
        return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS

    def is_open_at(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        is_lunch = LUNCH[0] <= minute < LUNCH[1]
        return self.is_open_on(local.date()) and OPENS <= minute < CLOSES and not is_lunch

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def back_to(self, day: date) -> date:
        """The last working day up to `day`."""
        while not self.is_open_on(day):
            day -= timedelta(days=1)
        return day

    def on_to(self, day: date) -> date:
        """The first working day from `day`."""
        while not self.is_open_on(day):
            day += timedelta(days=1)
        return day

    def at(self, day: date, minute: int) -> datetime:
        """The moment so many minutes into a day; what falls into or right before lunch comes after it."""
        if LUNCH[0] - MARGIN <= minute < LUNCH[1]:
            minute += LUNCH[1] - LUNCH[0] + MARGIN
        local = datetime.combine(day, time(minute // 60, minute % 60), self.zone)
        return local.astimezone(UTC)

    def some_time_on(self, day: date, rng: Random, begin: int = OPENS) -> datetime:
        return self.at(day, rng.randrange(begin, CLOSES - MARGIN))

    def later(self, at: datetime, days: float, rng: Random) -> datetime:
        """A moment so many days after `at`, or the next working day; always after `at`."""
        found = self.some_time_on(self.on_to(self.day_of(at + timedelta(days=days))), rng)
        if found > at:
            return found
        soon = at + timedelta(minutes=rng.randrange(10, 90))
        if self.is_open_at(soon):
            return soon
        return self.some_time_on(self.on_to(self.day_of(at) + timedelta(days=1)), rng)

    def days_ago(self, now: datetime, days: int, minute: int) -> datetime:
        """So many days before `now`, `minute` minutes after opening (up to 200); of what falls onto days off,
        the order is kept: it goes to the hours of the last working day before that come after those."""
        asked = self.day_of(now) - timedelta(days=days)
        day = self.back_to(asked)
        skipped = (asked - day).days
        return self.at(day, OPENS + minute if not skipped else 13 * 60 + 30 + 45 * skipped + minute // 5)
