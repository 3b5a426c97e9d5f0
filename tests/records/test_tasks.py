"""Tasks on their lists: done, and taken back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from records.models import Record, Task
from records.selectors.tasks import PAGE_SIZE
from tests.factories import NOW
from tests.htmx import HTMX, apply, look, one, parsed, text_of, texts
from tests.records.engine.conftest import World


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_task(record: Record | None, assignee: User, title: str = "Call", **values: Any) -> Task:
    return Task.objects.create(record=record, title=title, assignee=assignee, created_at=NOW, **values)


def is_done(task: Task) -> bool:
    task.refresh_from_db()
    return task.done_at is not None


class TestTaskDone:
    def test_is_marked_and_taken_back_without_script(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        record = world.deal()
        task = make_task(record, world.alice)
        for done in (True, False):
            page = parsed(client.get(f"/r/{record.pk}/"))
            form = one(page, f'[data-task="{task.pk}"] form')
            data = {str(i["name"]): str(i["value"]) for i in form.select("input")}
            answer = client.post(str(form["action"]), data)
            assert (answer.status_code, answer["Location"]) == (303, f"/r/{record.pk}/")
            assert is_done(task) is done

    @pytest.mark.parametrize("where", ["record", "my work", "tasks"])
    def test_by_htmx_leaves_the_page_as_a_fresh_one(self, world: World, client: Client, where: str) -> None:
        client.force_login(world.alice)
        record = world.deal()
        address = {"record": f"/r/{record.pk}/", "my work": "/", "tasks": "/tasks/"}[where]
        tasks = [make_task(record, world.alice, title) for title in ("Call", "Write")]
        page = parsed(client.get(address))
        for done in ("1", "0"):
            if not page.select(f'[data-task="{tasks[0].pk}"]'):
                page = parsed(client.get(f"{address}?done=1"))
                address = f"{address}?done=1"
            form = one(page, f'[data-task="{tasks[0].pk}"] form')
            assert one(form, "[name=done]")["value"] == done
            data = {str(i["name"]): str(i["value"]) for i in form.select("input")}
            assert form["hx-swap"] == "none"
            apply(page, parsed(client.post(str(form["hx-post"]), data, headers=HTMX)))
            assert look(page) == look(parsed(client.get(address)))
            assert one(page, "#task-count").text == ("1" if done == "1" else "2")

    def test_a_second_click_changes_nothing(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        task = make_task(None, world.alice)
        client.post(f"/tasks/{task.pk}/done/", {"done": "1"})
        task.refresh_from_db()
        first = task.done_at
        client.post(f"/tasks/{task.pk}/done/", {"done": "1"})
        task.refresh_from_db()
        assert task.done_at == first

    def test_stands_in_the_timeline_each_time_it_changes(self, world: World, client: Client) -> None:
        deal = world.deal()
        task = make_task(deal, world.alice, "Call them")
        client.force_login(world.alice)
        for done in ("1", "1", "0", "0", "1"):
            client.post(f"/tasks/{task.pk}/done/", {"done": done})
        kinds = [event.kind for event in deal.events.order_by("pk") if event.comment == "Call them"]
        assert kinds == ["task", "task_reopened", "task"]

    def test_is_for_the_assignee_and_those_who_see_the_record(self, world: World, client: Client) -> None:
        record = world.deal()
        for user, status in ((world.driss, 303), (world.claire, 303), (world.charlie, 404)):
            task = make_task(record, world.driss)
            client.force_login(user)
            answer = client.post(f"/tasks/{task.pk}/done/", {"done": "1"})
            assert (answer.status_code, is_done(task)) == (status, status == 303)

    def test_is_not_found_where_there_is_none(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert client.post("/tasks/999999/done/").status_code == 404

    def test_happens_by_post_only(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert client.get(f"/tasks/{make_task(None, world.alice).pk}/done/").status_code == 405


class TestMyTasks:
    def test_are_listed_by_due_date_with_their_record(self, world: World, client: Client) -> None:
        record = world.deal()
        day = date(2026, 11, 24)
        make_task(record, world.alice, "No day")
        make_task(record, world.alice, "Tomorrow", due_date=day + timedelta(days=1))
        make_task(
            record, world.alice, "Late", due_date=day - timedelta(days=2), warning="Its person is gone."
        )
        make_task(record, world.alice, "Now", due_date=day)
        make_task(record, world.claire, "Not mine")
        client.force_login(world.alice)
        page = parsed(client.get("/"))
        assert texts(page, ".task-row > span:nth-of-type(1)") == ["Late", "Now", "Tomorrow", "No day"]
        assert texts(page, ".task-row > .mark-label") == ["2 d late", "Today", "Tomorrow"]
        assert "Its person is gone." in text_of(page.select(".task-row")[0])
        assert {str(a["href"]) for a in page.select(".task-row a")} == {f"/r/{record.pk}/"}

    def test_name_a_record_out_of_sight_without_a_link(self, world: World, client: Client) -> None:
        make_task(world.deal(), world.charlie)
        client.force_login(world.charlie)
        page = parsed(client.get("/"))
        assert "Northwind" in text_of(one(page, ".task-row"))
        assert not page.select(".task-row a")

    def test_lead_to_a_record_that_is_open_in_the_limited_view(self, world: World, client: Client) -> None:
        record = world.deal(stage="legal_review")
        make_task(record, world.driss)
        client.force_login(world.driss)
        for address in ("/", "/tasks/"):
            page = parsed(client.get(address))
            assert one(page, ".task-row a")["href"] == f"/r/{record.pk}/"

    def test_stay_for_the_day_once_done(self, world: World, client: Client) -> None:
        make_task(None, world.alice, "Today's", done_at=NOW, done_by=world.alice)
        make_task(None, world.alice, "Yesterday's", done_at=NOW - timedelta(days=1), done_by=world.alice)
        client.force_login(world.alice)
        page = parsed(client.get("/"))
        assert texts(page, ".task-row s") == ["Today's"]
        assert one(page, ".task-row [role=checkbox]")["aria-checked"] == "true"

    def test_say_so_when_there_are_none(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert "No tasks on your list." in text_of(one(parsed(client.get("/")), "#my-tasks"))


class TestTaskList:
    def test_goes_on_without_a_gap_or_a_repeat(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        day = date(2026, 11, 24)
        for number in range(2 * PAGE_SIZE + 3):
            make_task(None, world.alice, f"T{number}", due_date=day + timedelta(days=number // 9))
        for number in range(PAGE_SIZE):
            make_task(None, world.alice, f"N{number}")
        assert walk(client, "/tasks/") == [
            *(f"T{number}" for number in range(2 * PAGE_SIZE + 3)),
            *(f"N{number}" for number in range(PAGE_SIZE)),
        ]

    def test_shows_what_is_done_latest_first(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        for number in range(PAGE_SIZE + 3):
            done_at = NOW - timedelta(minutes=number // 2)
            make_task(None, world.alice, f"T{number}", done_at=done_at, done_by=world.alice)
        found = walk(client, "/tasks/?done=1")
        assert len(found) == len(set(found)) == PAGE_SIZE + 3
        assert set(found[:2]) == {"T0", "T1"}
        assert walk(client, "/tasks/") == []

    @pytest.mark.parametrize("word", ["x", "2026-11-24", "2026-11-24.x", ".0", "." + "9" * 40])
    def test_reads_a_word_of_nobody_s_as_the_first_page(
        self, world: World, client: Client, word: str
    ) -> None:
        client.force_login(world.alice)
        make_task(None, world.alice)
        for more in ("", "&done=1"):
            parsed(client.get(f"/tasks/?after={word}{more}"))

    def test_costs_the_same_at_ten_and_at_twenty(self, world: World, client: Client) -> None:
        client.force_login(world.charlie)
        record, counts = world.deal(), []
        for _time in range(2):
            for _number in range(10):
                make_task(record, world.charlie)
            parsed(client.get("/tasks/"))
            with CaptureQueriesContext(connection) as queries:
                parsed(client.get("/tasks/"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


def walk(client: Client, address: str) -> list[str]:
    seen: list[str] = []
    while address:
        page = parsed(client.get(address))
        seen += texts(page, ".task-row > span:nth-of-type(1)")
        following = page.select('a[rel="next"]')
        address = str(following[0]["href"]) if following else ""
    return seen
