"""Notes on the timeline: written, refused, shown once."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from processes.choices import ModuleRight
from processes.permissions import replace_rights
from records.engine.refusals import NotAllowed, UnknownRecord
from records.models import Record, RecordEvent
from records.services import note_add
from tests.factories import NOW, make_team
from tests.htmx import HTMX, apply, look, one, parsed, text_of, texts
from tests.records.engine.conftest import World

NOTES = '.timeline [data-event="note"]'


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(world: World) -> User:
    """Claire, who sees Alice's deals, in a module that only Alice's team may change."""
    replace_rights(make_team("Readers", [world.claire]), {world.module.pk: [ModuleRight.VIEW]})
    replace_rights(make_team("Changers", [world.alice]), {world.module.pk: list(ModuleRight)})
    return world.claire


def filled(page: BeautifulSoup, text: str) -> dict[str, str]:
    form = one(page, "#note-form")
    return {str(i["name"]): str(i["value"]) for i in form.select("input")} | {"note": text}


def written(record: Record) -> list[str]:
    events = RecordEvent.objects.filter(record=record, kind="note").order_by("pk")
    return [event.comment for event in events]


class TestNoteAdd:
    """The service."""

    def test_writes_an_event_that_leaves_the_record_alone(self, world: World) -> None:
        record = world.deal()
        event = note_add(record_id=record.pk, text=" Cafe\u0301\r\nfirst ", actor=world.alice, now=NOW)
        assert (event.kind, event.actor, event.at, event.comment) == (
            "note", world.alice, NOW, "Café\nfirst"
        )  # fmt: skip
        assert (event.run_id, event.changes) == (record.run_id, [])
        fresh = Record.objects.get(pk=record.pk)
        assert (fresh.revision, fresh.updated_at) == (record.revision, record.updated_at)

    def test_sent_twice_is_there_once(self, world: World) -> None:
        record = world.deal()
        once = [
            note_add(record_id=record.pk, text=text, actor=world.alice, now=NOW, request_key="k")
            for text in ("First", "First")
        ]
        assert once[0] == once[1]
        assert written(record) == ["First"]

    @pytest.mark.parametrize("text", ["", " \r\n\t ", "x" * 10_001, "bell\x07"])
    def test_refuses_what_is_no_text(self, world: World, text: str) -> None:
        record = world.deal()
        with pytest.raises(ValidationError):
            note_add(record_id=record.pk, text=text, actor=world.alice, now=NOW)
        assert written(record) == []

    def test_takes_ten_thousand_characters(self, world: World) -> None:
        record = world.deal()
        note_add(record_id=record.pk, text="x" * 10_000, actor=world.alice, now=NOW)
        assert len(written(record)[0]) == 10_000

    def test_refuses_who_cannot_see_or_change_the_record(self, world: World, reader: User) -> None:
        record = world.deal()
        with pytest.raises(UnknownRecord):
            note_add(record_id=record.pk, text="Hi", actor=world.charlie, now=NOW)
        with pytest.raises(NotAllowed):
            note_add(record_id=record.pk, text="Hi", actor=reader, now=NOW)
        world.perform(record, "send_to_legal", world.alice)
        with pytest.raises((UnknownRecord, NotAllowed)):
            note_add(record_id=record.pk, text="Hi", actor=world.driss, now=NOW)
        assert written(record) == []


class TestNoteForm:
    """The form above the timeline, without script and with it."""

    def post(self, client: Client, record: Record, data: dict[str, str], **headers: str) -> Any:
        return client.post(f"/r/{record.pk}/notes/", data, headers=headers)

    def test_works_without_script(self, world: World) -> None:
        record = world.deal()
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.alice)
        page = parsed(client.get(f"/r/{record.pk}/"))
        form = one(page, "#note-form")
        assert (form["method"], form["action"]) == ("post", f"/r/{record.pk}/notes/")
        answer = client.post(str(form["action"]), filled(page, "She likes it.\n<b>Call</b> on Friday"))
        assert (answer.status_code, answer["Location"]) == (303, f"/r/{record.pk}/#timeline-title")
        entry = parsed(client.get(f"/r/{record.pk}/")).select(".timeline > li")[0]
        assert entry["data-event"] == "note"
        assert texts(entry, "p")[0] == "Alice wrote a note"
        assert texts(entry, "blockquote") == ["She likes it. <b>Call</b> on Friday"]

    def test_by_htmx_leaves_the_page_as_a_fresh_one(self, world: World, client: Client) -> None:
        record = world.deal()
        client.force_login(world.alice)
        page = parsed(client.get(f"/r/{record.pk}/"))
        form = one(page, "#note-form")
        answer = self.post(client, record, filled(page, "Hello"), **HTMX)
        assert "announce" in answer["HX-Trigger"]
        assert answer["HX-Replace-Url"] == f"/r/{record.pk}/"
        apply(page, parsed(answer), str(form["hx-target"]), str(form["hx-swap"]))
        assert texts(page, f"{NOTES} blockquote") == ["Hello"]
        assert look(page) == look(parsed(client.get(f"/r/{record.pk}/")))

    def test_sent_twice_writes_once(self, world: World, client: Client) -> None:
        record = world.deal()
        client.force_login(world.alice)
        data = filled(parsed(client.get(f"/r/{record.pk}/")), "Once")
        assert [self.post(client, record, data).status_code for _time in range(2)] == [303, 303]
        assert written(record) == ["Once"]

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("  ", "Write the note first."),
            ("x" * 10_001, "Write at most 10000 characters; there are 10001."),
            ("a\x00b", "Null characters are not allowed."),
        ],
        ids=["empty", "too long", "no text"],
    )
    def test_comes_back_with_the_text_and_the_error_beside_it(
        self, world: World, client: Client, headers: dict[str, str], text: str, error: str
    ) -> None:
        record = world.deal()
        client.force_login(world.alice)
        answer = parsed(self.post(client, record, {"note": text}, **headers), 422)
        assert text_of(one(answer, '#note-form [data-error-for="note"]')) == error
        area = one(answer, "#note-form textarea")
        assert area["aria-invalid"] == "true"
        assert one(answer, f"#{area['aria-describedby']}")["data-error-for"] == "note"
        assert area.text.strip() == text.strip()
        assert bool(answer.select("html")) is not bool(headers)
        assert written(record) == []

    def test_is_for_the_full_view_of_who_may_change(self, world: World, client: Client, reader: User) -> None:
        record = world.deal()
        world.perform(record, "send_to_legal", world.alice)
        Record.objects.filter(pk=record.pk).update(values={**record.values, "demo_status": "done"})
        for user, status in ((world.charlie, 404), (world.driss, 404), (reader, 403)):
            client.force_login(user)
            assert self.post(client, record, {"note": "Hi"}).status_code == status
            page = client.get(f"/r/{record.pk}/")
            assert page.status_code == (404 if user == world.charlie else 200)
            assert b"note-form" not in page.content
        assert written(record) == []

    def test_happens_by_post_only(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        assert client.get(f"/r/{world.deal().pk}/notes/").status_code == 405


class TestSegments:
    """All, moves, notes or changes."""

    @pytest.fixture
    def record(self, world: World, client: Client) -> Record:
        client.force_login(world.alice)
        record = world.deal()
        world.perform(record, "send_to_legal", world.alice)
        note_add(record_id=record.pk, text="Hello", actor=world.alice, now=NOW)
        return record

    @pytest.mark.parametrize(
        ("kind", "current", "events"),
        [
            ("all", "All", ["note", "transition", "enter", "create"]),
            ("moves", "Moves", ["transition", "enter"]),
            ("notes", "Notes", ["note"]),
            ("changes", "Changes", ["create"]),
            ("nonsense", "All", ["note", "transition", "enter", "create"]),
        ],
    )
    def test_narrow_the_timeline(
        self, client: Client, record: Record, kind: str, current: str, events: list[str]
    ) -> None:
        page = parsed(client.get(f"/r/{record.pk}/?kind={kind}"))
        assert [str(entry["data-event"]) for entry in page.select(".timeline > li")] == events
        assert texts(page, ".segments [aria-current]") == [current]

    def test_swap_the_timeline_alone(self, client: Client, record: Record) -> None:
        page = parsed(client.get(f"/r/{record.pk}/"))
        for link in page.select(".segments a"):
            answer = parsed(client.get(str(link["hx-get"]), headers=HTMX))
            assert not answer.select("h1")
            apply(page, answer, str(link["hx-target"]), str(link["hx-swap"]))
            assert link["href"] == link["hx-push-url"]
            assert look(page) == look(parsed(client.get(str(link["href"]))))

    def test_stay_on_older_pages(self, world: World, client: Client, record: Record) -> None:
        for number in range(40):
            note_add(record_id=record.pk, text=str(number), actor=world.alice, now=NOW)
        older = str(one(parsed(client.get(f"/r/{record.pk}/?kind=notes")), "#timeline-older a")["hx-get"])
        answer = parsed(client.get(older, headers=HTMX))
        assert {str(entry["data-event"]) for entry in answer.select("li")} == {"note"}

    def test_say_so_where_there_is_nothing(self, world: World, client: Client, record: Record) -> None:
        page = parsed(client.get(f"/r/{world.deal().pk}/?kind=notes"))
        assert "Nothing of this kind yet." in text_of(one(page, "#record-timeline"))
