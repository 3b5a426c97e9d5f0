"""Handing a record over: who may, what the timeline says, and who loses sight of it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from processes.choices import ModuleRight
from processes.permissions import replace_rights
from records.choices import EventKind
from records.engine.refusals import Busy
from records.models import Record, RecordEvent
from records.services import record_update
from records.views import owner as owner_views
from tests.factories import NOW, make_team
from tests.records.engine.conftest import World

HTMX = {"HX-Request": "true"}


def parsed(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def url(record: Record) -> str:
    return f"/r/{record.pk}/owner/"


@pytest.fixture
def claire(world: World, client: Client) -> Client:
    """She manages alice and sees what alice owns."""
    client.force_login(world.claire)
    return client


def sent(page: BeautifulSoup, **typed: str) -> dict[str, str]:
    form = one(page, "#owner-form")
    hidden = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}
    return hidden | {"owner": str(one(form, "option[selected]")["value"])} | typed


class TestRecordOwner:
    def test_is_offered_on_the_record_and_asks_in_a_dialog(self, world: World, claire: Client) -> None:
        record = world.deal()
        assert parsed(claire.get(f"/r/{record.pk}/")).select(f'a[href="{url(record)}"]')
        page = parsed(claire.get(url(record)))
        dialog = one(page, '[role="dialog"]')
        assert one(dialog, "option[selected]").text == "Alice"
        assert "-None-" not in dialog.text
        fragment = parsed(claire.get(url(record), headers=HTMX))
        assert not fragment.select("main")

    def test_changes_the_owner_and_says_so(self, world: World, claire: Client) -> None:
        record = world.deal(name="Isdom")
        data = sent(parsed(claire.get(url(record))), owner=str(world.claire.pk))
        answer = claire.post(url(record), data)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{record.pk}/")
        page = parsed(claire.get(f"/r/{record.pk}/"))
        assert "“Isdom” belongs to Claire now." in one(page, "toast-message").text
        event = RecordEvent.objects.get(record=record, kind=EventKind.EDIT)
        assert event.changes == [{"field": "owner", "before": world.alice.pk, "after": world.claire.pk}]
        entry = one(page, '[data-event="edit"]')
        assert (one(entry, "del").text, one(entry, "ins").text) == ("Alice", "Claire")

    def test_leads_who_loses_sight_of_it_to_the_list(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        for headers in ({}, HTMX):
            record = world.deal(name="Isdom")
            data = sent(parsed(client.get(url(record))), owner=str(world.charlie.pk))
            answer = client.post(url(record), data, headers=headers)
            assert answer.headers.get("Location" if not headers else "HX-Redirect") == "/m/deals/"
            page = parsed(client.get("/m/deals/"))
            assert "You don’t see “Isdom” any more." in one(page, "#messages").text

    def test_leads_there_from_the_edit_form_too(self, world: World, client: Client) -> None:
        client.force_login(world.alice)
        record = world.deal(name="Isdom")
        data = {"name": "Isdom", "owner": str(world.charlie.pk)}
        answer = client.post(f"/r/{record.pk}/edit/", data)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/m/deals/")

    def test_answers_htmx_with_the_page_behind(self, world: World, claire: Client) -> None:
        record = world.deal()
        data = sent(parsed(claire.get(url(record))), owner=str(world.claire.pk))
        page = parsed(claire.post(url(record), data, headers=HTMX))
        assert one(page, '[hx-swap-oob="innerHTML:#main"]')
        assert "belongs to Claire now" in page.text

    @pytest.mark.parametrize("typed", ["", "0", "-1", "x", "9" * 400])
    def test_refuses_who_is_nobody(self, world: World, claire: Client, typed: str) -> None:
        record = world.deal()
        page = parsed(claire.post(url(record), {"owner": typed}), 422)
        assert one(page, '[data-error-for="owner"]')
        assert Record.objects.get(pk=record.pk).owner == world.alice

    def test_refuses_people_who_have_left(self, world: World, claire: Client) -> None:
        world.driss.is_active = False
        world.driss.save(update_fields=["is_active"])
        parsed(claire.post(url(world.deal()), {"owner": str(world.driss.pk)}), 422)

    def test_tells_who_has_it_meanwhile(self, world: World, claire: Client) -> None:
        record = world.deal()
        data = sent(parsed(claire.get(url(record))), owner=str(world.claire.pk))
        changes = {"owner": world.driss.pk}
        world.driss.manager = world.claire
        world.driss.save(update_fields=["manager"])
        record_update(record_id=record.pk, changes=changes, actor=world.alice, now=NOW)
        page = parsed(claire.post(url(record), data), 422)
        assert "“Driss” meanwhile" in one(page, '[data-error-for="owner"]').text

    def test_keeps_what_others_were_writing(
        self, world: World, claire: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy(**values: object) -> None:
            raise Busy

        record = world.deal()
        monkeypatch.setattr(owner_views, "record_update", busy)
        page = parsed(claire.post(url(record), {"owner": str(world.claire.pk)}), 409)
        assert "at the same moment" in one(page, '[role="alert"]').text

    def test_is_not_for_readers_nor_strangers(self, world: World, claire: Client) -> None:
        record = world.deal(stage="legal_review")
        for person in (world.charlie, world.driss):
            claire.force_login(person)
            assert claire.get(url(record)).status_code == 404
        replace_rights(make_team("Readers", [world.alice]), {world.module.pk: [ModuleRight.VIEW]})
        claire.force_login(world.alice)
        for method in (claire.get, claire.post):
            assert method(url(record)).status_code == 403
        assert not parsed(claire.get(f"/r/{record.pk}/")).select(f'a[href="{url(record)}"]')
        assert claire.delete(url(record)).status_code == 405
