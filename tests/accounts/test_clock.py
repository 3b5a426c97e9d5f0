"""The organisation's day, whatever the zone of the moment's own."""

from datetime import UTC, date, datetime

import pytest

from accounts.clock import today
from tests.factories import make_organisation


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("Europe/Paris", date(2026, 11, 25)),
        ("America/New_York", date(2026, 11, 24)),
        ("Pacific/Auckland", date(2026, 11, 25)),
    ],
)
def test_today_is_the_organisations(time_zone, day):
    make_organisation(time_zone=time_zone)
    assert today(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == day
