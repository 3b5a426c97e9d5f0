"""Moving a record: the happy path, each refusal, replays and stale pages."""

from datetime import timedelta

import pytest

from processes.models import Action, Process
from records import services
from records.engine.refusals import (
    InvalidForm,
    Moved,
    NotAnOwner,
    NotAvailable,
    UnknownRecord,
    UnknownTransition,
)
from records.engine.standing import Stood
from records.models import ProcessRun, Record, RecordEvent, Task
from records.signals import OutboxEntry, event_written
from tests.factories import NOW, make_record
from tests.records.engine.conftest import World

CLOSING = {"closing": "2026-12-24"}


class TestTransitionPerform:
    def test_moves_the_record_and_writes_one_event(self, world: World) -> None:
        deal = world.deal()
        later = NOW + timedelta(hours=3)
        performed = world.perform(deal, "plan_demo", world.alice, data=CLOSING, now=later)

        deal.refresh_from_db()
        assert deal.state == world.drawing.states["product_demo"]
        assert deal.values == {"stage": "product_demo", "closing": "2026-12-24"}
        assert (deal.entered_state_at, deal.entered_by, deal.updated_by) == (later, world.alice, world.alice)
        event = performed.event
        assert (event.from_state, event.to_state) == (
            world.drawing.states["qualification"],
            world.drawing.states["product_demo"],
        )
        assert event.seconds_in_state == 3 * 3600
        assert event.changes == [
            {"field": "closing", "before": None, "after": "2026-12-24"},
            {"field": "stage", "before": "qualification", "after": "product_demo"},
        ]
        assert world.events(deal) == ["create", "enter", "transition"]

    def test_keeps_the_comment(self, world: World) -> None:
        deal = world.deal()
        performed = world.perform(deal, "send_to_legal", world.alice, data={"comment": "Please be quick"})
        assert performed.event.comment == "Please be quick"

    def test_composes_the_comment_as_it_does_other_texts(self, world: World) -> None:
        typed = {"comment": " caf\u0065\u0301\r\nat noon "}
        performed = world.perform(world.deal(), "send_to_legal", world.alice, data=typed)
        assert performed.event.comment == "caf\u00e9\nat noon"

    def test_ends_the_run_at_an_exit(self, world: World) -> None:
        deal = world.deal()
        world.perform(deal, "close_as_lost", world.alice)
        deal.refresh_from_db()
        run = ProcessRun.objects.get(record=deal)
        assert deal.run is None
        assert deal.state == world.drawing.states["closed_lost"]
        assert (run.finished_at, run.outcome) == (NOW, "exit")

    def test_begins_a_new_run_when_an_exit_is_left(self, world: World) -> None:
        deal = world.deal()
        world.perform(deal, "close_as_lost", world.alice)
        world.perform(deal, "reopen", world.claire)
        deal.refresh_from_db()
        assert deal.run is not None
        assert deal.run.finished_at is None
        assert deal.runs.count() == 2

    def test_a_second_owner_by_team_may_perform(self, world: World) -> None:
        deal = world.deal(demo_status="done")
        world.perform(deal, "send_to_legal", world.alice)
        world.perform(deal, "submit_documents", world.driss, data={"reference": "C-17"})
        assert world.standing(deal)[0] == "closed_won"


