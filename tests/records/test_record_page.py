"""The record page: what is on it, for whom, and what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from processes.models import Field, Module, Process
from records.models import Record, RecordEvent, Task
from tests.factories import NOW, make_record
from tests.htmx import HTMX, one, parsed, text_of, texts
from tests.records.engine.conftest import World

type Open = Callable[..., BeautifulSoup]


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW + timedelta(hours=6, minutes=12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def visit(client: Client) -> Open:
    def visit(user: User, record: Record, more: str = "", **headers: str) -> BeautifulSoup:
        client.force_login(user)
        return parsed(client.get(f"/r/{record.pk}/{more}", headers=headers))

    return visit


class TestRecord:
    def test_says_where_it_stands_since_when_and_where_it_can_go(self, world: World, visit: Open) -> None:
        page = visit(world.alice, world.deal(amount=4_800_000))
        state = one(page, "[data-state]")
        assert state["data-state"] == "qualification"
        assert one(state, ".state-pill.is-large").text == "Qualification"
        assert texts(page, ".standing-time") == ["6 h 12 min in this state"]
        buttons = page.select(".standing .transition-button")
        assert [button["data-transition"] for button in buttons] == [
            "plan_demo", "send_to_legal", "close_as_lost",
        ]  # fmt: skip
        assert next(button["aria-label"] for button in buttons) == "Plan demo"
        assert ["is-forward" in button["class"] for button in buttons] == [True, False, False]
        assert texts(page, "h1") == ["Northwind – 40 seats"]
        assert texts(page, ".record-facts > span")[0] == "Amount 48,000.00 €"

    def test_works_without_script_by_a_form_that_leads_to_each_transition(
        self, world: World, visit: Open
    ) -> None:
        record = world.deal()
        form = one(visit(world.alice, record), ".standing form")
        assert form["method"] == "get"
        assert [button["formaction"] for button in form.select("button")] == [
            f"/r/{record.pk}/t/{key}/" for key in ("plan_demo", "send_to_legal", "close_as_lost")
        ]

    def test_shows_a_person_only_their_own_buttons(self, world: World, visit: Open) -> None:
        page = visit(world.claire, world.deal())
        assert [b["data-transition"] for b in page.select(".standing button")] == ["send_to_legal"]

    def test_shows_fields_by_section_with_links(self, world: World, visit: Open) -> None:
        accounts = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        kinds = [
            ("parent", "lookup", "Ties"),
            ("mail", "email", ""),
            ("site", "url", ""),
            ("memo", "long_text", ""),
        ]
        for position, (key, kind, section) in enumerate(kinds):
            settings = {"module": "accounts"} if kind == "lookup" else {}
            Field.objects.create(
                module=accounts, key=key, label=key.title(), kind=kind, settings=settings, section=section,
                position=10 - position,
            )  # fmt: skip
        parent = make_record(accounts, world.alice, "Acme")
        child = make_record(
            accounts, world.alice, "Bluth", parent=parent.pk, mail="a@b.example", memo="One\n<b>two</b>"
        )
        page = visit(world.alice, child)
        assert texts(page, "section h2")[:2] == ["Account", "Ties"]
        assert one(page, '[data-field="parent"] a')["href"] == f"/r/{parent.pk}/"
        assert one(page, '[data-field="mail"] a')["href"] == "mailto:a@b.example"
        assert text_of(one(page, '[data-field="site"] dd')) == "Empty"
        assert text_of(one(page, '[data-field="memo"] dd')) == "One <b>two</b>"
        assert one(page, f'a[href="/r/{child.pk}/edit/"]')

    def test_shows_the_field_that_the_process_writes_as_a_state(self, world: World, visit: Open) -> None:
        page = visit(world.alice, world.deal())
        assert texts(page, '[data-field="stage"] dd') == ["Qualification set by moves"]

    def test_shows_the_way_taken_on_map_and_list(self, world: World, visit: Open) -> None:
        record = world.deal()
        later = NOW + timedelta(hours=2)
        world.perform(record, "plan_demo", world.alice, data={"closing": "2026-12-01"}, now=later)
        page = visit(world.alice, record)
        assert texts(page, ".way-list .is-done") == ["Qualification 2 h"]
        assert texts(page, '.way-list [aria-current="step"]') == ["Product demo 4 h 12 min so far"]
        assert len(page.select(".process-map .map-state")) == 5
        assert "current state" in one(page, ".map-state.is-now")["aria-label"]
        assert len(page.select(".map-transition.is-taken")) == 1
        assert {link["data-transition"] for link in page.select(".process-map a")} == {
            "send_to_legal", "close_as_lost",
        }  # fmt: skip

    def test_shows_the_way_of_the_latest_pass_only(self, world: World, visit: Open) -> None:
        record = world.deal()
        world.perform(record, "close_as_lost", world.alice)
        page = visit(world.claire, record)
        assert texts(page, ".way-list .is-done") == ["Qualification under 1 min"]
        world.perform(record, "reopen", world.claire)
        page = visit(world.claire, record)
        assert texts(page, ".way-list .is-now span:first-child") == ["Qualification"]
        assert "Qualification" not in texts(page, ".way-list .is-done")

    def test_says_why_there_is_no_button(self, world: World, visit: Open) -> None:
        record = world.deal(stage="closed_won")
        assert texts(visit(world.alice, record), ".standing-time span") == [
            "6 h 12 min in this state", "The process ends here: nothing leads on.",
        ]  # fmt: skip
        open_deal = world.deal(stage="legal_review")
        assert "No step is open" in text_of(one(visit(world.emma, open_deal), ".standing-time"))
        Process.objects.update(is_active=False)
        assert "is switched off for now" in text_of(one(visit(world.alice, open_deal), ".standing-time"))

    def test_shows_a_record_that_is_in_no_process(self, world: World, visit: Open) -> None:
        accounts = Module.objects.create(key="accounts", label="Account", label_plural="Accounts")
        page = visit(world.alice, make_record(accounts, world.alice, "Acme"))
        assert texts(page, ".standing-time") == ["This record is in no process."]
        assert not page.select("[data-state], .process-map, .way-list")

    def test_lists_open_tasks_before_those_done(self, world: World, visit: Open) -> None:
        record = world.deal()
        for title, done_at in (("Old", NOW), ("Call", None)):
            Task.objects.create(
                record=record, title=title, assignee=world.alice, created_at=NOW, done_at=done_at,
                due_date=(NOW - timedelta(days=2)).date(),
            )  # fmt: skip
        page = visit(world.alice, record)
        assert texts(page, "#record-tasks .task-row > span:nth-of-type(1)") == ["Call", "Old"]
        assert texts(page, "#record-tasks .mark-label") == ["2 d late", "Done"]
        assert [b["aria-checked"] for b in page.select("#record-tasks [role=checkbox]")] == ["false", "true"]

    def test_loads_what_follows_the_move_by_itself(self, world: World, visit: Open) -> None:
        record = world.deal()
        effects = one(visit(world.alice, record), "[data-effects]")
        assert effects["hx-get"] == one(effects, "a")["href"] == f"/automations/records/{record.pk}/effects/"

    def test_is_the_same_as_a_part(self, world: World, visit: Open) -> None:
        record = world.deal()
        part = visit(world.alice, record, **HTMX)
        assert not part.select("html, aside")
        assert texts(part, "h1") == ["Northwind – 40 seats"]

    def test_costs_the_same_whatever_its_history(self, world: World, client: Client) -> None:
        record = world.deal(approver=world.driss.pk)
        client.force_login(world.claire)
        client.get(f"/r/{record.pk}/")
        few = cost(client, record, 10)
        assert few <= 12
        assert cost(client, record, 1000) == few


def cost(client: Client, record: Record, events: int) -> int:
    missing = events - RecordEvent.objects.filter(record=record).count()
    state = record.state_id
    RecordEvent.objects.bulk_create(
        RecordEvent(
            record=record, kind="transition", at=NOW + timedelta(seconds=number), from_state_id=state,
            to_state_id=state, run_id=record.run_id, actor_id=record.owner_id, seconds_in_state=1,
            changes=[{"field": "approver", "before": None, "after": record.values["approver"]}],
        )
        for number in range(missing)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/r/{record.pk}/").status_code == 200
    return len(queries)


class TestLimitedRecord:
    """Driss owns a step of deals that stand in legal review, and sees no deal otherwise."""

    def test_shows_name_state_buttons_and_reasons_and_nothing_else(self, world: World, visit: Open) -> None:
        record = world.deal(stage="legal_review", demo_status="done", amount=999, reference="SECRET")
        page = visit(world.driss, record)
        assert texts(page, "h1") == ["Northwind – 40 seats"]
        assert one(page, "[data-state]")["data-state"] == "legal_review"
        assert [b["data-transition"] for b in page.select("[data-transition]")] == ["submit_documents"]
        assert "Product demo is Done" in text_of(one(page, ".explain"))
        assert not page.select(".timeline, .field-list, .process-map, #record-tasks, .record-facts")
        assert not page.select(f'a[href="/r/{record.pk}/edit/"]')
        shown = text_of(one(page, "main"))
        assert "SECRET" not in shown
        assert "9.99" not in shown
        assert "Alice" not in shown

    def test_names_a_failed_rule_without_the_value(self, world: World, visit: Open) -> None:
        page = visit(world.driss, world.deal(stage="legal_review", demo_status="planned"))
        assert not page.select("[data-transition]")
        failed = texts(page, ".check-list .is-failed")
        assert "Failed: Product demo is Done" in failed
        assert "Planned" not in text_of(one(page, "main"))

    def test_never_shows_the_timeline(self, world: World, visit: Open) -> None:
        record = world.deal(stage="legal_review")
        event = RecordEvent.objects.filter(record=record).first()
        assert event is not None
        part = visit(world.driss, record, "?before=9999999999999999-999", **HTMX)
        assert not part.select("[data-event]")


class TestAccess:
    def test_is_not_found_for_strangers_and_unknown_records(self, world: World, client: Client) -> None:
        client.force_login(world.charlie)
        record = world.deal()
        for address in (f"/r/{record.pk}/", "/r/999999/", "/r/99999999999999999999999/"):
            assert client.get(address).status_code == 404, address

    def test_is_not_found_once_deleted(self, world: World, client: Client) -> None:
        record = world.deal()
        Record.objects.filter(pk=record.pk).update(deleted_at=NOW)
        client.force_login(world.alice)
        assert client.get(f"/r/{record.pk}/").status_code == 404

    def test_is_read_only_at_its_own_address(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert client.post(f"/r/{world.deal().pk}/").status_code == 405
