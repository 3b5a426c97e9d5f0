"""A transition in the browser: its form, the move, and every way to be refused."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from processes.models import Action, Process
from records import services
from records.engine import commit
from records.models import Record, RecordEvent
from records.views import transition
from tests.factories import NOW
from tests.htmx import HTMX, apply, look, one, parsed, text_of, texts
from tests.records.engine.conftest import World


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        yield


class Rep:
    """Somebody at a browser without script: opens forms, fills them in and sends them."""

    def __init__(self, client: Client, user: User) -> None:
        self.client = client
        self.client.force_login(user)

    def open(
        self,
        record: Record,
        key: str,
        status: int = 200,
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> BeautifulSoup:
        return parsed(self.client.get(f"/r/{record.pk}/t/{key}/{query}", headers=headers), status)

    def filled(self, page: BeautifulSoup, **typed: str) -> dict[str, str]:
        form = one(page, "#during")
        data = {str(i["name"]): str(i.get("value", "")) for i in form.select("input")}
        data |= {str(area["name"]): area.text.strip() for area in form.select("textarea")}
        for select in form.select("select"):
            chosen = select.select("option[selected]")
            data[str(select["name"])] = str(chosen[0]["value"]) if chosen else ""
        return data | typed

    def send(
        self, record: Record, key: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Any:
        return self.client.post(f"/r/{record.pk}/t/{key}/", dict(data), headers=headers)


@pytest.fixture
def alice(world: World, client: Client) -> Rep:
    return Rep(client, world.alice)


def stands(record: Record) -> str:
    state = Record.objects.select_related("state").get(pk=record.pk).state
    return state.key if state else ""


class TestForm:
    def test_is_a_dialog_with_the_transition_s_inputs_named_by_key(self, world: World, alice: Rep) -> None:
        record = world.deal(closing="2026-11-30")
        page = alice.open(record, "plan_demo")
        dialog = one(page, "dialog[role=dialog]")
        assert texts(dialog, "h2") == ["Plan demo"]
        assert texts(dialog, ".way .state-pill") == ["Qualification", "Product demo"]
        assert one(dialog, "[name=closing]")["value"] == "2026-11-30"
        form = one(dialog, "form")
        assert (form["action"], form["method"]) == (f"/r/{record.pk}/t/plan_demo/", "post")
        assert text_of(one(dialog, ".dialog-foot [type=submit]")) == "Plan demo"

    def test_is_a_part_of_the_page_for_htmx(self, world: World, alice: Rep) -> None:
        record = world.deal()
        part = alice.open(record, "plan_demo", headers=HTMX)
        assert not part.select("html")
        assert one(part, "modal-dialog")["data-close-url"] == f"/r/{record.pk}/"
        assert one(part, "form")["hx-target"] == "#dialog"
        assert not alice.open(record, "plan_demo").select("form[hx-post]")

    def test_shows_messages_with_merge_fields_escaped(self, world: World, alice: Rep) -> None:
        moved = world.drawing.transitions["plan_demo"]
        world.drawing.message(moved, "Meet {{ record.name }}\n<b>soon</b>")
        page = alice.open(world.deal(name="A & <i>B</i>"), "plan_demo")
        assert one(page, ".message-box").text == "Meet A & <i>B</i>\n<b>soon</b>"

    def test_asks_for_a_confirmation_where_nothing_is_asked(self, world: World, alice: Rep) -> None:
        page = alice.open(world.deal(), "send_to_legal")
        assert [str(i["name"]) for i in page.select("#during :is(input, textarea):not([type=hidden])")] == [
            "comment"
        ]
        assert one(page, ".dialog-foot [type=submit]").has_attr("autofocus")

    def test_leads_back_to_the_page_it_came_from(self, world: World, alice: Rep) -> None:
        record = world.deal()
        page = alice.open(record, "plan_demo", query="?back=/%3Fall%3D1")
        assert one(page, "[name=back]")["value"] == "/?all=1"
        assert {str(a["href"]) for a in page.select("[data-closes]")} == {"/?all=1"}
        for wrong in ("https://evil.example/", "//evil.example", "/nowhere/at/all/", "javascript:alert(1)"):
            page = alice.open(record, "plan_demo", query=f"?back={wrong}")
            assert one(page, "[name=back]")["value"] == f"/r/{record.pk}/"


class TestMove:
    def test_without_script_leads_to_the_record_that_says_so(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01", comment="On site")
        answer = alice.send(record, "plan_demo", data)
        assert (answer.status_code, answer["Location"]) == (303, f"/r/{record.pk}/")
        page = parsed(alice.client.get(answer["Location"]))
        assert one(page, "[data-state]")["data-state"] == "product_demo"
        assert text_of(one(page, '[role="status"].toast')) == "“Northwind – 40 seats” is now in Product demo."
        assert "On site" in text_of(one(page, '[data-event="transition"]'))

    def test_by_htmx_leaves_the_page_as_a_fresh_one(self, world: World, alice: Rep) -> None:
        Action.objects.create(
            transition=world.drawing.transitions["plan_demo"], key="call", kind="task",
            config={"title": "Call {{ record.name }}", "assignee": "record_owner"},
        )  # fmt: skip
        record = world.deal()
        page = parsed(alice.client.get(f"/r/{record.pk}/"))
        apply(page, alice.open(record, "plan_demo", headers=HTMX), "#dialog")
        data = alice.filled(page, closing="2026-12-01")
        apply(page, parsed(alice.send(record, "plan_demo", data, headers=HTMX)), "#dialog")
        assert not page.select("dialog")
        assert text_of(one(page, ".toast")) == "“Northwind – 40 seats” is now in Product demo."
        assert one(page, "#task-count").text == "1"
        assert look(page) == look(parsed(alice.client.get(f"/r/{record.pk}/")))

    def test_from_my_work_leaves_that_page_as_a_fresh_one(self, world: World, alice: Rep) -> None:
        record, other = world.deal(), world.deal(name="Other")
        page = parsed(alice.client.get("/?all=1"))
        button = one(page, f'[data-record="{record.pk}"] [data-transition="close_as_lost"]')
        apply(page, parsed(alice.client.get(str(button["hx-get"]), headers=HTMX)), "#dialog")
        answer = parsed(alice.send(record, "close_as_lost", alice.filled(page), headers=HTMX))
        apply(page, answer, "#dialog")
        assert [row["data-record"] for row in page.select("[data-record]")] == [str(other.pk)]
        assert look(page) == look(parsed(alice.client.get("/?all=1")))

    def test_from_another_page_loads_that_page_anew(self, world: World, alice: Rep) -> None:
        record = world.deal()
        page = alice.open(record, "send_to_legal", query="?back=/m/deals/", headers=HTMX)
        answer = alice.send(record, "send_to_legal", alice.filled(page), headers=HTMX)
        assert answer["HX-Redirect"] == "/m/deals/"

    def test_leads_to_my_work_where_it_took_the_record_out_of_sight(
        self, world: World, client: Client
    ) -> None:
        for headers, where in (({}, "Location"), (HTMX, "HX-Redirect")):
            driss = Rep(client, world.driss)
            record = world.deal(stage="legal_review", demo_status="done")
            data = driss.filled(driss.open(record, "submit_documents"), reference="C-1")
            answer = driss.send(record, "submit_documents", data, headers=headers)
            assert answer[where] == "/"
            assert stands(record) == "closed_won"
            assert "is now in Closed won" in text_of(one(parsed(client.get("/")), ".toast"))

    def test_sent_twice_is_made_once_and_answered_alike(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01")
        first, second = alice.send(record, "plan_demo", data), alice.send(record, "plan_demo", data)
        assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
        assert RecordEvent.objects.filter(record=record, kind="transition").count() == 1

    def test_sent_twice_is_answered_alike_by_who_has_lost_sight_of_it(
        self, world: World, client: Client
    ) -> None:
        driss = Rep(client, world.driss)
        record = world.deal(stage="legal_review", demo_status="done")
        data = driss.filled(driss.open(record, "submit_documents"), reference="C-1")
        answers = [driss.send(record, "submit_documents", data) for _time in range(2)]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, "/")] * 2

    def test_needs_no_more_than_the_fields(self, world: World, alice: Rep) -> None:
        record = world.deal()
        answer = alice.send(record, "plan_demo", {"closing": "2026-12-01"})
        assert answer.status_code == 303
        assert stands(record) == "product_demo"


class TestInvalidForm:
    def test_comes_back_with_errors_and_what_was_typed(self, world: World, alice: Rep) -> None:
        record = world.deal()
        first = alice.open(record, "plan_demo")
        data = alice.filled(first, closing="", comment="Keep me")
        page = parsed(alice.send(record, "plan_demo", data), 422)
        assert texts(page, '[data-error-for="closing"]') == ["This field is required."]
        summary = text_of(one(page, '[role="alert"][data-error-summary]'))
        assert "1 answer needs your attention. Nothing has been moved yet." in summary
        assert one(page, "#during textarea").text.strip() == "Keep me"
        for name in ("request_key", "stood"):
            assert one(page, f"#during [name={name}]")["value"] == data[name]
        assert stands(record) == "qualification"

    def test_comes_back_into_the_dialog(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo", headers=HTMX), closing="")
        part = parsed(alice.send(record, "plan_demo", data, headers=HTMX), 422)
        assert not part.select("html")
        assert one(part, "dialog [data-error-for=closing]")
        assert one(part, "form")["hx-target"] == "#dialog"

    def test_can_be_mended_and_sent(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="")
        page = parsed(alice.send(record, "plan_demo", data), 422)
        assert alice.send(record, "plan_demo", alice.filled(page, closing="2026-12-01")).status_code == 303

    def test_shows_a_conflict_with_what_somebody_else_wrote(self, world: World, alice: Rep) -> None:
        record = world.deal(closing="2026-11-30")
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01")
        services.record_update(
            record_id=record.pk, changes={"closing": "2026-12-24"}, actor=world.claire, now=NOW
        )
        page = parsed(alice.send(record, "plan_demo", data), 422)
        assert "24 Dec 2026" in text_of(one(page, '[data-error-for="closing"]'))
        assert alice.send(record, "plan_demo", alice.filled(page)).status_code == 303

    def test_names_the_action_that_can_t_be_carried_out(self, world: World, alice: Rep) -> None:
        Action.objects.create(
            transition=world.drawing.transitions["plan_demo"], key="set", kind="field_update",
            config={"updates": [{"field": "discount", "value": "a lot"}]},
        )  # fmt: skip
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01")
        page = parsed(alice.send(record, "plan_demo", data), 422)
        assert "Field update" in text_of(one(page, "[data-error-summary]"))
        assert stands(record) == "qualification"

    def test_says_when_a_unique_value_is_taken(self, world: World, client: Client) -> None:
        world.module.fields.filter(key="reference").update(is_unique=True)
        world.module.revision += 1
        world.module.save(update_fields=["revision"])
        world.deal(reference="C-1")
        record = world.deal(stage="legal_review", demo_status="done")
        driss = Rep(client, world.driss)
        data = driss.filled(driss.open(record, "submit_documents"), reference="C-1")
        page = parsed(driss.send(record, "submit_documents", data), 422)
        assert "Another record has this already" in text_of(one(page, '[data-error-for="reference"]'))
        assert one(page, "[name=reference]")["value"] == "C-1"
        assert stands(record) == "legal_review"

    def test_is_kept_where_others_keep_writing(
        self, world: World, alice: Rep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_args: object) -> None:
            raise commit.StaleWrite

        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01", comment="Keep me")
        monkeypatch.setattr(services, "commit", refuse)
        page = parsed(alice.send(record, "plan_demo", data), 409)
        assert "Send it again" in text_of(one(page, "[data-error-summary]"))
        assert one(page, "#during textarea").text.strip() == "Keep me"
        monkeypatch.undo()
        assert alice.send(record, "plan_demo", alice.filled(page)).status_code == 303


class TestRefusal:
    def test_tells_who_was_faster_where_to_and_when(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01", comment="Agreed")
        world.perform(record, "send_to_legal", world.claire, now=NOW + timedelta(minutes=3))
        page = parsed(alice.send(record, "plan_demo", data), 409)
        assert texts(page, "h1") == ["Claire was faster"]
        assert "Claire moved “Northwind – 40 seats”: Today, 10:33." in text_of(one(page, "main"))
        assert texts(page, ".way .state-pill") == ["Qualification", "Legal review"]
        assert texts(page, "copy-typed .field-list > div") == ["Closing 1 Dec 2026", "Comment Agreed"]
        assert one(page, ".button.is-primary")["href"] == f"/r/{record.pk}/"
        assert stands(record) == "legal_review"

    def test_shows_what_was_typed_as_it_came_where_it_makes_no_sense(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="<b>soon</b>")
        world.perform(record, "send_to_legal", world.claire)
        page = parsed(alice.send(record, "plan_demo", data), 409)
        assert texts(page, "copy-typed .field-list > div") == ["Closing <b>soon</b>"]

    def test_says_so_where_it_was_oneself_in_another_window(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo"), closing="2026-12-01")
        world.perform(record, "send_to_legal", world.alice)
        page = parsed(alice.send(record, "plan_demo", data), 409)
        assert texts(page, "h1") == ["You have moved it already"]

    def test_is_a_dialog_for_htmx(self, world: World, alice: Rep) -> None:
        record = world.deal()
        data = alice.filled(alice.open(record, "plan_demo", headers=HTMX), closing="2026-12-01")
        world.perform(record, "send_to_legal", world.claire)
        part = parsed(alice.send(record, "plan_demo", data, headers=HTMX), 409)
        assert texts(part, "dialog[role=dialog] h2") == ["Claire was faster"]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_forbidden_for_who_is_no_owner_with_the_reasons(
        self, world: World, client: Client, method: str
    ) -> None:
        client.force_login(world.claire)
        record = world.deal()
        page = parsed(getattr(client, method)(f"/r/{record.pk}/t/plan_demo/"), 403)
        assert texts(page, "h1") == ["“Plan demo” isn’t yours to do"]
        assert "the record’s owner" in text_of(one(page, ".check-list"))
        assert stands(record) == "qualification"

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_a_conflict_where_the_criteria_don_t_hold(
        self, world: World, client: Client, method: str
    ) -> None:
        client.force_login(world.driss)
        record = world.deal(stage="legal_review", demo_status="planned", reference="SECRET")
        page = parsed(getattr(client, method)(f"/r/{record.pk}/t/submit_documents/"), 409)
        assert texts(page, ".check-list li") == ["Failed: Product demo is Done"]
        assert "SECRET" not in page.text

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_a_conflict_while_the_process_is_switched_off(
        self, world: World, client: Client, method: str
    ) -> None:
        record = world.deal()
        Process.objects.update(is_active=False)
        client.force_login(world.alice)
        page = parsed(getattr(client, method)(f"/r/{record.pk}/t/plan_demo/"), 409)
        assert "The process is active" in text_of(one(page, ".check-list"))

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_is_not_found_for_strangers_unknown_records_and_transitions(
        self, world: World, client: Client, method: str, headers: dict[str, str]
    ) -> None:
        record = world.deal()
        for user, address in (
            (world.charlie, f"/r/{record.pk}/t/plan_demo/"),
            (world.alice, f"/r/{record.pk}/t/no_such_step/"),
            (world.alice, "/r/999999/t/plan_demo/"),
        ):
            client.force_login(user)
            assert getattr(client, method)(address, headers=headers).status_code == 404

    def test_is_not_allowed_by_other_methods(self, world: World, alice: Rep) -> None:
        assert alice.client.put(f"/r/{world.deal().pk}/t/plan_demo/").status_code == 405


class TestNonsense:
    @pytest.mark.parametrize(
        "more",
        [
            {"stood": "x"},
            {"stood": "9" * 5000},
            {"request_key": "\0"},
            {"request_key": "x" * 500},
            {"drawn": "["},
            {"drawn": '{"closing": {"a": [1]}}'},
            {"back": "//evil"},
            {"comment": "a\0b"},
            {"closing": "\0"},
        ],
    )
    def test_never_breaks(self, world: World, alice: Rep, more: dict[str, str]) -> None:
        record = world.deal()
        answer = alice.send(record, "plan_demo", {"closing": "2026-12-01"} | more)
        assert answer.status_code in {303, 409, 422}
        assert answer.status_code == 303 or stands(record) == "qualification"


def test_the_one_time_key_is_a_plain_word() -> None:
    assert transition._KEY.fullmatch("3f2b0f0e-1111-4222-8333-444455556666")
    assert not transition._KEY.fullmatch("a b")
