"""The timeline of a record: what it tells, and how it goes back in pages."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records import services
from records.models import Record, RecordEvent
from records.selectors.cursor import MomentCursor
from records.selectors.timeline import PAGE_SIZE
from tests.factories import NOW
from tests.htmx import HTMX, apply, one, parsed, text_of, texts
from tests.records.engine.conftest import World

type Open = Callable[..., BeautifulSoup]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(world: World, client: Client) -> Open:
    client.force_login(world.alice)
    return lambda address, **headers: parsed(client.get(address, headers=headers))


class TestTimeline:
    def test_tells_of_a_move_with_both_states_changes_comment_and_time(
        self, world: World, visit: Open
    ) -> None:
        record = world.deal(closing="2026-11-30")
        world.perform(
            record, "plan_demo", world.alice,
            data={"closing": "2026-12-01", "comment": "On site\n<b>bring</b> badges"},
            now=NOW + timedelta(days=2),
        )  # fmt: skip
        entry = one(visit(f"/r/{record.pk}/"), '.timeline [data-event="transition"]')
        assert "is-move" in entry["class"]
        assert texts(entry, "p")[0] == "Alice · Plan demo"
        assert texts(entry, ".way .state-pill") == ["Qualification", "Product demo"]
        assert texts(entry, ".change") == ["Closing 30 Nov 2026 → 1 Dec 2026"]
        assert texts(entry, "blockquote") == ["On site <b>bring</b> badges"]
        assert texts(entry, ".timeline-when") == ["26 Nov, 10:30 · after 2 d in Qualification"]

    def test_tells_of_edits_in_the_words_of_the_fields(self, world: World, visit: Open) -> None:
        record = world.deal(amount=480_000, approver=world.driss.pk)
        services.record_update(
            record_id=record.pk,
            changes={"amount": 500_050, "approver": world.claire.pk, "demo_status": "done", "name": "Isdom"},
            actor=world.alice,
            now=NOW,
        )
        services.record_update(record_id=record.pk, changes={"amount": None}, actor=world.alice, now=NOW)
        page = visit(f"/r/{record.pk}/")
        emptied, edited = page.select('[data-event="edit"]')
        assert texts(emptied, ".change") == ["Amount 5,000.50 € → empty"]
        assert set(texts(edited, ".change")) == {
            "Amount 4,800.00 € → 5,000.50 €",
            "Approver Driss → Claire",
            "Product demo Done",
            "Deal name Northwind – 40 seats → Isdom",
        }

    def test_tells_how_it_began(self, world: World, visit: Open) -> None:
        page = visit(f"/r/{world.deal().pk}/")
        assert [entry["data-event"] for entry in page.select(".timeline > li")] == ["enter", "create"]
        assert "It entered “Deal closing”" in text_of(one(page, '[data-event="enter"]'))

    def test_keeps_telling_of_a_field_that_was_archived_or_deleted(self, world: World, visit: Open) -> None:
        record = world.deal()
        world.module.fields.filter(key="reference").update(is_archived=True)
        change = [
            {"field": "reference", "before": None, "after": "A-1"},
            {"field": "gone", "before": "x", "after": "y"},
        ]
        event(record, kind="edit", changes=change)
        entry = one(visit(f"/r/{record.pk}/"), '[data-event="edit"]')
        assert texts(entry, ".change") == ["Contract reference A-1", "gone x → y"]


class TestPages:
    @pytest.fixture
    def record(self, world: World) -> Record:
        record = world.deal()
        for number in range(2 * PAGE_SIZE):
            # Pairs share their moment, so that only the primary key tells them apart.
            event(record, kind="edit", at=NOW + timedelta(seconds=number // 2), comment=f"Note {number}")
        return record

    def test_go_back_without_a_gap_or_a_repeat(self, visit: Open, record: Record) -> None:
        address, seen = f"/r/{record.pk}/", []
        while address:
            page = visit(address)
            entries = page.select(".timeline > li")
            assert len(entries) <= PAGE_SIZE
            seen += [text_of(entry) for entry in entries]
            older = page.select("#timeline-older a")
            address = str(older[0]["href"]) if older else ""
        assert len(seen) == 2 * PAGE_SIZE + 2
        notes = [entry.split("Note ")[1].split(" ")[0] for entry in seen if "Note" in entry]
        assert notes == [str(number) for number in reversed(range(2 * PAGE_SIZE))]

    def test_are_appended_by_htmx_as_they_stand_on_their_own_page(self, visit: Open, record: Record) -> None:
        page = visit(f"/r/{record.pk}/")
        link = one(page, "#timeline-older a")
        assert (link["hx-target"], link["hx-swap"]) == ("#timeline", "beforeend")
        own_page = visit(str(link["href"]))
        apply(page, visit(str(link["hx-get"]), **HTMX), "#timeline", "beforeend")
        entries = texts(page, ".timeline > li")
        assert len(entries) == 2 * PAGE_SIZE
        assert entries[PAGE_SIZE:] == texts(own_page, ".timeline > li")
        assert str(one(page, "#timeline-older")) == str(one(own_page, "#timeline-older"))
        assert one(own_page, f".section-head a[href='/r/{record.pk}/']")

    @pytest.mark.parametrize("word", ["", "x", "1", "1-2-3", "9" * 40 + "-1", "1-" + "9" * 40, "1--1"])
    def test_read_a_word_of_nobody_s_as_the_newest_page(self, visit: Open, record: Record, word: str) -> None:
        assert len(visit(f"/r/{record.pk}/?before={word}").select(".timeline > li")) == PAGE_SIZE

    def test_cost_the_same_at_ten_and_at_thirty(self, world: World, client: Client, visit: Open) -> None:
        record = world.deal()
        counts = []
        for size in (10, 30):
            for _number in range(size):
                event(record, kind="edit", comment="x")
            word = str(MomentCursor(NOW + timedelta(days=1), 1))
            visit(f"/r/{record.pk}/")
            with CaptureQueriesContext(connection) as queries:
                visit(f"/r/{record.pk}/?before={word}", **HTMX)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 6


class TestMomentCursor:
    def test_comes_back_as_it_went(self) -> None:
        cursor = MomentCursor(NOW + timedelta(microseconds=123_457), 42)
        assert MomentCursor.parse(str(cursor)) == cursor


def event(record: Record, **values: object) -> RecordEvent:
    made = RecordEvent(record=record, **({"at": NOW, "actor_id": record.owner_id} | values))
    made.save(force_insert=True)
    return made
