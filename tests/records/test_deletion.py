"""Deleting records and bringing them back."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from processes.choices import ModuleRight
from processes.models import Field, Module
from processes.permissions import replace_rights
from records import deletion
from records.choices import EventKind, RunOutcome
from records.engine.person import Person
from records.engine.plan import load_record
from records.engine.refusals import Busy, NotAllowed, Refusal, UniqueValueTaken, UnknownRecord
from records.models import ProcessRun, Record, RecordEvent, Task, UniqueValue
from records.selectors.work import open_task_count
from records.services import record_update
from tests.factories import NOW, make_record, make_team
from tests.records.engine.conftest import World

HTMX = {"HX-Request": "true"}
LATER = NOW + timedelta(hours=3)


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def delete(record: Record, actor: User) -> Record:
    return deletion.record_delete(record_id=record.pk, actor=User.objects.get(pk=actor.pk), now=LATER)


def restore(record: Record, actor: User) -> Record:
    return deletion.record_restore(record_id=record.pk, actor=User.objects.get(pk=actor.pk), now=LATER)


def give(world: World, person: User, *rights: ModuleRight) -> None:
    """The module becomes closed to all but the teams that were given something."""
    replace_rights(make_team(f"Team of {person.username}", [person]), {world.module.pk: list(rights)})


def make_unique(world: World) -> Field:
    world.module.fields.filter(key="reference").update(is_unique=True)
    return world.module.fields.get(key="reference")


class TestRecordDelete:
    def test_ends_the_run_and_says_so(self, world: World) -> None:
        record = world.deal(amount=100)
        delete(record, world.alice)
        gone = Record.objects.get(pk=record.pk)
        assert (gone.deleted_at, gone.updated_by, gone.run, gone.state) == (LATER, world.alice, None, None)
        assert (gone.entered_state_at, gone.revision) == (None, record.revision + 1)
        assert gone.values == record.values
        run = ProcessRun.objects.get(record=record)
        assert (run.finished_at, run.outcome) == (LATER, RunOutcome.DELETED)
        event = RecordEvent.objects.get(record=record, kind=EventKind.DELETE)
        assert (event.actor, event.run, event.at) == (world.alice, run, LATER)
        assert event.from_state == world.drawing.states["qualification"]
        assert event.seconds_in_state == 3 * 3600

    def test_leaves_an_exit_as_a_place_to_come_back_to(self, world: World) -> None:
        record = world.deal(stage="closed_lost")
        delete(record, world.alice)
        restored = restore(record, world.alice)
        assert restored.state == world.drawing.states["closed_lost"]
        assert RecordEvent.objects.get(record=record, kind=EventKind.DELETE).seconds_in_state is None

    def test_frees_unique_values(self, world: World) -> None:
        make_unique(world)
        record = world.deal(reference="C-1")
        delete(record, world.alice)
        assert not UniqueValue.objects.exists()
        assert world.deal(reference="C-1").pk

    def test_takes_open_tasks_from_lists_until_it_is_back(self, world: World) -> None:
        record = world.deal()
        for done_at in (None, NOW):
            Task.objects.create(
                record=record, title="Call", assignee=world.driss, created_at=NOW, done_at=done_at
            )
        Task.objects.create(title="Of no record", assignee=world.driss, created_at=NOW)
        assert open_task_count(world.driss) == 2
        delete(record, world.alice)
        assert open_task_count(world.driss) == 1
        restore(record, world.alice)
        assert open_task_count(world.driss) == 2

    def test_refuses_strangers_readers_and_owners_of_a_step(self, world: World) -> None:
        record = world.deal(stage="legal_review")
        refused: list[tuple[User, type[Refusal]]] = [
            (world.charlie, UnknownRecord),
            (world.driss, NotAllowed),
        ]
        give(world, world.alice, ModuleRight.VIEW, ModuleRight.CHANGE)
        refused.append((world.alice, NotAllowed))
        for person, refusal in refused:
            with pytest.raises(refusal):
                delete(record, person)
        assert Record.objects.get(pk=record.pk).deleted_at is None
        assert EventKind.DELETE not in world.events(record)

    def test_refuses_what_has_been_deleted(self, world: World) -> None:
        record = world.deal()
        delete(record, world.alice)
        with pytest.raises(UnknownRecord):
            delete(record, world.alice)
        assert world.events(record).count(EventKind.DELETE) == 1

    def test_gives_up_where_others_keep_writing(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        record = world.deal(name="Isdom")
        tries: list[int] = []

        def load_and_lose(pk: int) -> Record:
            found = load_record(pk)
            tries.append(pk)
            record_update(record_id=pk, changes={"name": f"V{len(tries)}"}, actor=world.claire, now=NOW)
            return found

        monkeypatch.setattr(deletion, "load_record", load_and_lose)
        with pytest.raises(Busy):
            delete(record, world.alice)
        assert len(tries) == 3
        assert ProcessRun.objects.get(record=record).finished_at is None

    def test_costs_the_same_with_many_values_and_tasks(self, world: World) -> None:
        def cost(record: Record) -> int:
            with CaptureQueriesContext(connection) as queries:
                deletion.record_delete(record_id=record.pk, actor=world.alice, now=LATER)
            return len(queries)

        small, large = world.deal(), world.deal(amount=1, discount=2, reference="C", closing="2026-12-24")
        Task.objects.bulk_create(
            Task(record=large, title="Call", assignee=world.driss, created_at=NOW) for _number in range(20)
        )
        cost(world.deal())
        assert cost(small) == cost(large) <= 10


class TestRecordRestore:
    def test_brings_it_back_into_no_process(self, world: World) -> None:
        record = world.deal(amount=100)
        delete(record, world.alice)
        restore(record, world.alice)
        back = Record.objects.alive().get(pk=record.pk)
        assert (back.values, back.run, back.state) == (record.values, None, None)
        assert world.events(record)[-2:] == [EventKind.DELETE, EventKind.RESTORE]

    def test_lets_it_enter_again_where_its_stage_changes(self, world: World) -> None:
        record = world.deal()
        delete(record, world.alice)
        restore(record, world.alice)
        record_update(record_id=record.pk, changes={"stage": "product_demo"}, actor=world.alice, now=LATER)
        back = Record.objects.get(pk=record.pk)
        assert back.state == world.drawing.states["product_demo"]
        assert back.run is not None

    def test_leaves_what_is_there_as_it_is(self, world: World) -> None:
        record = world.deal()
        assert restore(record, world.alice).revision == record.revision
        assert EventKind.RESTORE not in world.events(record)

    def test_claims_unique_values_or_names_the_field_that_is_taken(self, world: World) -> None:
        make_unique(world)
        record = world.deal(reference="C-1", amount=5)
        delete(record, world.alice)
        other = world.deal(reference="C-1")
        with pytest.raises(UniqueValueTaken) as refusal:
            restore(record, world.alice)
        assert refusal.value.field_key == "reference"
        assert Record.objects.get(pk=record.pk).deleted_at == LATER
        assert world.events(record)[-1] == EventKind.DELETE
        delete(other, world.alice)
        restore(record, world.alice)
        assert UniqueValue.objects.get().record == record

    def test_gives_it_to_who_restores_it_where_its_owner_has_left(self, world: World) -> None:
        record = world.deal()
        delete(record, world.alice)
        world.alice.is_active = False
        world.alice.save(update_fields=["is_active"])
        restore(record, world.claire)
        assert Record.objects.get(pk=record.pk).owner == world.claire
        event = RecordEvent.objects.get(record=record, kind=EventKind.RESTORE)
        assert event.changes == [{"field": "owner", "before": world.alice.pk, "after": world.claire.pk}]

    def test_refuses_strangers_and_who_may_not_delete(self, world: World) -> None:
        record = world.deal(stage="legal_review")
        delete(record, world.alice)
        for person in (world.charlie, world.driss):
            with pytest.raises(UnknownRecord):
                restore(record, person)
        give(world, world.alice, ModuleRight.CHANGE)
        with pytest.raises(NotAllowed):
            restore(record, world.alice)


class TestPages:
    @pytest.fixture
    def alice(self, world: World, client: Client) -> Client:
        client.force_login(world.alice)
        return client

    def test_say_what_goes(self, world: World, alice: Client) -> None:
        record = world.deal(name="Isdom")
        Task.objects.create(record=record, title="Call", assignee=world.driss, created_at=NOW)
        contacts = Module.objects.create(key="contacts", label="Contact", label_plural="Contacts")
        Field.objects.create(
            module=contacts, key="deal", label="Deal", kind="lookup", settings={"module": "deals"}
        )
        make_record(contacts, world.alice, "Ines", deal=record.pk)
        page = parsed(alice.get(f"/r/{record.pk}/delete/"))
        dialog = one(page, '[role="dialog"]')
        said = " ".join(dialog.text.split())
        assert "Delete “Isdom”" in said
        assert "leaves “Deal closing”, where it stands in “Qualification”" in said
        assert "1 open task goes from the list" in said
        assert "1 record that points to it shows “(deleted)”" in said
        assert one(dialog, "button.is-danger").text == "Delete deal"

    def test_delete_and_offer_to_undo(self, world: World, alice: Client) -> None:
        record = world.deal(name="Isdom")
        answer = alice.post(f"/r/{record.pk}/delete/")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/m/deals/")
        toast = one(parsed(alice.get("/m/deals/")), "toast-message")
        assert "“Isdom” has been deleted." in toast.text
        assert alice.get(f"/r/{record.pk}/").status_code == 404
        form = one(toast, "form")
        assert one(form, "button").text == "Undo"
        assert one(form, 'input[name="csrfmiddlewaretoken"]')
        answer = alice.post(str(form["action"]))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{record.pk}/")
        page = parsed(alice.get(f"/r/{record.pk}/"))
        assert "“Isdom” is back. It is in no process now." in one(page, "toast-message").text
        assert not page.select("toast-message form")
        assert [entry["data-event"] for entry in page.select("[data-event]")][:2] == ["restore", "delete"]

    def test_answer_htmx_with_the_dialog_and_then_the_list(self, world: World, alice: Client) -> None:
        record = world.deal()
        fragment = parsed(alice.get(f"/r/{record.pk}/delete/", headers=HTMX))
        assert not fragment.select("main")
        assert one(fragment, "form")["hx-post"] == f"/r/{record.pk}/delete/"
        answer = alice.post(f"/r/{record.pk}/delete/", headers=HTMX)
        assert answer.headers["HX-Redirect"] == "/m/deals/"

    def test_offer_deleting_only_to_who_may(self, world: World, alice: Client) -> None:
        record = world.deal()
        url = f"/r/{record.pk}/delete/"
        assert parsed(alice.get(f"/r/{record.pk}/")).select(f'a[href="{url}"]')
        give(world, world.alice, ModuleRight.CHANGE)
        assert not parsed(alice.get(f"/r/{record.pk}/")).select(f'a[href="{url}"]')
        for method in (alice.get, alice.post):
            assert method(url).status_code == 403
        assert alice.post(f"/r/{record.pk}/restore/").status_code == 403
        assert alice.get("/m/deals/?deleted=1").status_code == 403

    def test_are_not_there_for_strangers(self, world: World, client: Client) -> None:
        record = world.deal(stage="legal_review")
        for person in (world.charlie, world.driss):
            client.force_login(person)
            assert client.get(f"/r/{record.pk}/delete/").status_code == 404
            assert client.post(f"/r/{record.pk}/delete/").status_code == 404
            assert client.post(f"/r/{record.pk}/restore/").status_code == 404
        assert Record.objects.get(pk=record.pk).deleted_at is None

    def test_restoring_takes_a_post(self, world: World, alice: Client) -> None:
        assert alice.get(f"/r/{world.deal().pk}/restore/").status_code == 405

    def test_name_the_field_that_is_taken_and_who_has_it(self, world: World, alice: Client) -> None:
        make_unique(world)
        record = world.deal(name="Isdom", reference="C-1")
        delete(record, world.alice)
        other = world.deal(name="Cancity", reference="C-1")
        page = parsed(alice.post(f"/r/{record.pk}/restore/"), 422)
        assert "Contract reference: another record has “C-1” now" in one(page, '[role="alert"]').text
        assert one(page, f'main a[href="/r/{other.pk}/"]').text == "Cancity"
        Record.objects.filter(pk=other.pk).update(owner=world.claire)
        page = parsed(alice.post(f"/r/{record.pk}/restore/"), 422)
        assert "Cancity" not in page.text

    @pytest.mark.parametrize("verb", ["delete", "restore"])
    def test_keep_what_others_were_writing(
        self, world: World, alice: Client, monkeypatch: pytest.MonkeyPatch, verb: str
    ) -> None:
        def busy(**values: object) -> None:
            raise Busy

        record = world.deal(name="Isdom")
        monkeypatch.setattr(deletion, f"record_{verb}", busy)
        page = parsed(alice.post(f"/r/{record.pk}/{verb}/"), 409)
        assert "at the same moment" in one(page, '[role="alert"]').text


class TestDeletedView:
    @pytest.fixture
    def alice(self, world: World, client: Client) -> Client:
        client.force_login(world.alice)
        return client

    def test_shows_what_is_gone_by_whom_with_a_way_back(self, world: World, alice: Client) -> None:
        kept, gone = world.deal(name="Kept"), world.deal(name="Gone")
        delete(gone, world.claire)
        page = parsed(alice.get("/m/deals/"))
        assert [row["data-record"] for row in page.select("[data-record]")] == [str(kept.pk)]
        page = parsed(alice.get(str(one(page, "a#deleted-records")["href"])))
        row = one(page, "[data-record]")
        assert one(row, "th").text == "Gone"
        assert not row.select("th a")
        assert "Claire" in row.text
        button = one(row, "button")
        assert button["aria-label"] == "Restore “Gone”"
        form = one(page, f"form#{button['form']}")
        sent = {str(tag["name"]): str(tag["value"]) for tag in form.select("input")}
        answer = alice.post(str(button["formaction"]), sent)
        assert answer.headers["Location"] == "/m/deals/?deleted=1"
        page = parsed(alice.get("/m/deals/?deleted=1"))
        assert "Nothing deleted" in one(page, ".empty-state").text

    def test_shows_only_what_the_person_saw_before(self, world: World, client: Client) -> None:
        delete(world.deal(), world.alice)
        delete(make_record(world.module, world.claire, "Claire's"), world.claire)
        for person, count in ((world.alice, 1), (world.claire, 2), (world.charlie, 0), (world.emma, 2)):
            client.force_login(person)
            assert len(parsed(client.get("/m/deals/?deleted=1")).select("[data-record]")) == count

    def test_costs_the_same_for_10_and_20_records(self, world: World, alice: Client) -> None:
        def cost() -> int:
            for _number in range(10):
                delete(world.deal(reference="C"), world.alice)
            with CaptureQueriesContext(connection) as queries:
                parsed(alice.get("/m/deals/?deleted=1"))
            return len(queries)

        cost()
        assert cost() == cost() <= 12


def test_person_may_delete_where_no_team_was_given_anything() -> None:
    person = Person(1, is_administrator=False, team_ids=frozenset())
    assert person.may(ModuleRight.DELETE, 1)