class TestRefusals:
    def test_an_unknown_record(self, world: World) -> None:
        with pytest.raises(UnknownRecord):
            services.transition_perform(
                record_id=987654, transition_key="plan_demo", actor=world.alice, data={}, now=NOW
            )

    def test_a_record_the_person_may_not_know_of(self, world: World) -> None:
        with pytest.raises(UnknownRecord):
            world.perform(world.deal(), "plan_demo", world.charlie, data=CLOSING)

    def test_a_deleted_record(self, world: World) -> None:
        deal = world.deal()
        Record.objects.filter(pk=deal.pk).update(deleted_at=NOW)
        with pytest.raises(UnknownRecord):
            world.perform(deal, "plan_demo", world.alice, data=CLOSING)

    def test_an_unknown_transition(self, world: World) -> None:
        with pytest.raises(UnknownTransition):
            world.perform(world.deal(), "no_such_thing", world.alice)

    def test_somebody_who_sees_the_record_but_is_no_owner(self, world: World) -> None:
        with pytest.raises(NotAnOwner):
            world.perform(world.deal(), "plan_demo", world.claire, data=CLOSING)

    def test_an_administrator_who_is_no_owner(self, world: World) -> None:
        with pytest.raises(NotAnOwner):
            world.perform(world.deal(), "plan_demo", world.emma, data=CLOSING)

    def test_a_transition_of_another_state(self, world: World) -> None:
        deal = world.deal()
        world.perform(deal, "plan_demo", world.alice, data=CLOSING)
        with pytest.raises(NotAvailable) as refusal:
            world.perform(deal, "plan_demo", world.alice, data=CLOSING)
        assert not refusal.value.verdict.is_offered

    def test_criteria_that_do_not_hold(self, world: World) -> None:
        deal = world.deal(demo_status="planned")
        world.perform(deal, "send_to_legal", world.alice)
        with pytest.raises(NotAvailable) as refusal:
            world.perform(deal, "submit_documents", world.driss, data={"reference": "C-17"})
        assert not refusal.value.verdict.criteria_hold

    def test_a_process_that_is_switched_off(self, world: World) -> None:
        deal = world.deal()
        Process.objects.update(is_active=False)
        with pytest.raises(NotAvailable) as refusal:
            world.perform(deal, "plan_demo", world.alice, data=CLOSING)
        assert not refusal.value.verdict.is_process_active

    def test_an_input_that_is_missing(self, world: World) -> None:
        with pytest.raises(InvalidForm) as refusal:
            world.perform(world.deal(), "plan_demo", world.alice)
        assert list(refusal.value.plan.form.errors) == ["closing"]

    def test_an_input_of_the_wrong_kind(self, world: World) -> None:
        with pytest.raises(InvalidForm) as refusal:
            world.perform(world.deal(), "plan_demo", world.alice, data={"closing": "soon"})
        assert list(refusal.value.plan.form.errors) == ["closing"]

    @pytest.mark.parametrize(
        ("key", "actor", "data"),
        [
            ("plan_demo", "claire", CLOSING),
            ("plan_demo", "charlie", CLOSING),
            ("plan_demo", "alice", {}),
            ("submit_documents", "driss", {"reference": "C-17"}),
            ("reopen", "claire", {}),
        ],
    )
    def test_writes_nothing(self, world: World, key: str, actor: str, data: dict[str, str]) -> None:
        deal = world.deal()
        before = (world.standing(deal), world.events(deal))
        with pytest.raises((UnknownRecord, NotAnOwner, NotAvailable, InvalidForm)):
            world.perform(deal, key, getattr(world, actor), data=data)
        assert (world.standing(deal), world.events(deal)) == before

    def test_ignores_inputs_that_the_form_does_not_ask_for(self, world: World) -> None:
        deal = world.deal()
        world.perform(
            deal,
            "plan_demo",
            world.alice,
            data={**CLOSING, "amount": "1", "stage": "closed_won", "owner": "1"},
        )
        deal.refresh_from_db()
        assert deal.values == {"stage": "product_demo", "closing": "2026-12-24"}
        assert deal.owner == world.alice


class TestTheSameFormSentAgain:
    def test_is_answered_as_the_first_time(self, world: World) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        first = world.perform(deal, "plan_demo", world.alice, data=CLOSING, stood=stood, request_key="k1")
        again = world.perform(deal, "plan_demo", world.alice, data=CLOSING, stood=stood, request_key="k1")
        assert again.is_repeat
        assert again.event == first.event
        assert world.events(deal) == ["create", "enter", "transition"]

    def test_is_answered_so_where_the_record_may_move_again(self, world: World) -> None:
        deal = world.deal()
        world.perform(deal, "close_as_lost", world.alice, request_key="k1")
        world.perform(deal, "reopen", world.claire)
        again = world.perform(deal, "close_as_lost", world.alice, request_key="k1")
        assert again.is_repeat
        assert world.standing(deal)[0] == "qualification"

    def test_by_another_person_is_no_repeat(self, world: World) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        world.perform(deal, "send_to_legal", world.alice, stood=stood, request_key="k1")
        with pytest.raises(Moved):
            world.perform(deal, "send_to_legal", world.claire, stood=stood, request_key="k1")


class TestAStalePage:
    def test_is_told_who_moved_the_record(self, world: World) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        world.perform(deal, "send_to_legal", world.claire, stood=stood)
        with pytest.raises(Moved) as refusal:
            world.perform(deal, "plan_demo", world.alice, data=CLOSING, stood=stood)
        event = refusal.value.event
        assert event is not None
        assert (event.actor, event.to_state) == (world.claire, world.drawing.states["legal_review"])

    def test_of_a_record_that_came_back_is_stale_too(self, world: World) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        world.perform(deal, "close_as_lost", world.alice)
        world.perform(deal, "reopen", world.claire, now=NOW + timedelta(days=1))
        with pytest.raises(Moved):
            world.perform(deal, "plan_demo", world.alice, data=CLOSING, stood=stood)

    def test_survives_an_edit_of_another_field(self, world: World) -> None:
        deal = world.deal()
        stood = world.standing(deal)[1]
        services.record_update(record_id=deal.pk, changes={"amount": 5_000}, actor=world.claire, now=NOW)
        world.perform(deal, "plan_demo", world.alice, data=CLOSING, stood=stood)
        deal.refresh_from_db()
        assert deal.values["amount"] == 5_000

    def test_takes_what_others_wrote_where_it_was_left_alone(self, world: World) -> None:
        deal = world.deal(closing="2026-12-01")
        services.record_update(
            record_id=deal.pk, changes={"closing": "2026-12-31"}, actor=world.claire, now=NOW
        )
        data = {"closing": "2026-12-01", "drawn": '{"closing": "2026-12-01"}'}
        world.perform(deal, "plan_demo", world.alice, data=data)
        deal.refresh_from_db()
        assert deal.values["closing"] == "2026-12-31"

    def test_shows_a_conflict_where_both_changed_a_field(self, world: World) -> None:
        deal = world.deal(closing="2026-12-01")
        services.record_update(
            record_id=deal.pk, changes={"closing": "2026-12-31"}, actor=world.claire, now=NOW
        )
        data = {"closing": "2026-12-15", "drawn": '{"closing": "2026-12-01"}'}
        with pytest.raises(InvalidForm) as refusal:
            world.perform(deal, "plan_demo", world.alice, data=data)
        assert "31 Dec 2026" in refusal.value.plan.form.errors["closing"][0]

    @pytest.mark.parametrize("word", ["", "1-2", "a-b-c", "1-2-3-4", "9" * 400])
    def test_a_place_that_cannot_be_read_is_none(self, word: str) -> None:
        parsed = Stood.parse(word)
        assert parsed is None


