"""The demo's past before it is written: the same for the same day, and nothing in it that couldn't be."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from records.demo.build import MAIL_DAYS
from records.demo.known import KnownStory
from records.demo.past import PastStory
from records.demo.seed import past_people_file, past_words_file, records_file
from records.demo.story import Happening, Move, Note, Story
from records.demo.working_hours import WorkingHours

PARIS = ZoneInfo("Europe/Paris")
HOURS = WorkingHours("Europe/Paris")
# A weekday, a night, weekends, public holidays, days when the clock was changed, a leap day.
MOMENTS = [
    datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    datetime(2026, 11, 22, 1, 15, tzinfo=UTC),
    datetime(2026, 12, 26, 10, 0, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2027, 11, 1, 6, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2028, 5, 8, 12, 40, tzinfo=UTC),
]
MAILS = {"submit_documents", "back_to_needs_analysis"}


def past(now: datetime, language: str = "en") -> Story:
    return PastStory(past_people_file(), past_words_file(), HOURS, now, language).tell()


def known(now: datetime, language: str = "en") -> Story:
    return KnownStory(records_file(), HOURS, now, language).tell()


def moments(story: Story) -> list[datetime]:
    found = [account.at for account in story.accounts]
    found += [contact.at for contact in story.contacts]
    found += [deal.at for deal in story.deals]
    for deal in story.deals:
        found += [happening.at for happening in deal.happenings]
        found += [move.tasks_done_at for move in moves(deal.happenings) if move.tasks_done_at is not None]
    return found


def moves(happenings: Iterable[Happening]) -> list[Move]:
    return [happening for happening in happenings if isinstance(happening, Move)]


@pytest.mark.parametrize("now", MOMENTS, ids=str)
class TestBothStories:
    def test_happen_in_working_hours_and_never_ahead(self, now: datetime) -> None:
        for story in (past(now), known(now)):
            found = moments(story)
            assert max(found) <= now
            assert [at.astimezone(PARIS) for at in found if not HOURS.is_open_at(at)] == []

    def test_have_an_order(self, now: datetime) -> None:
        for story in (past(now), known(now)):
            accounts = {account.key: account.at for account in story.accounts}
            contacts = {contact.key: contact.at for contact in story.contacts}
            assert all(accounts[contact.account] < contact.at for contact in story.contacts)
            for deal in story.deals:
                times = [contacts[deal.contact], deal.at, *(happening.at for happening in deal.happenings)]
                assert times == sorted(times), deal.name
                made = moves(deal.happenings)
                assert all(move.at < move.tasks_done_at for move in made if move.tasks_done_at), deal.name

    def test_hold_demos_on_the_day_that_was_agreed(self, now: datetime) -> None:
        for story in (past(now), known(now)):
            for deal in story.deals:
                day = ""
                for move in moves(deal.happenings):
                    day = move.typed.get("demo_date", day)
                    assert not day or HOURS.is_open_on(date.fromisoformat(day))
                    if move.key == "record_demo":
                        assert move.at.astimezone(PARIS).date().isoformat() == day, deal.name

    def test_open_with_a_handful_of_mails(self, now: datetime) -> None:
        recent = [
            move.key
            for story in (past(now), known(now))
            for deal in story.deals
            for move in moves(deal.happenings)
            if move.key in MAILS and move.at > now - timedelta(days=MAIL_DAYS)
        ]
        assert 1 <= len(recent) <= 8

    def test_leave_deals_on_every_step_of_the_way(self, now: datetime) -> None:
        assert sum(not moves(deal.happenings) for deal in past(now).deals) >= 3
        ends = Counter(made[-1].key for deal in past(now).deals if (made := moves(deal.happenings)))
        assert ends["submit_documents"] >= 30
        assert ends["close_as_lost"] >= 30
        assert ends["send_to_legal"] >= 1
        assert all(ends[key] >= 3 for key in ("start_analysis", "plan_demo", "record_demo"))


class TestPastStory:
    def test_is_the_same_for_the_same_moment(self) -> None:
        assert past(MOMENTS[0]) == past(MOMENTS[0])

    def test_differs_by_language_in_words_alone(self) -> None:
        english, french = past(MOMENTS[0]), past(MOMENTS[0], "fr")
        assert moments(english) == moments(french)
        for one, other in zip(english.deals, french.deals, strict=True):
            assert [type(happening) for happening in one.happenings] == [
                type(happening) for happening in other.happenings
            ]
            assert {key: one.plain[key] for key in one.plain} == {key: other.plain[key] for key in one.plain}
        notes = [
            {
                happening.text
                for deal in story.deals
                for happening in deal.happenings
                if isinstance(happening, Note)
            }
            for story in (english, french)
        ]
        assert notes[0].isdisjoint(notes[1])

    def test_has_its_numbers(self) -> None:
        story = past(MOMENTS[0])
        assert [len(part) for part in (story.accounts, story.contacts, story.deals)] == [46, 74, 132]
        names = [deal.name for deal in story.deals]
        assert len(set(names)) == len(names)
        assert max(len(name) for name in names) <= 120

    def test_lets_people_sell_each_in_their_own_way(self) -> None:
        story = past(MOMENTS[0])
        won, lost = Counter[str](), Counter[str]()
        days: dict[str, list[float]] = {"alice": [], "bruno": []}
        for deal in story.deals:
            for move in moves(deal.happenings):
                won[deal.owner] += move.key == "submit_documents"
                lost[deal.owner] += move.key == "close_as_lost"
                if move.key == "submit_documents" and deal.owner in days:
                    days[deal.owner].append((move.at - deal.at).total_seconds() / 86400)
        share = {name: won[name] / (won[name] + lost[name]) for name in won}
        assert share["alice"] > share["bruno"] + 0.1
        assert median(days["bruno"]) > 1.3 * median(days["alice"])

    def test_knows_detours(self) -> None:
        keys = Counter(move.key for deal in past(MOMENTS[0]).deals for move in moves(deal.happenings))
        assert keys["back_to_needs_analysis"] >= 8
        assert keys["reopen"] >= 3
        by = {move.by for deal in past(MOMENTS[0]).deals for move in moves(deal.happenings)}
        assert by == {"alice", "bruno", "hugo", "claire", "fatou", "driss"}


class TestWorkingHours:
    @pytest.mark.parametrize(
        ("day", "is_open"),
        [("2026-11-24", True), ("2026-11-22", False), ("2026-11-11", False), ("2026-12-25", False)],
    )
    def test_leave_out_weekends_and_holidays(self, day: str, is_open: bool) -> None:
        assert HOURS.is_open_on(date.fromisoformat(day)) is is_open

    def test_keep_the_order_of_days_off(self) -> None:
        for now in MOMENTS:
            found = [HOURS.days_ago(now, days, 150) for days in range(60, 0, -1)]
            assert found == sorted(set(found))
            assert all(HOURS.is_open_at(at) for at in found)

    def test_go_on_later_however_short_the_wait(self) -> None:
        rng = Random(1)  # noqa: S311
        at = HOURS.at(date(2026, 11, 20), 17 * 60 + 40)
        for _number in range(300):
            following = HOURS.later(at, 0, rng)
            assert at < following
            assert HOURS.is_open_at(following)
            at = following
