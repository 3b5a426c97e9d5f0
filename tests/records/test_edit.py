"""Creating and editing records in the browser."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from processes.models import Module
from records.choices import EventKind
from records.engine.refusals import Busy
from records.models import Record, RecordEvent
from tests.factories import make_record
from tests.records.engine.conftest import World


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def filled(page: BeautifulSoup, **typed: str) -> dict[str, str]:
    """What a browser would send for the page's form, with some inputs typed over."""
    form = one(page, "#record-form")
    data = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}
    data |= {str(tag["name"]): tag.text.removeprefix("\n") for tag in form.select("textarea[name]")}
    for select in form.select("select[name]"):
        chosen = select.select("option[selected]")
        data[str(select["name"])] = str(chosen[0]["value"]) if chosen else ""
    return data | typed


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    return client


class TestRecordNew:
    def test_asks_by_section_with_the_person_as_owner(self, world: World, alice: Client) -> None:
        world.module.fields.filter(key__in=["reference", "approver"]).update(section="Contract")
        page = parsed(alice.get("/m/deals/new/"))
        assert [heading.text for heading in page.select("form h2")] == ["Contract"]
        first, second = page.select("form section")
        inputs = [str(tag["name"]) for tag in first.select("[name]")]
        assert inputs == ["name", "owner", "amount", "discount", "closing", "demo_status", "stage"]
        assert [str(tag["name"]) for tag in second.select("[name]")] == ["reference", "approver"]
        assert one(page, "#owner option[selected]").text == "Alice"
        assert "Left empty, it begins at “Qualification”." in page.text

    def test_creates_at_the_start_where_no_state_is_chosen(self, world: World, alice: Client) -> None:
        page = parsed(alice.get("/m/deals/new/"))
        response = alice.post("/m/deals/new/", filled(page, name=" Isdom ", amount="1,200.50"))
        record = Record.objects.select_related("state").get()
        assert (response.status_code, response.headers["Location"]) == (303, f"/r/{record.pk}/")
        assert (record.name, record.owner, record.created_by) == ("Isdom", world.alice, world.alice)
        assert record.values == {"amount": 120050, "stage": "qualification"}
        assert record.run is not None
        kinds = list(RecordEvent.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == [EventKind.CREATE, EventKind.ENTER]

    def test_creates_at_the_state_that_is_chosen(self, world: World, alice: Client) -> None:
        page = parsed(alice.get("/m/deals/new/"))
        alice.post("/m/deals/new/", filled(page, name="Isdom", stage="closed_won"))
        record = Record.objects.get()
        assert (record.state, record.run) == (world.drawing.states["closed_won"], None)

    def test_tells_what_is_wrong_beside_the_inputs_and_keeps_what_was_typed(self, alice: Client) -> None:
        page = parsed(alice.get("/m/deals/new/"))
        page = parsed(alice.post("/m/deals/new/", filled(page, name="", amount="much", reference="C-1")), 422)
        summary = one(page, '[role="alert"]')
        assert {str(link["href"]) for link in summary.select("a")} == {"#name", "#amount"}
        assert "Nothing has been saved yet." in summary.text
        assert "required" in one(page, '[data-error-for="name"]').text
        assert "“much” is not a number." in one(page, '[data-error-for="amount"]').text
        assert one(page, "#amount")["aria-invalid"] == "true"
        assert (one(page, "#amount")["value"], one(page, "#reference")["value"]) == ("much", "C-1")
        assert not Record.objects.exists()

    def test_tells_a_value_that_is_taken_at_its_input(self, world: World, alice: Client) -> None:
        world.module.fields.filter(key="reference").update(is_unique=True)
        make_record(world.module, world.claire, reference="C-1")
        page = parsed(alice.get("/m/deals/new/"))
        page = parsed(alice.post("/m/deals/new/", filled(page, name="X", reference="C-1")), 422)
        assert "there only once" in one(page, '[data-error-for="reference"]').text
        assert Record.objects.count() == 1

    def test_refuses_people_who_have_left_as_owners(self, world: World, alice: Client) -> None:
        world.driss.is_active = False
        world.driss.save(update_fields=["is_active"])
        page = parsed(alice.get("/m/deals/new/"))
        assert str(world.driss.pk) not in [option["value"] for option in page.select("#owner option")]
        answer = alice.post("/m/deals/new/", filled(page, name="X", owner=str(world.driss.pk)))
        assert one(parsed(answer, 422), '[data-error-for="owner"]')

    def test_works_for_a_module_without_fields(self, world: World, alice: Client) -> None:
        Module.objects.create(key="notes", label="Note", label_plural="Notes")
        page = parsed(alice.get("/m/notes/new/"))
        assert alice.post("/m/notes/new/", filled(page, name="First")).status_code == 303

    def test_knows_no_other_methods(self, alice: Client) -> None:
        assert alice.delete("/m/deals/new/").status_code == 405


class TestRecordEdit:
    def url(self, record: Record) -> str:
        return f"/r/{record.pk}/edit/"

    def test_shows_the_state_locked_and_says_why(self, world: World, alice: Client) -> None:
        page = parsed(alice.get(self.url(world.deal(amount=120050))))
        locked = one(page, "[data-locked]")
        assert one(locked, ".state-pill").text == "Qualification"
        assert "“Deal closing” is in charge of it" in locked.text
        assert not page.select('[name="stage"]')
        assert one(page, "#amount")["value"] == "1,200.50"

    def test_saves_what_was_typed(self, world: World, alice: Client) -> None:
        record = world.deal(amount=100, reference="A")
        page = parsed(alice.get(self.url(record)))
        response = alice.post(
            self.url(record), filled(page, name="Renamed", reference="", amount="2"), follow=True
        )
        assert response.redirect_chain == [(f"/r/{record.pk}/", 303)]
        assert "“Renamed” has been saved." in response.text
        record.refresh_from_db()
        assert (record.name, record.revision) == ("Renamed", 2)
        assert record.values == {"stage": "qualification", "amount": 200}
        event = RecordEvent.objects.get(kind=EventKind.EDIT)
        assert {change["field"] for change in event.changes} == {"name", "reference", "amount"}

    def test_writes_nothing_where_nothing_changed(self, world: World, alice: Client) -> None:
        record = world.deal(amount=120050, closing="2026-12-24", demo_status="done", approver=world.driss.pk)
        page = parsed(alice.get(self.url(record)))
        alice.post(self.url(record), filled(page))
        assert Record.objects.get(pk=record.pk).revision == 1
        assert not RecordEvent.objects.filter(kind=EventKind.EDIT).exists()

    def test_refuses_a_forged_state_and_keeps_what_was_typed(self, world: World, alice: Client) -> None:
        record = world.deal()
        page = parsed(alice.get(self.url(record)))
        answer = alice.post(self.url(record), filled(page, name="Mine", stage="closed_won"))
        page = parsed(answer, 409)
        assert "“Stage” changes only through the steps of “Deal closing”" in one(page, '[role="alert"]').text
        assert one(page, "#name")["value"] == "Mine"
        fresh = Record.objects.get(pk=record.pk)
        assert (fresh.name, fresh.values, fresh.revision) == (record.name, record.values, 1)

    def test_keeps_the_lock_at_an_exit_that_has_a_way_on(self, world: World, alice: Client) -> None:
        lost = world.deal(stage="closed_lost")
        won = world.deal(stage="closed_won")
        assert not parsed(alice.get(self.url(lost))).select('[name="stage"]')
        page = parsed(alice.get(self.url(won)))
        alice.post(self.url(won), filled(page, stage="legal_review"))
        won.refresh_from_db()
        assert (won.state, won.run is not None) == (world.drawing.states["legal_review"], True)

    def test_takes_the_state_as_it_was_from_a_page_drawn_before(self, world: World, alice: Client) -> None:
        process = world.drawing.process
        process.is_active = False
        process.save(update_fields=["is_active"])
        record = world.deal(stage="product_demo")
        page = parsed(alice.get(self.url(record)))
        process.is_active = True
        process.save(update_fields=["is_active"])
        Record.objects.filter(pk=record.pk).update(state=world.drawing.states["legal_review"])
        answer = alice.post(self.url(record), filled(page, name="Renamed"))
        assert answer.status_code == 303
        assert alice.post(self.url(record), filled(page, stage="closed_won")).status_code == 409

    def test_shows_a_conflict_once_and_then_takes_it(self, world: World, alice: Client) -> None:
        record = world.deal(amount=100, reference="A")
        page = parsed(alice.get(self.url(record)))
        Record.objects.filter(pk=record.pk).update(values={**record.values, "reference": "B", "amount": 300})
        page = parsed(alice.post(self.url(record), filled(page, reference="C")), 422)
        assert (
            "Somebody else has changed this to “B” meanwhile."
            in one(page, '[data-error-for="reference"]').text
        )
        assert json.loads(str(one(page, '[name="drawn"]')["value"]))["reference"] == "B"
        assert alice.post(self.url(record), filled(page)).status_code == 303
        record.refresh_from_db()
        assert (record.values["reference"], record.values["amount"]) == ("C", 300)

    def test_tells_a_value_that_is_taken(self, world: World, alice: Client) -> None:
        world.module.fields.filter(key="reference").update(is_unique=True)
        make_record(world.module, world.claire, reference="C-1")
        record = world.deal()
        page = parsed(alice.get(self.url(record)))
        page = parsed(alice.post(self.url(record), filled(page, reference="C-1")), 422)
        assert one(page, '[data-error-for="reference"]')

    def test_says_when_others_keep_writing(
        self, world: World, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**arguments: object) -> None:
            raise Busy

        record = world.deal()
        page = parsed(alice.get(self.url(record)))
        monkeypatch.setattr("records.views.edit.record_update", refuse)
        page = parsed(alice.post(self.url(record), filled(page, name="Mine")), 409)
        assert "Nothing has been saved" in one(page, '[role="alert"]').text
        assert one(page, "#name")["value"] == "Mine"

    def test_is_not_there_for_people_who_may_not_see_it(self, world: World, client: Client) -> None:
        record = world.deal()
        client.force_login(world.charlie)
        assert client.get(self.url(record)).status_code == 404
        assert client.post(self.url(record), {"name": "Mine"}).status_code == 404
        assert client.get("/r/99999999/edit/").status_code == 404

    def test_is_not_there_for_people_who_only_own_a_step(self, world: World, client: Client) -> None:
        record = world.deal(stage="legal_review")
        client.force_login(world.driss)
        assert client.get(self.url(record)).status_code == 404

    def test_lets_managers_edit(self, world: World, client: Client) -> None:
        record = world.deal()
        client.force_login(world.claire)
        page = parsed(client.get(self.url(record)))
        client.post(self.url(record), filled(page, name="By claire"))
        record.refresh_from_db()
        assert (record.name, record.updated_by) == ("By claire", world.claire)

    def test_speaks_the_readers_language(self, world: World, alice: Client) -> None:
        world.alice.language = "fr"
        world.alice.save(update_fields=["language"])
        page = parsed(alice.get(self.url(world.deal(amount=120050))))
        assert one(page, "html")["lang"] == "fr"
        assert re.sub(r"\s", " ", str(one(page, "#amount")["value"])) == "1 200,50"
