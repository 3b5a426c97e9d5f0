"""My work: what waits for a person, with the buttons for it, in a fixed number of queries."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from processes.models import Field, Module, Process
from records.models import ProcessRun, Record, Task
from records.selectors.work import COUNT_CAP, PAGE_SIZE
from tests.factories import NOW, make_record
from tests.htmx import HTMX, one, parsed, text_of, texts
from tests.records.engine.conftest import World

type Open = Callable[..., BeautifulSoup]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        yield


@pytest.fixture
def visit(client: Client) -> Open:
    def visit(user: User, address: str = "/", **headers: str) -> BeautifulSoup:
        client.force_login(user)
        return parsed(client.get(address, headers=headers))

    return visit


def waiting(world: World, count: int, owner: User, *, first_pk: int | None = None) -> None:
    """Deals in bulk, the first the one that has waited longest."""
    records = Record.objects.bulk_create(
        Record(
            pk=first_pk + number if first_pk else None,
            module=world.module,
            name=f"Deal {number:04}",
            owner=owner,
            values={"stage": "qualification", "amount": 9},
            state=world.drawing.states["qualification"],
            entered_state_at=NOW - timedelta(days=9, seconds=-number // 2),
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(count)
    )
    for record in records:
        record.run = ProcessRun(record=record, process=world.drawing.process, started_at=NOW)
    ProcessRun.objects.bulk_create(record.run for record in records if record.run)
    Record.objects.bulk_update(records, ["run"], batch_size=500)


class TestMyWork:
    def test_shows_what_waits_by_process_and_state_longest_first(self, world: World, visit: Open) -> None:
        fresh = world.deal(name="Fresh", amount=4_800_000)
        old = world.deal(name="Old")
        Record.objects.filter(pk=old.pk).update(entered_state_at=NOW - timedelta(days=3))
        page = visit(world.alice)
        assert texts(page, "main section h2")[0] == "Deal closing · Deals"
        group = one(page, ".work-group")
        assert texts(group, "header") == ["Qualification 2"]
        assert [row["data-record"] for row in group.select("[data-record]")] == [str(old.pk), str(fresh.pk)]
        row = one(page, f'[data-record="{fresh.pk}"]')
        assert one(row, "a.record-name")["href"] == f"/r/{fresh.pk}/"
        assert (texts(row, ".number"), texts(row, ".mark-label")) == (["48,000.00 €"], ["3 h"])
        assert "2 records wait for you." in text_of(one(page, ".page-header"))

    def test_has_the_buttons_of_each_row_that_come_back_here(self, world: World, visit: Open) -> None:
        record = world.deal()
        row = one(visit(world.alice, "/?all=1"), f'[data-record="{record.pk}"]')
        buttons = row.select("button")
        assert [b["data-transition"] for b in buttons] == ["plan_demo", "send_to_legal", "close_as_lost"]
        assert buttons[0]["hx-get"] == f"/r/{record.pk}/t/plan_demo/?back=%2F%3Fall%3D1"
        assert one(row, "form")["method"] == "get"
        # Without script the form's own input takes the place of the address's query.
        assert one(row, "form [name=back]")["value"] == "/?all=1"

    def test_leaves_those_with_common_steps_only_to_the_wider_list(self, world: World, visit: Open) -> None:
        record = world.deal(stage="legal_review")
        page = visit(world.alice)
        assert not page.select("[data-record]")
        assert text_of(one(page, ".empty-state h2")) == "Nothing waits for you"
        link = one(page, ".empty-state a")
        wider = visit(world.alice, str(link["href"]))
        assert [row["data-record"] for row in wider.select("[data-record]")] == [str(record.pk)]
        assert text_of(one(wider, '.segments [aria-current="true"]')) == "All I can act on"

    def test_shows_what_a_team_owns_and_may_not_read(self, world: World, visit: Open) -> None:
        record = world.deal(stage="legal_review", demo_status="done", amount=4_800_000)
        world.deal(name="Not yet", stage="legal_review", demo_status="planned")
        page = visit(world.driss)
        assert [row["data-record"] for row in page.select("[data-record]")] == [str(record.pk)]
        assert [b["data-transition"] for b in page.select("[data-transition]")] == ["submit_documents"]
        assert "48,000" not in text_of(one(page, "main"))
        assert "Alice" not in text_of(one(page, "main"))

    def test_has_nothing_of_processes_that_are_switched_off(self, world: World, visit: Open) -> None:
        world.deal()
        Process.objects.update(is_active=False)
        assert not visit(world.alice, "/?all=1").select("[data-record]")

    def test_names_the_record_that_a_row_points_to(self, world: World, visit: Open) -> None:
        accounts = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        parent = make_record(accounts, world.alice, "Acme")
        settings = {"module": "accounts"}
        Field.objects.create(
            module=world.module, key="account", label="Account", kind="lookup", settings=settings, position=9
        )
        world.module.revision += 1
        world.module.save(update_fields=["revision"])
        world.deal(account=parent.pk)
        assert texts(visit(world.alice), ".work-row .sub") == ["Acme · Alice"]

    def test_says_when_there_is_nothing_at_all(self, world: World, visit: Open) -> None:
        page = visit(world.charlie, "/?all=1")
        assert text_of(one(page, ".empty-state h2")) == "Nothing you can act on"
        assert "0 records wait for you." in text_of(one(page, ".page-header"))

    def test_writes_long_numbers_of_records_and_tasks_without_commas(self, world: World, visit: Open) -> None:
        waiting(world, 1, world.alice, first_pk=12_345)
        Task.objects.create(pk=67_890, title="Call", assignee=world.alice, created_at=NOW)
        page = visit(world.alice)
        assert one(page, "[data-record]")["data-record"] == "12345"
        assert one(page, "[data-task]")["data-task"] == "67890"
        assert "12,345" not in str(one(page, "main"))
        assert "67,890" not in str(one(page, "main"))

    def test_is_the_same_as_a_part(self, world: World, visit: Open) -> None:
        world.deal()
        part = visit(world.alice, **HTMX)
        assert not part.select("html")
        assert len(part.select("[data-record]")) == 1

    def test_is_for_those_who_signed_in(self, world: World, client: Client) -> None:
        assert client.get("/").status_code == 302
        client.force_login(world.alice)
        assert client.post("/").status_code == 405


class TestPages:
    def test_go_on_without_a_gap_or_a_repeat(self, world: World, visit: Open) -> None:
        waiting(world, 2 * PAGE_SIZE + 1, world.alice)
        address, seen = "/", []
        while address:
            page = visit(world.alice, address)
            seen += texts(page, ".record-name")
            following = page.select('a[rel="next"]')
            address = str(following[0]["href"]) if following else ""
        assert seen == [f"Deal {number:04}" for number in range(2 * PAGE_SIZE + 1)]
        assert one(page, 'a[rel="prev"]')["href"] == "/"

    def test_count_no_further_than_the_cap(self, world: World, visit: Open) -> None:
        waiting(world, COUNT_CAP + 1, world.alice)
        assert "1,000+ records wait for you." in text_of(one(visit(world.alice), ".page-header"))

    def test_cost_the_same_at_ten_and_at_twenty_rows(self, world: World, client: Client, visit: Open) -> None:
        counts = []
        for _time in range(2):
            waiting(world, 10, world.alice)
            Task.objects.bulk_create(
                Task(record=Record.objects.first(), title="Call", assignee=world.claire, created_at=NOW)
                for _number in range(10)
            )
            visit(world.claire, "/?all=1")
            with CaptureQueriesContext(connection) as queries:
                page = visit(world.claire, "/?all=1")
            counts.append((len(page.select("[data-record]")), len(queries)))
        assert [rows for rows, _queries in counts] == [10, 20]
        assert counts[0][1] == counts[1][1]