class TestSelfApproval:
    @pytest.fixture
    def approval(self, world: World) -> World:
        drawing = world.drawing
        drawing.version.status = "draft"
        drawing.version.save(update_fields=["status"])
        drawing.transition(
            "approve",
            "legal_review",
            "closed_won",
            people=[world.alice, world.claire, world.driss],
            forbid_self_approval=True,
        )
        drawing.grants = {pk: drawing.grants[pk] for pk in [drawing.transitions["approve"].pk]}
        drawing.publish()
        return world

    def test_refuses_the_owner_and_whoever_brought_it_here(self, approval: World) -> None:
        deal = approval.deal()
        approval.perform(deal, "send_to_legal", approval.claire)
        for person in (approval.alice, approval.claire):
            with pytest.raises(NotAvailable) as refusal:
                approval.perform(deal, "approve", person)
            assert refusal.value.verdict.is_self_approval
        approval.perform(deal, "approve", approval.driss)
        assert approval.standing(deal)[0] == "closed_won"


class TestActionsInTheTransaction:
    def test_update_fields_and_assign_tasks(self, world: World) -> None:
        drawing = world.drawing
        drawing.version.status = "draft"
        drawing.version.save(update_fields=["status"])
        drawing.transition(
            "hand_over",
            "qualification",
            "product_demo",
            people=[world.claire],
            actions=[
                ("field_update", {"updates": [{"field": "closing", "value": {"days": 30}}]}),
                (
                    "task",
                    {
                        "title": "Prepare {{ record.name }} by {{ record.closing }}",
                        "assignee": {"user": "alice"},
                        "due_in_days": 2,
                    },
                ),
                ("field_update", {"updates": [{"field": "approver", "value": {"me": True}}]}),
            ],
        )
        drawing.grants = {
            drawing.transitions["hand_over"].pk: drawing.grants[drawing.transitions["hand_over"].pk]
        }
        drawing.publish()
        deal = make_record(world.module, world.alice, "Northwind")
        performed = world.perform(deal, "hand_over", world.claire)
        deal.refresh_from_db()
        task = Task.objects.get()
        assert deal.values["closing"] == "2026-12-24"
        assert deal.values["approver"] == world.claire.pk
        assert task.title == "Prepare Northwind by 24 Dec 2026"
        assert (task.assignee, str(task.due_date), task.event) == (world.alice, "2026-11-26", performed.event)
        assert {change["field"] for change in performed.event.changes} == {"closing", "stage", "approver"}
        assert RecordEvent.objects.filter(kind="transition").count() == 1

    @pytest.mark.parametrize("with_actions", [True, False])
    def test_leave_the_outbox_alone_where_asked(self, world: World, with_actions: bool) -> None:
        mail = {"to": ["record_owner"], "subject": "{{ record.name }}", "body": "Moved"}
        gone = {"updates": [{"field": "gone", "value": "x"}]}
        move = world.drawing.transitions["send_to_legal"]
        settings = [
            ("task", {"title": "Check"}, 0),
            ("email", mail, 0),
            ("email", mail, 3600),
            ("field_update", gone, 0),
        ]
        for position, (kind, config, delay) in enumerate(settings):
            Action.objects.create(
                transition=move, key=f"a{position}", kind=kind, position=position, config=config, delay=delay
            )
        heard: list[OutboxEntry] = []

        def listen(entries: list[OutboxEntry], **kwargs: object) -> None:
            heard.extend(entries)

        event_written.connect(listen)
        try:
            world.perform(world.deal(), "send_to_legal", world.alice, with_actions=with_actions)
        finally:
            event_written.disconnect(listen)
        assert Task.objects.get().title == "Check"
        kinds = ["email", "email", "field_update"] if with_actions else []
        assert [entry.kind for entry in heard] == kinds
